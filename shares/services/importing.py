"""An import from the lake: asked for by staff, carried out by the worker object by object, each with an answer of its
own. It fills a draft; what is in it is published by a person, or never."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from portal.people.permissions import Act, allows
from shares.core.personal import looks_personal
from shares.core.tenant_guess import guess_tenant
from shares.jobs import queue
from shares.jobs.queue import ring_import
from shares.models import DatasetObject, LakeImport, LakeImportRow, ProviderAccount
from shares.services import coded, import_words, lake_functions, tags
from shares.services.catalog_import import LakeColumn, LakeObject, add_object, begin_draft, columns
from shares.services.coded import Finding
from shares.services.lake_functions import NotShareable
from shares.services.sessions import AccountStopped, open_client, stop_account
from shares.snowflake.client import Client
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import Policy, SnowflakeError

logger = logging.getLogger(__name__)

# Seconds in which one task takes rows; then it rings for the rest, behind whatever else waits.
TAKING = 15.0
AGAIN = timedelta(seconds=60)

Outcome = LakeImportRow.Outcome


@dataclass(frozen=True)
class Progress:
    done: int
    failed: int
    total: int

    @property
    def over(self) -> int:
        return self.done + self.failed


def start(
    account: ProviderAccount, name: str, chosen: Sequence[LakeObject], tenant_column: str, by: User
) -> LakeImport:
    """A draft of that name, the objects that are to come into it, and a ring."""
    with transaction.atomic():
        dataset = begin_draft(account, name, chosen)
        asked = LakeImport.objects.create(
            account=account, dataset=dataset, tenant_column=tenant_column, by=by, rung_at=timezone.now()
        )
        # Functions last: their bodies name the views.
        LakeImportRow.objects.bulk_create(
            LakeImportRow(
                lake_import=asked,
                database=item.database,
                schema=item.schema,
                name=item.name,
                kind=item.kind,
                comment=item.comment,
            )
            for item in sorted(chosen, key=lambda item: item.kind == "FUNCTION")
        )
        ring_import(asked.pk)
        paths = [".".join(item.path) for item in chosen]
        record("dataset.imported", actor=by, target=dataset, data={"from": account.identifier, "objects": paths})
    return asked


def progress(asked: LakeImport) -> Progress:
    done, failed = (Count("pk", filter=Q(outcome=outcome)) for outcome in (Outcome.DONE, Outcome.FAILED))
    return Progress(**asked.rows.aggregate(done=done, failed=failed, total=Count("pk")))


def work(import_id: int) -> str:
    """Take objects until none waits or TAKING is over; how far it came."""
    asked = LakeImport.objects.filter(pk=import_id, finished_at=None).select_related("account", "dataset", "by").first()
    if asked is None:
        return "done already"
    if not allows(Act.CATALOG_EDIT, provider=asked.by.provider_role):
        return _give_up(asked, ("no-right", str(asked.by)), "right")
    try:
        client = open_client(asked.account)
    except AccountStopped as stopped:
        return _give_up(asked, ("no-sign-in", str(stopped)), "sign-in")
    except (BadConnection, SnowflakeError) as error:
        if isinstance(error, BadConnection) or error.policy is Policy.STOP_ACCOUNT:
            stop_account(asked.account, error)
        return _give_up(asked, ("no-sign-in", str(error)), "sign-in")
    try:
        return _take(asked, client)
    finally:
        client.close()


def _take(asked: LakeImport, client: Client) -> str:
    until = time.monotonic() + TAKING
    while time.monotonic() < until:
        row = asked.rows.filter(outcome=Outcome.WAITING).first()
        if row is None:
            LakeImport.objects.filter(pk=asked.pk, finished_at=None).update(finished_at=timezone.now())
            return "finished"
        _carry_out(asked, row, client)
    with transaction.atomic():
        LakeImport.objects.filter(pk=asked.pk).update(rung_at=timezone.now())
        ring_import(asked.pk)
    return "goes on"


def _give_up(asked: LakeImport, finding: Finding, what_to_do: str) -> str:
    words = coded.stored(finding)
    with transaction.atomic():
        waiting = asked.rows.filter(outcome=Outcome.WAITING)
        waiting.update(outcome=Outcome.FAILED, words=words, what_to_do=what_to_do, at=timezone.now())
        LakeImport.objects.filter(pk=asked.pk, finished_at=None).update(finished_at=timezone.now())
    return import_words.told(words)


def _carry_out(asked: LakeImport, row: LakeImportRow, client: Client) -> None:
    try:
        if row.kind == "FUNCTION":
            _draft_function(asked, row, client)
        else:
            _draft_view(asked, row, client)
    except SnowflakeError as error:
        _answer(row, Outcome.FAILED, words=str(error), what_to_do=_what_to_do(error))
    except NotShareable as flaw:
        _answer(row, Outcome.FAILED, words=coded.stored(flaw.finding), what_to_do=flaw.what_to_do)
    except Exception as error:
        logger.exception("import of %s", row)
        _answer(row, Outcome.FAILED, words=coded.stored(("own-error", type(error).__name__)), what_to_do="log")


def _what_to_do(error: SnowflakeError) -> str:
    if error.outcome_unknown:
        return "again"
    if error.code in (2003, 2043, 3001):
        return "grant"
    return "mend"


def _draft_view(asked: LakeImport, row: LakeImportRow, client: Client) -> None:
    """What is read stands before the transaction; the row's answer and the draft stand in one."""
    source = (row.database, row.schema, row.name)
    listed = columns(client, source)
    tagged = tags.read(client, [source]).get(source)
    guess = "" if asked.tenant_column else guess_tenant([column.name for column in listed], _used())
    with transaction.atomic():
        if not _answer(row, Outcome.DONE, words=_told(asked, listed, tagged), guess=guess):
            return
        made = add_object(asked.dataset, _of(row), listed, asked.tenant_column, tagged or {})
        LakeImportRow.objects.filter(pk=row.pk).update(item=made)


