"""A customer's own Snowflake account, through the real connector: mount a share, count what can be read in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from demo.people import ANALYST, ANALYST_PASSWORD

AIRPORTS = ("EWR", "JFK", "LGA")
TENANT_COLUMN = "CARRIER"


class Refused(Exception):
    """Snowflake said no; the message is its own."""


class Session:
    """A signed-in session of the customer's analyst."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str) -> list[dict[str, Any]]:
        """One statement's rows, by lower-case column name. Raises Refused."""
        from snowflake.connector import Error

        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                names = [column[0].lower() for column in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []
            except Error as error:
                raise Refused(str(error)) from error

    def number(self, sql: str) -> int:
        """The one number that a query answers."""
        return int(next(iter(self.run(sql)[0].values())) or 0)


@contextmanager
def session(account: str, port: int, user: str = ANALYST, password: str = ANALYST_PASSWORD) -> Iterator[Session]:
    """Sign in to `account` (ORG.ACCOUNT) of the sandbox at `port`."""
    import snowflake.connector

    connection = snowflake.connector.connect(
        account=account.replace(".", "-"),
        user=user,
        password=password,
        host="127.0.0.1",
        port=port,
        protocol="http",
        login_timeout=15,
        enable_server_session_keep_alive_auto_detection=False,
        auto_cleanup=False,
    )
    try:
        yield Session(connection)
    finally:
        connection.close()


@dataclass(frozen=True)
class Seen:
    """Rows per object, and how many of all of them belong to somebody else."""

    rows: dict[str, int]
    foreign: int


def count(reader: Session, database: str, tenant_key: str) -> Seen:
    """Everything that can be read in the mounted `database`, not only what was asked for."""
    rows, foreign = {}, 0
    for view in reader.run(f"SHOW VIEWS IN DATABASE {database}"):
        if view["schema_name"] != "INFORMATION_SCHEMA":
            where = f"{database}.{view['schema_name']}.{view['name']}"
            rows[view["name"]] = reader.number(f"SELECT COUNT(*) FROM {where}")  # noqa: S608 - names that SHOW printed
            foreign += _foreign_in_view(reader, where, tenant_key)
    for function in reader.run(f"SHOW USER FUNCTIONS IN DATABASE {database}"):
        where = f"{database}.{function['schema_name']}.{function['name']}"
        calls = [f"SELECT * FROM TABLE({where}('{airport}'))" for airport in AIRPORTS]  # noqa: S608 - as above
        answers = [row for call in calls for row in reader.run(call)]
        rows[function["name"]] = len(answers)
        foreign += _foreign_in_function(reader, database, function["schema_name"], answers)
    return Seen(dict(sorted(rows.items())), foreign)


def _foreign_in_view(reader: Session, where: str, tenant_key: str) -> int:
    columns = {row["name"] for row in reader.run(f"DESCRIBE VIEW {where}")}
    if TENANT_COLUMN not in columns:
        return 0
    return reader.number(
        f"SELECT COUNT(*) FROM {where} "  # noqa: S608 - as above
        f"WHERE {TENANT_COLUMN} <> '{tenant_key}' OR {TENANT_COLUMN} IS NULL"
    )


def _foreign_in_function(reader: Session, database: str, schema: str, answers: list[dict[str, Any]]) -> int:
    """A function prints no carrier: flights that it counted beyond the customer's own are somebody else's."""
    counted = sum(int(row["flights"]) for row in answers)
    own = reader.number(f"SELECT COUNT(*) FROM {database}.{schema}.FLIGHTS")  # noqa: S608 - as above
    return max(0, counted - own)
