"""Writes what allauth reports about accounts into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from allauth.mfa import signals as mfa_signals
from allauth.socialaccount import signals as social_signals
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from portal.audit.record import record
from portal.people import domains
from portal.people.models import User


def _of(user: Any, action: str, **data: Any) -> None:
    if isinstance(user, User):
        record(action, actor=user, target=user, data=data)


@receiver(signals.user_signed_up)
def signed_up(user: User, **_: Any) -> None:
    _of(user, "account.signed_up")


@receiver(signals.user_logged_in)
def logged_in(user: User, **_: Any) -> None:
    domains.auto_join(user)
    _of(user, "account.signed_in")


@receiver(user_logged_out)
def logged_out(user: User | None, **_: Any) -> None:
    _of(user, "account.signed_out")


@receiver(user_login_failed)
def login_failed(credentials: dict[str, Any], **_: Any) -> None:
    # What was typed as an address may be a password typed into the wrong field: only known addresses are
    # written down.
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email=typed).first()
    record("account.sign_in_failed", target=user)


@receiver(signals.password_changed)
@receiver(signals.password_set)
@receiver(signals.password_reset)
def password_changed(user: User, **_: Any) -> None:
    _of(user, "account.password_changed")


@receiver(signals.email_confirmed)
def email_confirmed(email_address: Any, **_: Any) -> None:
    _of(email_address.user, "account.email_confirmed", email=email_address.email)


@receiver(signals.email_changed)
def email_changed(user: User, to_email_address: Any, **_: Any) -> None:
    _of(user, "account.email_changed", email=to_email_address.email)


@receiver(signals.login_code_rejected)
def code_rejected(user: User, **_: Any) -> None:
    if isinstance(user, User):
        record("account.sign_in_failed", target=user, data={"by": "code"})


@receiver(social_signals.social_account_added)
def sign_in_connected(sociallogin: Any, **_: Any) -> None:
    _of(sociallogin.user, "account.sign_in_connected", organization=sociallogin.account.provider)


@receiver(social_signals.social_account_removed)
def sign_in_disconnected(socialaccount: Any, **_: Any) -> None:
    _of(socialaccount.user, "account.sign_in_disconnected", organization=socialaccount.provider)


@receiver(mfa_signals.authenticator_added)
def second_step_added(user: User, authenticator: Any, **_: Any) -> None:
    _of(user, "account.second_step_added", kind=authenticator.type)


@receiver(mfa_signals.authenticator_removed)
def second_step_removed(user: User, authenticator: Any, **_: Any) -> None:
    _of(user, "account.second_step_removed", kind=authenticator.type)
