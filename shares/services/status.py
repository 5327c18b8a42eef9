"""A share's state and a request's story, computed from the rows. Nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shares.core.states import RequestKind, RequestState, ShareFacts, ShareState, share_state
from shares.models import Ending, Grant, Proof, Run, Share, ShareRequest, Statement
from shares.services import decision_words, proof_words, proving
from shares.services.proving import Proving
from shares.services.story_share import share_in_story
from shares.services.translated import translated


def state_of(share: Share, now: datetime | None = None) -> ShareState:
    """What people see of `share`."""
    window_open = share.grants.in_force(now or timezone.now()).exists()
    return state_given(share, window_open=window_open, ever_granted=window_open or share.grants.exists())


def state_given(share: Share, *, window_open: bool, ever_granted: bool) -> ShareState:
    """The state when the grants have been looked at already, as in lists."""
    return share_state(
        ShareFacts(
            window_open=window_open,
            ever_granted=ever_granted,
            suspended=share.suspended_at is not None,
            blocked=share.blocked_at is not None,
            closes_at=share.closes_at,
            taken_back=share.taken_back_at is not None,
            converged=share.converged_at is not None,
            ever_ready=share.ready_at is not None,
            mounted=share.mounted_at is not None,
            account_proved=share.consumer_account.is_proved,
        )
    )


@dataclass(frozen=True)
class Chapter:
    """One step of a request's story. `status` is done, now, waiting, failed or off (it came to nothing)."""

    code: str
    title: str | Promise
    status: str
    at: datetime | None = None
    words: str = ""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Story:
    """`percent` is for <progress>; `moving`: look again soon; `version` changes with the content."""

    chapters: tuple[Chapter, ...] = field(default=())
    percent: int = 0
    moving: bool = False
    version: str = ""


def story_of(request: ShareRequest, share: Share | None = None, stands: Proving | None = None) -> Story:
    """The request as the customer sees it: asked, decided, built, proved, added, mounted, and in the end ended.

    `share` (from `share_in_story`) and `stands` spare the queries for what the caller has looked up already.
    """
    chapters = [_asked(request), *_owned(request, stands), _decided(request)]
    if request.is_open:
        chapters += [Chapter(code, doing, "waiting") for code, _, doing in _physical_of(request)]
    elif request.state == RequestState.APPROVED and request.decided_at and (share := share or share_in_story(request)):
        chapters += _physical(share, request.decided_at, _physical_of(request)) or [_renewed(request)]
        chapters = _ended(share, chapters)
    done = sum(chapter.status == "done" for chapter in chapters)
    failed = any(chapter.status == "failed" for chapter in chapters)
    moving = any(chapter.status == "now" for chapter in chapters) or (failed and request.state == RequestState.APPROVED)
    count = sum(len(chapter.statements) for chapter in chapters)
    version = f"{done}-{len(chapters)}-{count}-{int(failed)}-{request.state}-{request.revision}"
    return Story(tuple(chapters), round(100 * done / len(chapters)), moving, version)


def _asked(request: ShareRequest) -> Chapter:
    words = gettext("%(title)s, into %(account)s.") % {"title": request.title, "account": request.consumer_account}
    words += f" “{request.reason}”" if request.reason else ""
    return Chapter("submitted", gettext("Requested"), "done", request.submitted_at, words)


def _owned(request: ShareRequest, known: Proving | None) -> list[Chapter]:
    """Whose account it is; left out where that was known before, where it is another's by now, or where nothing will be
    shared anyway."""
    account = request.consumer_account
    if not request.owns_account:
        return []
    if account.is_proved and account.proved_at:
        here = account.proved_at >= request.submitted_at
        title, note = gettext("Account known to be yours"), translated(account.proof_note)
        told = Chapter("owned", title, "done", account.proved_at, note)
        return [told] if here else []
    if not (request.is_open or request.state == RequestState.APPROVED):
        return []
    standing = known or proving.of(account)
    if standing and standing.handshake and not standing.ready:
        return [Chapter("coded", gettext("Sending a one-time code to your account"), "now")]
    words = gettext(
        "Nothing is shared with it before. It takes a minute: run two statements there and paste what they print."
    )
    return [Chapter("owned", gettext("Prove that %(account)s is yours") % {"account": account}, "now", words=words)]


def _decided(request: ShareRequest) -> Chapter:
    if request.is_open:
        return Chapter(
            "approved",
            gettext("Waiting for the data owner"),
            "now",
            words=gettext(
                "They were asked by mail and see the SQL that would run. This page says it once they have answered."
            ),
        )
    words = gettext("By %(who)s.") % {"who": request.decider}
    words += f" “{decision_words.told(request)}”" if request.decision_reason else ""
    if request.takes_only:
        return Chapter("approved", gettext("Needs nobody's approval"), "done", request.decided_at, words)
    if request.state == RequestState.APPROVED:
        title = gettext("Approved by a rule") if request.decided_rule else gettext("Approved by the data owner")
        return Chapter("approved", title, "done", request.decided_at, words)
    # What nobody refused is no failure.
    status = "failed" if request.state == RequestState.DECLINED else "off"
    titles = {
        RequestState.DECLINED: gettext("Declined"),
        RequestState.WITHDRAWN: gettext("Withdrawn"),
        RequestState.EXPIRED: gettext("Expired"),
    }
    return Chapter("approved", titles[RequestState(request.state)], status, request.decided_at, words)


