"""The list of shares, and one share: is it well, whose rows, how fresh, until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.people import guards
from portal.people.models import Role
from portal.people.permissions import Act, allows
from shares.core.states import READABLE, ShareState
from shares.forms.listing import OwnShareFilter
from shares.models import Dataset, Grant, Move, Share
from shares.services import (
    changes,
    endings,
    incidents,
    listings,
    mount,
    move_facts,
    pages,
    pairs,
    people,
    share_pages,
    three_proofs,
    trends,
    versions,
)
from shares.services.pages import SharedObject
from shares.services.status import state_given
from shares.services.trends import Trend
from shares.services.versions import Held
from shares.views.http import PageRequest, may_ask, reader_required
from shares.views.listings import file

PER_PAGE = 25
# More charts than anybody compares on one page.
MOST_CHARTS = 6
SOON = timedelta(days=30)
OVER = (ShareState.ENDING, ShareState.ENDED)


@require_safe
@reader_required
def share_list(request: PageRequest) -> HttpResponseBase:
    """Narrowed by what one looks for; `?format=csv` gives everything that fits as a file."""
    form = OwnShareFilter(request.GET)
    valid = form.is_valid()
    found = listings.shares(request.user, form.cleaned_data)
    if not valid:
        found = found.none()
    elif request.GET.get("format") == "csv":
        return file("shares", found)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "shares",
        "form": form,
        "narrowed": not valid or any(form.cleaned_data.values()),
        "page": page,
        "rows": pages.share_rows(pages.listed(cast("QuerySet[Share]", page.object_list))),
        "may_ask": may_ask(request),
    }
    return render(request, "shares/shares.html", context, status=200 if valid else 422)


@require_safe
@reader_required
def share_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    share = share_pages.find(request.user, public_id)
    if share is None:
        raise Http404
    asked = share_pages.asked_of(share)
    about = {"section": "shares", "asked": asked, "people": people.of_share(share, asked)}
    return render(request, "shares/share.html", _facts(request, share) | about)


def _facts(request: PageRequest, share: Share) -> dict[str, object]:
    now, proof, role = timezone.now(), share_pages.proof_of(share), guards.role_of(request, share.organization)
    ended, ever, move = endings.standing(share), share_pages.grants_of(share), move_facts.of_share(share)
    grants = pages.shown(ever)
    ending = endings.current(share, ended)
    open_now = any(grant.is_in_force(now) for grant in grants)
    state, datasets = state_given(share, window_open=open_now, ever_granted=bool(grants)), pages.datasets_in(grants)
    held = versions.held_by(share, datasets, ever, now)
    objects = pages.shared_objects(datasets, held, proof)
    may_end = allows(Act.SHARE_END, customer=role)
    return {
        "share": share,
        "state": state,
        "proof": proof,
        "proofs": three_proofs.of(share, proof),
        "objects": objects,
        "datasets": datasets,
        "newest": _newest(objects),
        "until": pages.last_until(grants),
        **(mount.help_of(share, datasets) if state in READABLE and share.ready_at else mount.NO_HELP),
        "trends": _trends(share, datasets, held, now),
        "history": pages.told_history(share),
        "coming": changes.coming_of(share, held, now) if state not in OVER else [],
        **_askable(share, state, role, endings.objection(share, ended) or move_facts.objection_of(move, share), grants),
        "may_end": may_end and state not in (ShareState.ENDING, ShareState.ENDED, ShareState.WAITING),
        "ending": ending,
        "incidents": incidents.open_ones(share, for_staff=guards.is_provider_staff(request.user)),
        "may_undo": may_end and state == ShareState.ENDING and bool(ending and not ending.by_provider),
        "may_operate": guards.may_operate(request.user),
        **_move_facts(move, state, role),
    }


def _trends(share: Share, datasets: list[Dataset], held: Held, now: datetime) -> list[tuple[Dataset, Trend]]:
    """Rows and freshness of each dataset, as the proofs of this share read them."""
    shown = datasets[:MOST_CHARTS]
    items = {dataset.pk: [item for item in held.current[dataset.pk].items if item.is_exposed] for dataset in shown}
    found = trends.of_shares([share], items, now)
    return [(dataset, found[dataset.pk]) for dataset in shown if found[dataset.pk].volume]


def _askable(
    share: Share, state: ShareState, role: Role | None, objection: str, grants: list[Grant]
) -> dict[str, object]:
    """What this person may ask for on it, and what of that waits for an answer already."""
    now = timezone.now()
    asker = allows(Act.SHARE_CHANGE, customer=role)
    may = asker and state not in (*OVER, ShareState.WAITING) and not objection
    end = pairs.first_end(grants, now) if may else None
    return {
        "may_change": may,
        "may_renew": end is not None,
        "renew_soon": end is not None and end - now < SOON,
        "waiting": pages.waiting(share),
    }


def _move_facts(move: Move | None, state: ShareState, role: Role | None) -> dict[str, object]:
    """The move that it is part of, and whether an owner may ask for one."""
    going = move is not None and move_facts.state_of(move) in move_facts.GOING
    may = (
        allows(Act.SHARE_MOVE, customer=role)
        and not going
        and state in (*READABLE, ShareState.BLOCKED, ShareState.PROVISIONING)
    )
    return {"move": move, "move_state": move_facts.state_of(move) if move else None, "may_move": may}


def _newest(objects: list[SharedObject]) -> SharedObject | None:
    dated = [item for item in objects if item.newest]
    return max(dated, key=lambda item: item.newest.isoformat() if item.newest else "", default=None)
