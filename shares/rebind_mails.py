"""One function per mail about an account that goes to another customer. Each side reads nothing of the other."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.mail import links
from portal.people.models import Organization, Role, User
from shares import mail_facts as facts
from shares.mail_post import post
from shares.models import Rebinding


def begun(rebinding: Rebinding) -> None:
    """To the owners of both: until when nothing changes, what happens then, and how to object."""
    _both("rebind-begun", rebinding)


def called_off(rebinding: Rebinding, by: User) -> None:
    _both("rebind-off", rebinding)


def done(rebinding: Rebinding) -> None:
    _both("rebind-done", rebinding)


def _both(kind: str, rebinding: Rebinding) -> None:
    for organization, gains in ((rebinding.old_organization, False), (rebinding.new_organization, True)):
        context = _of(rebinding, organization, gains)
        post(kind, _owners(organization), f"{rebinding.public_id}:{organization.pk}", context)


def _of(rebinding: Rebinding, organization: Organization, gains: bool) -> dict[str, Any]:
    page = reverse("account-rebind", args=[rebinding.account.public_id])
    return {
        "customer": facts.one_line(organization.name),
        "account": str(rebinding.account),
        "gains": gains,
        "by": facts.one_line(rebinding.asked_by.public_name),
        "reason": facts.seen(rebinding.reason).strip(),
        "effective_at": rebinding.effective_at,
        "page_url": links.absolute(page),
        "ask_url": links.absolute(reverse("request-new")),
    }


def _owners(organization: Organization) -> list[User]:
    owning = {"memberships__organization": organization, "memberships__role": Role.OWNER}
    return list(User.objects.filter(**owning, is_active=True))
