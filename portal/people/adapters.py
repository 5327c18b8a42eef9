"""What Firn changes about allauth: its mails go through the outbox and their links start with PUBLIC_BASE_URL."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """The account adapter named in the settings."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        from portal.mail import outbox

        kind = template_prefix.rpartition("/")[2].replace("_", "-")
        outbox.post(kind, email, context, key=f"{kind}:{uuid.uuid4().hex}:{email}", secret=True)
