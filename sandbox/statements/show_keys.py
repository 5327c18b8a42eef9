"""SHOW PRIMARY KEYS, UNIQUE KEYS and IMPORTED KEYS.

Columns: docs.snowflake.com/en/sql-reference/sql/show-primary-keys and its neighbours; snowflake-sqlalchemy reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox.catalog import find_relation
from sandbox.context import Context
from sandbox.listings import Listed, moment, objects, place
from sandbox.results import Column, Result, listing
from sandbox.sftypes import INTEGER
from sandbox.statements.constraints import FOREIGN, PRIMARY, UNIQUE, Constraint
from sandbox.statements.filters import Filter, read_filter, true_false
from sandbox.statements.show import Row, columns_named, scope
from sandbox.tokens import Tokens

KEY = "created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment"
FOREIGN_KEY = (
    "created_on pk_database_name pk_schema_name pk_table_name pk_column_name fk_database_name fk_schema_name "
    "fk_table_name fk_column_name key_sequence update_rule delete_rule fk_name pk_name deferrability rely comment"
)


def _keys(kind: str) -> Callable[[Context, Tokens], Result]:
    def show(ctx: Context, tokens: Tokens) -> Result:
        rows: list[Row] = []
        for o, constraint in _constraints(ctx, read_filter(tokens, ("TABLE",)), kind):
            where = (moment(o.thing.created), o.database, o.schema, o.thing.name)
            tail = (constraint["name"], true_false(constraint["rely"]), None)
            rows += [(*where, name, number, *tail) for number, name in enumerate(constraint["columns"], start=1)]
        return listing(_columns(KEY), rows)

    return show


def imported(ctx: Context, tokens: Tokens) -> Result:
    """The foreign keys of tables. Those whose table was dropped went with it."""
    rows: list[Row] = []
    for o, constraint in _constraints(ctx, read_filter(tokens, ("TABLE",)), FOREIGN):
        target = ctx.store.get(constraint["table"])
        if target is None:
            continue
        schema = ctx.store.at(target.parent)
        there = (ctx.store.at(schema.parent).name, schema.name, target.name)
        keys = [
            c for c in target.props.get("constraints", []) if sorted(c["columns"]) == sorted(constraint["referenced"])
        ]
        tail = (
            constraint["update"],
            constraint["delete"],
            constraint["name"],
            keys[0]["name"] if keys else None,
            "NOT DEFERRABLE",
            true_false(constraint["rely"]),
            None,
        )
        pairs = zip(constraint["referenced"], constraint["columns"], strict=True)
        rows += [
            (moment(o.thing.created), *there, theirs, o.database, o.schema, o.thing.name, ours, number, *tail)
            for number, (theirs, ours) in enumerate(pairs, start=1)
        ]
    return listing(_columns(FOREIGN_KEY), rows)


def _columns(names: str) -> list[Column]:
    return [Column(c.name, INTEGER) if c.name == "key_sequence" else c for c in columns_named(names)]


def _constraints(ctx: Context, found: Filter, kind: str) -> Iterator[tuple[Listed, Constraint]]:
    for o in _tables(ctx, found):
        for constraint in o.thing.props.get("constraints", []):
            if constraint["kind"] == kind:
                yield o, constraint


def _tables(ctx: Context, found: Filter) -> list[Listed]:
    if found.scope == "TABLE" and found.parts:
        relation = find_relation(ctx.eyes(), found.parts, what="SHOW KEYS")
        database = found.parts[0] if len(found.parts) == 3 else str(ctx.session.database)
        return [Listed(relation.thing, relation.schema.name, database, relation.eyes)]
    return found.pick(objects(ctx.eyes(), *scope(ctx, found), "TABLE"), lambda o: o.thing.name, place)


SHOW = {
    "PRIMARY KEYS": _keys(PRIMARY),
    "UNIQUE KEYS": _keys(UNIQUE),
    "IMPORTED KEYS": imported,
}
