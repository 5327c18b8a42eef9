"""Every kind of mail as it would go out, from examples: to read in the administration, or in a mail program."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.mail import examples, send
from portal.mail.models import Outgoing
from portal.people import guards
from portal.people.permissions import Act


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """For the administration of the outbox."""
    return [
        path("previews/", site.admin_view(listing), name="mail_outgoing_previews"),
        path("previews/<slug:kind>/", site.admin_view(page), name="mail_outgoing_preview"),
        path("previews/<slug:kind>/mail.eml", site.admin_view(download), name="mail_outgoing_eml"),
    ]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Which kinds there are, with their subjects."""
    _guard(request)
    written = [_written(kind) for kind in examples.every()]
    return TemplateResponse(request, "admin/mail/previews.html", {**_shared(request), "mails": written})


@require_safe
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """Headers, text and the source of the HTML, which the portal's own rules would not let a page show as it is."""
    _guard(request)
    mail = _written(kind)
    heads = [(name, value) for name, value in send.message_of(mail).message().items() if name != "Content-Type"]
    context = {**_shared(request), "mail": mail, "heads": heads}
    return TemplateResponse(request, "admin/mail/preview.html", context)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a file that a mail program opens."""
    _guard(request)
    raw = send.message_of(_written(kind)).message().as_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{kind}.eml"'}
    return HttpResponse(raw, content_type="message/rfc822", headers=headers)


def _guard(request: HttpRequest) -> None:
    if not guards.may(request, Act.ADMINISTRATION_READ):
        raise PermissionDenied


def _shared(request: HttpRequest) -> dict[str, Any]:
    return admin.site.each_context(request)


def _written(kind: str) -> Outgoing:
    """In the language of whoever looks. Raises Http404 for a kind that is not known."""
    example = examples.every().get(kind)
    if example is None:
        raise Http404
    mail = examples.written(kind, example, get_language() or "en")
    mail.key = f"{kind}:preview"
    return mail
