"""Who a mail about a share goes to, and its way into the outbox: once per event and recipient."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.mail import choices, digest, outbox, send
from portal.mail.models import Collected, Outgoing
from portal.people.models import Role, User
from shares import mail_facts as facts
from shares.mail_topics import COLLECTED, LINKS
from shares.models import Share, ShareRequest

# The outbox's key column.
KEY_LENGTH = 200


def owners(of: Share | ShareRequest) -> list[User]:
    owning = {"memberships__organization": of.organization_id, "memberships__role": Role.OWNER}
    return list(User.objects.filter(**owning, is_active=True))


def requester(request: ShareRequest) -> list[User]:
    """Who asked, while they belong to the customer; the customer's owners in their place afterwards."""
    asked = User.objects.filter(pk=request.requester_id, memberships__organization=request.organization_id)
    return list(asked.filter(is_active=True)) or owners(request)


def requesters(share: Share) -> list[User]:
    """Who asked for what is granted now; when nothing is, who ever asked. The owners where none of them is there any
    more."""
    live = share.grants.in_force(timezone.now())
    asked = User.objects.filter(
        share_requests__grants__in=live if live.exists() else share.grants.all(),
        memberships__organization=share.organization_id,
        is_active=True,
    )
    return list(asked.distinct()) or owners(share)


def everybody(share: Share) -> list[User]:
    """The organization's owners and members, and whoever asked as long as they belong to it."""
    roles = Q(memberships__organization=share.organization_id, memberships__role__in=(Role.OWNER, Role.MEMBER))
    asked = Q(memberships__organization=share.organization_id, share_requests__grants__share=share)
    return list(User.objects.filter(roles | asked, is_active=True).distinct().order_by("email"))


def post(
    kind: str,
    to: Iterable[User],
    event: str,
    context: Mapping[str, Any],
    *,
    secret: bool = False,
    headers: Mapping[str, str] | None = None,
) -> None:
    for put in written(kind, to, event, context, secret=secret, headers=headers):
        put()


def written(
    kind: str,
    to: Iterable[User],
    event: str,
    context: Mapping[str, Any],
    *,
    secret: bool = False,
    headers: Mapping[str, str] | None = None,
) -> list[Callable[[], object]]:
    """The mails that `post` would post, each to be called in the transaction that tells of the event: to read and to
    render takes longer than all that a run writes at its end, and no other writer should wait for it."""
    letters: list[Callable[[], object]] = []
    for user in to:
        if user.is_active and choices.wants(user, kind):
            greeted = {**context, "recipient": facts.one_line(user.display_name)}
            key = key_of(kind, event, user)
            if choices.collects(user, kind):
                about = str(context.get("thread", ""))
                url = _leads_to(context)
                letters.append(partial(digest.collect, kind, user, greeted, key=key, url=url, about=about))
                continue
            if kind in COLLECTED and digest.was_told(key):
                continue
            headed = {**_thread(context), **(headers or {})}
            mail = outbox.written(kind, user.email, greeted, key=key, secret=secret, headers=headed)
            if mail:
                letters.append(partial(outbox.put, mail))
    return letters


def _leads_to(context: Mapping[str, Any]) -> str:
    return next((str(context[name]) for name in LINKS if context.get(name)), "")


def _thread(context: Mapping[str, Any]) -> dict[str, str]:
    """All mails about one request hang on one root, which mail programs need not have: they show them as one thread."""
    request_id = context.get("thread")
    if not request_id:
        return {}
    root = f"<request-{request_id}@{send.sender_domain()}>"
    return {"In-Reply-To": root, "References": root}


def was_told(kind: str, event: str) -> bool:
    """Whether anybody was, by a mail of its own or in a daily one."""
    begins = f"{kind}:{event}:"
    single = Outgoing.objects.filter(kind=kind, key__startswith=begins)
    return single.exists() or Collected.objects.filter(kind=kind, key__startswith=begins).exists()


def key_of(kind: str, event: str, user: User) -> str:
    """The event and the recipient; the end of a key that is too long for the column becomes its hash."""
    key = f"{kind}:{event}:{user.email}"
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 65]}:{hashlib.sha256(key.encode()).hexdigest()}"
