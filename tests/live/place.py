"""Where the contract tests run: a sandbox of their own, or the account that an engineer named."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shares.core.spec import AccountRef
from shares.snowflake.client import Client
from shares.snowflake.connect import connect
from shares.snowflake.errors import SnowflakeError
from tests.sandbox.serving import PASSWORD, serving, write_world

PREFIX = "FIRN_LIVE_"
MARK = "firn-live:"
ROWS = (
    "('UA', 1, 2, '2013-01-01 05:00:00')",
    "('UA', 2, NULL, '2013-01-01 06:00:00')",
    "('UA', 3, -4, '2013-01-02 05:00:00')",
    "('DL', 4, 7, '2013-01-01 05:00:00')",
    "(NULL, 5, 1, '2013-01-03 05:00:00')",
)


def is_live() -> bool:
    """Only `script/test --live` says so: a variable that happens to be set lets no test into an account."""
    return os.environ.get("FIRN_LIVE") == "1"


@dataclass
class Account:
    """A signed-in session and whose it is."""

    client: Client
    ref: AccountRef
    role: str


@dataclass
class Place:
    """A provider, perhaps a consumer, and names that belong to this run only. Everything made bears `mark`."""

    provider: Account
    consumer: Account | None
    unique: str = field(default_factory=lambda: secrets.token_hex(4).upper())
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def mark(self) -> str:
        return f"{MARK}{self.unique}"

    @property
    def prefix(self) -> str:
        return f"{PREFIX}{self.unique}_"

    @property
    def lake(self) -> str:
        """The database with the provider's own data: LAKE.NYC.FLIGHTS, two carriers and a row of nobody's."""
        return self.prefix + "LAKE"

    @property
    def out(self) -> str:
        """The database in which shares have their schemas."""
        return self.prefix + "OUT"

    @property
    def plain(self) -> str:
        """A view of `out` that is not secure."""
        return f"{self.out}.COMMON.PLAIN"

    def name(self, what: str) -> str:
        """A name that nothing had before."""
        return f"{self.prefix}{what}{next(self._numbers)}"

    def prepare(self) -> None:
        """The databases, the provider's table, and views that no share of a test changes."""
        run = self.provider.client.run
        run(f"CREATE DATABASE {self.lake} COMMENT = '{self.mark}'")
        run(f"CREATE SCHEMA {self.lake}.NYC")
        run(
            f"CREATE TABLE {self.lake}.NYC.FLIGHTS "
            "(CARRIER VARCHAR(2), FLIGHT NUMBER(38,0), DEP_DELAY NUMBER(38,0), TIME_HOUR TIMESTAMP_NTZ)"
        )
        run(f"INSERT INTO {self.lake}.NYC.FLIGHTS VALUES {', '.join(ROWS)}")
        run(f"CREATE DATABASE {self.out} COMMENT = '{self.mark}'")
        run(f"CREATE SCHEMA {self.out}.COMMON")
        run(f"CREATE VIEW {self.plain} AS SELECT 1 AS A")
        run(f"CREATE SECURE VIEW {self.out}.COMMON.SECURED AS SELECT 1 AS A")

    def clean(self) -> list[str]:
        """Drops every share and database of this run, and nothing else; returns what could not be dropped."""
        left = []
        for account in filter(None, (self.consumer, self.provider)):
            for kind in ("SHARE", "DATABASE"):
                for name in self._made(account.client, kind):
                    try:
                        account.client.run(f"DROP {kind} {name}")
                    except SnowflakeError as error:
                        left.append(f"{kind} {name} in {account.ref.key}: {error.code} {error.message}")
        return left

    def _made(self, client: Client, kind: str) -> list[str]:
        """By the run's prefix and, but for mounted databases, which bear no comment of ours, the mark."""
        rows = client.run(f"SHOW {kind}S LIKE '{self.prefix}%'").rows
        return [
            str(row["name"])
            for row in rows
            if str(row["name"]).startswith(self.prefix)
            and row["kind"] != "INBOUND"
            and (row["comment"] == self.mark or row["kind"] == "IMPORTED DATABASE")
        ]


def left_by_others(client: Client) -> list[str]:
    """Databases of earlier runs that were killed before they could clean up."""
    rows = client.run(f"SHOW DATABASES LIKE '{PREFIX}%'").rows
    return [str(row["name"]) for row in rows if str(row["comment"]).startswith(MARK)]


@contextmanager
def sandbox(folder: Path) -> Iterator[Path]:
    """A running sandbox, as the connections.toml that leads to it: [provider] and [consumer]."""
    with serving(write_world(folder)) as server:
        at = f'host = "127.0.0.1"\nport = {server.port}\nprotocol = "http"\n'
        key = folder / "svc.pem"
        key.chmod(0o600)
        file = folder / "connections.toml"
        file.write_text(
            f'[provider]\naccount = "ACME-DATA"\nuser = "SVC"\nprivate_key_path = "{key}"\nwarehouse = "WH"\n{at}'
            f'[consumer]\naccount = "CUST-ONE"\nuser = "ADMIN"\npassword = "{PASSWORD}"\n{at}'
        )
        yield file


def sign_in(file: Path, connection: str) -> Account:
    """Raises BadConnection or SnowflakeError."""
    client = connect(file, connection, "firn-live")
    row = client.run(
        "SELECT CURRENT_ORGANIZATION_NAME() AS ORGANIZATION, CURRENT_ACCOUNT_NAME() AS ACCOUNT, "
        "CURRENT_ACCOUNT() AS LOCATOR, CURRENT_ROLE() AS ROLE"
    ).rows[0]
    ref = AccountRef(str(row["organization"]), str(row["account"]), str(row["locator"]))
    return Account(client, ref, str(row["role"]))
