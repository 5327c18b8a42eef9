"""Row counts and freshness for the catalog: who wants to know asks, a job answers from the source itself."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.people.models import Organization
from shares.core.published import Item
from shares.core.verdicts import ViewReading
from shares.jobs.queue import ring_reading
from shares.models import Dataset, ProviderAccount, ReadDay, Reading, ShareRequest, Workspace
from shares.services import samples, versions
from shares.services.desired import view_of
from shares.services.proofs import reading_in
from shares.services.sessions import AccountStopped, open_client, stop_account
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import TIMED_OUT, Policy, SnowflakeError

logger = logging.getLogger(__name__)

# A count is good for an hour, an error for five minutes; an unanswered question is asked again after two.
FRESH = timedelta(hours=1)
FRESH_ERROR = timedelta(minutes=5)
ANSWER = timedelta(minutes=2)
TOO_SLOW = gettext_noop("Counting these rows takes longer than this portal waits for it.")
# How far back the chart of a dataset goes, and some days more.
DAYS_KEPT = timedelta(days=40)


def fresh(reading: Reading) -> bool:
    """Whether asking again would be of no use yet."""
    if reading.measured_at is None:
        return False
    return reading.measured_at > timezone.now() - (FRESH_ERROR if reading.error else FRESH)


def waiting(reading: Reading) -> bool:
    """Whether somebody asked and the answer may still come."""
    if _answered(reading) or reading.asked_at is None:
        return False
    return reading.asked_at > timezone.now() - ANSWER or _is_counted(reading)


def _is_counted(reading: Reading) -> bool:
    return reading.begun_at is not None and reading.begun_at > _longest_ago()


def _longest_ago() -> datetime:
    """Whoever began to count before that, the rows and then a few of them, is gone."""
    return timezone.now() - timedelta(seconds=2 * settings.FIRN_PROOF_TIMEOUT_SECONDS) - ANSWER


def _answered(reading: Reading) -> bool:
    """Whether nobody asked since the last count: a bell may ring twice."""
    if reading.asked_at is None:
        return True
    return reading.measured_at is not None and reading.measured_at >= reading.asked_at


def ask_readings(organization: Organization, dataset: Dataset) -> list[Reading]:
    """The readings of `dataset` for this customer, one per view and workspace (one per reference view).

    What is missing or old is marked as asked for, and a job is rung once for it.
    """
    workspaces = list(organization.workspaces.filter(is_active=True))
    found = []
    kept = set(dataset.dataset_objects.values_list("pk", flat=True))
    for item in versions.exposed(dataset):
        if not item.is_function and item.pk in kept:
            whose: list[Workspace | None] = [None] if item.is_reference else [*workspaces]
            found += [_ask(item, workspace) for workspace in whose]
    return found


def count_rows_of(request: ShareRequest) -> None:
    """Have counted what a request asks for, so that its approvers read how much that is."""
    for dataset in request.datasets.all():
        ask_readings(request.organization, dataset)


def _ask(item: Item, workspace: Workspace | None) -> Reading:
    with transaction.atomic():
        reading, _ = Reading.objects.get_or_create(object_id=item.pk, workspace=workspace)
        if fresh(reading) or waiting(reading):
            return reading
        now = timezone.now()
        # Of two who look at once, one asks: the other finds that the row changed since it was read.
        mine = Reading.objects.filter(pk=reading.pk, asked_at=reading.asked_at).update(asked_at=now)
        if mine:
            reading.asked_at = now
            ring_reading(reading.pk)
    return reading


def measure(reading_id: int) -> None:
    """Count now and store the answer, or why there is none. Never raises: the row says what happened."""
    reading = Reading.objects.select_related("object__dataset__version", "workspace").filter(pk=reading_id).first()
    if reading is None or _answered(reading) or not _begin(reading):
        return
    try:
        seen, sample = _look(reading)
    except AccountStopped:
        _note(reading, error=gettext_noop("The data provider's Snowflake account cannot be reached at the moment."))
    except SnowflakeError as error:
        logger.warning("reading %s: %s %s", reading.pk, error.code, error.message)
        _note(reading, error=TOO_SLOW if error.code in TIMED_OUT else error.for_customers)
    except Exception:
        logger.exception("reading %s", reading.pk)
        _note(
            reading,
            error=gettext_noop("Firn could not count this. The data provider's staff find the reason in the log."),
        )
    else:
        _note(reading, rows=seen.rows, newest=seen.newest, oldest=seen.oldest, sample=sample)
        _note_day(reading, seen)


def _begin(reading: Reading) -> bool:
    """Whether nobody counts it: one that takes longer than the sweeper waits is rung for again meanwhile."""
    free = Q(begun_at=None) | Q(begun_at__lt=_longest_ago())
    return bool(Reading.objects.filter(free, pk=reading.pk).update(begun_at=timezone.now()))


def _look(reading: Reading) -> tuple[ViewReading, dict[str, Any]]:
    """The count, and a few of the rows."""
    dataset = reading.object.dataset
    account = account_of(dataset)
    keys = (reading.workspace.tenant_key,) if reading.workspace else ()
    item = next((item for item in versions.shown(dataset) if item.pk == reading.object_id), None)
    if item is None:
        raise LookupError(f"{reading.object} is not published.")
    view = view_of(item, dataset.slug, keys)
    client = _sign_in(account)
    try:
        counted = reading_in(view.name, client.run(sql.reading(view)).rows[0])
        return counted, samples.of_reading(client, reading, item, account)
    finally:
        client.close()


def account_of(dataset: Dataset) -> ProviderAccount:
    """A provider account that holds the dataset, one that can be signed in to first. LookupError without any."""
    now = timezone.now()
    accounts = dataset.provider_accounts.filter(is_active=True)
    usable = accounts.filter(Q(breaker_until__isnull=True) | Q(breaker_until__lte=now))
    account = usable.first() or accounts.order_by(F("breaker_until").asc()).first()
    if account is None:
        raise LookupError(f"{dataset} is published in no active provider account.")
    return account


def _sign_in(account: ProviderAccount) -> Client:
    """A session; a refused sign-in opens the breaker, so that the catalog never hammers a locked user."""
    try:
        return open_client(account, patient=True)
    except BadConnection as error:
        stop_account(account, error)
        raise AccountStopped(account) from error
    except SnowflakeError as error:
        if error.policy is not Policy.STOP_ACCOUNT:
            raise
        stop_account(account, error)
        raise AccountStopped(account) from error


def _note_day(reading: Reading, seen: ViewReading) -> None:
    now = timezone.now()
    fields = {"rows": seen.rows, "newest": seen.newest, "measured_at": now}
    ReadDay.objects.update_or_create(reading=reading, day=timezone.localdate(now, UTC), defaults=fields)
    ReadDay.objects.filter(reading=reading, measured_at__lt=now - DAYS_KEPT).delete()


def _note(reading: Reading, error: str = "", **seen: object) -> None:
    """An error keeps the last known count."""
    Reading.objects.filter(pk=reading.pk).update(measured_at=timezone.now(), begun_at=None, error=error, **seen)
