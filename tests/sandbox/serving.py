"""A sandbox process with a small world, and connections to it through the connector that is installed here."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.control import Control

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "s3cret!"
# Ten more accounts than anybody needs by name: shares with many accounts are truncated and limited.
POOL = [f"P{n}" for n in range(1, 13)]

_FLIGHTS = """carrier,flight,tailnum,dep_delay,distance,time_hour
UA,1545,N14228,2,1400,2013-01-01T10:00:00Z
UA,1714,N24211,4,1416,2013-01-01T10:00:00Z
UA,1696,N39463,-4,719,2013-01-01T11:00:00Z
DL,461,N668DN,-6,762,2013-01-01T11:00:00Z
DL,1919,NA,0,1020,2013-01-02T10:00:00Z
AA,1141,N619AA,NA,1089,2013-01-01T10:00:00Z
"""
_PLANES = "tailnum,seats\nN14228,149\nN24211,149\nN39463,191\nN668DN,178\nN619AA,188\n"


def write_keys(folder: Path, name: str) -> Path:
    """A private key file, its public half beside it; returns the private one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return private


def account(organization: str, name: str, locator: str, region: str, edition: str, more: str = "") -> str:
    return f"""
[[account]]
organization = "{organization}"
name = "{name}"
locator = "{locator}"
region = "{region}"
edition = "{edition}"
{more}
[[account.user]]
name = "ADMIN"
password = "{PASSWORD}"
default_role = "ACCOUNTADMIN"
"""


def write_world(folder: Path) -> Path:
    """The world of the tests: two providers, customers in two regions, a stranger."""
    (folder / "flights.csv").write_text(_FLIGHTS)
    (folder / "planes.csv").write_text(_PLANES)
    (folder / "stage").mkdir()
    write_keys(folder, "svc")
    write_keys(folder, "other")
    (folder / "setup.sql").write_text(
        "CREATE ROLE SHARER; -- a comment; with a semicolon\n"
        "GRANT CREATE SHARE ON ACCOUNT TO ROLE SHARER;\n"
        "GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE SHARER;\n"
        "GRANT IMPORT SHARE ON ACCOUNT TO ROLE SHARER;\n"
        "GRANT CREATE DATABASE ON ACCOUNT TO ROLE SHARER;\n"
        "CREATE WAREHOUSE WH;\nGRANT USAGE ON WAREHOUSE WH TO ROLE SHARER;\n"
        "GRANT USAGE ON DATABASE LAKE TO ROLE SHARER WITH GRANT OPTION;\n"
        "GRANT REFERENCE_USAGE ON DATABASE LAKE TO ROLE SHARER WITH GRANT OPTION;\n"
        "GRANT USAGE ON SCHEMA LAKE.NYC TO ROLE SHARER WITH GRANT OPTION;\n"
        "GRANT SELECT ON ALL TABLES IN SCHEMA LAKE.NYC TO ROLE SHARER WITH GRANT OPTION;\n"
        "CREATE ROLE NOBODY COMMENT = 'may do nothing; not even; this';\n"
    )
    provider = account(
        "ACME", "DATA", "PRV10001", "AWS_US_EAST_1", "ENTERPRISE", 'setup = ["setup.sql"]\nstage_roots = ["stage"]'
    )
    provider += """
[[account.user]]
name = "SVC"
type = "SERVICE"
rsa_public_key_file = "svc.pub"
default_role = "SHARER"
default_warehouse = "WH"
roles = ["SHARER", "NOBODY"]
[[account.table]]
database = "LAKE"
schema = "NYC"
name = "FLIGHTS"
file = "flights.csv"
columns = { TIME_HOUR = "TIMESTAMP_NTZ", CARRIER = "VARCHAR(2)" }
[[account.table]]
database = "LAKE"
schema = "NYC"
name = "PLANES"
file = "planes.csv"
"""
    parts = [
        provider,
        account("ACME", "SECURE_DATA", "PRV10002", "AWS_US_EAST_1", "BUSINESS_CRITICAL"),
        account("CUST", "ONE", "CUS20001", "AWS_US_EAST_1", "ENTERPRISE"),
        account("CUST", "TWO", "CUS20002", "AWS_US_EAST_1", "STANDARD"),
        account("ACME", "USAGE", "PRV10003", "AWS_US_EAST_1", "ENTERPRISE", "usage_lag_minutes = 0"),
        account("FAR", "AWAY", "FAR30001", "AWS_EU_CENTRAL_1", "ENTERPRISE"),
        account("EVIL", "LAB", "EVL40001", "AWS_US_EAST_1", "ENTERPRISE"),
        *[account("POOL", name, f"POOL{name}", "AWS_US_EAST_1", "ENTERPRISE") for name in POOL],
    ]
    world = folder / "world.toml"
    world.write_text("".join(parts))
    return world


class Server:
    """A running sandbox."""

    def __init__(self, world: Path, *options: str) -> None:
        command = [os.environ.get("SANDBOX_PYTHON", sys.executable), "-m", "sandbox", "--world", str(world), *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("sandbox: http://127.0.0.1:"):
            raise AssertionError(f"the sandbox did not start: {line}{self.stop()}")
        self.url = line.removeprefix("sandbox: ").strip()
        self.port = int(self.url.rpartition(":")[2])
        self.control = Control(self.process.stdout.readline().removeprefix("sandbox control: ").strip())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Ends it and returns what it wrote on standard error."""
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=15)
        return err

    def stop_reading(self) -> None:
        """For a process that is gone already."""
        self.process.communicate(timeout=5)

    def get_when_open(self, path: str, tries: int = 100) -> str:
        """The answer as soon as somebody listens."""
        for _ in range(tries):
            try:
                return self.get(path)
            except OSError:
                time.sleep(0.05)
        return self.get(path)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())


@contextlib.contextmanager
def serving(world: Path, *options: str) -> Iterator[Server]:
    server = Server(world, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def connect(port: int, account: str = "ACME-DATA", user: str = "ADMIN", **more: Any) -> Any:
    """A connection; user SVC comes with a key, everybody else with the password."""
    os.environ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"
    if "private_key_file" not in more:
        more.setdefault("password", PASSWORD)
    # As in shares/snowflake/connect.py: a connection that Python collects must do nothing.
    more.setdefault("auto_cleanup", False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import snowflake.connector

        return snowflake.connector.connect(
            account=account, user=user, host="127.0.0.1", port=port, protocol="http", **more
        )
