"""A small world for the sandbox: one provider with a dozen rows, two customers, a stranger, one account far away."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.control import Control

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "open sesame"
UA, DL, MALLORY = "CARRIERUA.ANALYTICS", "CARRIERDL.ANALYTICS", "MALLORY.LAB"

FLIGHTS = """CARRIER,FLIGHT,ORIGIN,TIME_HOUR
UA,1,EWR,2013-01-01 05:00:00
UA,2,LGA,2013-01-01 06:00:00
UA,3,EWR,2013-01-02 05:00:00
DL,4,JFK,2013-01-01 05:00:00
DL,5,EWR,2013-01-03 05:00:00
AA,6,JFK,2013-01-04 05:00:00
"""
AIRPORTS = "FAA,NAME\nEWR,Newark\nJFK,Kennedy\nLGA,La Guardia\n"
OWN_FLIGHTS = {"UA": 3, "DL": 2, "AA": 1}

_ACCOUNT = """
[[account]]
organization = "{organization}"
name = "{name}"
locator = "{locator}"
region = "{region}"
edition = "ENTERPRISE"
usage_lag_minutes = 0
{setup}
[[account.user]]
name = "ADMIN"
password = "{password}"
default_role = "ACCOUNTADMIN"
roles = ["ACCOUNTADMIN"{roles}]
"""
_PROVIDER = """
[[account.user]]
name = "FIRN_SVC"
type = "SERVICE"
rsa_public_key_file = "firn.pub"
default_role = "FIRN"
default_warehouse = "FIRN_WH"

[[account.table]]
database = "LAKE"
schema = "NYC"
name = "FLIGHTS"
file = "flights.csv"
columns = { TIME_HOUR = "TIMESTAMP_NTZ" }

[[account.table]]
database = "LAKE"
schema = "NYC"
name = "AIRPORTS"
file = "airports.csv"
"""
_CONNECTION = """[{name}]
account = "SKYLEDGER-DATA"
user = "FIRN_SVC"
private_key_path = "{key}"
role = "FIRN"
warehouse = "FIRN_WH"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""


def write(folder: Path) -> Path:
    """The world file, what it needs, and two key pairs of which the world knows one."""
    (folder / "flights.csv").write_text(FLIGHTS)
    (folder / "airports.csv").write_text(AIRPORTS)
    for name in ("firn", "wrong"):
        _key_pair(folder, name)
    # So that the provider's own people can meddle with what Firn owns, as Firn and above it.
    (folder / "meddle.sql").write_text("USE ROLE ACCOUNTADMIN;\nGRANT ROLE FIRN TO ROLE ACCOUNTADMIN;\n")
    airport = ROOT / "sandbox" / "worlds" / "airport"
    setup = f'setup = ["{ROOT}/docs/snowflake-setup.sql", "{airport}/later.sql", "meddle.sql"]'
    parts = [_account("SKYLEDGER", "DATA", "SKY10001", "AWS_US_EAST_1", setup) + _PROVIDER]
    for organization, name, locator, region in (
        ("CARRIERUA", "ANALYTICS", "CUA30001", "AWS_US_EAST_1"),
        ("CARRIERDL", "ANALYTICS", "CDL30002", "AWS_US_EAST_1"),
        ("CARRIERAA", "WAREHOUSE", "CAA30003", "AWS_EU_CENTRAL_1"),
        ("MALLORY", "LAB", "MAL30004", "AWS_US_EAST_1"),
        # The same locator as the first one's, in another region: somebody else.
        ("MALLORY", "EUROPE", "CUA30001", "AWS_EU_CENTRAL_1"),
    ):
        parts.append(_account(organization, name, locator, region))
    world = folder / "world.toml"
    world.write_text("".join(parts))
    return world


def _account(organization: str, name: str, locator: str, region: str, setup: str = "") -> str:
    return _ACCOUNT.format(
        organization=organization,
        name=name,
        locator=locator,
        region=region,
        setup=setup,
        password=PASSWORD,
        roles=', "FIRN"' if setup else "",
    )