# Code, title when done, title before; looked up in the reader's language when it is shown.
Step = tuple[str, str | Promise, str | Promise]
PHYSICAL: tuple[Step, ...] = (
    ("built", _("Objects built"), _("Building the objects")),
    ("proved", _("Isolation proved"), _("Proving isolation")),
    ("added", _("Account added"), _("Adding the account")),
    ("mounted", _("Mounted in your account"), _("Mount it in your account")),
)


# Of a change: the account is there already, and what only leaves needs no building.
CHANGED: tuple[Step, ...] = (
    *PHYSICAL[:2],
    ("added", _("Put into the share"), _("Putting it into the share")),
)
TAKEN: tuple[Step, ...] = (("taken", _("Taken out of the share"), _("Taking it out of the share")),)


def _physical_of(request: ShareRequest) -> tuple[Step, ...]:
    """Which steps a request leads to. A renewal of what is there leads to none."""
    if request.kind == RequestKind.RENEWAL:
        return PHYSICAL if request.plan_sql else ()
    if request.kind == RequestKind.CHANGE:
        return TAKEN if request.takes_only else CHANGED
    return PHYSICAL


def _renewed(request: ShareRequest) -> Chapter:
    if request.valid_until:
        until = {"day": date_format(request.valid_until, "d M Y")}
        words = gettext("Until %(day)s, that day included. Nothing had to be built.") % until
    else:
        words = gettext("Until somebody ends it. Nothing had to be built.")
    return Chapter("renewed", gettext("Goes on without a gap"), "done", request.decided_at, words)


def _physical(share: Share, decided: datetime, steps: tuple[Step, ...]) -> list[Chapter]:
    """Built, proved, added, mounted: from the runs between the decision and the first that reached it."""
    if not steps:
        return []
    first: Run | None = getattr(share, "let_in", None)
    proof: Proof | None = getattr(share, "told_proof", None)
    runs = share.runs.filter(started_at__gte=decided)
    if first:
        runs = runs.filter(pk__lte=first.pk)
    statements = list(Statement.objects.filter(run__in=runs.order_by()).order_by("id")[:200])
    sent = [item for item in statements if item.changes and item.stage != "clean"]
    added = tuple(item for item in sent if item.stage == "expose")
    reached = first.finished_at if first and (not proof or proof.isolated) else None
    built_at = proof.proved_at if proof else reached
    proved_at = proof.proved_at if proof and proof.isolated else reached
    facts: dict[str, Fact] = {
        "built": (built_at, "", tuple(item for item in sent if item.stage != "expose")),
        "proved": (
            proved_at,
            proof_words.told(proof) if proof else "",
            tuple(item for item in statements if not item.changes),
        ),
        "added": (reached, "", added),
        "mounted": (share.mounted_at if reached else None, "", ()),
        "taken": (reached, "", tuple(sent)),
    }
    return _chapters([(step, facts[step[0]]) for step in steps], share)


Fact = tuple[datetime | None, str, tuple[Statement, ...]]


def _chapters(facts: list[tuple[Step, Fact]], share: Share) -> list[Chapter]:
    """Done where there is a time; the first that is not is where it stands now, or what it stumbled over."""
    chapters, here = [], True
    for (code, done, doing), (at, words, statements) in facts:
        if at:
            chapters.append(Chapter(code, done, "done", at, words, statements))
            continue
        stumbled = here and share.blocked_at is not None
        status = "failed" if stumbled else "now" if here else "waiting"
        chapters.append(
            Chapter(code, doing, status, None, translated(share.blocked_reason) if stumbled else words, statements)
        )
        here = False
    return chapters


def _ended(share: Share, chapters: list[Chapter]) -> list[Chapter]:
    """Once nothing that the request gave is in force any more, its story stops where it had come to."""
    over: datetime | None = getattr(share, "over", None)
    if over is None or getattr(share, "has_standing", False):
        return chapters
    words = _why_over(getattr(share, "ended_by", None), getattr(share, "revoked", None))
    return [chapter for chapter in chapters if chapter.status == "done"] + [
        Chapter("ended", gettext("Ended"), "done", over, words)
    ]


def _why_over(ending: Ending | None, revoked: Grant | None) -> str:
    if ending:
        told = gettext("By %(who)s, for the data provider.") if ending.by_provider else gettext("By %(who)s.")
        who, reason = told % {"who": ending.by_name}, ending.reason
    elif revoked:
        by = revoked.revoked_by
        who, reason = gettext("By %(who)s.") % {"who": by.display_name} if by else "", revoked.revoke_reason
    else:
        return gettext("Its window closed.")
    return f"{who} “{reason}”" if reason else who


def last_run(share: Share) -> Run | None:
    """The newest run, whatever became of it."""
    return share.runs.first()
