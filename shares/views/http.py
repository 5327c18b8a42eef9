"""The request as this project's views see it, and the guards that need to know the domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from portal.people import guards
from portal.people.models import Membership, Organization, Role, User
from portal.people.permissions import RULES, Act, allows
from shares.services.desk import desk

View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """A signed-in person's request. `organization` is falsy for staff and approvers who belong to no customer."""

    user: User
    organization: Organization
    role: Role
    htmx: HtmxDetails


def fragment(request: PageRequest) -> bool:
    """Whether htmx wants a part of the page only."""
    return bool(request.htmx) and not request.htmx.boosted


def own_organization(request: PageRequest) -> Organization | None:
    return guards.current_organization(request)


def may_ask(request: PageRequest) -> bool:
    """Whether this person may ask for a share, for the customer chosen."""
    organization = own_organization(request)
    return organization is not None and guards.may(request, Act.REQUEST_MAKE, organization)


def reader_required(view: View) -> View:
    """Members, and of the provider's side its staff and approvers; everybody else waits to be attached."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        role = request.user.provider_role or ("approver" if desk(request).approves else None)
        if allows(Act.CATALOG_READ, provider=role):
            return view(request, *args, **kwargs)
        return guards.member_required(view)(request, *args, **kwargs)

    return guarded


def asker_required(view: View) -> View:
    """Owners and members may ask for a share. Everybody else reads who can."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        organization = own_organization(request)
        if organization is None and not guards.is_provider_staff(request.user):
            return guards.member_required(view)(request, *args, **kwargs)
        if organization and guards.may(request, Act.REQUEST_MAKE, organization):
            return guards.member_required(view)(request, *args, **kwargs)
        return who_can(request, organization)

    return guarded


def who_can(request: PageRequest, organization: Organization | None) -> HttpResponse:
    """Who of the customer may ask, for somebody who may not."""
    return render(request, "shares/who_can.html", {"people": _askers(organization)}, status=403)


def _askers(organization: Organization | None) -> list[Membership]:
    if organization is None:
        return []
    found = organization.memberships.filter(role__in=RULES[Act.REQUEST_MAKE].customer, user__is_active=True)
    return list(found.select_related("user").order_by("role", "user__name")[:10])
