"""Somebody does not work for the provider any more, or may not sign in any more: it holds at once, everywhere."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import Signal

from portal.audit.record import record
from portal.people import services
from portal.people.models import Membership, Role, User

# Sent in the transaction in which it happens, with `user`, as they are from now on, and `actor`. What they were asked,
# what waits for their answer and what is read by their right is for the receivers.
left = Signal()


@transaction.atomic
def went(before: User, user: User, actor: User) -> bool:
    """To be called when a person's row was changed: whether they lost their access or their place at the provider's."""
    stopped, left_staff = before.is_active and not user.is_active, before.is_staff and not user.is_staff
    if not stopped and not left_staff:
        return False
    # The hash that changed ends them when they are next used; a session that is gone never comes back with a right.
    Session.objects.filter(pk__in=UserSession.objects.filter(user=user).values("session_key")).delete()
    UserSession.objects.filter(user=user).delete()
    # What the receivers lock comes before the first entry: see record.
    left.send(sender=User, user=user, actor=actor)
    services.end_sessions(user, actor=actor)
    record("account.stopped" if stopped else "account.left_staff", actor=actor, target=user)
    return True


def ownerless_without(user: User) -> list[str]:
    """The organizations that have no other owner who may sign in."""
    mine = Membership.objects.filter(user=user, role=Role.OWNER, organization__is_active=True)
    return [
        one.organization.name
        for one in mine.select_related("organization")
        if not Membership.objects.filter(organization=one.organization, role=Role.OWNER, user__is_active=True)
        .exclude(user=user)
        .exists()
    ]
