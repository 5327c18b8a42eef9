"""Reads EMAIL_URL where it names a provider of mail (ESP) instead of a server: what django-anymail is set up with."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult

from portal import env

# Those that are reached over plain HTTPS. Amazon's SES wants a client of its own: it is used by its SMTP.
PROVIDERS = (
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sparkpost",
    "unisender_go",
)
# They rewrite links and count who opened what unless each mail says no. A link that decides must arrive as it was sent.
# The others have one switch for the whole account (docs/mail.md).
_TOLD_NOT_TO_TRACK = frozenset(
    {"mailersend", "mailgun", "mailjet", "mandrill", "postmark", "sparkpost", "unisender_go"}
)
_LOCAL = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?/\S*")


def provider(value: str, parts: SplitResult, query: dict[str, str], timeout_s: int) -> dict[str, Any]:
    """The settings of anymail://NAME?option=value: any option that anymail has for this provider, in small letters."""
    name = parts.netloc
    api = query.get("api_url", "https://")
    fits = name in PROVIDERS and not parts.path.strip("/") and all(re.fullmatch(r"[a-z_]+", key) for key in query)
    if not fits or not query or not (api.startswith("https://") or _LOCAL.fullmatch(api)):
        raise env.wrong("EMAIL_URL", value)
    options: dict[str, Any] = {f"{name}_{key}".upper(): text for key, text in query.items()}
    return {"REQUESTS_TIMEOUT": timeout_s, f"{name}_SEND_DEFAULTS".upper(): _defaults(name), **options}


def _defaults(name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"track_clicks": False, "track_opens": False} if name in _TOLD_NOT_TO_TRACK else {}
    if name == "postmark":
        # It gives each mail an id of its own otherwise, and threads and reports would not find it.
        told["extra_headers"] = {"X-PM-KeepID": "true"}
    return told
