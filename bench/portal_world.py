"""A provider with a lake, many customers with an account each, and the portal's own processes beside them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Wrong, cpu_of_all
from bench.serving import HERE, PASSWORD, Raw, Served
from tests.sandbox.serving import write_keys

ROWS = 3
# Statements that the sandbox's log keeps: more than any measurement sends.
_LOG = 200_000
_CHANGES = ("CREATE", "GRANT", "REVOKE", "ALTER SHARE", "DROP", "COMMENT")
_ACCOUNT = """[[account]]
organization = "{organization}"
name = "{name}"
locator = "{locator}"
region = "AWS_US_EAST_1"
edition = "ENTERPRISE"
{setup}
[[account.user]]
name = "ADMIN"
password = "{password}"
default_role = "ACCOUNTADMIN"
"""
_PROVIDER = """[[account.user]]
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
"""
_CONNECTION = """[data]
account = "ACME-DATA"
user = "FIRN_SVC"
private_key_path = "{key}"
role = "FIRN"
warehouse = "FIRN_WH"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""


def write(folder: Path, customers: int) -> Path:
    """The world file: customer n has the account CUST.Cn and the rows of tenant Tn."""
    rows = "".join(f"T{n},{k},2013-01-01T10:00:00\n" for n in range(customers) for k in range(ROWS))
    (folder / "flights.csv").write_text("CARRIER,FLIGHT,TIME_HOUR\n" + rows)
    for name in ("firn", "snowddl"):
        write_keys(folder, name).chmod(0o600)
    parts = [_account("ACME", "DATA", "PRV10001", f'setup = ["{HERE}/docs/snowflake-setup.sql"]') + _PROVIDER]
    parts += [_account("CUST", f"C{n}", f"CUS{n:06}") for n in range(customers)]
    world = folder / "world.toml"
    world.write_text("".join(parts))
    return world


def _account(organization: str, name: str, locator: str, setup: str = "") -> str:
    return _ACCOUNT.format(organization=organization, name=name, locator=locator, setup=setup, password=PASSWORD)


class World:
    """One sandbox and one portal in a folder of their own. `serve` may be called again, with another latency."""

    def __init__(self, folder: Path, customers: int, database: str | None = None) -> None:
        self.folder = folder
        self._world = write(folder, customers)
        self._served: Served | None = None
        self.environment = {
            **os.environ,
            "SECRET_KEY": "bench-" + "0123456789" * 6,
            "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
            "DATABASE_URL": database or f"sqlite:///{folder}/portal.sqlite3",
            "SNOWFLAKE_CONNECTIONS_FILE": str(folder / "connections.toml"),
            "FIRN_LOG_LEVEL": "WARNING",
            "FIRN_WORKERS": "3",
            "FIRN_REQUIRE_MFA": "false",
            "FIRN_WRITES_A_MINUTE": "0",
            "FIRN_OPEN_REQUESTS": "0",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        (folder / "connections.toml").touch(mode=0o600)
        if database:
            # It may hold the last world's rows.
            self._manage("flush", "--no-input")
            self._manage("migrate", "--verbosity", "0")
        else:
            self._begin_empty()

    @property
    def port(self) -> int:
        assert self._served is not None
        return self._served.port

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the sandbox has used since it was served."""
        assert self._served is not None
        return cpu_of_all(self._served.pid)

    @property
    def key(self) -> Path:
        return self.folder / "snowddl.pem"

    def serve(self, latency_ms: int) -> None:
        """Start the sandbox, or stop it and start it again on what it kept."""
        self.close()
        options = ("--latency-ms", str(latency_ms), "--log", str(_LOG))
        self._served = Served(HERE, self._world, self.folder / "data", options)
        file = self.folder / "connections.toml"
        file.write_text(_CONNECTION.format(key=self.folder / "firn.pem", port=self.port))

    def close(self) -> None:
        if self._served is not None:
            self._served.stop()
            self._served = None

    def statements(self, since: int = 0) -> list[dict[str, Any]]:
        """The sandbox's own log after number `since`."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sandbox/statements?since={since}") as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]

    def now(self) -> int:
        """The number of the last statement."""
        return max((int(entry["seq"]) for entry in self.statements()), default=0)

    def firn(self, since: int) -> list[str]:
        """What the portal's user sent after number `since`. Wrong when a change was sent twice."""
        entries = self.statements(since)
        if entries and entries[0]["seq"] != since + 1:
            raise Wrong("the sandbox's log does not go back that far")
        sent = [str(entry["sql"]) for entry in entries if entry["user"] == "FIRN_SVC"]
        changing = [sql for sql in sent if is_change(sql)]
        if len(changing) != len(set(changing)):
            raise Wrong("a changing statement was sent twice")
        return sent

    @contextmanager
    def worker(self) -> Iterator[int]:
        """The number of a process: `manage.py worker`, as an installation runs it."""
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, "manage.py", "worker"]
            process = subprocess.Popen(command, cwd=HERE, env=self.environment, stderr=log)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def locked(self) -> int:
        """How often a worker said that the database was locked."""
        return (self.folder / "worker.log").read_text().count("database is locked")

    def _begin_empty(self) -> None:
        """Migrated once for all worlds of a process: that takes longer than many a measurement."""
        database = self.folder / "portal.sqlite3"
        if _empty:
            database.write_bytes(_empty[0])
        else:
            self._manage("migrate", "--verbosity", "0")
            _empty.append(database.read_bytes())

    def _manage(self, *command: str) -> None:
        done = [sys.executable, "manage.py", *command]
        subprocess.run(done, cwd=HERE, env=self.environment, check=True, stdout=subprocess.DEVNULL)


# A migrated database of no rows, once there is one.
_empty: list[bytes] = []


def is_change(sql: str) -> bool:
    return sql.lstrip().upper().startswith(_CHANGES)


def look_as_customer(port: int, n: int, share: str, view: str) -> None:
    """Mount customer n's share as the customer and read one view: its own rows, all of them, and no others."""
    client = Raw(port, f"CUST-C{n}")
    client.run(f"CREATE DATABASE IF NOT EXISTS D_{share} FROM SHARE ACME.DATA.{share}")
    found = client.run(f"SELECT COUNT(*), COUNT_IF(CARRIER <> 'T{n}') FROM D_{share}.{view}")
    client.close()
    if [str(value) for value in found[0]] != [str(ROWS), "0"]:
        raise Wrong(f"customer {n} sees {found[0]} in {share}, not {ROWS} rows of its own and none of others")
