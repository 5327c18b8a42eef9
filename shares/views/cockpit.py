"""One share as its keepers see it: what it should be, what is there, the plan between, and all that was done to it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit import pseudonyms
from portal.audit.record import history
from portal.people import guards
from portal.people.guards import operator_required, staff_required
from shares.models import Run, Share
from shares.services import endings, grants, incidents, looking, pages, share_pages, visible
from shares.services.status import state_given
from shares.views.http import PageRequest, fragment

RECENT = 15
# A worker comes round every few seconds; a check that waits longer than this is not merely next.
LATE = timedelta(minutes=1)


@require_safe
@staff_required
def cockpit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The page, or, when polled, what the newest dry run found."""
    share = share_pages.find_for_keepers(request.user, public_id)
    if share is None:
        raise Http404
    context = {"share": share, "look": share_pages.look_of(share), "may_operate": guards.may_operate(request.user)}
    if fragment(request):
        return render(request, "operations/parts/look.html", context)
    return render(request, "operations/cockpit.html", context | _facts(share) | {"section": "operations"})


def _share(request: PageRequest, public_id: UUID) -> Share:
    return get_object_or_404(visible.shares(request.user), public_id=public_id)


def _facts(share: Share) -> dict[str, object]:
    now, shown = timezone.now(), pages.grants_shown(share)
    window_open = any(grant.is_in_force(now) for grant in shown)
    runs = list(share.runs.all()[:RECENT])
    newest = next((run for run in runs if run.changed), runs[0] if runs else None)
    return {
        "state": state_given(share, window_open=window_open, ever_granted=bool(shown)),
        "overdue": share.next_check_at is not None and share.next_check_at < now - LATE,
        "grants": shown,
        "ending": endings.current(share),
        "incidents": incidents.open_ones(share, for_staff=True),
        "runs": runs,
        "newest": newest,
        "statements": newest.statements.all() if newest else [],
        "proofs": share.proofs.all()[:RECENT],
        "history": pseudonyms.attach(history(share).select_related("actor")[: 2 * RECENT]),
    }


@require_POST
@operator_required
def cockpit_reconcile(request: PageRequest, public_id: UUID) -> HttpResponse:
    grants.reconcile_now(_share(request, public_id), request.user)
    messages.success(request, _("Asked. The worker looks at it now, and mends what differs."))
    return redirect("operations-share", public_id)


@require_POST
@operator_required
def cockpit_look(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A dry run: it changes nothing in Snowflake."""
    look = looking.ask(_share(request, public_id), request.user)
    if fragment(request):
        context = {"share": look.share, "look": look, "may_operate": guards.may_operate(request.user)}
        return render(request, "operations/parts/look.html", context)
    return redirect("operations-share", public_id)


@require_safe
@staff_required
def run_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One run with every statement, also of a share that only carries a code."""
    found = Run.objects.select_related("share__organization", "share__consumer_account", "share__provider_account")
    run = get_object_or_404(found, public_id=public_id)
    context = {"run": run, "statements": run.statements.all(), "proofs": run.proofs.all(), "section": "operations"}
    return render(request, "operations/run.html", context)
