"""Where the demo keeps what it needs between two starts, and the secrets that it makes for itself."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = Path(__file__).resolve().parent.parent
WORLD = PROJECT / "sandbox" / "worlds" / "airport"
# What the sandbox reads once, when it seeds a new data directory. Other contents need a new directory.
SEEDED_FROM = (WORLD / "world.toml", WORLD / "lake.sql", WORLD / "later.sql", PROJECT / "docs" / "snowflake-setup.sql")

_CONNECTION = """[{name}]
account = "{account}"
user = "FIRN_SVC"
private_key_file = "keys/firn.p8"
role = "FIRN"
warehouse = "FIRN_WH"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""
# Section of connections.toml -> the provider's account in the sandbox.
CONNECTIONS = {"us-east": "SKYLEDGER-DATA", "frankfurt": "SKYLEDGER-DATA_EU"}


class Unusable(Exception):
    """The demo cannot start; the message is a sentence for the person who started it."""


@dataclass(frozen=True)
class Places:
    """The files under one directory."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def connections(self) -> Path:
        return self.root / "connections.toml"

    @property
    def database(self) -> Path:
        return self.root / "firn.sqlite3"

    @property
    def sandbox(self) -> Path:
        return self.root / "sandbox"

    @property
    def mails(self) -> Path:
        return self.root / "mails"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def secret_key(self) -> Path:
        return self.root / "secret-key"

    @property
    def result(self) -> Path:
        """What the main job found, once it was carried through."""
        return self.root / "main-job.json"


def take(places: Places) -> IO[str]:
    """Hold the directory for this demo alone; the lock goes with the returned file. Raises Unusable."""
    places.root.mkdir(parents=True, exist_ok=True)
    lock = (places.root / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Unusable(f"another demo runs on {places.root}; stop it, or give this one --state DIRECTORY.") from None
    return lock


def prepare(places: Places) -> bool:
    """Make directories and secrets. True when everything begins anew.

    That is also so when what is there was seeded from other files, or its main job was broken off half-way.
    """
    stamp, seed = places.root / "seeded-from", _seed_stamp()
    fresh = not places.result.is_file() or not stamp.is_file() or stamp.read_text() != seed
    if fresh:
        _clear(places)
        _make_keys(places.keys)
        _write_secret(places.secret_key, secrets.token_urlsafe(60).encode())
        stamp.write_text(seed)
    for directory in (places.logs, places.mails):
        directory.mkdir(exist_ok=True)
    return fresh


def _seed_stamp() -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in SEEDED_FROM)).hexdigest()


def _clear(places: Places) -> None:
    """Forget an earlier demo; the lock stays where it is."""
    for directory in (places.keys, places.sandbox, places.mails, places.logs):
        shutil.rmtree(directory, ignore_errors=True)
    for file in places.root.iterdir():
        if file.is_file() and file.name != "lock":
            file.unlink()


def _make_keys(folder: Path) -> None:
    """The key pair of the service user, as docs/snowflake-setup.sql wants it."""
    folder.mkdir(mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write_secret(folder / "firn.p8", private)
    (folder / "firn.pub").write_bytes(public)


def write_connections(places: Places, port: int) -> None:
    """connections.toml for the sandbox at `port`; it has another one at each start."""
    sections = [_CONNECTION.format(name=name, account=account, port=port) for name, account in CONNECTIONS.items()]
    _write_secret(places.connections, "\n".join(sections).encode())


def _write_secret(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
