"""Who may log in: passwords, and key pairs by signed token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from sandbox.errors import fail
from sandbox.store import Store, Thing

_ROUNDS = 1000


class LoginRefused(Exception):
    """A login that failed, with Snowflake's code and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def hashed(password: str) -> str:
    """Few rounds on purpose: these are the passwords of a world file, and logging in must not take time."""
    salt = secrets.token_hex(8)
    return f"{salt}${hashlib.pbkdf2_hmac('sha256', password.encode(), salt.encode(), _ROUNDS).hex()}"


def _matches(password: str, stored: str) -> bool:
    salt, _, digest = stored.partition("$")
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), _ROUNDS).hex()
    return hmac.compare_digest(made, digest)


def public_key_text(text: str) -> str:
    """The base64 of an RSA public key given as PEM or as base64 DER; anything else is refused."""
    body = "".join(line for line in text.splitlines() if not line.startswith("-----")).replace(" ", "")
    try:
        key = load_der_public_key(base64.b64decode(body, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise fail("bad_value", value="…", name="RSA_PUBLIC_KEY") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise fail("bad_value", value="…", name="RSA_PUBLIC_KEY")
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def fingerprint(key: str) -> str:
    """`SHA256:<base64>` of a stored public key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(base64.b64decode(key)).digest()).decode()


def log_in(store: Store, account: Thing, data: dict[str, Any]) -> Thing:
    """The user who logs in with this login request, or LoginRefused (390100, 390144, 390101)."""
    if str(data.get("AUTHENTICATOR") or "").upper() == "SNOWFLAKE_JWT":
        return _by_token(store, account, str(data.get("TOKEN") or ""), str(data.get("LOGIN_NAME") or ""))
    authenticator = str(data.get("AUTHENTICATOR") or "SNOWFLAKE").upper()
    if authenticator not in ("SNOWFLAKE", "USERNAME_PASSWORD_MFA"):
        raise LoginRefused(390190, f"Authenticator {authenticator} is not supported.")
    user = store.find(account.id, "USER", str(data.get("LOGIN_NAME") or "").upper())
    stored = user.props.get("password") if user else None
    if user is None or not stored or not _matches(str(data.get("PASSWORD") or ""), stored):
        raise LoginRefused(390100, "Incorrect username or password was specified.")
    return _enabled(user)


def _enabled(user: Thing) -> Thing:
    if user.props.get("disabled"):
        raise LoginRefused(390101, "User access disabled. Contact your local system administrator.")
    return user


def _by_token(store: Store, account: Thing, token: str, login: str) -> Thing:
    """Checks subject, issuer, fingerprint, signature and times of a key-pair token."""
    refused = LoginRefused(390144, f"JWT token is invalid. [{secrets.token_hex(16)}]")
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        subject, issuer = str(claims["sub"]), str(claims["iss"])
    except (jwt.PyJWTError, KeyError) as error:
        raise refused from error
    name, dot, user_name = subject.rpartition(".")
    user = store.find(account.id, "USER", user_name)
    if not dot or user is None or user_name != login.upper() or not _same_account(account, name):
        raise refused
    for key in (user.props.get("rsa_public_key"), user.props.get("rsa_public_key_2")):
        if key and issuer == f"{subject}.{fingerprint(key)}" and _signed(token, key):
            return _enabled(user)
    raise refused


def _same_account(account: Thing, name: str) -> bool:
    org, _, rest = account.name.partition(".")
    spelled = {
        account.props["locator"],
        f"{org}-{rest}",
        f"{org}-{rest.replace('_', '-')}",
        f"{org}_{rest}",
        account.name,
    }
    return name.upper() in spelled


def _signed(token: str, key: str) -> bool:
    public = load_der_public_key(base64.b64decode(key))
    if not isinstance(public, RSAPublicKey):
        return False
    try:
        jwt.decode(
            token,
            public,
            algorithms=["RS256", "RS384", "RS512"],
            leeway=30,
            options={"require": ["exp", "iat"], "verify_aud": False},
        )
    except jwt.PyJWTError:
        return False
    return True
