"""The rows: every table is one DuckDB table named after its id, so no name of a user ever reaches DuckDB."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from sandbox.errors import fail
from sandbox.names import to_lake
from sandbox.preferences import UTC
from sandbox.sftypes import SqlType

SCHEMA = "lake"
# Numbers the input rows of FLATTEN; each session has a temporary one of its own while it runs a statement.
ROW_NUMBERS = "flattened_rows"
_SETTINGS = {"threads": "2", "memory_limit": "1GB", "autoinstall_known_extensions": "false"}
_TRIES = 50
_HIGHEST = 2**63 - 2
# What Snowflake's functions mean, in DuckDB's words; translated queries call them by name.
_MACROS = Path(__file__).parent / "macros"
T = TypeVar("T")


def table_name(table: int) -> str:
    """The DuckDB name of the table with this id."""
    return f"t{table}"


def sequence_name(sequence: int) -> str:
    """The DuckDB name of the sequence with this id, with its schema."""
    return f"{SCHEMA}.s{sequence}"


def column_sql(name: str) -> str:
    """A column's name, encoded and quoted for DuckDB."""
    return '"' + to_lake(name).replace('"', '""') + '"'


def in_zone(zone: str) -> str:
    """Puts a cursor into a time zone, whose name is known to be one."""
    return f"SET TimeZone = '{zone}'"


def is_conflict(error: Exception) -> bool:
    """Whether the statement lost a race and may be tried again."""
    return isinstance(error, duckdb.TransactionException) and "onflict" in str(error)


