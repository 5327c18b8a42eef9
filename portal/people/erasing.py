"""Deleting one's account: what is personal goes, what others rely on stays under a number."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.mail.models import Outgoing
from portal.people import members
from portal.people.invitations import Refused
from portal.people.models import Departure, Invitation, User


@transaction.atomic
def erase(user: User, *, provides: bool = False) -> None:
    """Requests, votes and audit entries keep pointing at a row that says nothing about anybody any more.

    Not for whoever `provides`, the provider's people: their approvals and rights are given to others first.
    """
    if provides or user.is_staff:
        raise Refused(_("You work for the provider here. Ask an administrator to take that off first."))
    for membership in user.memberships.select_related("user", "organization"):
        members.leave(membership)
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession, Departure):
        model.objects.filter(user=user).delete()
    Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by=user)).delete()
    Outgoing.objects.filter(to__in=addresses).delete()
    LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).delete()
    # An address that nobody can have (RFC 2606), so that nothing is ever mailed there.
    user.email, user.name = f"person-{user.pk}@erased.invalid", ""
    user.is_active, user.is_superuser, user.staff_role = False, False, ""
    user.erased_at, user.session_epoch = timezone.now(), user.session_epoch + 1
    user.set_unusable_password()
    user.save()
    user.user_permissions.clear()
    user.groups.clear()
    record("account.erased", actor=user, target=user)
