"""SHOW TERSE DATABASES, SCHEMAS, TABLES and VIEWS: five columns instead of all.

Columns: docs.snowflake.com/en/sql-reference/sql/show-databases, show-schemas, show-tables and show-views.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.context import Context
from sandbox.results import Result, listing
from sandbox.statements import show, show_databases
from sandbox.statements.show import columns_named
from sandbox.tokens import Tokens

Handler = Callable[[Context, Tokens], Result]
_COLUMNS = "created_on name kind database_name schema_name"


def _terse(whole: Handler, ctx: Context, tokens: Tokens) -> Result:
    """The five columns out of the whole answer; what it does not have is NULL, a view's kind apart."""
    found = whole(ctx, tokens)
    names = [column.name for column in found.columns]
    rows = [dict(zip(names, row, strict=True)) for row in found.rows]
    return listing(columns_named(_COLUMNS), [tuple(_value(row, name) for name in _COLUMNS.split()) for row in rows])


def _value(row: dict[str, Any], name: str) -> Any:
    if name == "kind" and "is_materialized" in row:
        return "MATERIALIZED_VIEW" if row["is_materialized"] == "true" else "VIEW"
    return row.get(name)


SHOW: dict[str, Handler] = {
    "TERSE DATABASES": partial(_terse, show_databases.databases),
    "TERSE SCHEMAS": partial(_terse, show_databases.schemas),
    "TERSE TABLES": partial(_terse, show.tables),
    "TERSE VIEWS": partial(_terse, show.views),
}
