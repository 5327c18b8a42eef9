"""The mails about answers that came by mail."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.mail import links
from shares import mail_facts as facts
from shares.mail_post import post
from shares.models import Ask, HeldReply


def held(reply: HeldReply, reply_to: str) -> None:
    """To the approver: what was read, when it counts, and how to take it back until then."""
    post("reply-held", [reply.ask.approver], f"{reply.pk}", _of(reply), headers={"Reply-To": reply_to})


def void(reply: HeldReply, words: str) -> None:
    """To the approver: their answer did not count, and why."""
    post("reply-void", [reply.ask.approver], f"{reply.pk}", {**_of(reply), "words": facts.seen(words)})


def _of(reply: HeldReply) -> dict[str, Any]:
    ask: Ask = reply.ask
    reason = facts.seen(reply.reason).strip()
    return {
        **facts.of_request(ask.request),
        "answer": reply.answer,
        "reply_reason": reason,
        "due_at": reply.due_at,
        "approval_url": links.absolute(reverse("approval", args=[ask.public_id])),
    }
