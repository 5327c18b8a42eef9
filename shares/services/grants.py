"""Change what is granted: end, undo, suspend, resume, look now. Each changes our tables and rings the bell."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares import mails
from shares.models import Run, Share
from shares.services.bell import wake


class NotNow(Exception):
    """The share is not in a state for this; the message says which and what to do."""


def end(share: Share, by: User, reason: str = "") -> None:
    """End every grant now. The objects leave the share at once; the share itself goes after the grace days."""
    now = timezone.now()
    with transaction.atomic():
        ended = share.grants.in_force(now).update(revoked_at=now, revoked_by=by, revoke_reason=reason.strip())
        if not ended:
            raise NotNow("This share has nothing left to end.")
        closes_at = now + timedelta(days=settings.FIRN_GRACE_DAYS)
        Share.objects.filter(pk=share.pk).update(closes_at=closes_at)
        wake(share.pk, Run.Trigger.ENDING)
        share.refresh_from_db()
        mails.ending(share)
        record(
            "share.ended",
            actor=by,
            target=share,
            organization=share.organization,
            data={"reason": reason.strip(), "grants": ended, "closes_at": closes_at},
        )


def undo_end(share: Share, by: User) -> None:
    """Within the grace days: everything that the ending took, given back as it was."""
    now = timezone.now()
    with transaction.atomic():
        # The row, not what the page had read: the share may have been taken back since.
        share = Share.objects.select_for_update().get(pk=share.pk)
        if share.closes_at is None or share.closes_at <= now:
            raise NotNow("There is nothing to undo, or it is too late: ask for a new share.")
        last = share.grants.filter(revoked_at__isnull=False).order_by("-revoked_at").first()
        # A window that was granted after that ending, and has closed since: what ended before it is long decided.
        if last is None or share.grants.filter(valid_from__gt=last.revoked_at).exists():
            raise NotNow("This share ended because its window closed: ask for a new one.")
        share.grants.filter(revoked_at=last.revoked_at).update(revoked_at=None, revoked_by=None, revoke_reason="")
        if not share.grants.in_force(now).exists():
            raise NotNow("Its window has closed in the meantime: ask for a new share.")
        Share.objects.filter(pk=share.pk).update(closes_at=None)
        wake(share.pk, Run.Trigger.DECISION)
        record("share.end_undone", actor=by, target=share, organization=share.organization)


def suspend(share: Share, by: User, reason: str) -> None:
    """Take the objects out of the share; the consumer's database stays and comes back with `resume`."""
    with transaction.atomic():
        if not Share.objects.filter(pk=share.pk, suspended_at=None).update(suspended_at=timezone.now()):
            raise NotNow("It is suspended already.")
        wake(share.pk, Run.Trigger.STAFF)
        record("share.suspended", actor=by, target=share, organization=share.organization, data={"reason": reason})


def resume(share: Share, by: User) -> None:
    """Put the objects back, after the leak test."""
    with transaction.atomic():
        if not Share.objects.filter(pk=share.pk, suspended_at__isnull=False).update(suspended_at=None):
            raise NotNow("It is not suspended.")
        _clear_block(share)
        wake(share.pk, Run.Trigger.STAFF)
        record("share.resumed", actor=by, target=share, organization=share.organization)


def reconcile_now(share: Share, by: User) -> None:
    """Look at once, and forget what stopped the last runs."""
    with transaction.atomic():
        _clear_block(share)
        wake(share.pk, Run.Trigger.STAFF)
        record("share.reconcile_asked", actor=by, target=share, organization=share.organization)


def _clear_block(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(
        blocked_at=None, blocked_reason="", blocked_what_to_do="", attempts=0, failures=0
    )
