"""An import from the lake: how far it is, what became of each object, and what a person says to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.ids import is_id
from portal.people import guards
from portal.people.guards import provider_may, staff_required
from portal.people.permissions import Act
from shares.models import LakeImport
from shares.services import importing
from shares.views.http import PageRequest, fragment

PER_PAGE = 50


@require_safe
@staff_required
def import_page(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Polled until it is over."""
    asked = get_object_or_404(LakeImport.objects.select_related("by", "account", "dataset"), public_id=public_id)
    page = Paginator(asked.rows.select_related("item"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "page": page,
        "progress": importing.progress(asked),
        "may_edit": guards.may(request, Act.CATALOG_EDIT),
        "guesses": any(row.guess and row.item and not row.item.tenant_column for row in page),
    }
    if fragment(request):
        return render(request, "operations/parts/import.html", context)
    return render(request, "operations/import.html", context | {"section": "operations"})


@require_POST
@provider_may(Act.CATALOG_EDIT)
def import_again(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What failed is tried once more."""
    asked = get_object_or_404(LakeImport, public_id=public_id)
    if not importing.try_again(asked, request.user):
        messages.info(request, _("Nothing of it failed."))
    return redirect("operations-import", asked.public_id)


@require_POST
@provider_may(Act.CATALOG_EDIT)
def import_separate(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The ticked guesses become the columns that separate tenants."""
    asked = get_object_or_404(LakeImport.objects.select_related("dataset"), public_id=public_id)
    ticked = {int(pk) for pk in request.POST.getlist("row") if is_id(pk)}
    number = importing.separate(asked, list(asked.rows.filter(pk__in=ticked)), request.user)
    if number:
        words = ngettext("%(n)d object is separated by it now.", "%(n)d objects are separated by it now.", number)
        messages.success(request, words % {"n": number})
    else:
        messages.error(request, _("Tick at least one column first."))
    return redirect("operations-import", asked.public_id)
