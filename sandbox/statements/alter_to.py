"""CREATE OR ALTER TABLE: from the columns and keys that a table has to those that it should have.

Source: docs.snowflake.com/en/sql-reference/sql/create-table, "CREATE OR ALTER TABLE usage notes".
"""

from __future__ import annotations

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import column_sql
from sandbox.sftypes import parse_type
from sandbox.statements import constraints
from sandbox.statements.alter_table import add_column, drop_column, set_not_null, set_type
from sandbox.statements.clauses import Create, read_properties
from sandbox.statements.columns import Definition, no_duplicates, read_columns
from sandbox.statements.constraints import PRIMARY, Constraint
from sandbox.statements.tables import PROPERTIES, read_clustering
from sandbox.store import Thing
from sandbox.tokens import Tokens


def table(ctx: Context, tokens: Tokens, how: Create, old: Thing) -> None:
    """Columns that are not named go, new ones come behind the others; rows of the rest stay."""
    if not tokens.looking_at("("):
        raise fail("unsupported", feature="CREATE OR ALTER TABLE without columns")
    wanted, keys = read_columns(tokens)
    no_duplicates(wanted)
    clustering = read_clustering(tokens)
    properties = read_properties(tokens, "TABLE", PROPERTIES)
    _check_order(old, wanted)
    old.props["constraints"] = []
    constraints.mark(old)
    names = {column["name"] for column in wanted}
    for name in [c["name"] for c in old.props["columns"] if c["name"] not in names]:
        drop_column(ctx, old, name)
    for column in wanted:
        known = next((c for c in old.props["columns"] if c["name"] == column["name"]), None)
        if known is None:
            add_column(ctx, old, column)
        else:
            _become(ctx, old, known, column, keys)
    for key in keys:
        constraints.add(ctx, old, key)
    _describe(old, clustering, properties)


def _describe(old: Thing, clustering: dict[str, str], properties: dict[str, str | int | bool]) -> None:
    """Clustering key, comment and properties; those that are not named go back to their defaults."""
    old.props.pop("cluster_by", None)
    old.props.update(clustering)
    old.comment = str(properties.pop("COMMENT", ""))
    for name in PROPERTIES:
        if name in properties:
            old.props[name.lower()] = properties[name]
        elif name != "CHANGE_TRACKING":
            old.props.pop(name.lower(), None)


def _check_order(old: Thing, wanted: list[Definition]) -> None:
    """Columns keep their order, and new ones stand at the end."""
    had = [c["name"] for c in old.props["columns"]]
    named = [c["name"] for c in wanted]
    kept = [name for name in had if name in named]
    if named[: len(kept)] != kept:
        raise fail("unsupported", feature="CREATE OR ALTER TABLE that changes the order of columns")


def _become(ctx: Context, old: Thing, known: Definition, wanted: Definition, keys: list[Constraint]) -> None:
    """The type, whether NULL is allowed, and the comment of a column; a default can only be taken away."""
    name = known["name"]
    for part, words in (("mask", "masking policy"), ("identity", "AUTOINCREMENT")):
        if part in wanted and wanted[part] != known.get(part):
            raise fail("unsupported", feature=f"CREATE OR ALTER TABLE that changes the {words} of a column")
    if wanted["type"] and parse_type(wanted["type"]) != parse_type(known["type"]):
        set_type(ctx, old, known, parse_type(wanted["type"]))
    if wanted.get("default") != known.get("default"):
        if wanted.get("default") is not None:
            raise fail("unsupported", feature="CREATE OR ALTER TABLE that changes the default of a column")
        ctx.lake.alter(old.id, f"ALTER COLUMN {column_sql(name)} DROP DEFAULT")
        known.pop("default")
    nullable = wanted.get("nullable", True) and not any(k["kind"] == PRIMARY and name in k["columns"] for k in keys)
    if nullable and not known.get("nullable", True):
        ctx.lake.alter(old.id, f"ALTER COLUMN {column_sql(name)} DROP NOT NULL")
    elif not nullable and known.get("nullable", True):
        set_not_null(ctx, old, name)
    known["nullable"] = nullable
    known["comment"] = wanted.get("comment", "")
