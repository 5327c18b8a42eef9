"""What owners do with the people of their organization, and what everybody may do: leave."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people import invitations, mails, services
from portal.people.guards import user_may
from portal.people.invitations import Refused
from portal.people.models import Membership, Organization, Role, User
from portal.people.permissions import Act


@transaction.atomic
def set_role(membership: Membership, role: Role, actor: User) -> None:
    _lock(membership.organization)
    _owner(actor, membership.organization)
    membership = Membership.objects.select_related("user", "organization").get(pk=membership.pk)
    if membership.role == role:
        return
    if membership.role == Role.OWNER:
        _not_the_last(membership)
        invitations.revoke_all_of(membership.user, membership.organization, actor)
    services.change_role(membership, role, actor=actor)
    mails.role_changed(membership, by=actor)


@transaction.atomic
def remove(membership: Membership, actor: User) -> None:
    """Takes effect with the next request: the membership is gone, and every session of theirs is over."""
    _lock(membership.organization)
    _owner(actor, membership.organization)
    _take_out(membership, actor)
    services.end_sessions(membership.user, actor=actor)
    mails.removed(membership, by=actor)


@transaction.atomic
def leave(membership: Membership) -> None:
    _lock(membership.organization)
    _take_out(membership, membership.user)


def _take_out(membership: Membership, actor: User) -> None:
    _not_the_last(membership)
    invitations.revoke_all_of(membership.user, membership.organization, actor)
    services.detach(membership, actor=actor)


def _lock(organization: Organization) -> None:
    """Two owners who remove each other at once must not leave an organization without one."""
    Organization.objects.select_for_update().get(pk=organization.pk)


def _owner(actor: User, organization: Organization) -> None:
    if not user_may(actor, Act.PEOPLE_CHANGE, organization):
        raise Refused(_("Only an owner may do that."))


def is_last_owner(membership: Membership) -> bool:
    """Whether the organization would be left without an owner who may sign in."""
    owners = Membership.objects.filter(organization=membership.organization, role=Role.OWNER, user__is_active=True)
    return membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists()


def _not_the_last(membership: Membership) -> None:
    if is_last_owner(membership):
        raise Refused(_("An organization keeps at least one owner. Make somebody else an owner first."))
