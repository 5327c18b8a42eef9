"""Who may do what: the organization of a request, the role in it, and the decorators that views wear."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from portal.people.models import Membership, Organization, Role, User
from portal.people.permissions import RULES, Act, allows
from portal.prepared import ANYBODY, PreparedModels

SESSION_KEY = "organization"
View = Callable[..., HttpResponseBase]


def _of_anybody() -> QuerySet[Membership]:
    found = Membership.objects.filter(user=ANYBODY, organization__is_active=True)
    return found.select_related("organization").order_by("organization__name", "organization_id")


# Every page asks for them.
_MINE = PreparedModels(_of_anybody)


def _membership(request: HttpRequest) -> Membership | None:
    """The membership in the session's organization, else the first by name; looked up once per request."""
    if not hasattr(request, "_firn_membership"):
        request._firn_membership = _find_membership(request)  # type: ignore[attr-defined]
    return cast("Membership | None", request._firn_membership)  # type: ignore[attr-defined]


def _find_membership(request: HttpRequest) -> Membership | None:
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        return None
    mine = memberships(request)
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in mine if str(one.organization.public_id) == chosen), mine[0] if mine else None)


def memberships(request: HttpRequest) -> list[Membership]:
    """Everything active that this person belongs to, by name; looked up once per request."""
    user = cast(User, request.user)
    if user.seeing:
        # Who looks at a customer's pages sees what a viewer sees.
        return [Membership(user=user, organization=user.seeing, role=Role.VIEWER)]
    if not hasattr(request, "_firn_memberships"):
        request._firn_memberships = list(_MINE.all({ANYBODY: user.pk}))  # type: ignore[attr-defined]
    return cast("list[Membership]", request._firn_memberships)  # type: ignore[attr-defined]


def role_of(request: HttpRequest, organization: Organization) -> Role | None:
    """The role in any organization of one's own; None for strangers. Like `role_in`, without another look."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return None
    mine = {one.organization_id: one.role for one in memberships(request)}
    return Role(mine[organization.pk]) if organization.pk in mine else None


def current_organization(request: HttpRequest) -> Organization | None:
    membership = _membership(request)
    return membership.organization if membership else None


def current_role(request: HttpRequest) -> Role | None:
    """The role in the current organization."""
    membership = _membership(request)
    return Role(membership.role) if membership else None


def choose_organization(request: HttpRequest, organization: Organization) -> None:
    """Remembers the choice; PermissionDenied where the user is no member of an active organization of that
    id.
    """
    if not Membership.objects.filter(
        user=cast(User, request.user), organization=organization, organization__is_active=True
    ).exists():
        raise PermissionDenied
    request.session[SESSION_KEY] = str(organization.public_id)
    if hasattr(request, "_firn_membership"):
        del request._firn_membership


def role_in(user: User | AnonymousUser, organization: Organization) -> Role | None:
    """The user's role in an active organization; None for strangers and for people whose account is off."""
    if not isinstance(user, User) or not user.is_active or not organization.is_active:
        return None
    role = Membership.objects.filter(user=user, organization=organization).values_list("role", flat=True).first()
    return Role(role) if role else None


def is_provider_staff(user: User | AnonymousUser) -> bool:
    return bool(user.is_active and user.is_staff)


def may(request: HttpRequest, act: Act, organization: Organization | None = None) -> bool:
    """Whether the table lets this person do it, by their role in `organization` (else in the current one) or by their
    role at the provider's side.
    """
    if not isinstance(request.user, User):
        return False
    if allows(act, provider=request.user.provider_role):
        return True
    if not RULES[act].customer:
        return False
    return allows(act, customer=role_of(request, organization) if organization else current_role(request))


def user_may(user: User, act: Act, organization: Organization) -> bool:
    """The same outside a request."""
    return allows(act, customer=role_in(user, organization), provider=user.provider_role)


def may_operate(user: User | AnonymousUser) -> bool:
    """The provider's staff who may act on customers' shares; the others of its staff read and change nothing."""
    return isinstance(user, User) and allows(Act.SHARE_OPERATE, provider=user.provider_role)


def provider_may(act: Act) -> Callable[[View], View]:
    """The provider's pages: for everybody else there is no such page, and 403 for staff whose role lacks the act."""

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_provider_staff(request.user):
                raise Http404
            if not allows(act, provider=cast(User, request.user).provider_role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorator


staff_required = provider_may(Act.OPERATIONS_READ)
operator_required = provider_may(Act.SHARE_OPERATE)


def member_required(view: View) -> View:
    """Sends a signed-in user without any organization to the page `awaiting`; sets request.organization and
    .role.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        membership = _membership(request)
        if membership is None:
            return redirect("awaiting")
        request.organization = membership.organization  # type: ignore[attr-defined]
        request.role = Role(membership.role)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


def organization_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Gives every request a lazy `organization` (falsy where there is none)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.organization = SimpleLazyObject(lambda: current_organization(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
