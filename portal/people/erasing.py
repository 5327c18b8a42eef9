"""Deleting one's account: what is personal goes, what others rely on stays under a number."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.mail.models import Collected, MarkedAddress, Outgoing
from portal.people import forgetting, members
from portal.people.invitations import Refused
from portal.people.models import Departure, Invitation, User

_provides: list[Callable[[User], bool]] = [lambda user: user.is_staff]


def not_for(test: Callable[[User], bool]) -> None:
    """Another way of being so needed that others must take over first; for apps that know of one."""
    _provides.append(test)


@transaction.atomic
def erase(user: User, *, actor: User | None = None) -> None:
    """Requests, votes and audit entries keep pointing at a row that says nothing about anybody any more.

    Not for the provider's people: their approvals and rights are given to others first. `actor` is whoever does it for
    somebody who asked in another way.
    """
    if user.erased_at is not None:
        raise Refused(_("This account is erased already."))
    if any(test(user) for test in _provides):
        raise Refused(_("This person works for the provider here. An administrator takes that off first."))
    memberships = list(user.memberships.select_related("user", "organization").order_by("organization_id"))
    for membership in memberships:
        members.hold(membership)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    Session.objects.filter(pk__in=UserSession.objects.filter(user=user).values("session_key")).delete()
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        model.objects.filter(user=user).delete()
    Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by=user)).delete()
    Outgoing.objects.filter(to__in=addresses).delete()
    Collected.objects.filter(user=user).delete()
    user.user_permissions.clear()
    user.groups.clear()
    LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).delete()
    MarkedAddress.objects.filter(address__in={address.lower() for address in addresses}).delete()
    forgetting.forget(user, addresses)
    # Every table was searched by now: nobody who writes into the audit log has to wait for that.
    for membership in memberships:
        members.take_out(membership, user)
    Departure.objects.filter(user=user).delete()
    _empty(user)
    record("account.erased", actor=actor or user, target=user)


def _empty(user: User) -> None:
    # An address that nobody can have (RFC 2606), so that nothing is ever mailed there.
    user.email, user.name, user.language = f"person-{user.pk}@erased.invalid", "", ""
    user.digest, user.muted, user.zone = False, [], ""
    user.is_active, user.is_superuser, user.staff_role = False, False, ""
    user.erased_at, user.session_epoch = timezone.now(), user.session_epoch + 1
    user.set_unusable_password()
    user.save()
