"""ALTER TABLE."""

from __future__ import annotations

from functools import partial

import duckdb

from sandbox.agree import follow
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import column_sql
from sandbox.results import Result, done
from sandbox.running import translated
from sandbox.sftypes import SqlType, parse_type, read_type
from sandbox.statements import attach, constraints
from sandbox.statements.clauses import if_exists, read_properties
from sandbox.statements.columns import Definition, no_duplicates, read_column
from sandbox.statements.tables import PROPERTIES, default_sql, name_sequences, owned, read_clustering, rename
from sandbox.store import Thing
from sandbox.tokens import Tokens


def alter(ctx: Context, tokens: Tokens) -> Result:
    """RENAME TO, SWAP WITH, ADD/DROP/RENAME/ALTER COLUMN, constraints, policies, properties."""
    if_exists(tokens)
    table = owned(ctx, "TABLE", tokens.qualified())
    ctx.store.on_rollback(partial(follow, ctx.lake, table.id, [c["name"] for c in table.props["columns"]]))
    if tokens.accept("SWAP", "WITH"):
        _swap(ctx, table, owned(ctx, "TABLE", tokens.qualified()))
        tokens.end()
        return done()
    if (
        not attach.alter(ctx, table, tokens)
        and not _constraint(ctx, table, tokens)
        and not _column_change(ctx, table, tokens)
    ):
        _properties(ctx, table, tokens)
    tokens.end()
    ctx.store.save(table)
    return done()


def _swap(ctx: Context, one: Thing, other: Thing) -> None:
    """Names and places are exchanged; grants stay with the objects."""
    (a, b), (c, d) = (one.parent, one.name), (other.parent, other.name)
    other.name = f"~SWAP{other.id}"
    ctx.store.save(other)
    one.parent, one.name = c, d
    ctx.store.save(one)
    other.parent, other.name = a, b
    ctx.store.save(other)


def _constraint(ctx: Context, table: Thing, tokens: Tokens) -> bool:
    """`ADD <constraint>`, `DROP {CONSTRAINT n | PRIMARY KEY | …}`, `RENAME CONSTRAINT n TO m`."""
    at = tokens.at
    word = tokens.accept_any("ADD", "DROP", "RENAME")
    if word is None or tokens.peek().text.upper() not in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN"):
        tokens.at = at
        return False
    known = table.props.setdefault("constraints", [])
    if word == "ADD":
        found = constraints.read_outer(tokens)
        if found is None:
            raise tokens.unexpected()
        constraints.add(ctx, table, found)
    elif word == "DROP":
        known.remove(constraints.read_known(tokens, table))
        tokens.accept_any("CASCADE", "RESTRICT")
        constraints.mark(table)
    else:
        found = constraints.read_known(tokens, table)
        tokens.expect("TO")
        found["name"] = tokens.identifier()
    return True


def _column_change(ctx: Context, table: Thing, tokens: Tokens) -> bool:
    if tokens.accept("ADD"):
        tokens.accept("COLUMN")
        quiet = tokens.accept("IF", "NOT", "EXISTS")
        while True:
            column = read_column(tokens)
            if not (quiet and any(c["name"] == column["name"] for c in table.props["columns"])):
                add_column(ctx, table, column)
            if not tokens.accept(","):
                return True
            tokens.accept("COLUMN")
    if tokens.looking_at("DROP", "CLUSTERING"):
        return False
    if tokens.accept("DROP"):
        tokens.accept("COLUMN")
        quiet = if_exists(tokens)
        names = [tokens.identifier()]
        while tokens.accept(","):
            names.append(tokens.identifier())
        # Rows that are dropped cannot be brought back: everything that may be refused is looked at first.
        tokens.end()
        known = {c["name"] for c in table.props["columns"]}
        names = [name for name in names if not quiet or name in known]
        for name in names:
            _column(table, name)
        for name in names:
            drop_column(ctx, table, name)
        return True
    if tokens.accept("RENAME", "COLUMN"):
        name = tokens.identifier()
        tokens.expect("TO")
        _rename_column(ctx, table, name, tokens.identifier())
        return True
    if tokens.accept_any("ALTER", "MODIFY"):
        _alter_columns(ctx, table, tokens)
        return True
    return False


def _properties(ctx: Context, table: Thing, tokens: Tokens) -> None:
    if tokens.accept("RENAME", "TO"):
        rename(ctx, table, tokens.qualified())
    elif tokens.accept("SET"):
        found = read_properties(tokens, "TABLE", PROPERTIES)
        table.comment = str(found.pop("COMMENT", table.comment))
        table.props.update({k.lower(): v for k, v in found.items()})
    elif tokens.accept("UNSET"):
        while True:
            name = tokens.next().text.upper()
            if name not in PROPERTIES:
                raise fail("bad_property", name=name, kind="TABLE")
            table.comment = "" if name == "COMMENT" else table.comment
            table.props.pop(name.lower(), None)
            if not tokens.accept(","):
                break
    elif tokens.looking_at("CLUSTER", "BY"):
        table.props.update(read_clustering(tokens))
    elif tokens.accept("DROP", "CLUSTERING", "KEY"):
        table.props.pop("cluster_by", None)
    else:
        raise fail("unsupported", feature=" ".join(ctx.sql.split())[:120])


