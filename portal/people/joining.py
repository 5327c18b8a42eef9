"""Where the link of an invitation leads. It changes nothing until its reader presses the button."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.people import guards, invitations
from portal.people.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """One page for every link that is not open (wrong, used, revoked, expired), so that guessing tells nothing."""
    found = invitations.find(token)
    if found is None:
        return render(request, "people/invitation_closed.html", status=404)
    if request.method == "POST" and isinstance(request.user, User):
        return _accept(request, request.user, token)
    here = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "theirs": isinstance(request.user, User) and invitations.is_for(found, request.user),
        "login_url": f"{reverse('account_login')}?{here}",
        "signup_url": f"{reverse('account_signup')}?{here}",
    }
    return render(request, "people/invitation.html", context)


def _accept(request: HttpRequest, user: User, token: str) -> HttpResponse:
    try:
        membership = invitations.accept(token, user)
    except invitations.Refused as words:
        messages.error(request, str(words))
        return redirect("invitation", token)
    guards.choose_organization(request, membership.organization)
    messages.success(request, _("You now belong to %(name)s.") % {"name": membership.organization})
    return redirect("home")
