"""Addresses that can be answered: each holds a seal that only we can make, for one recipient and one question."""

from __future__ import annotations

import base64
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from portal.mail.letters import Token

# Base32 of 130 bits: more than the 128 that nobody guesses.
SEAL_LENGTH = 26


def is_on() -> bool:
    """Whether the operator lets people answer by mail."""
    return bool(settings.FIRN_REPLIES)


def address(kind: str, number: int, bound: str) -> str:
    """firn+a12-<seal>@example.com: what answers it is about row `number` of a `kind` (one letter), as long as `bound`,
    what the seal stands for besides, stays as it is."""
    local, _at, domain = settings.FIRN_REPLY_ADDRESS.rpartition("@")
    return f"{local}+{kind}{number}-{_seal(kind, number, bound)}@{domain}"


def holds(token: Token, bound: str) -> bool:
    """Whether we made this token, and for this; also under a key that was changed since."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(token.seal, _seal(token.kind, token.number, bound, key)) for key in keys)


def _seal(kind: str, number: int, bound: str, secret: str | bytes | None = None) -> str:
    made = salted_hmac("portal.mail.replying", f"{kind}:{number}:{bound}", secret=secret, algorithm="sha256").digest()
    return base64.b32encode(made).decode().lower()[:SEAL_LENGTH]
