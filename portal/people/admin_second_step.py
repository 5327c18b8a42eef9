"""The administration's page that removes the second step of somebody who lost it, on a word that stays on record."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people import services
from portal.people.models import User


class KnownByForm(forms.Form):
    """OWASP ASVS 5.0, 6.4.4: whoever lost a factor is made sure of as when they got it."""

    known_by = forms.CharField(
        label=gettext_lazy("How do you know that it is them?"),
        help_text=gettext_lazy("For example: called back at the number in the staff list. They read it, and it stays."),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def page(model_admin: admin.ModelAdmin[User], request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
    """Asks first; None once it is done, or when it is more than one, whom nobody knows by the same sign."""
    if chosen.count() != 1:
        model_admin.message_user(request, _("Choose one person: each is known in their own way."), messages.ERROR)
        return None
    user = chosen.get()
    form = KnownByForm(request.POST if "known_by" in request.POST else None)
    if form.is_valid():
        services.remove_second_step(user, actor=cast(User, request.user), known_by=form.cleaned_data["known_by"])
        model_admin.message_user(request, _("Removed, and signed out everywhere. They set up a new one."))
        return None
    title = _("Remove the second step of %(name)s?") % {"name": user.display_name}
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "title": title, "form": form}
    return TemplateResponse(
        request, "admin/people/second_step.html", {**context, "person": user}, status=422 if form.errors else 200
    )
