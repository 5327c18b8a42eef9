"""Ways in: the link of an invitation, which changes nothing until its reader presses the button, and an organization's
own sign-in.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import requests
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.people import federation, guards, invitations
from portal.people.models import SignIn, User


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


class WhereForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("Your email address at work"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """From an address to its organization's own sign-in, by a link: a form that leads elsewhere would be blocked.
    Whoever is signed in already connects it with their account.
    """
    form = WhereForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="organization_sign_in")
        if limited:
            return limited
        found = federation.of_domain(form.cleaned_data["email"])
        if found:
            return _continue(request, found)
        form.add_error("email", _("There is no sign-in of an organization for this address. Use a password or a code."))
    context = {"form": form, "connect": request.user.is_authenticated}
    return render(request, "people/sign_in.html", context, status=422 if form.errors else 200)


def _continue(request: HttpRequest, found: SignIn) -> HttpResponse:
    process = "connect" if request.user.is_authenticated else "login"
    # None where its secret cannot be read (see federation), which is for the operator to mend.
    app = next(iter(get_adapter().list_apps(request, provider=str(found.organization.public_id))), None)
    try:
        answer = app and app.get_provider(request).redirect(request, process=process, next_url="/")
    except requests.RequestException:
        answer = None
    if answer is None:
        messages.error(request, _("Your organization's sign-in does not answer. Use a password or a code meanwhile."))
        return redirect("account_login")
    host = urlsplit(answer["Location"]).netloc
    context = {"url": answer["Location"], "host": host, "organization": found.organization}
    return render(request, "people/sign_in_continue.html", context)
