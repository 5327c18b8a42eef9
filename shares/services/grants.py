"""Change what is granted: end, undo, suspend, resume, look now. Each changes our tables and rings the bell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from portal.audit.record import record
from portal.people.models import User
from shares import end_mails
from shares.core.said import Said
from shares.models import EndedGrant, Ending, Grant, Run, Share
from shares.models.shares import Purpose
from shares.services import endings
from shares.services.bell import wake
from shares.services.clock import moment
from shares.services.pages import last_until
from shares.services.translated import translated
from shares.services.windows import end_of, last_day


class NotNow(Exception):
    """The share is not in a state for this; the words say which and what to do, to whoever reads them."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return translated(self.words)


def end(share: Share, by: User, reason: str = "") -> None:
    """The customer ends everything now. The objects leave the share at once; the share itself goes after the grace
    days."""
    with transaction.atomic():
        _lock(share)
        _end_now(share, by, reason.strip(), by_provider=False)


def end_by_provider(share: Share, by: User, reason: str, notice_days: int) -> None:
    """The provider ends everything: at once, or at the end of the day that is `notice_days` away.

    Until then the share stays up; its windows are shortened to that moment, and close like any other.
    """
    if not reason.strip():
        raise NotNow(Said("Say why: the customer reads it."))
    with transaction.atomic():
        _lock(share)
        if standing := endings.of_provider(share):
            day = f"{last_day(standing.effective_at):%d %b %Y}"
            raise NotNow(Said("It is being ended already, on %(day)s. Undo that first.", day=day))
        if notice_days == 0:
            _end_now(share, by, reason.strip(), by_provider=True)
        else:
            _end_later(share, by, reason.strip(), notice_days)


def end_at_once(share: Share, by: User, reason: str) -> None:
    """Everything, without grace days: its account is another customer's from now on. Also where it was being
    ended. Whoever calls it tells people."""
    with transaction.atomic():
        _lock(share)
        _end_now(share, by, reason, by_provider=True, final=True)


def _lock(share: Share) -> None:
    """Of two endings at the same moment the second finds the first."""
    list(Share.objects.select_for_update(no_key=True).filter(pk=share.pk))


def _end_now(share: Share, by: User, reason: str, *, by_provider: bool, final: bool = False) -> None:
    now = moment(share)
    ending = _note_ending(share, by, reason, now, now, by_provider=by_provider)
    ended = share.grants.filter(ended_by__ending=ending).update(revoked_at=now, revoked_by=by, revoke_reason=reason)
    closes_at = now + timedelta(days=0 if final else settings.FIRN_GRACE_DAYS)
    Share.objects.filter(pk=share.pk).update(closes_at=closes_at)
    wake(share.pk, Run.Trigger.ENDING)
    share.refresh_from_db()
    if not final:
        end_mails.ending(share)
    data = {"reason": reason, "grants": ended, "closes_at": closes_at, "by_provider": by_provider}
    record("share.ended", actor=by, target=share, organization=share.organization, data=data)


def _end_later(share: Share, by: User, reason: str, notice_days: int) -> None:
    now = moment(share)
    last = last_until(share.grants.not_over(now))
    over = min(end_of(now.date() + timedelta(days=notice_days)), last or datetime.max.replace(tzinfo=UTC))
    ending = _note_ending(share, by, reason, now, over, by_provider=True)
    longer = Q(valid_until__isnull=True) | Q(valid_until__gt=over)
    share.grants.filter(longer, ended_by__ending=ending).update(valid_until=over)
    # The next look was planned for the end of the longer window.
    wake(share.pk, Run.Trigger.STAFF)
    end_mails.announced(share, ending)
    data = {"reason": reason, "grants": ending.taken.count(), "day": over}
    record("share.end_announced", actor=by, target=share, organization=share.organization, data=data)


def _note_ending(
    share: Share, by: User, reason: str, now: datetime, effective: datetime, *, by_provider: bool
) -> Ending:
    """Write down what is taken before it is. Raises NotNow when there is nothing to take."""
    taken = list(share.grants.not_over(now))
    if not taken:
        raise NotNow(Said("This share has nothing left to end."))
    ending = Ending.objects.create(
        share=share, by=by, by_provider=by_provider, reason=reason, decided_at=now, effective_at=effective
    )
    EndedGrant.objects.bulk_create(
        EndedGrant(ending=ending, grant=grant, until_before=grant.valid_until) for grant in taken
    )
    return ending


