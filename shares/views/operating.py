"""What staff may do to customers' shares, each on a page that first says what it breaks: suspend, resume, end, keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.people import guards
from portal.people.confirming import confirmed_required
from shares.forms.operating import EndByProviderForm, NoteForm, WhyForm
from shares.models import Share
from shares.services import bulks, endings, grants, visible
from shares.services.operating import ACTS
from shares.templatetags.words import Told
from shares.views.http import PageRequest, reader_required

# More at once is not looked at by anybody.
MOST = 50


@dataclass(frozen=True)
class Operation:
    """`words` tell what happens, in order, each with whether it takes something away."""

    title: Told
    button: Told
    done: Told
    words: tuple[tuple[bool, Told], ...]
    form: type[forms.Form]
    takes: bool = True
    is_told: bool = True


OPERATIONS: dict[str, Operation] = {
    "reconcile": Operation(
        _("Look now"),
        _("Look now"),
        _("It is looked at now."),
        (
            (False, _("Firn compares it with what was approved, proves it where that is due, and mends what differs.")),
            (False, _("What stopped its last runs is forgotten: they are tried anew.")),
        ),
        forms.Form,
        takes=False,
        is_told=False,
    ),
    "suspend": Operation(
        _("Close for now"),
        _("Close it for now"),
        _("Closed for now. The objects leave the share within seconds."),
        (
            (True, _("At once nobody reads these datasets through it. The customer's database stays where it is.")),
            (False, _("“Open again” puts everything back after the isolation test. The windows go on meanwhile.")),
        ),
        WhyForm,
    ),
    "resume": Operation(
        _("Open again"),
        _("Open it again"),
        _("It opens again after the isolation test."),
        (
            (False, _("Firn proves once more that every row is the customer's, then puts the objects back.")),
            (False, _("Their database fills by itself.")),
        ),
        NoteForm,
        takes=False,
    ),
    "end": Operation(
        _("End for the customer"),
        _("End it"),
        _("Its end is on record, and the customer has been told."),
        (
            (False, _("During the notice everything stays up; it is neither renewed nor changed.")),
            (True, _("Then the objects leave the share, and nobody reads these datasets any more.")),
            (False, _("For {grace} days after that staff can take it back, and everything comes back as it was.")),
            (True, _("Then the share is dropped, and a database made from it stops working for good.")),
        ),
        EndByProviderForm,
    ),
    "keep": Operation(
        _("Keep after all"),
        _("Keep it"),
        _("It stays, and the customer has been told."),
        ((False, _("Everything that this ending took comes back, with the windows that it had before.")),),
        NoteForm,
        takes=False,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
@confirmed_required
def operate(request: PageRequest, verb: str) -> HttpResponse:
    """`?share=<id>` as often as there are shares. A POST acts on one at once; on several the worker does, and the page
    that it leads to tells what becomes of each."""
    if verb not in OPERATIONS:
        raise Http404
    shares, operation = _shares(request), OPERATIONS[verb]
    form = operation.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if len(shares) > 1:
            said = form.cleaned_data
            bulk = bulks.start(verb, shares, request.user, said.get("reason", ""), said.get("notice_days") or 0)
            return redirect("operations-bulk", bulk.public_id)
        _act(request, verb, shares[0], form.cleaned_data)
        return redirect("share", shares[0].public_id)
    context = {
        "section": "shares",
        "verb": verb,
        "operation": operation,
        "words": told(operation),
        "losses": endings.losses(shares),
        "form": form,
        "query": request.GET.urlencode(),
    }
    return render(request, "shares/operate.html", context, status=422 if form.errors else 200)


def _shares(request: PageRequest) -> list[Share]:
    """Those named in the address. 404 where one cannot be seen, 403 for whoever may see but not operate them."""
    try:
        wanted = {UUID(text) for text in request.GET.getlist("share")}
    except ValueError:
        raise Http404 from None
    found = list(visible.shares(request.user).filter(public_id__in=wanted).order_by("pk"))
    if not found or len(found) != len(wanted) or len(found) > MOST:
        raise Http404
    if not guards.may_operate(request.user):
        raise PermissionDenied
    return found


def told(operation: Operation) -> list[tuple[bool, str]]:
    """What happens, with the days that this installation gives."""
    return [(takes, str(words).format(grace=settings.FIRN_GRACE_DAYS)) for takes, words in operation.words]


def _act(request: PageRequest, verb: str, share: Share, said: dict[str, Any]) -> None:
    try:
        ACTS[verb](share, request.user, said.get("reason", ""), said.get("notice_days") or 0)
    except grants.NotNow as words:
        messages.error(request, f"{share}: {words}")
    else:
        messages.success(request, f"{share}: {OPERATIONS[verb].done}")