# --- columns
def _alter_columns(ctx: Context, table: Thing, tokens: Tokens) -> None:
    """`[(] [COLUMN] c {SET | DROP | TYPE | COMMENT …} [, …] [)]`."""
    inside = tokens.accept("(")
    while True:
        tokens.accept("COLUMN")
        _alter_column(ctx, table, tokens.identifier(), tokens)
        if not tokens.accept(","):
            break
    if inside:
        tokens.expect(")")


def _alter_column(ctx: Context, table: Thing, name: str, tokens: Tokens) -> None:
    _column(table, name)
    column = next(c for c in table.props["columns"] if c["name"] == name)
    if tokens.accept("SET", "NOT", "NULL"):
        set_not_null(ctx, table, name)
        column["nullable"] = False
    elif tokens.accept("DROP", "NOT", "NULL"):
        if _column(table, name).get("key") == "PRIMARY":
            raise fail("column_used", name=name)
        ctx.lake.alter(table.id, f"ALTER COLUMN {column_sql(name)} DROP NOT NULL")
        column["nullable"] = True
    elif tokens.accept("DROP", "DEFAULT"):
        ctx.lake.alter(table.id, f"ALTER COLUMN {column_sql(name)} DROP DEFAULT")
        column.pop("default", None)
    elif tokens.accept("COMMENT"):
        column["comment"] = tokens.string()
    elif tokens.accept("UNSET", "COMMENT"):
        column["comment"] = ""
    else:
        tokens.accept("SET", "DATA")
        tokens.expect("TYPE")
        set_type(ctx, table, column, read_type(tokens))


def set_not_null(ctx: Context, table: Thing, name: str) -> None:
    """Refused while a row has no value there."""
    try:
        ctx.lake.alter(table.id, f"ALTER COLUMN {column_sql(name)} SET NOT NULL")
    except duckdb.Error as error:
        raise translated(error) from error


def set_type(ctx: Context, table: Thing, column: Definition, new: SqlType) -> None:
    """Text may become longer or, as long as its values fit, shorter; a number may get more or fewer digits before
    the point. Nothing else (docs.snowflake.com/en/sql-reference/sql/alter-table-column).
    """
    old = parse_type(column["type"])
    if old.name != new.name or (old.scale or 0) != (new.scale or 0) or old.name not in ("VARCHAR", "NUMBER", "BINARY"):
        raise fail("change_type", name=column["name"], old=old.text(), new=new.text())
    if (new.size or 0) < (old.size or 0):
        ctx.lake.check_fits(table.id, column["name"], old, new)
    if old.lake() != new.lake():
        ctx.lake.alter(table.id, f"ALTER COLUMN {column_sql(column['name'])} TYPE {new.lake()}")
    column["type"] = new.text()


def _protects(table: Thing, name: str) -> bool:
    """Whether a policy is on the column."""
    rows = table.props.get("row_policy")
    return "masking" in _column(table, name) or bool(rows and name in rows["columns"])


def add_column(ctx: Context, table: Thing, column: Definition) -> None:
    no_duplicates([*table.props["columns"], column])
    if column["type"] is None:
        raise fail("parse", detail="column without a type")
    pending, rest = column.pop("constraints", []), column.pop("mask", None)
    if "identity" in column:
        raise fail("unsupported", feature="ADD COLUMN with AUTOINCREMENT")
    name_sequences(ctx, [column])
    default = default_sql(ctx, column)
    if not column.get("nullable", True) and not default and ctx.lake.count(table.id):
        raise fail("null_column")
    ctx.lake.alter(
        table.id,
        f"ADD COLUMN {column_sql(column['name'])} {parse_type(column['type']).lake()}"
        f"{' DEFAULT ' + default if default else ''}",
    )
    if not column.get("nullable", True):
        set_not_null(ctx, table, column["name"])
    table.props["columns"].append(column)
    for one in pending:
        constraints.add(ctx, table, one)
    if rest:
        attach.put_masking(ctx, table, column, *rest)


def _column(table: Thing, name: str) -> Definition:
    for column in table.props["columns"]:
        if column["name"] == name:
            return dict(column)
    raise fail("identifier", line=1, position=0, name=name)


def drop_column(ctx: Context, table: Thing, name: str) -> None:
    _column(table, name)
    if len(table.props["columns"]) == 1:
        raise fail("last_column", name=table.name)
    if _column(table, name).get("key") == "PRIMARY" or _protects(table, name):
        raise fail("column_used", name=name)
    for one in [c for c in table.props.get("constraints", []) if name in c["columns"]]:
        table.props["constraints"].remove(one)
    constraints.mark(table)
    ctx.lake.alter(table.id, f"DROP COLUMN {column_sql(name)}")
    table.props["columns"] = [c for c in table.props["columns"] if c["name"] != name]


def _rename_column(ctx: Context, table: Thing, name: str, new: str) -> None:
    renamed = _column(table, name) | {"name": new}
    no_duplicates([*table.props["columns"], renamed])
    ctx.lake.alter(table.id, f"RENAME COLUMN {column_sql(name)} TO {column_sql(new)}")
    for one in table.props.get("constraints", []):
        one["columns"] = [new if c == name else c for c in one["columns"]]
    if rows := table.props.get("row_policy"):
        rows["columns"] = [new if c == name else c for c in rows["columns"]]
    table.props["columns"] = [renamed if c["name"] == name else c for c in table.props["columns"]]
