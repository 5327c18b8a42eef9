"""What owners do with the people of their organization, and what everybody may do: leave."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
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
    User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    hold(membership)
    take_out(membership, actor)
    services.end_sessions(membership.user, actor=actor)
    mails.removed(membership, by=actor)


@transaction.atomic
def leave(membership: Membership) -> None:
    hold(membership)
    take_out(membership, membership.user)


def hold(membership: Membership) -> None:
    """Lock what changes when they go, as whoever writes into the audit log afterwards has to. Raises Refused."""
    _lock(membership.organization)
    _not_the_last(membership)
    list(Membership.objects.select_for_update(no_key=True).filter(pk=membership.pk))
    theirs = invitations.open_ones().filter(inviter=membership.user, organization=membership.organization)
    list(theirs.select_for_update(of=("self",), no_key=True).order_by("pk"))


def take_out(membership: Membership, actor: User) -> None:
    """Once it is held."""
    invitations.revoke_all_of(membership.user, membership.organization, actor)
    services.detach(membership, actor=actor)


def _lock(organization: Organization) -> None:
    """Two owners who remove each other at once must not leave an organization without one."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _owner(actor: User, organization: Organization) -> None:
    if not user_may(actor, Act.PEOPLE_CHANGE, organization):
        raise Refused(_("Only an owner may do that."))


def is_last_owner(membership: Membership) -> bool:
    """Whether the organization would be left without an owner who may sign in."""
    others = active_owners(membership.organization_id).exclude(pk=membership.pk)
    return membership.role == Role.OWNER and not others.exists()


def active_owners(organization_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization_id, role=Role.OWNER, user__is_active=True)


def _not_the_last(membership: Membership) -> None:
    if is_last_owner(membership):
        raise Refused(_("An organization keeps at least one owner. Make somebody else an owner first."))
