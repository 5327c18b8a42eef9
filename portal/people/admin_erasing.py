"""The administration's page that erases somebody's account, for whoever asked for it in another way."""

from __future__ import annotations

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from portal.people import erasing, guards
from portal.people.forms import SureForm
from portal.people.invitations import Refused
from portal.people.models import User
from portal.people.permissions import Act


def page(model_admin: admin.ModelAdmin[User], request: HttpRequest, pk: int) -> HttpResponse:
    if not guards.may(request, Act.PEOPLE_ERASE):
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk)
    form = SureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            erasing.erase(user, actor=cast(User, request.user))
        except Refused as words:
            form.add_error(None, str(words))
        else:
            model_admin.message_user(request, _("Erased."), messages.SUCCESS)
            return redirect("admin:people_user_changelist")
    title = _("Erase the account of %(name)s?") % {"name": user.display_name}
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "title": title, "form": form}
    return TemplateResponse(request, "admin/people/erase.html", context, status=422 if form.errors else 200)
