"""Table-driven checks of SQL: a statement, the rows that it gives, and the Snowflake types of its columns."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import Client

# As the drivers number them: snowflake.connector.constants.FIELD_TYPES.
_NAMES = [
    "NUMBER", "FLOAT", "VARCHAR", "DATE", "TIMESTAMP", "VARIANT", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "TIMESTAMP_NTZ",
    "OBJECT", "ARRAY", "BINARY", "TIME", "BOOLEAN",
]  # fmt: skip


def type_names(description: Any) -> list[str]:
    """`NUMBER(38,6)`, `DATE`, … for each column of a cursor's description."""
    names = []
    for column in description:
        name = _NAMES[column[1]]
        names.append(f"NUMBER({column[4]},{column[5]})" if name == "NUMBER" else name)
    return names


def check(client: Client, sql: str, rows: list[Any], types: str | None = None) -> None:
    """Asserts rows and, where they are given, the types, parted by blanks."""
    with client.connection.cursor() as cursor:
        cursor.execute(sql)
        assert list(cursor.fetchall()) == rows
        if types is not None:
            assert type_names(cursor.description) == types.split()


def one_line(value: str) -> str:
    """Indented JSON without line breaks."""
    return " ".join(value.split())
