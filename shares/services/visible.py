"""What a person may see. Every page's queryset starts here; what is not in it answers 404."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.people.models import User
from portal.people.permissions import Act, allows
from shares.models import Ask, ConsumerAccount, Dataset, Grant, Move, Share, ShareRequest
from shares.services import move_facts, pairs


def reads_all(user: User, act: Act) -> bool:
    """Whether the table lets the provider's people of this role read every customer's."""
    return allows(act, provider=user.provider_role)


def datasets(user: User) -> QuerySet[Dataset]:
    """The catalog: what is published; staff also see drafts."""
    found = Dataset.objects.all()
    return found if reads_all(user, Act.OPERATIONS_READ) else found.filter(is_published=True)


def requests(user: User) -> QuerySet[ShareRequest]:
    """Requests of the user's organizations; staff see all."""
    found = ShareRequest.objects.select_related("organization", "consumer_account", "provider_account", "requester")
    found = found.prefetch_related("datasets", pairs.lines())
    return found if reads_all(user, Act.REQUEST_READ) else found.filter(_mine(user))


def shares(user: User) -> QuerySet[Share]:
    """Shares of the user's organizations that something was ever granted on; staff see all."""
    found = Share.objects.select_related("organization", "consumer_account", "provider_account").filter(
        # Asked of each row as it comes, so that a page of the newest looks at no more than it shows.
        Exists(Grant.objects.filter(share=OuterRef("pk")).order_by())
    )
    return found if reads_all(user, Act.SHARE_READ) else found.filter(_mine(user))


def moves(user: User) -> QuerySet[Move]:
    """Moves of the user's organizations; staff see all."""
    return move_facts.moves().filter(old_share__in=shares(user))


def accounts(user: User) -> QuerySet[ConsumerAccount]:
    """The Snowflake accounts of the user's organizations; staff see all."""
    found = ConsumerAccount.objects.select_related("organization", "proved_by")
    return found if reads_all(user, Act.SHARE_READ) else found.filter(_mine(user))


def _mine(user: User) -> Q:
    """Of an organization that this user belongs to, and that is not switched off; during a look at a customer's pages,
    of that customer.
    """
    if user.seeing:
        return Q(organization=user.seeing, organization__is_active=True)
    return Q(organization__memberships__user=user, organization__is_active=True)


def asks(user: User) -> QuerySet[Ask]:
    """What this user was asked to decide."""
    found = Ask.objects.select_related("request__organization", "approver")
    return found.none() if user.seeing else found.filter(approver=user)
