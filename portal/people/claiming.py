"""An account that somebody may have made with an address that is not theirs, before its owner came."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction

from portal.audit.record import record
from portal.people import services
from portal.people.models import User


def is_proved(user: User) -> bool:
    """Whether somebody showed once that the mailbox of this account is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists())


def has_own_ways(user: User) -> bool:
    """Whether it is opened by something that somebody set up, and not by its mailbox alone."""
    ways = (Authenticator, SocialAccount)
    return user.has_usable_password() or any(model.objects.filter(user=user).exists() for model in ways)


@transaction.atomic
def reclaim(user: User) -> None:
    """The account is that of whoever owns its address: what was set up before that was shown opens it no longer."""
    if not is_proved(user):
        for model in (Authenticator, SocialAccount, UserSession, EmailAddress):
            model.objects.filter(user=user).delete()
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record("account.reclaimed", actor=user, target=user)
        services.end_sessions(user, actor=user)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
