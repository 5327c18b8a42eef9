"""Help with trouble, answered from the state of the reader's own shares."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shares.core.accounts import LOOKUP_SQL
from shares.services import trouble, visible
from shares.views.http import PageRequest, own_organization, reader_required


@require_safe
@reader_required
def help_trouble(request: PageRequest, symptom: str) -> HttpResponse:
    organization = own_organization(request)
    mine = visible.shares(request.user).filter(organization=organization)
    context = {
        "section": "help",
        "symptom": symptom,
        "lookup_sql": LOOKUP_SQL,
        "cases": trouble.cases(symptom, organization, mine[: trouble.MOST]) if organization else [],
    }
    return render(request, "shares/help_trouble.html", context)
