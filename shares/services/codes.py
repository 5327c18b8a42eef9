"""The code that lets an approver decide from the mail without signing in."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from shares.models import Ask

# Letters and digits that nobody confuses when reading them from a mail.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def code_for(ask: Ask) -> str:
    """The code that stands only in this approver's mail: 8 letters, derived from the secret key (40 bits)."""
    raw = salted_hmac("shares.approvals.code", f"{ask.public_id}:{ask.revision}", algorithm="sha256").digest()
    number = int.from_bytes(raw[:8], "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