class Lake:
    """One DuckDB file, its tables, and a lock per table for statements that rewrite rows."""

    def __init__(self, path: Path) -> None:
        self._db = duckdb.connect(str(path), config=dict(_SETTINGS))
        self._db.execute("LOAD icu")
        self._db.execute("SET GLOBAL TimeZone = 'UTC'")
        self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        self._db.execute(f"CREATE SEQUENCE IF NOT EXISTS {ROW_NUMBERS}")
        for file in sorted(_MACROS.glob("*.sql")):
            self._db.execute(file.read_text(encoding="utf-8"))
        self._guard = threading.Condition()
        self._holders: dict[int, tuple[int, float]] = {}

    def close(self) -> None:
        self._db.close()

    def seal(self) -> None:
        """After seeding: no file, no network, no setting may be touched any more."""
        self._db.execute("SET enable_external_access = false")
        # A session may be in a time zone of its own; everything else stays as it is.
        self._db.execute("SET allowed_configs = ['TimeZone']")
        self._db.execute("SET lock_configuration = true")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._db.cursor()

    def run(self, sql: str, zone: str = UTC) -> list[tuple[Any, ...]]:
        """A statement of our own, in its own transaction, tried again when it loses a race."""

        def once() -> list[tuple[Any, ...]]:
            with self._db.cursor() as cursor:
                if zone != UTC:
                    cursor.execute(in_zone(zone))
                return cursor.execute(sql).fetchall()

        return retried(once)

    def describe(self, sql: str) -> list[tuple[str, str]]:
        """Names and DuckDB types of a query's columns."""
        return [(row[0], row[1]) for row in self.run(f"DESCRIBE {sql}")]

    # --- tables
    def create(
        self,
        table: int,
        columns: Sequence[tuple[str, SqlType, bool, str | None]],
        identity: tuple[str, int, int] | None = None,
    ) -> None:
        """A new table; each column is name, type, nullable, default as DuckDB text; `identity` name, start, step."""
        if identity:
            name, start, step = identity
            numbers = _numbers(table)
            self.run(f"CREATE SEQUENCE {numbers} MINVALUE {min(start, 1)} START {start} INCREMENT {step}")
            columns = [(n, k, null, f"nextval('{numbers}')" if n == name else d) for n, k, null, d in columns]
        parts = [
            column_sql(name)
            + f" {kind.lake()}"
            + ("" if nullable else " NOT NULL")
            + (f" DEFAULT {default}" if default else "")
            for name, kind, nullable, default in columns
        ]
        self.run(f"CREATE OR REPLACE TABLE {SCHEMA}.{table_name(table)} ({', '.join(parts)})")

    def fill(self, table: int, query: str, zone: str = UTC) -> None:
        """Rows of a query, whose times of day are those of a time zone."""
        self.run(f"INSERT INTO {SCHEMA}.{table_name(table)} {query}", zone)

    def alter(self, table: int, action: str) -> None:
        self.run(f"ALTER TABLE {SCHEMA}.{table_name(table)} {action}")

    def check_fits(self, table: int, column: str, old: SqlType, new: SqlType) -> None:
        """Refuses a smaller type while a value needs the larger one."""
        name, size = column_sql(column), new.size or 0
        digits = size - (new.scale or 0)
        beyond = f"abs({name}) >= 1e{digits}" if new.name == "NUMBER" else f"length({name}) > {size}"
        if self.run(f"SELECT 1 FROM {SCHEMA}.{table_name(table)} WHERE {beyond} LIMIT 1"):
            raise fail("change_type", name=column, old=old.text(), new=new.text())

    def columns(self, table: int | None = None) -> list[tuple[int, str]]:
        """Table id and DuckDB name of every column, of one table or of all, in the tables' order."""
        only = f"AND table_name = '{table_name(table)}'" if table is not None else ""
        return [
            (int(name[1:]), column)
            for name, column in self.run(
                f"SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = '{SCHEMA}' "
                f"AND regexp_full_match(table_name, 't[0-9]+') {only} ORDER BY table_name, column_index"
            )
        ]

    def exists(self, table: int) -> bool:
        """Whether the table's rows are still there."""
        return bool(self.run(f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{table_name(table)}'"))

    def drop(self, table: int) -> None:
        self.run(f"DROP TABLE IF EXISTS {SCHEMA}.{table_name(table)}")
        self.run(f"DROP SEQUENCE IF EXISTS {_numbers(table)}")

    def next_number(self, table: int) -> int:
        """What the identity column of the table gives next."""
        return self._following(_numbers(table))

    def _following(self, sequence: str) -> int:
        name = sequence.removeprefix(f"{SCHEMA}.")
        state = "SELECT start_value, increment_by, last_value FROM duckdb_sequences() WHERE sequence_name = "
        ((start, step, last),) = self.run(f"{state}'{name}'")
        return int(start if last is None else last + step)

    def count(self, table: int) -> int:
        return int(self.run(f"SELECT count(*) FROM {SCHEMA}.{table_name(table)}")[0][0])

    def keep_only(self, tables: Iterable[int]) -> None:
        """Drops tables that no catalog row names: what a kill left between the two files."""
        wanted = {table_name(table) for table in tables}
        for (name,) in self.run(f"SELECT table_name FROM duckdb_tables() WHERE schema_name = '{SCHEMA}'"):
            if name not in wanted:
                self.run(f'DROP TABLE {SCHEMA}."{name}"')

    # --- sequences
    def create_sequence(self, sequence: int, start: int, step: int) -> None:
        limits = f"MINVALUE {-_HIGHEST} MAXVALUE {_HIGHEST}"
        self.run(f"CREATE SEQUENCE {sequence_name(sequence)} {limits} START {start} INCREMENT {step}")

    def sequence_next(self, sequence: int) -> int:
        return self._following(sequence_name(sequence))

    def drop_sequence(self, sequence: int) -> bool:
        """False where the default of a table needs it: then it stays."""
        try:
            self.run(f"DROP SEQUENCE IF EXISTS {sequence_name(sequence)}")
        except duckdb.DependencyException:
            return False
        return True

    # --- locks
    def claim(self, table: int, holder: int, seconds: float = 60.0) -> None:
        """Waits until this session may rewrite the table; 000625 when that takes too long."""
        deadline = time.monotonic() + seconds
        with self._guard:
            while table in self._holders and self._holders[table][0] != holder:
                if not self._guard.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    raise fail("conflict", query="unknown", name=table)
            self._holders.setdefault(table, (holder, time.time()))

    def claims(self) -> dict[int, tuple[int, float]]:
        """By table, which session has it for itself and since when."""
        with self._guard:
            return dict(self._holders)

    def release(self, holder: int) -> None:
        """Gives back every table that the session had claimed."""
        with self._guard:
            for table in [t for t, (h, _) in self._holders.items() if h == holder]:
                del self._holders[table]
            self._guard.notify_all()


def _numbers(table: int) -> str:
    """The sequence behind a table's identity column."""
    return f"{SCHEMA}.{table_name(table)}_numbers"


def retried(action: Callable[[], T]) -> T:
    """Does it again while it loses races against other sessions."""
    for attempt in range(_TRIES):
        try:
            return action()
        except duckdb.TransactionException as error:
            if not is_conflict(error) or attempt == _TRIES - 1:
                raise
            time.sleep(0.002 * (attempt + 1))
    raise AssertionError("unreachable")