def _draft_function(asked: LakeImport, row: LakeImportRow, client: Client) -> None:
    said = lake_functions.describe(client, _of(row))
    with transaction.atomic():
        if _answer(row, Outcome.DONE, words=coded.stored(("function", ""))):
            made = lake_functions.add_function(asked.dataset, _of(row), said)
            LakeImportRow.objects.filter(pk=row.pk).update(item=made)


def _of(row: LakeImportRow) -> LakeObject:
    return LakeObject(row.database, row.schema, row.name, row.kind, comment=row.comment)


def _used() -> list[str]:
    """The catalog's tenant columns, the most frequent first."""
    known = DatasetObject.objects.exclude(tenant_column="").values_list("tenant_column")
    return [name for name, _ in known.annotate(n=Count("pk")).order_by("-n", "tenant_column")]


def _told(asked: LakeImport, listed: Sequence[LakeColumn], tagged: Mapping[str, str] | None) -> str:
    """What a person should know of the object before they publish it."""
    names = [column.name for column in listed]
    found = [("column" if len(names) == 1 else "columns", str(len(names)))]
    if asked.tenant_column:
        found.append(("tenant" if asked.tenant_column in names else "no-tenant", asked.tenant_column))
    if tagged is None:
        found.append(("tags-hidden", ""))
    elif tagged:
        found.append(("tagged", ", ".join(sorted(tagged))))
    if sounds := [name for name in names if looks_personal(name) and name not in (tagged or {})]:
        found.append(("sounds", ", ".join(sounds)))
    return coded.stored(*found)


def _answer(row: LakeImportRow, outcome: str, **fields: str) -> int:
    waiting = LakeImportRow.objects.filter(pk=row.pk, outcome=Outcome.WAITING)
    return waiting.update(outcome=outcome, at=timezone.now(), **fields)


def try_again(asked: LakeImport, by: User) -> int:
    """What failed waits again, and the worker is rung for; how many objects that are."""
    with transaction.atomic():
        failed = asked.rows.filter(outcome=Outcome.FAILED)
        number = failed.update(outcome=Outcome.WAITING, words="", what_to_do="", at=None)
        if number:
            LakeImport.objects.filter(pk=asked.pk).update(finished_at=None, rung_at=timezone.now(), by=by)
            ring_import(asked.pk)
    return number


def separate(asked: LakeImport, rows: Sequence[LakeImportRow], by: User) -> int:
    """Take the guess for each of these rows: a person says so. Objects that have a tenant column, and those that are
    reference data by now, stay as they are; how many were set."""
    taken = []
    with transaction.atomic():
        for row in rows:
            if not row.guess or row.item_id is None:
                continue
            plain = DatasetObject.objects.filter(pk=row.item_id, tenant_column="", is_reference=False)
            if plain.update(tenant_column=row.guess):
                taken.append(f"{row.name}.{row.guess}")
        if taken:
            record("dataset.separated", actor=by, target=asked.dataset, data={"columns": taken})
    return len(taken)


def ring_again(most: int) -> int:
    """Ring for imports that stand still; two workers at one share its objects."""
    return queue.ring_again(LakeImport.objects.filter(finished_at=None), ring_import, AGAIN, most, "rung_at")
