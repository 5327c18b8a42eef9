"""Mails about requests that nobody has decided: what is no longer asked, and what was never answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.mail import links
from portal.people.models import User
from shares import mail_facts as facts
from shares.mail_post import post, requester
from shares.models import Ask, ShareRequest
from shares.models.requests import ESCALATED
from shares.services import again


def expired(request: ShareRequest, days: int | None) -> None:
    """To the requester: nobody answered in time, and how to ask again with everything filled in. Without `days` it is
    the last day that it asked for that is over."""
    context = {
        **facts.of_request(request),
        "days": days,
        "again_url": links.absolute(again.path_of(request)),
    }
    post("expired", requester(request), f"{request.public_id}", context)


def called_off(request: ShareRequest, asked: Iterable[User], why: str) -> None:
    """To those who were asked and have not answered: their answer is not needed any more, and their link is void.

    `why` is "withdrawn", "expired" or "changed".
    """
    context = {**facts.of_request(request), "why": why, "why_words": facts.told(lambda: _why(why))}
    post("called-off", asked, f"{request.public_id}:{request.revision}", context)


def _why(why: str) -> str:
    words = {
        "withdrawn": _("It was withdrawn by those who asked."),
        "expired": _("Nobody answered in time, so it expired."),
        "changed": _("It was changed, and what it asks for now is for others to decide."),
    }
    return words[why]


def reminder(ask: Ask, mark: int) -> None:
    """To an approver who has not answered: what waits, and where. The code stands in the first mail only."""
    context = {
        **facts.of_request(ask.request),
        "asked_at": ask.created_at,
        "is_last": mark >= ESCALATED,
        "approval_url": links.absolute(reverse("approval", args=[ask.public_id])),
    }
    post("reminder", [ask.approver], f"{ask.public_id}:{mark}", context)
