"""The two halves of a key pair in the forms that Snowflake wants, and the files that hold the private one.

docs.snowflake.com/en/user-guide/key-pair-auth
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

BITS = 3072


class BadKey(ValueError):
    """The file holds no RSA key that can be read; the message says what to do."""


def read(file: Path, passphrase: str = "") -> RSAPrivateKey:
    """Raises BadKey."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise BadKey(f"{file} cannot be read ({error.strerror}).") from None
    except (ValueError, TypeError):
        raise BadKey(f"{file} is no private key in PEM form, or its passphrase is another one.") from None
    if not isinstance(key, RSAPrivateKey):
        raise BadKey(f"{file} holds a key that is not RSA; Snowflake's key pairs are.")
    return key


def make(file: Path, passphrase: str = "") -> RSAPrivateKey:
    """A new key in `file`, whole or not at all, that its owner alone may read."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    how = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    half = file.with_name(f"{file.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as open_file:
        open_file.write(text)
        open_file.flush()
        os.fsync(open_file.fileno())
    half.replace(file)
    return key


def public(key: RSAPrivateKey) -> str:
    """Base64 in one line, as ALTER USER … SET RSA_PUBLIC_KEY takes it."""
    return base64.b64encode(_der(key)).decode()


def fingerprint(key: RSAPrivateKey) -> str:
    """As DESCRIBE USER shows it: `SHA256:` and base64."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(_der(key)).digest()).decode()}"


def _der(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
