"""See as this customer: the provider's staff read the pages of one organization as its viewers do.

Nobody is impersonated. For the time of a visit the signed-in person is shown what a viewer of that organization sees;
their own rights rest, whatever is not a read is refused, and the organization's audit log holds one entry per visit.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.audit.record import record
from portal.people.guards import provider_may
from portal.people.models import Organization, User
from portal.people.permissions import Act, allows

SESSION_KEY = "seeing"
# A visit that somebody forgot to end; the next one stands in the log again.
LONGEST_S = 3600
READS = ("GET", "HEAD", "OPTIONS")
# The provider's own pages and one's own account stay what they are.
OWN = ("/admin/", "/operations/", "/accounts/", "/styleguide/", "/approvals/", "/audit/", "/guide/provider/")


@require_POST
@provider_may(Act.CUSTOMER_SEE)
def customer_see(request: HttpRequest, public_id: UUID) -> HttpResponse:
    organization = get_object_or_404(Organization, public_id=public_id, is_active=True)
    record("customer.seen", actor=cast(User, request.user), target=organization, organization=organization)
    request.session[SESSION_KEY] = {"organization": str(public_id), "since": time.time()}
    return redirect("home")


@require_POST
@provider_may(Act.CUSTOMER_SEE)
def customer_see_end(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    return redirect("operations-list", "customers")


def seeing_middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """During a visit `request.user` is the onlooker, and everything but reading answers 403."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        visit = request.session.get(SESSION_KEY)
        organization = _visited(request, visit) if visit else None
        if organization is None:
            return get_response(request)
        if request.method not in READS and request.path not in _allowed():
            return render(request, "people/seeing_refused.html", {"seen": organization}, status=403)
        if request.method in READS and not request.path.startswith(OWN):
            request.user = onlooker(cast(User, request.user), organization)
        return get_response(request)

    return middleware


def _visited(request: HttpRequest, visit: dict[str, Any]) -> Organization | None:
    """The organization of a visit that still holds; what does not is forgotten."""
    user = request.user
    if isinstance(user, User) and allows(Act.CUSTOMER_SEE, provider=user.provider_role):
        found = Organization.objects.filter(public_id=visit["organization"], is_active=True).first()
        if found and time.time() - visit["since"] < LONGEST_S:
            return found
    del request.session[SESSION_KEY]
    return None


@cache
def _allowed() -> frozenset[str]:
    """The end of the visit and of the session, and the look of the pages."""
    return frozenset(map(reverse, ("customer-see-end", "account_logout", "theme", "language")))


def onlooker(user: User, organization: Organization) -> User:
    """The same person without their rights, as `guards` and `visible` take them; it cannot be saved."""
    seen = copy.copy(user)
    seen.is_staff, seen.is_superuser, seen.staff_role = False, False, ""
    seen.seeing = organization
    seen.save = _refuse  # type: ignore[method-assign]
    return seen


def _refuse(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError("somebody who looks at a customer's pages has no row of their own")
