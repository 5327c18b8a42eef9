"""Codes that prove something to whoever can read them. All are derived from the secret key; none is stored."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from shares.models import Ask, Handshake

# Letters and digits that nobody confuses when reading them from a mail: five bits each.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
# 130 bits: more than the 128 that nobody guesses.
PROOF_LENGTH = 26
GROUP = 5


def code_for(ask: Ask, secret: str | bytes | None = None) -> str:
    """The code that stands only in this approver's mail: 8 letters (40 bits)."""
    return _derived("shares.approvals.code", f"{ask.public_id}:{ask.revision}", CODE_LENGTH, secret)


def is_code(ask: Ask, typed: str) -> bool:
    """Whether `typed` is the code of this question. A mail that went out before the key was changed still has the old
    one, which counts as long as the old key is among the fallbacks."""
    return any(_same(typed, code_for(ask, key)) for key in _keys())


def proof_code(handshake: Handshake, secret: str | bytes | None = None) -> str:
    """The code that can only be read in the account that is to be proved: 26 letters in groups (130 bits)."""
    code = _derived("shares.handshakes.code", str(handshake.public_id), PROOF_LENGTH, secret)
    return "-".join(code[at : at + GROUP] for at in range(0, PROOF_LENGTH, GROUP))


def is_proof_code(handshake: Handshake, typed: str) -> bool:
    """Whether `typed` is what can be read in the account, also when the key was changed since it was put there."""
    return any(_same(typed, proof_code(handshake, key)) for key in _keys())


def way_back_code(handshake: Handshake) -> str:
    """What the customer's own share is called: another code, which the customer is shown (130 bits, no separators)."""
    return _derived("shares.handshakes.way-back", str(handshake.public_id), PROOF_LENGTH)


def _keys() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _same(typed: str, code: str) -> bool:
    return hmac.compare_digest(cleaned(typed).encode(), cleaned(code).encode())


def cleaned(typed: str) -> str:
    """A code as people type it, with blanks, hyphens and small letters, as it is compared."""
    return "".join(typed.upper().split()).replace("-", "")


def _derived(salt: str, value: str, length: int, secret: str | bytes | None = None) -> str:
    digest = salted_hmac(salt, value, secret=secret, algorithm="sha256").digest()
    number = int.from_bytes(digest[: max(8, -(-length * 5 // 8))])
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
