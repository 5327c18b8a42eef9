"""How a run ends: what the share remembers of it, when it is looked at again, and who hears of it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portal.audit.record import record
from shares import adoption_mails, end_mails, mails
from shares.core import prints
from shares.core.backoff import delay
from shares.core.findings import MOUNT_REMOVED, findings
from shares.core.said import Said, together
from shares.core.spec import Observed, Phase, ShareSpec
from shares.core.states import RequestKind, RequestState
from shares.core.steps import Problem
from shares.models import ConsumerAccount, Dataset, Run, Share, ShareRequest
from shares.services import incidents, moves, proofs, versions
from shares.services.clock import moment
from shares.services.leases import MAX_ATTEMPTS, Lease, release

# How soon a blocked share is looked at again: often enough to heal by itself once a person acted, far from a hot loop.
BLOCKED_PAUSE = timedelta(minutes=15)
# The customer has just got the SQL and watches the tracker: (while ready for less than, look again after).
MOUNT_LOOKS = (
    (timedelta(minutes=10), timedelta(seconds=10)),
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=30), timedelta(minutes=15)),
)
# With more new shares than this the looks become rarer.
MOUNT_CROWD = 20


def converged(run: Run, lease: Lease, spec: ShareSpec, observed: Observed, at: datetime) -> None:
    """Everything is as it should be, by the `spec` of the moment `at`: what was decided since is for the next run."""
    now = timezone.now()
    share = Share.objects.get(pk=run.share_id)
    live = spec.phase is Phase.LIVE and bool(observed.share and observed.share.accounts)
    gone = spec.phase is Phase.GONE
    # Also while it is closed: the database is there, although nothing is in it.
    mounted = not gone and _is_mounted(share.consumer_account, observed)
    was_mounted = share.mounted_at is not None or incidents.is_open(share, MOUNT_REMOVED)
    found = findings(spec, observed, was_mounted=was_mounted, mounted=mounted)
    if mounted and share.mounted_at is None:
        record("share.mounted", target=share, organization=share.organization)
    letters = _ready_letters(share, at, mounted=mounted) if live else []
    with transaction.atomic():
        _finish(run, Run.Outcome.CONVERGED, _words(run, spec))
        release(
            lease,
            None if gone else next_look(share, at, waits_for_mount=live and not mounted),
            converged_at=(now if run.changed else share.converged_at or now) if live else None,
            checked_at=now,
            spec_digest=digest_of(spec),
            listed_print="" if gone else prints.of_listing(observed),
            grants_print="" if gone else prints.of_grants(observed.grants),
            grants_read_at=now,
            ready_at=(share.ready_at or now) if live else (None if gone else share.ready_at),
            mounted_at=(share.mounted_at or now) if mounted else None,
            taken_back_at=(share.taken_back_at or now) if gone else None,
            failures=0,
            blocked_at=share.blocked_at if share.suspended_at else None,
            blocked_reason=share.blocked_reason if share.suspended_at else "",
            blocked_what_to_do=share.blocked_what_to_do if share.suspended_at else "",
        )
        proofs.examined(run, spec, observed)
        for put in letters:
            put()
        if live:
            _arrived(share)
        incidents.looked(share, found, is_well=share.suspended_at is None)
        _record_end(run, spec)


def digest_of(spec: ShareSpec) -> str:
    """SHA-256 in hex over everything that makes the share what it should be."""
    return hashlib.sha256(repr(spec).encode()).hexdigest()


def _words(run: Run, spec: ShareSpec) -> Said:
    if not run.changed:
        return Said("Nothing to do.")
    match spec.phase:
        case Phase.LIVE:
            return Said("%(number)s statements, now as approved.", number=run.changed)
        case Phase.SUSPENDED:
            return Said("%(number)s statements, now closed, reversible.", number=run.changed)
        case Phase.GONE:
            return Said("%(number)s statements, now taken back.", number=run.changed)


def _record_end(run: Run, spec: ShareSpec) -> None:
    if run.changed:
        share = run.share
        record(
            "share.repaired" if run.drift else f"share.reached_{spec.phase.value}",
            target=share,
            organization=share.organization,
            data={"run": str(run.public_id), "statements": run.changed},
        )


def _is_mounted(account: ConsumerAccount, observed: Observed) -> bool:
    names = {account.locator, f"{account.snowflake_organization}.{account.account_name}"} - {"", "."}
    # SHOW GRANTS OF SHARE prints a locator or ORG.ACCOUNT, depending on the account's age; the share has one reader.
    return any(name in names for name in observed.mounted_by) or len(observed.mounted_by) == 1


# Moves and shares that were taken over have mails of their own.
_TOLD_OTHERWISE = (RequestKind.MOVE, RequestKind.ADOPTION)


def _ready_letters(share: Share, at: datetime, *, mounted: bool) -> list[Callable[[], object]]:
    """The mail with the SQL, once for each request that can be read now. Where only the end moved there is no news."""
    granted = share.grants.in_force(at)
    waiting = ShareRequest.objects.filter(grants__in=granted, state=RequestState.APPROVED).distinct()
    waiting = waiting.exclude(kind=RequestKind.RENEWAL, plan_sql=[]).exclude(kind__in=_TOLD_OTHERWISE)
    waiting = waiting.prefetch_related("datasets", "workspaces")
    waiting = waiting.select_related("requester", "consumer_account", "organization")
    return [put for request in waiting for put in mails.ready(request, mounted=mounted)]


def _arrived(share: Share) -> None:
    """What else its being there begins."""
    moves.arrived(share)
    if share.adopted_name:
        adoption_mails.taken_over(share)


def next_look(share: Share, now: datetime, *, waits_for_mount: bool) -> datetime:
    """At the next audit, or when a window opens or closes or a notice ends before that; sooner while somebody may be
    mounting it.

    In between, the check of the whole provider account (shares.services.watch) finds what moved. Audits are spread, so
    that shares that were made together are not audited together for ever.
    """
    audit = timedelta(hours=settings.FIRN_AUDIT_HOURS)
    times = [now + audit * random.uniform(0.8, 1)]  # noqa: S311 - spreads work, guards nothing
    if waits_for_mount:
        age = now - (share.ready_at or now)
        crowd = _crowd(now)
        times += [now + pause * crowd for limit, pause in MOUNT_LOOKS if age < limit]
    datasets = Dataset.objects.filter(grants__in=share.grants.in_force(now)).distinct()
    times += [version.notice_until for version in versions.coming(share, datasets, now) if version.notice_until]
    for grant in share.grants.filter(revoked_at__isnull=True):
        times += [when for when in (grant.valid_from, grant.valid_until) if when and when > now]
    if share.closes_at and share.closes_at > now:
        times.append(share.closes_at)
    if share.adopted_name and share.adoption.overlap_until > now:
        times.append(share.adoption.overlap_until)
    times += list(share.handshakes.open_at(now).values_list("expires_at", flat=True))
    return min(times)


def _crowd(now: datetime) -> int:
    """How much rarer the looks for a mount must be: of a thousand new shares each every ten seconds would be all that
    the workers do."""
    fresh = Share.objects.filter(ready_at__gte=now - MOUNT_LOOKS[0][0], mounted_at=None, taken_back_at=None)
    return 1 + fresh.count() // MOUNT_CROWD


def close_when_over(share: Share) -> None:
    """When the last window has closed by itself, begin the grace days after which everything is taken back."""
    if share.closes_at or share.grants.not_over(timezone.now()).exists() or not share.grants.exists():
        return
    with transaction.atomic():
        # Locked, and asked again: a renewal may have been approved at this very moment.
        list(Share.objects.select_for_update(no_key=True).filter(pk=share.pk))
        now = moment(share)
        if share.grants.not_over(now).exists():
            return
        closes_at = now + timedelta(days=settings.FIRN_GRACE_DAYS)
        if Share.objects.filter(pk=share.pk, closes_at=None).update(closes_at=closes_at):
            share.closes_at = closes_at
            end_mails.ending(share)
            record("share.window_closed", target=share, organization=share.organization, data={"closes_at": closes_at})


def failed(run: Run, lease: Lease, words: str, retry_at: datetime | None = None) -> None:
    """Something outside failed: wait and try again, longer each time."""
    share = Share.objects.get(pk=run.share_id)
    failures = share.failures + 1
    when = retry_at or timezone.now() + delay(failures, random.random())  # noqa: S311 - spreads retries, guards nothing
    with transaction.atomic():
        _finish(run, Run.Outcome.FAILED, words)
        release(lease, when, failures=failures, checked_at=timezone.now())
        record("share.run_failed", target=share, organization=share.organization, data={"words": words, "again": when})


def blocked(run: Run, lease: Lease, problem: Problem, *others: Problem, again: datetime | None = None) -> None:
    """Needs a person: say it on the page, tell both sides once, and look again now and then, or at `again`."""
    share = Share.objects.get(pk=run.share_id)
    now = timezone.now()
    first = share.blocked_at is None or share.blocked_reason != problem.words
    with transaction.atomic():
        _finish(run, Run.Outcome.BLOCKED, together(problem.words, problem.what_to_do))
        release(
            lease,
            again or now + BLOCKED_PAUSE,
            blocked_at=share.blocked_at or now,
            blocked_reason=problem.words,
            blocked_what_to_do=problem.what_to_do,
            checked_at=now,
        )
        incidents.stopped(share, (problem, *others))
        if first:
            _tell_blocked(share, problem.words, problem.what_to_do, f"blocked:{share.pk}:{run.fence}")
            record("share.blocked", target=share, organization=share.organization, data={"code": problem.code})


def _tell_blocked(share: Share, words: str, what_to_do: str, key: str) -> None:
    mails.failed(share, words, Said("The data provider's staff have been told and look after it."), key=key)
    mails.alert(share, Said("Share %(share)s needs you", share=share.name), words, what_to_do, key=key)


def leak(run: Run) -> None:
    """The leak test failed: take everything out of the share at once, and call people. Only staff may resume."""
    share = Share.objects.get(pk=run.share_id)
    proof = run.proofs.first()
    words = proof.words if proof else Said("The leak test did not finish.")
    problem = Problem(
        "leak",
        Said("The isolation test found rows that are not this customer's. The share was closed.")
        if proof and proof.foreign_rows
        else Said(
            "The isolation test found something that was not approved, or could not be made. The share was closed."
        ),
        together(words, Said("Correct the dataset's tenant column, its functions or the data, then resume the share.")),
    )
    with transaction.atomic():
        Share.objects.filter(pk=share.pk, suspended_at=None).update(
            suspended_at=timezone.now(),
            suspended_by=None,
            suspend_reason="",
            blocked_at=timezone.now(),
            blocked_reason=problem.words,
            blocked_what_to_do=problem.what_to_do,
        )
        _tell_blocked(
            share,
            Said("The isolation test failed, so the share was closed before anybody could read it wrongly."),
            words,
            key=f"leak:{share.pk}:{run.fence}",
        )
        incidents.stopped(share, (problem,))
        record("share.leak_test_failed", target=share, organization=share.organization, data={"words": words})


def quarantined(share_id: int) -> bool:
    """The workers of this share died too often: leave it to a person, and call one. False when it is not so (now).

    The dead lease is taken away with it, so this happens once; a person's next decision starts the count anew.
    """
    dead = ~Q(lease_owner="") & Q(lease_until__lt=Now())
    words = Said(
        "The program that works on this share died %(number)s times in a row, so Firn stopped trying.",
        number=MAX_ATTEMPTS,
    )
    what_to_do = Said(
        "Find in the worker's log what kills it (memory, a crash of the driver), then use “Reconcile now”."
    )
    with transaction.atomic():
        stopped = Share.objects.filter(dead, pk=share_id, attempts__gte=MAX_ATTEMPTS).update(
            lease_owner="",
            lease_until=None,
            next_check_at=None,
            blocked_at=Now(),
            blocked_reason=words,
            blocked_what_to_do=what_to_do,
        )
        if not stopped:
            return False
        Run.objects.filter(share_id=share_id, outcome=Run.Outcome.RUNNING).update(
            outcome=Run.Outcome.DIED, finished_at=Now(), words=Said("The worker died.")
        )
        share = Share.objects.get(pk=share_id)
        _tell_blocked(share, words, what_to_do, key=f"quarantine:{share.pk}:{share.fence}")
        incidents.stopped(share, (Problem("quarantine", words, what_to_do),))
        record("share.quarantined", target=share, organization=share.organization, data={"attempts": share.attempts})
    return True


def fenced(run: Run) -> None:
    """Another run took over: this one only writes that it stopped."""
    _finish(run, Run.Outcome.FENCED, Said("Another run took over."))


def _finish(run: Run, outcome: str, words: str) -> None:
    run.outcome, run.words, run.finished_at = outcome, words, timezone.now()
    run.save(update_fields=["outcome", "words", "finished_at"])
