"""INFORMATION_SCHEMA.COLUMNS.

Columns: docs.snowflake.com/en/sql-reference/info-schema/columns; snowflake-sqlalchemy reads the identity's too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sandbox.listings import Listed, objects
from sandbox.rights import Eyes
from sandbox.sftypes import parse_type
from sandbox.translate.infofilter import Wanted

# Columns of the SQL standard that Snowflake keeps empty.
_STANDARD = [
    "INTERVAL_TYPE",
    "INTERVAL_PRECISION",
    "CHARACTER_SET_CATALOG",
    "CHARACTER_SET_SCHEMA",
    "CHARACTER_SET_NAME",
    "COLLATION_CATALOG",
    "COLLATION_SCHEMA",
    "COLLATION_NAME",
    "DOMAIN_CATALOG",
    "DOMAIN_SCHEMA",
    "DOMAIN_NAME",
    "UDT_CATALOG",
    "UDT_SCHEMA",
    "UDT_NAME",
    "SCOPE_CATALOG",
    "SCOPE_SCHEMA",
    "SCOPE_NAME",
    "MAXIMUM_CARDINALITY",
    "DTD_IDENTIFIER",
]
_IDENTITY = [
    "IDENTITY_GENERATION",
    "IDENTITY_START",
    "IDENTITY_INCREMENT",
    "IDENTITY_MAXIMUM",
    "IDENTITY_MINIMUM",
    "IDENTITY_CYCLE",
    "IDENTITY_ORDERED",
]


def _identity(column: dict[str, Any]) -> tuple[str | None, ...]:
    """IS_IDENTITY and the columns of _IDENTITY."""
    found = column.get("identity")
    if not found:
        return ("NO", *[None] * len(_IDENTITY))
    ordered = "YES" if found["ordered"] else "NO"
    return ("YES", "BY DEFAULT", str(found["start"]), str(found["step"]), None, None, "NO", ordered)


def relations(eyes: Eyes, database: str, wanted: Wanted, *kinds: str) -> Iterator[Listed]:
    """The tables and views that the eyes see and the query asks for."""
    within, name = wanted.test("TABLE_SCHEMA"), wanted.test("TABLE_NAME")
    return objects(eyes, database, None, *kinds, wanted=name, within=within)


def column_rows(eyes: Eyes, database: str, wanted: Wanted) -> list[tuple[Any, ...]]:
    """A row for each column of each table and view that the eyes see."""
    out: list[tuple[Any, ...]] = []
    asked, kinds = wanted.test("COLUMN_NAME"), cache(parse_type)
    for o in relations(eyes, database, wanted, "TABLE", "VIEW"):
        for position, column in enumerate(o.thing.props["columns"], start=1):
            if not asked(column["name"]):
                continue
            kind = kinds(column["type"])
            is_text = kind.name in ("VARCHAR", "BINARY")
            is_number = kind.name == "NUMBER"
            out.append(
                (
                    o.database,
                    o.schema,
                    o.thing.name,
                    column["name"],
                    position,
                    column.get("default"),
                    "YES" if column.get("nullable", True) else "NO",
                    "TEXT" if kind.name == "VARCHAR" else kind.name,
                    kind.size if is_text else None,
                    (kind.size or 0) * 4 if kind.name == "VARCHAR" else None,
                    kind.size if is_number else None,
                    10 if is_number else None,
                    kind.scale if is_number else None,
                    kind.scale if kind.name.startswith("TIME") else None,
                    *[None] * len(_STANDARD),
                    "NO",
                    *_identity(column),
                    None,
                    column.get("comment") or None,
                    None,
                )
            )
    return out


COLUMNS = " ".join(
    [
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION# COLUMN_DEFAULT IS_NULLABLE DATA_TYPE",
        "CHARACTER_MAXIMUM_LENGTH# CHARACTER_OCTET_LENGTH# NUMERIC_PRECISION# NUMERIC_PRECISION_RADIX# NUMERIC_SCALE#",
        "DATETIME_PRECISION#",
        *_STANDARD,
        "IS_SELF_REFERENCING IS_IDENTITY",
        *_IDENTITY,
        "SCHEMA_EVOLUTION_RECORD COMMENT DATA_TYPE_ALIAS",
    ]
)
