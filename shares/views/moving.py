"""A share moves to another account: asking for it, and both shares on one page until the old one has ended."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people import guards
from portal.people.permissions import Act
from shares.core.accounts import LOOKUP_SQL
from shares.forms.move import MoveForm
from shares.models import Move, Share
from shares.services import mount, move_facts, moves, pages, requests, visible
from shares.services.grants import NotNow
from shares.services.move_facts import MoveState
from shares.services.pages import ShareRow
from shares.views.http import PageRequest, reader_required


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def share_move(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The form; a refused one comes back with everything that was typed."""
    share = get_object_or_404(visible.shares(request.user), public_id=public_id)
    _owner_only(request, share)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            draft = moves.draft(share, request.user, data["identity"], data["overlap_days"], data["reason"])
            sent = requests.submit(draft)
        except requests.Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.words)
        else:
            return redirect("move", sent.move.public_id)
    words = move_facts.objection(share) or move_facts.obstacle(share, None)
    context = {
        "section": "shares",
        "share": share,
        "form": form,
        "datasets": pages.datasets_of(share),
        "words": words,
        "lookup_sql": LOOKUP_SQL,
    }
    return render(request, "shares/share_move.html", context, status=422 if form.errors else 200)


@require_safe
@reader_required
def move_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Old and new, the day, and the SQL to switch over."""
    move = get_object_or_404(visible.moves(request.user), public_id=public_id)
    state = move_facts.state_of(move)
    old, new = rows_of(move)
    switching = state in (MoveState.OVERLAP, MoveState.HELD)
    is_owner = guards.may(request, Act.SHARE_MOVE, move.old_share.organization)
    context = {
        "section": "shares",
        "move": move,
        "move_state": state,
        "old": old,
        "new": new,
        "steps": mount.switch_over(move, pages.datasets_of(move.new_share)) if switching else [],
        "last": mount.leave(move) if switching else [],
        "grace_days": settings.FIRN_GRACE_DAYS,
        "may_call_off": is_owner and state in (MoveState.BUILDING, MoveState.OVERLAP, MoveState.HELD),
    }
    return render(request, "shares/move.html", context)


def rows_of(move: Move) -> tuple[ShareRow, ShareRow]:
    old, new = pages.share_rows([move.old_share, move.new_share])
    return old, new


@require_POST
@reader_required
def move_call_off(request: PageRequest, public_id: UUID) -> HttpResponse:
    move = get_object_or_404(visible.moves(request.user), public_id=public_id)
    _owner_only(request, move.old_share)
    try:
        moves.call_off(move, request.user)
    except NotNow as words:
        messages.error(request, str(words))
    else:
        messages.success(request, _("Called off. Both shares stay until you end one of them."))
    return redirect("move", public_id)


def _owner_only(request: PageRequest, share: Share) -> None:
    if not guards.may(request, Act.SHARE_MOVE, share.organization):
        raise PermissionDenied
