"""A dry run of one share, asked for by a person and carried out by the worker: what should be, what is there, and the
plan between them. It reads, and changes nothing in Snowflake; so it needs no lease, and no run waits for it."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares.core.compare import compare
from shares.core.plan import plan
from shares.core.said import Said, packed
from shares.jobs import queue
from shares.jobs.queue import ring_look
from shares.models import Look, Share
from shares.services import claims
from shares.services.desired import spec_of
from shares.services.sessions import AccountStopped, open_client, stop_account
from shares.services.step_words import kept
from shares.snowflake.connect import BadConnection
from shares.snowflake.errors import Policy, SnowflakeError
from shares.snowflake.inspect import observe

logger = logging.getLogger(__name__)

# A ring that was lost is repeated after this; a look that nobody could carry out for so long is given up.
AGAIN = timedelta(seconds=60)
GIVE_UP = timedelta(minutes=15)
KEPT = 5


def ask(share: Share, by: User) -> Look:
    """Have it looked at soon. Whoever asks while a look is under way gets that one."""
    with transaction.atomic():
        list(Share.objects.select_for_update(no_key=True).filter(pk=share.pk))
        if standing := share.looks.filter(finished_at=None).first():
            return standing
        look = Look.objects.create(share=share, asked_by=by, rung_at=timezone.now())
        ring_look(look.pk)
        record("share.look_asked", actor=by, target=share, organization=share.organization)
    old = share.looks.values_list("pk", flat=True)[KEPT:]
    Look.objects.filter(pk__in=list(old)).delete()
    return look


def unanswered() -> QuerySet[Look]:
    """Looks that nobody carried out yet."""
    return Look.objects.filter(finished_at=None)


def work(look_id: int) -> str:
    """Carry it out, unless that was done; what became of it."""
    share_of = ("share__organization", "share__consumer_account", "share__provider_account__claim")
    look = Look.objects.filter(pk=look_id, finished_at=None).select_related(*share_of).first()
    if look is None:
        return "done already"
    try:
        _look(look)
    except AccountStopped as stopped:
        look.error = stopped.account.breaker_reason
    except claims.AccountInDoubt as doubt:
        look.error = doubt.words
    except BadConnection as error:
        stop_account(look.share.provider_account, error)
        look.error = str(error)
    except SnowflakeError as error:
        if error.policy is Policy.STOP_ACCOUNT:
            stop_account(look.share.provider_account, error)
        look.error = str(error)
    except ValueError as error:
        # The catalog says something that no share can be built from.
        look.error = str(error)
    return _finish(look, timezone.now())


def _look(look: Look) -> None:
    share = look.share
    claims.refuse_when_in_doubt(share.provider_account)
    spec = spec_of(share, timezone.now())
    client = open_client(share.provider_account)
    try:
        observed = observe(client, spec)
    finally:
        client.close()
    wanted = plan(spec, observed)
    look.phase = spec.phase.value
    look.parts = [asdict(part) | {"is_well": part.is_well} for part in compare(spec, observed)]
    look.steps = [{"stage": step.stage.value, **kept(step)} for step in wanted.steps]
    look.problems = [{"words": packed(one.words), "what_to_do": packed(one.what_to_do)} for one in wanted.problems]


def _finish(look: Look, now: datetime) -> str:
    found = {name: getattr(look, name) for name in ("phase", "parts", "steps", "problems", "error")}
    written = Look.objects.filter(pk=look.pk, finished_at=None).update(finished_at=now, **found)
    return look.error or (f"{len(look.steps)} steps" if written else "done already")


def ring_again(most: int) -> int:
    """Ring for those that nobody carried out; one that waited too long says so instead."""
    words = Said("No worker carried it out within a quarter of an hour. See that one runs, then ask again.")
    given_up = unanswered().filter(asked_at__lt=timezone.now() - GIVE_UP)
    given_up.update(finished_at=timezone.now(), error=words)
    return queue.ring_again(unanswered(), ring_look, AGAIN, most, "rung_at")
