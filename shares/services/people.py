"""Whom to ask about a share: the customer's own people first, then who decided. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.people.models import Membership, Role, User
from shares.models import Share, ShareRequest

MOST = 5


@dataclass(frozen=True)
class SharePeople:
    """`owners` may end and renew it; `requester` asked for it last; `approver` decided, and is the provider's."""

    owners: list[User]
    requester: User | None
    approver: User | None


def of_share(share: Share, newest: ShareRequest | None) -> SharePeople:
    """`newest` is the request that gave it what it has."""
    members = Membership.objects.filter(organization=share.organization_id, role=Role.OWNER, user__is_active=True)
    owners = [member.user for member in members.select_related("user").order_by("user__name", "pk")[:MOST]]
    return SharePeople(owners, newest.requester if newest else None, newest.decided_by if newest else None)
