"""What Firn asks of the provider's own data: for the catalog's import, and what its columns are tagged with."""

from __future__ import annotations

from collections.abc import Sequence

from shares.core.names import ident, literal, path
from shares.snowflake.sql import PAGE


def show_schemas(database: str) -> str:
    return f"SHOW SCHEMAS IN DATABASE {ident(database)} LIMIT {PAGE}"


def show_tables(database: str, schema: str = "") -> str:
    """For the catalog's import: what a provider's database holds, or one schema of it; `PAGE` of them at most."""
    return f"SHOW TABLES IN {_scope(database, schema)} LIMIT {PAGE}"


def show_views(database: str, schema: str = "") -> str:
    return f"SHOW VIEWS IN {_scope(database, schema)} LIMIT {PAGE}"


def _scope(database: str, schema: str) -> str:
    return f"SCHEMA {path(database, schema)}" if schema else f"DATABASE {ident(database)}"


def show_functions(database: str, schema: str = "") -> str:
    return f"SHOW USER FUNCTIONS IN {_scope(database, schema)}"


def column_tags(source: Sequence[str]) -> str:
    """Every tag on the columns of a table or view, its own and those of what it lies in.

    docs.snowflake.com/en/sql-reference/functions/tag_references_all_columns
    """
    function = path(source[0], "INFORMATION_SCHEMA", "TAG_REFERENCES_ALL_COLUMNS")
    return f"SELECT COLUMN_NAME, TAG_NAME, TAG_VALUE\nFROM TABLE({function}({literal(path(*source))}, 'table'))"


def describe_table(parts: Sequence[str], kind: str) -> str:
    return f"DESCRIBE {kind} {path(*parts)}"
