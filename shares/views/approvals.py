"""An approver's pages. Reading one changes nothing, however often and by whomever; only a POST decides."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.people import confirming
from shares import ask_facts
from shares.core.states import RequestKind
from shares.forms.decision import CodeDecisionForm, DecisionForm
from shares.forms.talk import TalkForm
from shares.models import Ask, Dataset, Vote, Workspace
from shares.services import (
    approvals,
    pairs,
    policies,
    policy_words,
    privacy,
    replies,
    sensitive,
    talk,
    versions,
    visible,
    waiting,
)
from shares.views.http import PageRequest


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What an approver was asked, and the answer by their session or by the code from the mail."""
    ask = get_object_or_404(
        Ask.objects.select_related(
            "approver", "request__organization", "request__requester", "request__consumer_account__proved_by"
        )
        .annotate(
            has_policy=policies.has_policy("request"),
            has_held=replies.is_held(),
            has_remarks=talk.has_remarks("request"),
        )
        .prefetch_related(
            Prefetch("request__datasets", Dataset.objects.select_related("version")),
            Prefetch("request__workspaces", Workspace.objects.select_related("organization")),
        ),
        public_id=public_id,
    )
    known = request.user == ask.approver
    proved = ask.request.consumer_account.is_proved
    if known and sensitive.wants_fresh(ask.request) and not confirming.is_fresh(request):
        return confirming.ask_again(request)
    # What was chosen in the mail stands ticked; only sending it decides.
    chosen = {"answer": request.GET.get("answer")}
    form = (DecisionForm if known else CodeDecisionForm)(
        request.POST or None, initial=chosen, kind=ask.request.kind, is_proved=proved
    )
    status = 200
    if request.method == "POST":
        status = _answer(ask, form, known=known)
        if status == 200:
            return redirect("approval", public_id)
        ask.request.refresh_from_db()
    return render(request, "shares/approval.html", _context(ask, form, known=known), status=status)


@require_POST
def approval_undo(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Take an answer by mail back while it does not count yet."""
    ask = get_object_or_404(visible.asks(request.user), public_id=public_id)
    if replies.undo(ask):
        messages.success(request, _("Your answer by mail does not count. You can decide here."))
    else:
        messages.warning(request, _("There is no answer by mail that could still be taken back."))
    return redirect("approval", public_id)


def _answer(ask: Ask, form: DecisionForm, *, known: bool) -> int:
    """Take the answer: 200 when it counts, else 422 or 409 with the words on the form."""
    if not form.is_valid():
        return 422
    answer = form.cleaned_data
    try:
        if not known and not approvals.check_code(ask, answer["code"]):
            form.add_error("code", _("That is not the code in the mail. Mind that a newer mail has a newer code."))
            return 422
        channel = Vote.Channel.SESSION if known else Vote.Channel.CODE
        approvals.decide(
            ask.request,
            ask.approver,
            answer["answer"],
            channel=channel,
            revision=ask.revision,
            reason=answer["reason"],
            vouch=answer.get("vouch", ""),
        )
    except approvals.CannotDecide as words:
        form.add_error(None, str(words))
        return 409
    return 200


def _talk(ask: Ask) -> dict[str, object]:
    said = talk.remarks(ask.request) if getattr(ask, "has_remarks", True) else []
    return {"remarks": said, "talk_form": TalkForm(), "talk_url": reverse("approval-talk", args=[ask.public_id])}


def _context(ask: Ask, form: DecisionForm, *, known: bool) -> dict[str, object]:
    asked = ask.request
    votes = list(asked.votes.filter(revision=asked.revision).select_related("approver").order_by("created_at"))
    mine = next((vote for vote in votes if vote.approver_id == ask.approver_id), None)
    outdated = asked.is_open and ask.revision != asked.revision
    difference = pairs.shown(asked)
    datasets = {item.pk: item for item in asked.datasets.all()}
    contents = [(item, versions.exposed(datasets[item.pk]), spaces) for item, spaces in difference.put_in]
    return {
        "section": "approvals",
        "ask": ask,
        "asked": asked,
        "form": form,
        "known": known,
        "difference": difference if asked.kind == RequestKind.CHANGE else None,
        "contents": contents,
        "rows": ask_facts.rows(contents),
        "personal": list(privacy.columns_of(asked).items()),
        "workspaces": asked.workspaces.all(),
        "votes": votes,
        "answer_by": waiting.answer_by(asked),
        "is_late": waiting.is_late(asked),
        "panel": policy_words.panel(asked, named=True) if getattr(ask, "has_policy", True) else [],
        "code_suffices": known or policies.code_suffices(asked),
        "mine": mine,
        "held": replies.waiting(ask) if known and mine is None and getattr(ask, "has_held", True) else None,
        "outdated": outdated,
        **(_talk(ask) if known else {}),
        "may_answer": asked.is_open and not outdated and mine is None,
        "decided": "" if asked.is_open else approvals.decided_words(asked),
    }
