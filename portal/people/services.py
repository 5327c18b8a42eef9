"""The verbs about people: add a person, attach them to an organization, change their role, detach them."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.mail import links, outbox
from portal.people.models import Departure, Membership, Organization, Role, User


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
    Departure.objects.filter(user=user, organization=organization).delete()
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
    before = Membership.objects.filter(pk=membership.pk).values_list("role", flat=True).get()
    Membership.objects.filter(pk=membership.pk).update(role=role)
    membership.role = role
    _record("membership.changed", membership, actor, before=before)


@transaction.atomic
def detach(membership: Membership, *, actor: User | None = None) -> None:
    Departure.objects.get_or_create(user=membership.user, organization=membership.organization)
    Membership.objects.filter(pk=membership.pk).delete()
    _record("membership.removed", membership, actor)


@transaction.atomic
def end_sessions(user: User, *, actor: User) -> None:
    """Signs them out everywhere."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    record("account.sessions_ended", actor=actor, target=user)


@transaction.atomic
def remove_second_step(user: User, *, actor: User, known_by: str) -> None:
    """For somebody who lost phone and recovery codes, once they have said who they are in another way: `known_by`."""
    Authenticator.objects.filter(user=user).delete()
    words = _("An administrator removed the second step of signing in from your account, knowing you by this: %(by)s")
    notice = {"notice": words % {"by": known_by}}
    when = f"{timezone.now():%Y-%m-%d %H:%M} UTC"
    key = f"second-step-removed:{uuid.uuid4().hex}:{user.email}"
    outbox.post("account-notice", user.email, {**notice, "when": when, "ip": "–", "user_agent": "–"}, key=key)
    record("account.second_step_removed", actor=actor, target=user, data={"known_by": known_by})
    end_sessions(user, actor=actor)


def _record(action: str, membership: Membership, actor: User | None, **more: str) -> None:
    data = {"user": membership.user.email, "role": membership.role, **more}
    record(action, actor=actor, target=membership.user, organization=membership.organization, data=data)
