"""Who may log in: by password, by key pair with a signed token, by programmatic access token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from sandbox.errors import fail
from sandbox.store import Store, Thing

_ROUNDS = 1000
_LEEWAY = 30.0
# No time in seconds is as large before the year 5138.
_MILLISECONDS = 1e11


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


def log_in(store: Store, account: Thing, data: dict[str, Any]) -> tuple[Thing, AccessToken | None]:
    """Who logs in with this login request, and by which access token, or LoginRefused.

    390100 is a wrong password, 390144 a key-pair token, 394400 an access token, 390303 an OAuth token that is no good,
    390101 a disabled user.
    """
    authenticator = str(data.get("AUTHENTICATOR") or "SNOWFLAKE").upper()
    login, token = str(data.get("LOGIN_NAME") or "").upper(), str(data.get("TOKEN") or "")
    password = str(data.get("PASSWORD") or "")
    if authenticator == "SNOWFLAKE_JWT":
        return _by_token(store, account, token, login), None
    if authenticator == "PROGRAMMATIC_ACCESS_TOKEN":
        return _by_access_token(store, account, login, token or password)
    if authenticator == "OAUTH":
        raise LoginRefused(390303, f"Invalid OAuth access token. [{secrets.token_hex(16)}]")
    if authenticator not in ("SNOWFLAKE", "USERNAME_PASSWORD_MFA"):
        raise LoginRefused(390190, f"Authenticator {authenticator} is not supported.")
    user = user_of(store, account, login)
    stored = user.props.get("password") if user else None
    if user is not None and stored and _matches(password, stored):
        return _enabled(user), None
    # A token may stand where a password would; a wrong one is then a wrong password.
    if user is not None and any(t.is_secret(password) for t in tokens_of(user)):
        return _by_access_token(store, account, login, password)
    raise LoginRefused(390100, "Incorrect username or password was specified.")


def user_of(store: Store, account: Thing, login: str) -> Thing | None:
    """The user with this login name, which is the user's name unless another was set."""
    named = store.find(account.id, "USER", login)
    if named is not None and _login_name(named) == login:
        return named
    return next((user for user in store.every(account.id, "USER") if _login_name(user) == login), None)


def _login_name(user: Thing) -> str:
    return str(user.props.get("login_name") or user.name).upper()


# --- access tokens
@dataclass
class AccessToken:
    """A programmatic access token as it is kept: its secret only as a digest, times in seconds since the epoch."""

    name: str
    digest: str
    role: str
    days: int
    expires: float
    created: float = field(default_factory=time.time)
    by: str = ""
    comment: str = ""
    disabled: bool = False
    bypass: int | None = None
    rotated_to: str = ""

    def status(self) -> str:
        if self.expires <= time.time():
            return "EXPIRED"
        return "DISABLED" if self.disabled else "ACTIVE"

    def is_secret(self, secret: str) -> bool:
        return hmac.compare_digest(self.digest, digest_of(secret))


def digest_of(secret: str) -> str:
    """Secrets are random and long, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> tuple[str, str]:
    """A secret, which is shown once, and its digest."""
    secret = secrets.token_urlsafe(96)
    return secret, digest_of(secret)


def world_token(secret: str, role: str) -> AccessToken:
    """The token of a user in a world file, good for a year and restricted to the user's default role."""
    return AccessToken("WORLD", digest_of(secret), role, 365, time.time() + 365 * 86_400)


def tokens_of(user: Thing) -> list[AccessToken]:
    return [AccessToken(**stored) for stored in user.props.get("tokens", [])]


def _by_access_token(store: Store, account: Thing, login: str, secret: str) -> tuple[Thing, AccessToken]:
    """A token says whose it is; a login name beside it must be the same user's."""
    users = [user_of(store, account, login)] if login else store.every(account.id, "USER")
    for user in users:
        for token in tokens_of(user) if user is not None else []:
            if user is not None and token.is_secret(secret) and token.status() == "ACTIVE":
                return _enabled(user), token
    raise LoginRefused(394400, "Programmatic access token is invalid.")


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
    # An account in it has no dot; a login name, say an address, may have.
    name, dot, user_name = subject.partition(".")
    user = user_of(store, account, user_name)
    # The Go driver names its user in the token only.
    if not dot or user is None or login.upper() not in ("", user_name) or not _same_account(account, name):
        raise refused
    for key in keys_of(user):
        if issuer == f"{subject}.{fingerprint(key)}" and _signed(token, key):
            return _enabled(user)
    raise refused


def key_pairs_of(user: Thing) -> list[dict[str, Any]]:
    """The named key pairs: name, key, comment, created (seconds since the epoch), by."""
    found: list[dict[str, Any]] = user.props.get("key_pairs", [])
    return found


def keys_of(user: Thing) -> list[str]:
    """The public keys that sign a user in: its two properties and its named key pairs."""
    properties = (user.props.get("rsa_public_key"), user.props.get("rsa_public_key_2"))
    return [*(key for key in properties if key), *(pair["key"] for pair in key_pairs_of(user))]


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
        claims = jwt.decode(
            token,
            public,
            algorithms=["RS256", "RS384", "RS512"],
            options={
                "require": ["exp", "iat"],
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        return _moment(claims["iat"]) - _LEEWAY < time.time() < _moment(claims["exp"]) + _LEEWAY
    except (jwt.PyJWTError, TypeError, ValueError):
        return False


def _moment(claim: Any) -> float:
    """Seconds since the epoch. The Node driver counts milliseconds (snowflake-sdk, auth_keypair), and is let in."""
    number = float(claim)
    return number / 1000 if number > _MILLISECONDS else number
