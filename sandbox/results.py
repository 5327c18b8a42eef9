"""What a statement answers: typed columns and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.sftypes import INTEGER, TEXT, SqlType

# Statement type ids as the drivers know them; they tell a driver whether a row count is to be read from the rows.
SELECT, INSERT, UPDATE, DELETE, MERGE, MULTI_INSERT = 0x1000, 0x3100, 0x3200, 0x3300, 0x3400, 0x3500
SESSION, TRANSACTION, DDL, SHOW, DESCRIBE, MULTI = 0x4100, 0x5000, 0x6000, 0x4700, 0x4800, 0xA000


@dataclass
class Column:
    """A result column. `nullable` as the drivers report it."""

    name: str
    type: SqlType = TEXT
    nullable: bool = True


@dataclass
class Transfer:
    """What a driver is told to do with files: `said` as it is sent; the stage's folder, the folder below it that is
    meant, with a slash at its end, and the files inside the stage that are.
    """

    said: dict[str, Any]
    folder: Path
    below: str
    names: list[str]


@dataclass
class Result:
    """Rows hold Python values: str, int, Decimal, float, bool, bytes, date, time, datetime or None."""

    columns: list[Column]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    statement_type: int = SELECT
    transfer: Transfer | None = None


def weight(result: Result) -> int:
    """How many values a result holds: what keeping it costs."""
    return len(result.rows) * len(result.columns)


def status(text: str, statement_type: int = DDL) -> Result:
    """The one-row answer of a statement that returns nothing else."""
    return Result([Column("status")], [(text,)], statement_type)


def done(statement_type: int = DDL) -> Result:
    return status("Statement executed successfully.", statement_type)


def counts(statement_type: int, **numbers: int) -> Result:
    """The answer of a DML statement; keyword `number_of_rows_inserted` becomes column `number of rows inserted`."""
    columns = [Column(name.replace("_", " "), INTEGER, False) for name in numbers]
    return Result(columns, [tuple(numbers.values())], statement_type)


def listing(columns: Iterable[Column], rows: Iterable[tuple[Any, ...]], statement_type: int = SHOW) -> Result:
    return Result(list(columns), list(rows), statement_type)
