"""The code that lets an approver decide from the mail without signing in."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from shares.models import Ask

# Letters and digits that nobody confuses when reading them from a mail.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def code_for(ask: Ask, secret: str | bytes | None = None) -> str:
    """The code that stands only in this approver's mail: 8 letters, derived from the secret key (40 bits)."""
    name = f"{ask.public_id}:{ask.revision}"
    raw = salted_hmac("shares.approvals.code", name, secret=secret, algorithm="sha256").digest()
    number = int.from_bytes(raw[:8], "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def is_code(ask: Ask, typed: str) -> bool:
    """Whether `typed` is the code of this question. A mail that went out before the key was changed still has the old
    one, which counts as long as the old key is among the fallbacks."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(typed.encode(), code_for(ask, key).encode()) for key in keys)