def _key_pair(folder: Path, name: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = folder / f"{name}.p8"
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / f"{name}.pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def write_connections(folder: Path, port: int) -> Path:
    """connections.toml: [data] works, [wrong-key] signs with a key that the account does not know."""
    file = folder / "connections.toml"
    file.touch(mode=0o600)
    sections = {"data": "firn.p8", "wrong-key": "wrong.p8"}
    file.write_text("\n".join(_CONNECTION.format(name=name, key=key, port=port) for name, key in sections.items()))
    return file


def start(world: Path) -> tuple[subprocess.Popen[str], int, Control]:
    """The sandbox as a process of its own, its port, and where faults are armed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--world", str(world)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("sandbox: http://127.0.0.1:"), line
    control = Control(process.stdout.readline().removeprefix("sandbox control: ").strip())
    return process, int(line.rsplit(":", 1)[1]), control


class Person:
    """Somebody signed in to one account, through the real connector."""

    def __init__(self, account: str, port: int, role: str = "ACCOUNTADMIN") -> None:
        import snowflake.connector as connector

        self.account = account
        self._connection = connector.connect(
            account=account.replace(".", "-"),
            user="ADMIN",
            password=PASSWORD,
            role=role,
            host="127.0.0.1",
            port=port,
            protocol="http",
            login_timeout=15,
            enable_server_session_keep_alive_auto_detection=False,
            auto_cleanup=False,
        )

    def run(self, sql: str) -> list[dict[str, Any]]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            names = [column[0].lower() for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []
        finally:
            cursor.close()

    def close(self) -> None:
        self._connection.close()

    def refused(self, sql: str) -> int:
        """The number with which Snowflake refuses `sql`; fails when it does not."""
        import snowflake.connector as connector

        try:
            self.run(sql)
        except connector.Error as error:
            return int(error.errno)
        raise AssertionError(f"{self.account} was allowed: {sql}")

    def number(self, sql: str) -> int:
        return int(next(iter(self.run(sql)[0].values())))


@dataclass
class Snowflake:
    """The running sandbox and everybody in it."""

    port: int
    folder: Path
    connections: Path
    control: Control
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, account: str, role: str = "ACCOUNTADMIN") -> Person:
        key = f"{account} {role}"
        if key not in self._people:
            self._people[key] = Person(account, self.port, role)
        return self._people[key]

    def close(self) -> None:
        for person in self._people.values():
            person.close()

    def until_it_listens(self) -> None:
        """After a fault that closed the door: connections from before may work while new ones are still refused."""
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < until, "the sandbox never listened again"
                time.sleep(0.1)

    @property
    def admin(self) -> Person:
        """The provider's own ACCOUNTADMIN. What this role makes, Firn's role may not see."""
        return self.person("SKYLEDGER.DATA")

    @property
    def colleague(self) -> Person:
        """Somebody of the provider with Firn's own role, who works by hand."""
        return self.person("SKYLEDGER.DATA", "FIRN")

    @property
    def ua(self) -> Person:
        return self.person(UA)

    @property
    def dl(self) -> Person:
        return self.person(DL)

    @property
    def mallory(self) -> Person:
        return self.person(MALLORY)

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """The sandbox's own log of statements after number `since`."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sandbox/statements?since={since}") as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]

    def now(self, last_known: int = 0) -> int:
        """The number of the last statement."""
        entries = self.log(last_known)
        return int(entries[-1]["seq"]) if entries else last_known

    def quiet(self) -> int:
        """The newest statement, once those that go side by side with one that is held have been answered, too."""
        newest, until = self.now(), time.monotonic() + 0.5
        while time.monotonic() < until:
            time.sleep(0.05)
            if self.now() != newest:
                newest, until = self.now(), time.monotonic() + 0.5
        return newest

    def firn_since(self, since: int) -> list[str]:
        """What Firn's service user sent after number `since`."""
        return [entry["sql"] for entry in self.log(since) if entry["user"] == "FIRN_SVC"]

    def changes_since(self, since: int) -> list[str]:
        """Firn's statements after number `since` that change something for somebody. What the driver itself sends again
        under the same request id is the same statement, and what the fault of that name did twice was sent once."""
        log = [entry for entry in self.log(since) if entry["user"] == "FIRN_SVC"]
        doubled = {entry["sql"] for entry in log if "twice" in entry["fault"]}
        sent = {(entry["sql"] if entry["sql"] in doubled else entry["request_id"]): entry for entry in log}
        quiet = ("SHOW", "DESCRIBE", "SELECT", "ALTER SESSION", "COMMENT ON DATABASE")
        return [entry["sql"] for entry in sent.values() if not entry["sql"].lstrip().upper().startswith(quiet)]


os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
