"""Examples of the mails about people and their accounts."""

from __future__ import annotations

from typing import Any

from portal.mail import digest
from portal.mail.examples import Example

# Somebody whose name does not run from left to right, at a company with a long one.
WHO = "نور الدين"
WHERE = "Société internationale de télécommunications aéronautiques et de navigation, succursale de Reykjavík"
BASE = "https://firn.example"
_STOP = f"{BASE}/mail/digest/stop/WzdAIn0:1aBcDe:x/"
_ACCOUNT: dict[str, Any] = {"email": "nour@carrier.example", "public_base_url": BASE}


def examples() -> dict[str, Example]:
    role = {"organization": WHERE, "role": "member"}
    return {
        "account-exists": Example({**_ACCOUNT, "password_reset_url": f"{BASE}/accounts/password/reset/"}),
        "account-notice": Example(
            {
                **_ACCOUNT,
                "notice": "Your password was changed.",
                "from_email": "",
                "to_email": "",
                "deleted_email": "",
                "when": "26 Nov 2026, 09:12 UTC",
                "ip": "192.0.2.7",
                "user_agent": "Firefox on Linux",
            }
        ),
        "attached": Example({**role, "name": WHO, "home_url": f"{BASE}/"}),
        "anchor-not-taken": Example(
            {
                "day": "2026-11-26",
                "anchor": "FIRN-AUDIT-ANCHOR entries=48110 mac=9f2c4e",
                "attempts": 48,
                "error": "hooks.example answered 503",
            }
        ),
        "audit-anchor": Example({"day": "2026-11-26", "anchor": "48110:9f2c4e", "entries": 48110}),
        "digest": Example(
            {
                "recipient": WHO,
                "waiting": [
                    {"subject": f"{WHERE} asks for رحلات: approve or decline", "url": f"{BASE}/approvals/5e/"},
                    {"subject": "Waiting for you: <b>Flights</b> & Fleet for United", "url": f"{BASE}/approvals/6f/"},
                ],
                "told": [{"subject": "Ready: Flights in CARRIERUA.ANALYTICS", "url": f"{BASE}/requests/7f3a/"}],
                "preferences_url": f"{BASE}/accounts/preferences/",
                "stop_url": _STOP,
            },
            digest.headers(_STOP),
        ),
        "domain-code": Example({"organization": WHERE, "domain": "carrier.example", "asker": WHO, "code": "K7MW2QXP"}),
        "invited": Example({**role, "inviter": WHO, "until": "2026-12-03 09:12 UTC", "url": f"{BASE}/invitations/x/"}),
        "login-code": Example({**_ACCOUNT, "code": "K7MW2Q"}),
        "not-understood": Example({"recipient": WHO, "received_subject": "Re: \u200fموافق\u200f <b>approve</b>"}),  # noqa: RUF001 - Arabic, on purpose
        "password-reset": Example({**_ACCOUNT, "password_reset_url": f"{BASE}/accounts/password/reset/key/x/"}),
        "removed": Example({"name": WHO, "organization": WHERE, "by": "Ada Lovelace"}),
        "role-changed": Example({**role, "name": WHO, "by": "Ada Lovelace", "home_url": f"{BASE}/"}),
        "unknown-account": Example({**_ACCOUNT, "signup_url": f"{BASE}/accounts/signup/"}),
        "verification": Example({**_ACCOUNT, "code": "K7MW2Q"}),
    }
