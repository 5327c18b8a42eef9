"""The verbs about people: add a person, attach them to an organization, change their role, detach them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.audit.record import record
from portal.mail import links, outbox
from portal.people.models import Membership, Organization, Role, User


@transaction.atomic
def add_person(
    email: str, *, name: str = "", password: str | None = None, verified: bool = False, **flags: bool
) -> User:
    """A user whose address counts as verified only when the caller vouches for it; flags: is_staff,
    is_superuser.
    """
    user = User.objects.create_user(email, password, name=name, **flags)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


@transaction.atomic
def attach(user: User, organization: Organization, role: Role, *, actor: User | None = None) -> Membership:
    """Makes the user a member and tells them by mail, once per membership; IntegrityError where they are one
    already.
    """
    membership = Membership.objects.create(user=user, organization=organization, role=role)
    announce(membership, actor=actor)
    return membership


def announce(membership: Membership, *, actor: User | None = None) -> None:
    """What follows from a new membership, in the transaction that made it: the mail and the audit entry."""
    user, organization = membership.user, membership.organization
    context = {
        "name": user.display_name,
        "organization": organization.name,
        "role": Role(membership.role).label,
        "home_url": links.absolute("/"),
    }
    outbox.post("attached", user.email, context, key=f"attached:{membership.pk}:{user.email}")
    _record("membership.added", membership, actor)


@transaction.atomic
def change_role(membership: Membership, role: Role, *, actor: User | None = None) -> None:
    Membership.objects.filter(pk=membership.pk).update(role=role)
    membership.role = role
    _record("membership.changed", membership, actor)


@transaction.atomic
def detach(membership: Membership, *, actor: User | None = None) -> None:
    _record("membership.removed", membership, actor)
    Membership.objects.filter(pk=membership.pk).delete()


def _record(action: str, membership: Membership, actor: User | None) -> None:
    data = {"user": membership.user.email, "role": membership.role}
    record(action, actor=actor, target=membership.user, organization=membership.organization, data=data)
