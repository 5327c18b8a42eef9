"""What Firn changes about allauth: its mails go through the outbox and their links start with
PUBLIC_BASE_URL.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import get_language, get_supported_language_variant
from django.utils.translation import gettext_lazy as _

from portal.mail import links, outbox
from portal.people import asking

# allauth's template prefix (after "account/email/") → our mail. The notices share one mail and differ by a
# sentence.
KINDS = {
    "email_confirmation": "verification",
    "email_confirmation_signup": "verification",
    "login_code": "login-code",
    "password_reset_key": "password-reset",
    "account_already_exists": "account-exists",
    "unknown_account": "unknown-account",
}
NOTICES = {
    "account_connected": _("The sign-in of your organization was connected to your account."),
    "account_disconnected": _("The sign-in of your organization was disconnected from your account."),
    "email_changed": _("The email address of your account was changed."),
    "email_confirm": _("An email address of your account was confirmed."),
    "email_deleted": _("An email address was removed from your account."),
    "password_changed": _("The password of your account was changed."),
    "password_reset": _("The password of your account was reset."),
    "password_set": _("A password was set for your account."),
    "recovery_codes_generated": _("New recovery codes were made for your account; the old ones stopped working."),
    "totp_activated": _("An authenticator app was added to your account."),
    "totp_deactivated": _("The authenticator app was removed from your account."),
    "webauthn_added": _("A passkey was added to your account."),
    "webauthn_removed": _("A passkey was removed from your account."),
}
SECRET = frozenset({"verification", "login-code", "password-reset"})
# What a mail may show of allauth's context; the rest (request, site, user objects) stays out of templates.
SHOWN = ("code", "email", "from_email", "to_email", "deleted_email", "ip", "user_agent")


def mail_context(context: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of a mail; every URL keeps its path and gets the public address of the portal."""
    shown = {name: context[name] for name in SHOWN if name in context}
    if "timestamp" in context:
        shown["when"] = f"{context['timestamp']:%Y-%m-%d %H:%M} UTC"
    for name, url in context.items():
        if name.endswith("_url"):
            parts = urlsplit(str(url))
            shown[name] = links.absolute(parts.path + (f"?{parts.query}" if parts.query else ""))
    return shown


class AccountAdapter(DefaultAccountAdapter):
    """The account adapter named in the settings."""

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as a sign-up that makes an account: the time would tell, too."""
        make_password(uuid.uuid4().hex)
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        event = template_prefix.rpartition("/")[2]
        if event in KINDS and not asking.may_be_sent(event, email):
            return
        shown = mail_context({"email": email, **context})
        if event in NOTICES:
            kind = "account-notice"
            shown["notice"] = NOTICES[event]
        else:
            kind = KINDS[event]
        # Whoever reads the page that asked for it reads the mail, too.
        here = get_supported_language_variant(get_language() or settings.LANGUAGE_CODE)
        key = f"{event}:{uuid.uuid4().hex}:{email}"
        outbox.post(kind, email, shown, key=key, secret=kind in SECRET, language=here)
