"""The page of one's organization, and what its owners do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people import erasing, invitations, members
from portal.people.confirming import confirmed_required
from portal.people.forms import InviteForm, RoleForm, SureForm
from portal.people.guards import member_required
from portal.people.invitations import Refused
from portal.people.models import Membership, Role, User
from portal.people.permissions import Act, allows

PER_PAGE = 50


class OrganizationRequest(HttpRequest):
    """As `member_required` leaves it."""

    user: User
    organization: Any
    role: Role


@require_safe
@member_required
def organization_page(request: OrganizationRequest) -> HttpResponse:
    wants(request, Act.PEOPLE_READ)
    return _page(request, InviteForm())


@require_POST
@member_required
def invite(request: OrganizationRequest) -> HttpResponse:
    wants(request, Act.PEOPLE_INVITE)
    form = InviteForm(request.POST)
    if form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        try:
            invitations.invite(request.organization, email, role, request.user)
        except Refused as words:
            form.add_error("email", str(words))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": email})
            return redirect("organization")
    return _page(request, form, status=422)


@require_POST
@member_required
def invitation_resend(request: OrganizationRequest, public_id: str) -> HttpResponse:
    return _with_invitation(
        request, public_id, invitations.resend, _("Sent again; the link before it stopped working.")
    )


@require_POST
@member_required
def invitation_revoke(request: OrganizationRequest, public_id: str) -> HttpResponse:
    return _with_invitation(request, public_id, invitations.revoke, _("Revoked. Its link opens nothing any more."))


@require_POST
@member_required
def member_role(request: OrganizationRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        attempt(
            request, lambda: members.set_role(membership, Role(form.cleaned_data["role"]), request.user), _("Changed.")
        )
    return redirect("organization")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def member_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("%(name)s is out, and signed out everywhere.") % {"name": membership.user.display_name}
        attempt(request, lambda: members.remove(membership, request.user), done)
        return redirect("organization")
    context = {"membership": membership, "form": form, "section": "organization"}
    return render(request, "people/member_remove.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def leave(request: OrganizationRequest) -> HttpResponse:
    wants(request, Act.PEOPLE_LEAVE)
    mine = Membership.objects.select_related("user", "organization")
    membership = get_object_or_404(mine, user=request.user, organization=request.organization)
    form = SureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        left = attempt(
            request, lambda: members.leave(membership), _("You have left %(name)s.") % {"name": request.organization}
        )
        return redirect("home" if left else "organization")
    context = {"form": form, "organization": request.organization, "section": "organization"}
    return render(request, "people/leave.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """For customers' people; the provider's are taken off their work first."""
    form = SureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erasing.erase(cast(User, request.user))
        except Refused as words:
            form.add_error(None, str(words))
        else:
            logout(request)
            return redirect("account_login")
    return render(request, "people/delete_account.html", {"form": form}, status=422 if form.errors else 200)


def _page(request: OrganizationRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    found = Membership.objects.filter(organization=request.organization).select_related("user").order_by("user__email")
    owner = allows(Act.PEOPLE_INVITE, customer=request.role)
    waiting = invitations.open_ones().filter(organization=request.organization)
    context = {
        "section": "organization",
        "organization": request.organization,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "invitations": waiting[:PER_PAGE] if owner else [],
        "may_invite": owner,
        "domains": request.organization.domains.all() if owner else [],
        "roles": Role.choices,
        "form": form,
    }
    return render(request, "people/organization.html", context, status=status)


def wants(request: OrganizationRequest, act: Act) -> None:
    if not allows(act, customer=request.role):
        raise PermissionDenied


def _member(request: OrganizationRequest, pk: int) -> Membership:
    """Somebody of one's own organization, for an owner. 404 for anybody else's people, 403 for the others."""
    found = Membership.objects.filter(organization=request.organization).select_related("user", "organization")
    membership = get_object_or_404(found, pk=pk)
    wants(request, Act.PEOPLE_CHANGE)
    return membership


def _with_invitation(
    request: OrganizationRequest, public_id: str, verb: Callable[..., None], done: str
) -> HttpResponse:
    found = invitations.open_ones().filter(organization=request.organization)
    invitation = get_object_or_404(found, public_id=public_id)
    wants(request, Act.PEOPLE_INVITE)
    attempt(request, lambda: verb(invitation, request.user), done)
    return redirect("organization")


def attempt(request: HttpRequest, verb: Callable[[], object], done: str) -> bool:
    try:
        verb()
    except Refused as words:
        messages.error(request, str(words))
        return False
    messages.success(request, done)
    return True
