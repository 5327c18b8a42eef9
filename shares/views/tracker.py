"""The tracker: a request's story from the asking to readable rows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people import guards
from portal.people.permissions import Act
from shares.core.states import READABLE, RequestKind, RequestState, ShareState
from shares.forms.proving import ProofForm
from shares.forms.talk import TalkForm
from shares.models import Dataset, Share, ShareRequest
from shares.services import (
    again,
    amending,
    mount,
    pages,
    pairs,
    policies,
    policy_words,
    proving,
    requests,
    story_marks,
    talk,
    visible,
    waiting,
)
from shares.services.proving import Proving
from shares.services.status import Story, state_given, story_of
from shares.services.story_share import share_in_story
from shares.views.http import PageRequest, fragment, reader_required


@require_safe
@reader_required
def request_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The page, or, when polled, its story; 204 while nothing changed since `?m=`, or nothing to tell since `?v=`."""
    # Before the story is read: what changes in between is then told once more, not missed.
    mark = story_marks.of(request.user, public_id)
    if fragment(request) and mark and request.GET.get("m") == mark:
        return HttpResponse(status=204)
    seen = visible.requests(request.user).select_related("decided_by").prefetch_related(None)
    whole = Prefetch("datasets", Dataset.objects.select_related("version"))
    seen = seen.prefetch_related(whole).annotate(has_policy=policies.has_policy(), has_remarks=talk.has_remarks())
    found = get_object_or_404(seen, public_id=public_id)
    pairs.read_along(found)
    approved = found.state == RequestState.APPROVED
    # Nothing is told of a share before somebody said yes to it.
    share = share_in_story(found) if approved else None
    over = not (found.is_open or approved)
    stands = None if over or not found.owns_account else proving.of(found.consumer_account)
    story = story_of(found, share, stands)
    if fragment(request) and request.GET.get("v") == story.version:
        return HttpResponse(status=204)
    context = story_context(request, found, story, share) | {"section": "requests", "story_mark": mark}
    context["difference"] = pairs.shown(found) if found.kind == RequestKind.CHANGE else None
    context["may_withdraw"] = found.is_open and guards.may(request, Act.REQUEST_WITHDRAW, found.organization)
    context["panel"] = policy_words.panel(found, named=visible.reads_all(request.user, Act.REQUEST_READ))
    context |= {"answer_by": waiting.answer_by(found), "is_late": waiting.is_late(found)}
    may_ask = guards.may(request, Act.REQUEST_MAKE, found.organization)
    context["may_change"] = may_ask and amending.may_change(found)
    context["again_url"] = again.path_of(found) if may_ask and again.is_lost(found) else ""
    may_prove = guards.may(request, Act.ACCOUNT_PROVE, found.organization)
    context |= proof_context(found, stands, may_prove=may_prove) if not over else {}
    if fragment(request):
        # The share's page polls the same story and has other things around it.
        context["on_tracker"] = request.htmx.current_url_abs_path == request.path
        return render(request, "shares/parts/story_news.html", context)
    context |= talk_context(request, found, reverse("request-talk", args=[public_id]))
    return render(request, "shares/request.html", context)


def talk_context(request: PageRequest, found: ShareRequest, url: str) -> dict[str, object]:
    """What parts/talk.html needs."""
    said = talk.remarks(found) if getattr(found, "has_remarks", True) else []
    may = guards.may(request, Act.REQUEST_TALK, found.organization)
    return {"remarks": said, "talk_form": TalkForm() if may else None, "talk_url": url}


def proof_context(found: ShareRequest, stands: Proving | None, *, may_prove: bool) -> dict[str, object]:
    """What parts/proof.html needs; `proving` is None once the account is proved."""
    return {
        "account": found.consumer_account,
        "proving": stands,
        "may_prove": may_prove,
        "form": ProofForm(),
    }


def story_context(request: PageRequest, found: ShareRequest, story: Story, share: Share | None) -> dict[str, object]:
    """What parts/story.html needs, on the tracker and on the share's page alike."""
    current = next((item for item in story.chapters if item.status in ("now", "failed")), story.chapters[-1])
    mark = f"{current.code}-{current.status}"
    let_in = any(chapter.code == "added" and chapter.status == "done" for chapter in story.chapters)
    # Mounting what is closed, or over, fails.
    stands = _state_in_story(share) if share else None
    readable = let_in and stands in READABLE
    return {
        "asked": found,
        "story": story,
        "share": share,
        "stands": stands,
        "current": current,
        "current_mark": mark,
        # Who does not say what they have seen has seen nothing yet: nothing is new to them.
        "news": request.GET.get("c", mark) != mark,
        "poll": pages.poll_seconds(story, share),
        "poll_url": reverse("request", args=[found.public_id]),
        **(mount.help_of(share, list(found.datasets.all())) if readable and share else mount.NO_HELP),
    }


def _state_in_story(share: Share) -> ShareState | None:
    """Of a share as the story has it, by what this request gave; None where it gave nothing."""
    if getattr(share, "has_standing", False):
        return state_given(share, window_open=True, ever_granted=True)
    return ShareState.ENDED if getattr(share, "over", None) else None


@require_POST
@reader_required
def request_withdraw(request: PageRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(visible.requests(request.user), public_id=public_id)
    if not guards.may(request, Act.REQUEST_WITHDRAW, found.organization):
        raise PermissionDenied
    try:
        requests.withdraw(found, request.user)
    except requests.Refused as refused:
        messages.error(request, refused.words)
    else:
        if found.kind == RequestKind.NEW:
            words = _("Withdrawn. Nobody can approve it any more, and nothing was shared.")
        else:
            words = _("Withdrawn. Nobody can approve it any more, and the share stays as it is.")
        messages.success(request, words)
    return redirect("request", public_id)
