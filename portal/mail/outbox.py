"""Puts mails into the outbox: rendered now, stored in the caller's transaction, once per event and
recipient.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_q.tasks import async_task

from portal.mail.models import Outgoing

DELIVER = "portal.mail.send.deliver"


def ring(outgoing_id: int) -> None:
    """Asks a worker to deliver the mail; part of the caller's transaction, as the queue lives in the same
    database.
    """
    async_task(DELIVER, outgoing_id)


def post(
    kind: str,
    to: str,
    context: Mapping[str, Any],
    *,
    key: str,
    secret: bool = False,
    headers: Mapping[str, str] | None = None,
    language: str = settings.LANGUAGE_CODE,
) -> Outgoing | None:
    """Renders templates/emails/<kind>-{subject.txt,text.txt,html.html} and stores the mail; None where
    `key` exists.

    A rollback of the caller takes the mail and its bell back. The recipient belongs into `key`. It is written in the
    language that the recipient chose, whoever acts: `language` holds only where they chose none. Times are in UTC, as
    the mails say: the zone of a request is that of whoever acts.
    """
    mail = written(kind, to, context, key=key, secret=secret, headers=headers, language=language)
    return put(mail) if mail else None


def written(
    kind: str,
    to: str,
    context: Mapping[str, Any],
    *,
    key: str,
    secret: bool = False,
    headers: Mapping[str, str] | None = None,
    language: str = settings.LANGUAGE_CODE,
) -> Outgoing | None:
    """The mail as `post` would store it, for `put`."""
    if Outgoing.objects.filter(key=key).exists():
        return None
    mail = write(kind, to, context, language=language_of(to) or language, headers=headers)
    mail.key, mail.secret = key, secret
    return mail


def put(mail: Outgoing) -> Outgoing | None:
    """Stores a written mail; None where its key exists."""
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
            ring(mail.pk)
    except IntegrityError:
        # Another transaction posted the same event between the look and the insert.
        return None
    return mail


def write(
    kind: str, to: str, context: Mapping[str, Any], *, language: str, headers: Mapping[str, str] | None = None
) -> Outgoing:
    """The mail in words, not stored: without a key."""
    shared = {"public_base_url": settings.PUBLIC_BASE_URL, "support_email": settings.SUPPORT_EMAIL, **context}
    with translation.override(language), timezone.override(UTC):
        return Outgoing(
            kind=kind,
            to=to,
            subject=" ".join(_plain(f"emails/{kind}-subject.txt", shared).split())[:250],
            text=_plain(f"emails/{kind}-text.txt", shared).strip() + "\n",
            html=render_to_string(f"emails/{kind}-html.html", shared),
            headers=dict(headers or {}),
        )


def language_of(address: str) -> str:
    """What the owner of the address chose to read; "" for whoever chose nothing or is not known."""
    chosen = get_user_model().objects.filter(email__iexact=address).values_list("language", flat=True).first()
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """Renders plain text, in which an ampersand must stay an ampersand."""
    return Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))
