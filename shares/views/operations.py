"""The operations' home, and the runs in flight on a page of their own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people.guards import staff_required
from shares.services import listings, operations
from shares.services.desk import desk
from shares.views.http import PageRequest, fragment


@require_safe
@staff_required
def operations_home(request: PageRequest) -> HttpResponse:
    context = operations.glance() | {
        "section": "operations",
        "late_since": listings.late_since(),
        "answer_hours": settings.FIRN_ANSWER_HOURS,
        "mails": operations.undelivered(),
        "flight": operations.in_flight(),
        "asks": desk(request).waiting,
    }
    return render(request, "operations/home.html", context)


@require_safe
@staff_required
def in_flight(request: PageRequest) -> HttpResponse:
    """What runs now; the home asks for this part again and again while somebody looks at it."""
    if fragment(request):
        context = {"flight": operations.in_flight()}
        return render(request, "operations/parts/flight.html", context)
    context = {"flight": operations.in_flight(operations.MOST_IN_FLIGHT)}
    return render(request, "operations/flight.html", context | {"section": "operations"})
