"""INFORMATION_SCHEMA.COLUMNS.

Columns: docs.snowflake.com/en/sql-reference/info-schema/columns; snowflake-sqlalchemy reads the identity's too.
"""

from __future__ import annotations

from typing import Any

from sandbox.listings import objects
from sandbox.rights import Eyes
from sandbox.sftypes import INTEGER, TEXT, SqlType, parse_type

_T, _I = TEXT, INTEGER
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


def column_rows(eyes: Eyes, database: str) -> list[tuple[Any, ...]]:
    """A row for each column of each table and view that the eyes see."""
    out: list[tuple[Any, ...]] = []
    for o in objects(eyes, database, None, "TABLE", "VIEW"):
        for position, column in enumerate(o.thing.props["columns"], start=1):
            kind = parse_type(column["type"])
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


COLUMNS: list[tuple[str, SqlType]] = [
    ("TABLE_CATALOG", _T),
    ("TABLE_SCHEMA", _T),
    ("TABLE_NAME", _T),
    ("COLUMN_NAME", _T),
    ("ORDINAL_POSITION", _I),
    ("COLUMN_DEFAULT", _T),
    ("IS_NULLABLE", _T),
    ("DATA_TYPE", _T),
    ("CHARACTER_MAXIMUM_LENGTH", _I),
    ("CHARACTER_OCTET_LENGTH", _I),
    ("NUMERIC_PRECISION", _I),
    ("NUMERIC_PRECISION_RADIX", _I),
    ("NUMERIC_SCALE", _I),
    ("DATETIME_PRECISION", _I),
    *[(name, _T) for name in _STANDARD],
    ("IS_SELF_REFERENCING", _T),
    ("IS_IDENTITY", _T),
    *[(name, _T) for name in _IDENTITY],
    ("SCHEMA_EVOLUTION_RECORD", _T),
    ("COMMENT", _T),
    ("DATA_TYPE_ALIAS", _T),
]
