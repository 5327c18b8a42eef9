"""Give Firn's user in a provider account another key, without an hour in which it cannot sign in.

Snowflake keeps two keys of a user at once. The new one goes beside the old one, is tried, takes its place in the
file, and the old one is taken back last. Whoever is killed in between leaves a state in which Firn signs in, and
starts it again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from portal.audit.record import record
from portal.people.models import User
from shares.models import ProviderAccount
from shares.services import key_pairs
from shares.snowflake import keys, setup_sql
from shares.snowflake.client import Client, ConnectorClient
from shares.snowflake.connect import connect, parameters
from shares.snowflake.errors import SnowflakeError

NOBODY = ("", "null", "none")
Tell = Callable[[str], None]


class NotRotated(Exception):
    """What stands in the way, and what to do; the old key goes on working."""


@dataclass(frozen=True)
class _Files:
    """`there` is the file that connections.toml names."""

    there: Path
    passphrase: str

    @property
    def new(self) -> Path:
        return self.there.with_name(f"{self.there.name}.new")

    @property
    def old(self) -> Path:
        return self.there.with_name(f"{self.there.name}.old")


def rotate(account: ProviderAccount, tell: Tell, by: User | None = None) -> str:
    """The new key's fingerprint. Raises NotRotated, BadConnection, BadKey or SnowflakeError; then start it again."""
    section = parameters(settings.SNOWFLAKE_CONNECTIONS_FILE, account.connection_name)
    files = _files(section, account)
    if not files.old.exists():
        _put_beside(account, files, section, tell)
        # A second name for the old key first: each of the two is one step for the file system.
        files.old.hardlink_to(files.there)
    if files.new.exists():
        files.new.replace(files.there)
        tell(f"{files.there} holds the new key. The old one lies in {files.old} until it is taken back.")
    now = keys.fingerprint(keys.read(files.there, files.passphrase))
    _take_back(account, section["user"], now, tell)
    record("provider_account.key_rotated", actor=by, target=account, data={"fingerprint": now})
    files.old.unlink()
    return now


def _files(section: dict[str, Any], account: ProviderAccount) -> _Files:
    if not section.get("private_key_file"):
        raise NotRotated(f"[{account.connection_name}] signs in without a key pair, so there is none to change.")
    return _Files(Path(section["private_key_file"]), str(section.get("private_key_file_pwd", "")))


def _put_beside(account: ProviderAccount, files: _Files, section: dict[str, Any], tell: Tell) -> None:
    """The new key in the slot that is not in use, and a sign-in with it."""
    old = keys.read(files.there, files.passphrase)
    with _session(account) as client:
        used = _slots(client, section["user"])
        if keys.fingerprint(old) not in used:
            raise NotRotated(_named(client, section["user"], old, used))
        new = keys.read(files.new, files.passphrase) if files.new.exists() else keys.make(files.new, files.passphrase)
        if keys.fingerprint(new) not in used:
            slot = 1 - used.index(keys.fingerprint(old))
            _alter(client, setup_sql.set_public_key(section["user"], slot, keys.public(new)))
            tell(f"{setup_sql.KEY_SLOTS[slot]} of {section['user']} is the new key.")
    _try(account, files.new)
    tell("A sign-in with the new key works.")


def _named(client: Client, user: str, old: RSAPrivateKey, used: list[str]) -> str:
    """What to do where the old key is a named key pair: taking it back is nothing that the properties can say."""
    name = (key_pairs.named(client, user) or {}).get(keys.fingerprint(old), "")
    free = next((slot for slot, fingerprint in enumerate(used) if fingerprint.lower() in NOBODY), 0)
    ours, lists = " and ".join(setup_sql.KEY_SLOTS), setup_sql.show_key_pairs(user)
    remove, put = setup_sql.remove_key_pair(user, name), setup_sql.set_public_key(user, free, keys.public(old))
    return (
        f"{user} signs in with a named key pair, and Firn changes none but {ours}: the old key would stay valid. "
        f"{lists}; lists it. Let an administrator run, without a pause: {remove}; {put}; then start this again."
    )


def _take_back(account: ProviderAccount, user: str, now: str, tell: Tell) -> None:
    """Every key of the user but the one in the file."""
    with _session(account) as client:
        for slot, fingerprint in enumerate(_slots(client, user)):
            if fingerprint.lower() not in NOBODY and fingerprint != now:
                _alter(client, setup_sql.unset_public_key(user, slot))
                tell(f"{setup_sql.KEY_SLOTS[slot]} of {user}, the old key, is taken back.")


def _slots(client: Client, user: str) -> list[str]:
    """The fingerprints in the two slots. Raises NotRotated where the role may not see them."""
    try:
        rows = client.run(setup_sql.describe_user(user)).rows
    except SnowflakeError as error:
        raise NotRotated(f"{user}'s role may not see its keys ({error}). {_GRANT.format(user=user)}") from error
    told = {str(row["property"]).upper(): str(row["value"]) for row in rows}
    return [told.get(f"{slot}_FP", "") for slot in setup_sql.KEY_SLOTS]


_GRANT = (
    "Let an administrator run: GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER {user} TO ROLE <Firn's role>; "
    "then start this again."
)


def _alter(client: Client, text: str) -> None:
    try:
        client.run(text)
    except SnowflakeError as error:
        shown = f"An administrator may run it instead: {text};"
        raise NotRotated(f"Snowflake refused it ({error}). {shown} Then start this again.") from error


def _session(account: ProviderAccount, key: Path | None = None) -> closing[ConnectorClient]:
    """Not a pooled one: it has to sign in with the key that is in the file now, or with `key`."""
    file, tag = settings.SNOWFLAKE_CONNECTIONS_FILE, f"firn:{settings.FIRN_INSTANCE}:key"
    return closing(connect(file, account.connection_name, tag, key=key))


def _try(account: ProviderAccount, key: Path) -> None:
    try:
        with _session(account, key) as client:
            client.run(setup_sql.SESSION)
    except SnowflakeError as error:
        raise NotRotated(f"The new key in {key} does not sign in yet ({error}). Start this again.") from error