def undo_end(share: Share, by: User) -> None:
    """The customer takes their own ending back in the grace days. What the provider ended only `keep` gives back."""
    _undo(share, by, "", by_provider=False)


def keep(share: Share, by: User, note: str = "") -> None:
    """The provider takes its ending back, during its notice or the grace days."""
    _undo(share, by, note.strip(), by_provider=True)


def _undo(share: Share, by: User, note: str, *, by_provider: bool) -> None:
    """Everything that the ending took, given back as it was. Each side undoes its own."""
    with transaction.atomic():
        # The row, not what the page had read: the share may have been taken back since.
        share = Share.objects.select_for_update(no_key=True).get(pk=share.pk)
        account = share.consumer_account
        if account.leaving_at or account.organization_id != share.organization_id:
            words = Said("%(account)s goes to another customer: nothing is given back in it.", account=str(account))
            raise NotNow(words)
        now, ending = moment(share), endings.current(share)
        if share.taken_back_at or (share.closes_at and share.closes_at <= now):
            raise NotNow(Said("There is nothing to undo, or it is too late: ask for a new share."))
        if ending is None:
            words = Said("This share ended because its window closed: ask for a new one.")
            raise NotNow(words if share.closes_at else Said("There is nothing to undo."))
        if ending.by_provider and not by_provider:
            raise NotNow(
                Said(
                    "The data provider ended this share. Write to %(support)s to keep it.",
                    support=settings.SUPPORT_EMAIL,
                )
            )
        if by_provider and not ending.by_provider:
            raise NotNow(Said("The customer ended this share: only one of its owners can take that back."))
        _give_back(ending)
        if not share.grants.in_force(now).exists():
            raise NotNow(Said("Its window has closed in the meantime: ask for a new share."))
        if not Ending.objects.filter(pk=ending.pk, undone_at=None).update(undone_at=now, undone_by=by):
            raise NotNow(Said("Somebody undid this just now."))
        Share.objects.filter(pk=share.pk).update(closes_at=None)
        wake(share.pk, Run.Trigger.DECISION)
        end_mails.kept(share, ending, by)
        data = {"reason": note}
        record("share.end_undone", actor=by, target=share, organization=share.organization, data=data)


def _give_back(ending: Ending) -> None:
    """Each grant as it was before; one that was taken again since, by something else, stays taken."""
    if ending.effective_at == ending.decided_at:
        mine = Grant.objects.filter(ended_by__ending=ending, revoked_at=ending.decided_at)
        mine.update(revoked_at=None, revoked_by=None, revoke_reason="")
        return
    for taken in ending.taken.all():
        Grant.objects.filter(pk=taken.grant_id, revoked_at=None).update(valid_until=taken.until_before)


def suspend(share: Share, by: User, reason: str) -> None:
    """Take the objects out of the share; the consumer's database stays and comes back with `resume`."""
    why = reason.strip()
    with transaction.atomic():
        _lock(share)
        now = moment(share)
        if not share.grants.in_force(now).exists():
            raise NotNow(Said("Nothing is granted on it that could be closed."))
        if not Share.objects.filter(pk=share.pk, suspended_at=None).update(
            suspended_at=now, suspended_by=by, suspend_reason=why
        ):
            raise NotNow(Said("It is suspended already."))
        wake(share.pk, Run.Trigger.STAFF)
        end_mails.suspended(share, by, why, now)
        record("share.suspended", actor=by, target=share, organization=share.organization, data={"reason": why})


def resume(share: Share, by: User, note: str = "") -> None:
    """Put the objects back, after the leak test."""
    with transaction.atomic():
        _lock(share)
        # A share that proves an account has no grants.
        if share.purpose == Purpose.DATA and not share.grants.in_force(moment(share)).exists():
            raise NotNow(Said("Nothing is granted on it any more that could be opened again."))
        if not Share.objects.filter(pk=share.pk, suspended_at__isnull=False).update(
            suspended_at=None, suspended_by=None, suspend_reason=""
        ):
            raise NotNow(Said("It is not suspended."))
        _clear_block(share)
        wake(share.pk, Run.Trigger.STAFF)
        end_mails.resumed(share, moment(share))
        record("share.resumed", actor=by, target=share, organization=share.organization, data={"reason": note.strip()})


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
