"""Asking for a share, and the list of what was asked."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from shares.core import accounts
from shares.core.accounts import LOOKUP_SQL
from shares.core.states import RequestKind
from shares.forms.request import RequestForm
from shares.models import ShareRequest
from shares.services import catalog_pages, preflight, requests, visible
from shares.services.preflight import Hint
from shares.services.translated import translated
from shares.templatetags.words import FORM
from shares.views import basket
from shares.views.http import PageRequest, asker_required, fragment, may_ask, reader_required

PER_PAGE = 25


@require_safe
@reader_required
def request_list(request: PageRequest) -> HttpResponse:
    """What this person's organization asked for."""
    found = visible.requests(request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "shares/requests.html", {"section": "requests", "page": page, "may_ask": may_ask(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@asker_required
def request_new(request: PageRequest) -> HttpResponse:
    """The form; a refused one comes back with everything that was typed."""
    if request.method != "POST":
        return _page(request, _form(request, None))
    form = _form(request, request.POST)
    if form.is_valid():
        try:
            sent = requests.submit(form.draft())
        except requests.Refused as refused:
            form.add_error(refused.field or None, refused.words)
        else:
            basket.leave(request, form.cleaned_data["datasets"])
            return redirect("request", sent.public_id)
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@asker_required
def request_check(request: PageRequest) -> HttpResponse:
    """What was understood of the account so far: a fragment under the field, or the whole form without scripts."""
    values = request.POST or request.GET
    form = _form(request, values)
    if fragment(request):
        return render(request, "shares/request_form.html#hints", {"hints": hints_for(form, values.get("account", ""))})
    return _page(request, RequestForm(initial=_typed(form), organization=request.organization, user=request.user))


def hints_for(form: RequestForm, text: str) -> tuple[Hint, ...]:
    """Hints about a typed account, from our own tables alone."""
    if not text.strip():
        return ()
    try:
        identity = accounts.parse(text, form["region"].value() or "")
    except accounts.Unreadable as error:
        return (Hint("bad", translated(error.words)),)
    chosen = {str(value) for value in form["datasets"].value() or []}
    wanted = [item for item in catalog_pages.for_request(form.user) if str(item.pk) in chosen]
    return preflight.check(form.organization, identity, wanted).hints


def _form(request: PageRequest, data: object) -> RequestForm:
    if before := _asked_before(request):
        return RequestForm(data, organization=request.organization, user=request.user, again=before)
    # PostgreSQL knows no text with a NUL in it.
    named = [slug for slug in request.GET.getlist("dataset") if "\0" not in slug]
    picked = named or basket.slugs(request)
    wanted = catalog_pages.for_request(request.user).filter(slug__in=picked)
    initial = {"datasets": [item.pk for item in wanted]}
    return RequestForm(data, initial=initial, organization=request.organization, user=request.user)


def _asked_before(request: PageRequest) -> ShareRequest | None:
    """What `?again=` asked for, of the organization that asks now."""
    try:
        public_id = UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    found = visible.requests(request.user).prefetch_related(None)
    return found.filter(organization=request.organization, public_id=public_id).first()


def _typed(form: RequestForm) -> dict[str, object]:
    """What was filled in so far, without judging it yet."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value}


def _page(request: PageRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "catalog",
        "words": FORM[RequestKind.NEW],
        **about_form(form, request),
    }
    return render(request, "shares/request_form.html", context, status=status)


def about_form(form: RequestForm, request: PageRequest) -> dict[str, object]:
    """What request_form.html needs besides its words."""
    # What was filled in for the reader is checked by a fragment at once: the page itself need not wait for it.
    text = str(form["account"].value() or "") if form.is_bound or request.method == "POST" else ""
    return {
        "form": form,
        "hints": hints_for(form, text) if not form["account"].errors else (),
        "check_now": not text and bool(form["account"].value()),
        "lookup_sql": LOOKUP_SQL,
    }
