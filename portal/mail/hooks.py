"""What the provider of mail (EMAIL_URL=anymail://…) tells by webhook: mail that came back, complaints, and answers.

Whoever calls must know FIRN_MAIL_HOOK_SECRET, and sign where the provider signs; django-anymail reads each provider's
form. What is told twice counts once.
"""

from __future__ import annotations

import hashlib
import logging
from http import HTTPStatus
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.mail import bounces, marking, receive
from portal.mail.models import Incoming, Outgoing

log = logging.getLogger(__name__)

# Event types of anymail after which nothing more is sent there, and how the administration says it.
_ENDS = {
    "bounced": "Came back",
    "complained": "Was called spam by whoever got it",
    "rejected": "The provider does not send there",
}
NOT_OURS, NO_END = "about no mail of ours", "nothing to do"


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def tracking(request: HttpRequest) -> HttpResponse:
    """What became of mails that were sent."""
    return _answer(request, "tracking")


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def inbound(request: HttpRequest) -> HttpResponse:
    """Mails that arrived at the reply address."""
    return _answer(request, "inbound")


def is_on() -> bool:
    return bool(settings.FIRN_MAIL_PROVIDER and settings.FIRN_MAIL_HOOK_SECRET)


def _answer(request: HttpRequest, what: str) -> HttpResponse:
    if not is_on():
        raise Http404
    if request.method == "HEAD":
        # Some providers look whether the address is there before they take it.
        return HttpResponse()
    try:
        events = _events(request, what)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    except (ValueError, LookupError, TypeError, AttributeError, AnymailConfigurationError) as error:
        log.warning("a call of the mail provider (%s) could not be read: %s", what, type(error).__name__)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    for event in events:
        if event.event_type == "inbound":
            take_mail(event)
        else:
            take_report(event)
    return HttpResponse()


def _events(request: HttpRequest, what: str) -> list[Any]:
    """Raises AnymailWebhookValidationFailure for whoever does not know the secret, and what parsing raises."""
    provider = settings.FIRN_MAIL_PROVIDER
    found = resolve(f"/{provider}/{what}/" if provider != "mandrill" else "/mandrill/", urlconf="anymail.urls")
    reader = found.func.view_class(webhook_secret=settings.FIRN_MAIL_HOOK_SECRET)  # type: ignore[attr-defined]
    reader.run_validators(request)
    return list(reader.parse_events(request))


def take_report(event: Any) -> str:
    """Mark the address that nothing arrives at any more; what was done, in words."""
    recipient = (event.recipient or "").strip().lower()
    told = (settings.FIRN_MAIL_PROVIDER, event.event_id, event.message_id, recipient, event.event_type, event.timestamp)
    name = hashlib.sha256("\0".join(map(str, told)).encode()).hexdigest()
    outcome = NO_END
    if event.event_type in _ENDS and not _will_pass(event):
        outcome = receive.BOUNCED if _sent_there(recipient) else NOT_OURS
    if outcome == NO_END:
        # Deliveries and the like come in masses: they are not kept.
        return outcome
    try:
        with transaction.atomic():
            subject = f"{event.event_type}: {recipient}"[:200]
            Incoming.objects.create(message_id=name, subject=subject, outcome=outcome)
            if outcome == receive.BOUNCED:
                why = " ".join(f"{event.mta_response or event.description or ''}".split())
                marking.mark(recipient, f"{_ENDS[event.event_type]}: {why}".removesuffix(": "))
    except IntegrityError:
        return "seen before"
    return outcome


def _will_pass(event: Any) -> bool:
    """Whether it is about a full mailbox or a slow server. Postmark calls both a bounce."""
    soft = isinstance(event.esp_event, dict) and event.esp_event.get("Type") == "SoftBounce"
    return soft or event.reject_reason == "timed_out"


def _sent_there(recipient: str) -> bool:
    """Others may send through the same account: what happens to their mail is nothing of ours."""
    recent = Outgoing.objects.filter(created_at__gte=timezone.now() - bounces.OLDEST, attempts__gte=1)
    return recent.filter(to__iexact=recipient).exists()


def take_mail(event: Any) -> str:
    """The same way as what is read from the mailbox. Who it comes from, the headers say that the provider wrote."""
    message = event.message
    # Taken off the headers by some readers: without a sender on its envelope, a machine wrote it.
    if message.envelope_sender is not None and "Return-Path" not in message:
        message["Return-Path"] = f"<{message.envelope_sender}>"
    if message.envelope_recipient and "Delivered-To" not in message:
        message["Delivered-To"] = message.envelope_recipient
    raw = message.as_bytes()
    return receive.take(raw, size=len(raw))
