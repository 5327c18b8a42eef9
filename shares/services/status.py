"""A share's state and a request's story, computed from the rows. Nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from shares.core.states import RequestState, ShareFacts, ShareState, share_state
from shares.models import Proof, Run, Share, ShareRequest, Statement


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
        )
    )


@dataclass(frozen=True)
class Chapter:
    """One step of a request's story. `status` is done, now, waiting or failed."""

    code: str
    title: str
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


def story_of(request: ShareRequest) -> Story:
    """The request as the customer sees it: asked, decided, built, proved, added, mounted."""
    share = Share.objects.filter(
        organization=request.organization_id, consumer_account=request.consumer_account_id
    ).first()
    chapters = [_asked(request), _decided(request)]
    if request.state in (RequestState.SUBMITTED, RequestState.APPROVED):
        chapters += _physical(request, share)
    done = sum(chapter.status == "done" for chapter in chapters)
    failed = any(chapter.status == "failed" for chapter in chapters)
    ready = bool(share and share.mounted_at) and request.state == RequestState.APPROVED
    moving = request.state in (RequestState.SUBMITTED, RequestState.APPROVED) and not ready
    count = sum(len(chapter.statements) for chapter in chapters)
    version = f"{done}-{count}-{int(failed)}-{request.state}-{request.revision}"
    return Story(tuple(chapters), round(100 * done / len(chapters)), moving, version)


def _asked(request: ShareRequest) -> Chapter:
    names = ", ".join(dataset.name for dataset in request.datasets.all())
    words = f"{names}, into {request.consumer_account}. “{request.reason}”"
    return Chapter("submitted", "Requested", "done", request.submitted_at, words)


def _decided(request: ShareRequest) -> Chapter:
    if request.is_open:
        return Chapter("approved", "Waiting for the data owner", "now", words="They were asked by mail just now.")
    who = request.decided_by.display_name if request.decided_by else "Firn"
    words = f"By {who}." + (f" “{request.decision_reason}”" if request.decision_reason else "")
    if request.state == RequestState.APPROVED:
        return Chapter("approved", "Approved by the data owner", "done", request.decided_at, words)
    titles = {RequestState.DECLINED: "Declined", RequestState.WITHDRAWN: "Withdrawn", RequestState.EXPIRED: "Expired"}
    return Chapter("approved", titles[RequestState(request.state)], "failed", request.decided_at, words)


def _physical(request: ShareRequest, share: Share | None) -> list[Chapter]:
    """Built, proved, added, mounted: read from the runs since the decision."""
    decided = request.decided_at
    statements: list[Statement] = []
    proof = None
    if share and decided:
        statements = list(Statement.objects.filter(run__share=share, run__started_at__gte=decided).order_by("id")[:200])
        proof = Proof.objects.filter(share=share, proved_at__gte=decided).first()
    sent = [item for item in statements if item.changes and item.stage != "clean"]
    added = [item for item in sent if item.stage == "expose"]
    built = [item for item in sent if item.stage != "expose"]
    reached = bool(share and decided and share.converged_at and share.converged_at >= decided)
    blocked = bool(share and share.blocked_at)
    flags = [
        reached or bool(proof),
        reached or bool(proof and proof.isolated),
        reached,
        bool(share and share.mounted_at),
    ]
    titles = [
        ("built", "Objects built", "Building the objects"),
        ("proved", "Isolation proved", "Proving isolation"),
        ("added", "Account added", "Adding the account"),
        ("mounted", "Mounted in your account", "Mount it in your account"),
    ]
    details = [tuple(built), tuple(item for item in statements if not item.changes), tuple(added), ()]
    words = ["", proof.words if proof else "", "", ""]
    times = [
        proof.proved_at if proof else None,
        proof.proved_at if proof and proof.isolated else None,
        share.converged_at if share and reached else None,
        share.mounted_at if share else None,
    ]
    return _chapters(titles, flags, details, words, times, decided is not None, share if blocked else None)


def _chapters(
    titles: list[tuple[str, str, str]],
    flags: list[bool],
    details: list[tuple[Statement, ...]],
    words: list[str],
    times: list[datetime | None],
    started: bool,
    blocked: Share | None,
) -> list[Chapter]:
    chapters, current_taken = [], not started
    for (code, done, doing), flag, statements, text, at in zip(titles, flags, details, words, times, strict=True):
        status = "done" if flag and started else "waiting"
        if status == "waiting" and not current_taken:
            current_taken = True
            status = "failed" if blocked else "now"
            text = blocked.blocked_reason if blocked else text
        chapters.append(Chapter(code, done if status == "done" else doing, status, at, text, statements))
    return chapters


def last_run(share: Share) -> Run | None:
    """The newest run, whatever became of it."""
    return share.runs.first()
