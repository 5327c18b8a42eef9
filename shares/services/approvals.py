"""An approver's answer, from whichever door it comes: session, mailed code, or the Django admin."""

from __future__ import annotations

from datetime import UTC

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.audit.record import record
from portal.people.models import User
from portal.people.permissions import Act, allows
from shares import mails
from shares.core.states import RequestState
from shares.models import Ask, ConsumerAccount, Dataset, Share, ShareRequest, Vote
from shares.models.accounts import ProofKind
from shares.services import endings, handshakes, move_facts, policies, requests, waiting
from shares.services.codes import is_code
from shares.services.entitling import Entry, carry_out

MAX_FAILURES = 5


class CannotDecide(Exception):
    """The answer was not taken; the message says why and what to do."""


class PlanChanged(CannotDecide):
    """What would run is not what the approver saw: a new revision was asked for."""


class _Overtaken(Exception):
    """The catalog or the share moved since the approvers were asked, or the days that were asked for are over."""


def check_code(ask: Ask, typed: str) -> bool:
    """Whether `typed` is the mailed code. Each wrong try counts; after five only a signed-in answer is taken."""
    # The failure is counted before the comparison, so that parallel guesses cannot outrun the limit.
    allowed = Ask.objects.filter(pk=ask.pk, failures__lt=MAX_FAILURES).update(failures=F("failures") + 1)
    if not allowed:
        raise CannotDecide(_("Too many wrong codes. Sign in to decide."))
    if not is_code(ask, typed):
        return False
    Ask.objects.filter(pk=ask.pk).update(failures=0)
    return True


def decide(
    request: ShareRequest,
    approver: User,
    answer: str,
    *,
    channel: str,
    revision: int,
    reason: str = "",
    vouch: str = "",
) -> ShareRequest:
    """Take one approver's vote on `revision`, and carry the decision out when it decides.

    With `vouch` the approver answers by name for the account being the customer's, and says how they know. Without it
    nothing is added to an account before the customer has proved it.

    Raises CannotDecide when it may not count, PlanChanged when the page that the approver saw is out of date.
    """
    if answer not in Vote.Answer.values:
        raise ValueError(f"not an answer: {answer!r}")
    try:
        _vote(request, approver, answer, channel=channel, revision=revision, reason=reason.strip(), vouch=vouch.strip())
    except _Overtaken:
        # Outside the vote's transaction: what was closed or asked anew stays so, although this answer is not taken.
        _refuse_empty(request)
        _refuse_over(request)
        if _plan_moved(request):
            words = _("What would run has changed since you were asked. A new mail with the new plan is on its way.")
            raise PlanChanged(words) from None
        raise PlanChanged(_("What would run has changed at this very moment. Look at it once more.")) from None
    request.refresh_from_db()
    return request


def _vote(
    request: ShareRequest, approver: User, answer: str, *, channel: str, revision: int, reason: str, vouch: str
) -> None:
    """All of it in one transaction. Raises CannotDecide or _Overtaken."""
    with transaction.atomic():
        # Votes on one request are taken one after the other: what is looked at here stays true until the commit.
        locked = ShareRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        if locked.is_open:
            _hold_catalog(locked)
        seats = _authorize(locked, approver, revision, channel)
        if answer == Vote.Answer.APPROVE:
            if waiting.is_over(locked):
                raise _Overtaken
            _refuse_while_ending(locked)
        Vote.objects.create(
            request=locked,
            approver=approver,
            revision=revision,
            answer=answer,
            reason=reason,
            channel=channel,
            plan_digest=locked.plan_digest,
            stood_in=policies.stands_in(seats, approver),
        )
        done: list[Entry] = [
            (
                f"request.{'approval' if answer == Vote.Answer.APPROVE else 'decline'}_vote",
                locked,
                {"reason": reason, "channel": channel, "plan_digest": locked.plan_digest},
            ),
            # Before it is counted: what the requester is told of the decision depends on whether the account is proved.
            *(_vouch(locked.consumer_account, approver, vouch) if answer == Vote.Answer.APPROVE else []),
            *_count(locked, approver, reason),
        ]
        # Last: the audit's head stays locked until the commit, and a worker locks the share before the head.
        for action, target, data in done:
            record(action, actor=approver, target=target, organization=locked.organization, data=data)


def _authorize(request: ShareRequest, approver: User, revision: int, channel: str) -> list[policies.Seat]:
    """The stages of the request, of which one at least is theirs."""
    if not request.is_open:
        raise CannotDecide(decided_words(request))
    if request.revision != revision:
        raise CannotDecide(_("This request was changed after you were asked. Use the link in the newest mail."))
    if approver.pk in request.authors:
        raise CannotDecide(_("Nobody decides their own request."))
    seats = policies.panel(request)
    named = policies.may_decide(seats, approver)
    if not approver.is_active or not allows(Act.REQUEST_DECIDE, provider="approver" if named else None):
        raise CannotDecide(_("You are not an approver of these datasets (any more)."))
    if request.votes.filter(approver=approver, revision=revision).exists():
        raise CannotDecide(_("You have answered this already."))
    if channel == Vote.Channel.CODE and not policies.code_suffices(request):
        raise CannotDecide(_("For this a code from a mail is not enough. Sign in to decide."))
    return seats


