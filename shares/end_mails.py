"""One function per mail about the end of a share, and about its being closed for a while."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from portal.mail import links
from portal.people.models import User
from shares import mail_facts as facts
from shares.core.states import RequestKind, RequestState
from shares.mail_post import everybody, owners, post, requesters
from shares.models import Dataset, Ending, Grant, Share, ShareRequest
from shares.services import endings


def ending(share: Share) -> None:
    """To the organization's owners: what is closed, until when it can be undone and by whom, and what is lost then."""
    now = timezone.now()
    standing = endings.current(share)
    open_still = share.closes_at is not None and share.closes_at > now
    context = {
        **_of_share(share),
        **_of_ending(standing),
        "closes_at": share.closes_at or now,
        "may_undo": standing is not None and not standing.by_provider and open_still,
        "may_keep": standing is not None and standing.by_provider and open_still,
        "again_url": links.absolute(reverse("request-new")),
    }
    # The moment belongs to the event: a share that was kept after all may end again.
    event = f"{share.public_id}:{context['closes_at']:%Y%m%d%H%M%S}"
    post("ending", owners(share) or requesters(share), event, context)


def announced(share: Share, ending: Ending) -> None:
    """To everybody of the customer who works with it: the provider ends it, when and why, and whom to ask."""
    context = {**_of_share(share), **_of_ending(ending), "last_day": facts.last_day([ending.effective_at])}
    post("announced-end", everybody(share), f"{share.public_id}:{ending.pk}", context)


def kept(share: Share, ending: Ending, by: User) -> None:
    """The all-clear after an ending that people were told of."""
    to = everybody(share) if ending.by_provider else owners(share) or requesters(share)
    context = {
        **_of_share(share),
        "kept_by": facts.one_line(by.public_name if ending.by_provider else by.display_name),
        "noticed": _is_later(ending),
    }
    post("kept", to, f"{share.public_id}:{ending.pk}", context)


def _is_later(ending: Ending) -> bool:
    return ending.effective_at > timezone.now()


def _of_share(share: Share) -> dict[str, Any]:
    return facts.of_share(share, list(Dataset.objects.filter(grants__share=share).distinct()))


def _of_ending(ending: Ending | None) -> dict[str, Any]:
    if ending is None:
        return {"ended_by": "", "end_reason": "", "by_provider": False}
    return {
        "ended_by": facts.one_line(ending.by_name),
        "end_reason": facts.seen(ending.reason).strip(),
        "by_provider": ending.by_provider,
    }


def expiring(share: Share, ending_grants: list[Grant], mark: int, now: datetime) -> None:
    """To everybody of the customer who works with it: what ends when, and where to renew it."""
    first = ending_grants[0]
    ends = {facts.one_line(grant.dataset.name): facts.last_day([grant.valid_until]) for grant in ending_grants}
    left = min(grant.valid_until for grant in ending_grants if grant.valid_until) - now
    context = {
        **facts.of_share(share, [grant.dataset for grant in ending_grants]),
        "ends": [{"dataset": name, "last_day": day} for name, day in ends.items()],
        "days": max(1, math.ceil(left / timedelta(days=1))),
        "objection": facts.told(lambda: endings.objection(share)),
        "renewal_waits": _renewal_waits(share),
        "renew_url": links.absolute(reverse("share-renew", args=[share.public_id])),
    }
    post("expiring", everybody(share), f"{share.public_id}:{first.valid_until:%Y%m%d%H%M%S}:{mark}:{first.pk}", context)


def _renewal_waits(share: Share) -> bool:
    return ShareRequest.objects.filter(
        organization=share.organization_id,
        consumer_account=share.consumer_account_id,
        kind=RequestKind.RENEWAL,
        state=RequestState.SUBMITTED,
    ).exists()


def suspended(share: Share, by: User, reason: str, at: datetime) -> None:
    """To everybody of the customer who works with it: closed for now, by whom, why, and whom to ask."""
    context = {**_of_share(share), "who": facts.one_line(by.public_name), "reason": facts.seen(reason).strip()}
    post("suspended", everybody(share), f"{share.public_id}:{at:%Y%m%d%H%M%S}", context)


def resumed(share: Share, at: datetime) -> None:
    """To the same people: it opens again."""
    post("resumed", everybody(share), f"{share.public_id}:{at:%Y%m%d%H%M%S}", _of_share(share))
