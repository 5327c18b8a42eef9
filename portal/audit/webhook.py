"""The daily anchor by webhook: an HTTPS POST, signed, tried again with growing pauses, and given up loudly.

Signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): `webhook-signature` is "v1," and the base64 of
the HMAC-SHA256 of "<webhook-id>.<webhook-timestamp>.<body>" under FIRN_AUDIT_ANCHOR_SECRET. The receiver must answer
2xx. The id stays the same over all attempts, so that a repetition can be told.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from datetime import date
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from portal.audit.models import Anchor, AnchorPost
from portal.audit.record import record
from portal.mail import outbox, send

log = logging.getLogger(__name__)

DELIVER = "portal.audit.webhook.deliver"
# Seconds to connect, and to wait for each part of the answer.
PATIENCE = (5, 10)


def put_down(day: date, anchor: Anchor) -> bool:
    """Note that the day's anchor is to be posted, once a day; whether that was now."""
    with transaction.atomic():
        post, new = AnchorPost.objects.get_or_create(day=day, defaults={"entries": anchor.entries, "mac": anchor.mac})
        if new:
            async_task(DELIVER, post.pk)
    return new


def ring_due() -> int:
    """Ring for what has waited long enough, or was left by a worker that died; how many."""
    if not settings.FIRN_AUDIT_ANCHOR_URL:
        return 0
    due = list(
        AnchorPost.objects.filter(sent_at=None, next_attempt_at__lte=timezone.now()).values_list("pk", flat=True)
    )
    for post_id in due:
        async_task(DELIVER, post_id)
    return len(due)


def deliver(post_id: int) -> bool:
    """Post one anchor if it is due and nobody else is at it; True when the receiver took it now."""
    now = timezone.now()
    claimed = AnchorPost.objects.filter(pk=post_id, sent_at=None, next_attempt_at__lte=now).update(
        attempts=F("attempts") + 1, next_attempt_at=now + send.CLAIM
    )
    if not claimed:
        return False
    post = AnchorPost.objects.get(pk=post_id)
    if error := refusal(post):
        _note_failure(post, error)
        return False
    AnchorPost.objects.filter(pk=post_id).update(sent_at=timezone.now(), next_attempt_at=None, error="")
    return True


def refusal(post: AnchorPost) -> str:
    """Send it; why it was not taken, "" when it was. The words do not repeat the address, which may hold a token."""
    body = json.dumps(
        {
            "type": "audit.anchor",
            "timestamp": timezone.now().isoformat(),
            "data": {"day": str(post.day), "entries": post.entries, "mac": post.mac, "anchor": str(post.anchor)},
        }
    )
    try:
        # A redirect is not followed: it would carry the anchor to where nobody decided that it goes.
        answer = requests.post(
            settings.FIRN_AUDIT_ANCHOR_URL,
            data=body.encode(),
            headers={"Content-Type": "application/json", "User-Agent": "Firn", **signed(post.key, body)},
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException as error:
        return f"{type(error).__name__}: {host()} could not be reached or did not answer"
    with answer:
        return "" if 200 <= answer.status_code < 300 else f"{host()} answered {answer.status_code}"


def signed(key: str, body: str) -> dict[str, str]:
    """The three headers of Standard Webhooks for this body at this moment."""
    at = int(timezone.now().timestamp())
    secret = settings.FIRN_AUDIT_ANCHOR_SECRET.encode()
    mac = hmac.new(secret, f"{key}.{at}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def host() -> str:
    """Where the anchor goes, without what may be secret."""
    return urlsplit(settings.FIRN_AUDIT_ANCHOR_URL).hostname or "the webhook"


def _note_failure(post: AnchorPost, error: str) -> None:
    if post.attempts < send.MAX_ATTEMPTS:
        wait = send.delay_after(post.attempts)
        AnchorPost.objects.filter(pk=post.pk).update(next_attempt_at=timezone.now() + wait, error=error)
        log.warning("the audit anchor of %s was not taken, next attempt in %s: %s", post.day, wait, error)
        return
    log.error("gave up on posting the audit anchor of %s: %s", post.day, error)
    context = {"day": str(post.day), "anchor": str(post.anchor), "error": error, "attempts": post.attempts}
    with transaction.atomic():
        AnchorPost.objects.filter(pk=post.pk).update(next_attempt_at=None, error=error)
        for to in settings.FIRN_AUDIT_ANCHOR_TO or [settings.SUPPORT_EMAIL]:
            outbox.post("anchor-not-taken", to, context, key=f"anchor-not-taken:{post.day}:{to}")
        record("audit.anchor_given_up", target=post, data={"attempts": post.attempts, "error": error})