def _refuse_empty(request: ShareRequest) -> None:
    """A change or renewal of a share that ended meanwhile has nothing left to decide: it is closed, and says so."""
    with transaction.atomic():
        locked = ShareRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        if not locked.is_open or not requests.is_void(locked):
            return
        words = gettext_noop("The share ended after this was asked. Nothing of it is left to decide.")
        _close(locked, RequestState.WITHDRAWN, None, words)
        record("request.withdrawn", target=locked, organization=locked.organization, data={"reason": words})
    raise CannotDecide(_(words))


def _refuse_over(request: ShareRequest) -> None:
    """Of days that are over nothing can be given any more: it is closed like any that nobody decided in time."""
    if waiting.is_over(request) and waiting.expire(request.pk):
        raise CannotDecide(_("The last day that this request asks for is over. It was closed, and nothing was shared."))


def _refuse_while_ending(request: ShareRequest) -> None:
    """Locked, so that an ending that is decided at the same moment comes before or after, never in between."""
    share = Share.data.select_for_update(no_key=True).get(
        organization=request.organization_id, consumer_account=request.consumer_account_id
    )
    if objection := endings.objection(share) or move_facts.objection(share):
        raise CannotDecide(objection)
    if move := move_facts.of_request(request):
        old = Share.objects.select_for_update(no_key=True).get(pk=move.old_share_id)
        if words := move_facts.obstacle(old, share):
            raise CannotDecide(words)


def decided_words(request: ShareRequest) -> str:
    """What became of a decided request, in a sentence."""
    when = f"{date_format(request.decided_at.astimezone(UTC), 'd M Y, H:i')} UTC" if request.decided_at else ""
    words = {
        RequestState.APPROVED: _("Already approved by %(who)s on %(when)s."),
        RequestState.DECLINED: _("Already declined by %(who)s on %(when)s."),
        RequestState.WITHDRAWN: _("Already withdrawn by %(who)s on %(when)s."),
        RequestState.EXPIRED: _("Already expired by %(who)s on %(when)s."),
    }
    return words[RequestState(request.state)] % {"who": request.decider, "when": when}


def _plan_moved(request: ShareRequest) -> bool:
    """Ask anew, in a transaction of its own, when the catalog or the share moved since the approvers were asked."""
    with transaction.atomic():
        locked = ShareRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        if not locked.is_open:
            return False
        planned = requests.plan_now(locked)
        new = requests.digest(planned)
        if new == locked.plan_digest:
            return False
        locked.plan_sql, locked.plan_digest, locked.revision = planned, new, locked.revision + 1
        locked.save(update_fields=["plan_sql", "plan_digest", "revision"])
        requests.ask_approvers(locked)
        record("request.revised", target=locked, organization=locked.organization, data={"plan_digest": new})
    return True


def _hold_catalog(request: ShareRequest) -> None:
    """Keep its datasets from being published anew until the commit, and make sure that what would run is what the
    approvers were asked about. Raises _Overtaken."""
    list(Dataset.objects.select_for_update(no_key=True).filter(pk__in=request.datasets.values("pk")).order_by("pk"))
    # Read once for the plan, the grants and the mails, and not before it is held.
    prefetch_related_objects([request], "datasets", "workspaces")
    if requests.is_void(request) or requests.digest(requests.plan_now(request)) != request.plan_digest:
        raise _Overtaken


def _count(request: ShareRequest, approver: User, reason: str) -> list[Entry]:
    """One refusal declines; else it is approved once every stage has said yes, and the next stage is asked before."""
    votes = request.votes.filter(revision=request.revision)
    if votes.filter(answer=Vote.Answer.DECLINE).exists():
        _close(request, RequestState.DECLINED, approver, reason)
        mails.declined(request)
        return [("request.declined", request, {})]
    if not policies.is_decided(request):
        requests.ask_approvers(request)
        return []
    _close(request, RequestState.APPROVED, approver, reason)
    granted = carry_out(request, approver)
    mails.approved(request)
    return [("request.approved", request, {}), *granted]


def _close(request: ShareRequest, state: RequestState, by: User | None, reason: str) -> None:
    request.state, request.decided_at, request.decided_by = state.value, timezone.now(), by
    request.decision_reason = reason
    changed = ShareRequest.objects.filter(pk=request.pk, state=RequestState.SUBMITTED).update(
        state=request.state, decided_at=request.decided_at, decided_by=by, decision_reason=reason
    )
    if changed != 1:
        raise CannotDecide(_("Somebody else decided at the same moment."))


def _vouch(account: ConsumerAccount, approver: User, note: str) -> list[Entry]:
    """The approver answers by name for the account being the customer's, where they say how they know."""
    if not note or not handshakes.mark_proved(account, ProofKind.VOUCHED, approver, note):
        return []
    account.refresh_from_db()
    return [("account.vouched", account, {"note": note})]
