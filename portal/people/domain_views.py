"""What owners do with the email domains of their organization."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.people import domains
from portal.people.guards import member_required
from portal.people.models import EmailDomain
from portal.people.permissions import Act
from portal.people.views import OrganizationRequest, attempt, wants


class DomainForm(forms.Form):
    domain = forms.CharField(max_length=253)


class CodeForm(forms.Form):
    code = forms.CharField(max_length=20)


@require_POST
@member_required
def domain_ask(request: OrganizationRequest) -> HttpResponse:
    wants(request, Act.PEOPLE_DOMAINS)
    form = DomainForm(request.POST)
    name = form.cleaned_data["domain"] if form.is_valid() else ""
    done = _("A code is on its way to the postmaster of %(domain)s.") % {"domain": name}
    attempt(request, lambda: domains.ask(request.organization, name, request.user), done)
    return redirect("organization")


@require_POST
@member_required
def domain_prove(request: OrganizationRequest, pk: int) -> HttpResponse:
    domain, form = _mine(request, pk), CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    attempt(request, lambda: domains.prove(domain, code, request.user), _("Proved. The domain is yours."))
    return redirect("organization")


@require_POST
@member_required
def domain_join(request: OrganizationRequest, pk: int) -> HttpResponse:
    domain, on = _mine(request, pk), request.POST.get("on") == "yes"
    done = _("Whoever confirms an address there joins as viewer.") if on else _("Nobody joins by themselves any more.")
    attempt(request, lambda: domains.set_auto_join(domain, on, request.user), done)
    return redirect("organization")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def domain_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    domain = _mine(request, pk)
    if request.method != "POST":
        return render(request, "people/domain_remove.html", {"domain": domain, "section": "organization"})
    attempt(request, lambda: domains.remove(domain, request.user), _("Removed."))
    return redirect("organization")


def _mine(request: OrganizationRequest, pk: int) -> EmailDomain:
    domain = get_object_or_404(EmailDomain.objects.filter(organization=request.organization), pk=pk)
    wants(request, Act.PEOPLE_DOMAINS)
    return domain
