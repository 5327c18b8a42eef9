"""CREATE DATABASE | SCHEMA … CLONE: everything in it again, under ids of its own.

What is cloned keeps the grants to roles of what it is made from; the container itself gets none of them, and shares get
none at all. Internal stages are left out. Source: docs.snowflake.com/en/sql-reference/sql/create-clone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from sandbox.catalog import find_database, open_schema
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.lake import SCHEMA, table_name
from sandbox.names import dotted
from sandbox.results import Result
from sandbox.rights import need
from sandbox.sftypes import parse_type
from sandbox.statements import databases
from sandbox.statements.clauses import Create
from sandbox.statements.tables import default_sql, numbered
from sandbox.store import Thing
from sandbox.tokens import Tokens

Creator = Callable[[Context, Tokens, Create], Result]
_IN_SCHEMA = (
    *("TAG", "ROW ACCESS POLICY", "MASKING POLICY", "FILE FORMAT", "STAGE", "SEQUENCE"),
    *("TABLE", "VIEW", "FUNCTION", "PROCEDURE"),
)
_INSIDE = {"DATABASE": ("DATABASE ROLE", "SCHEMA"), "SCHEMA": _IN_SCHEMA}


def or_create(kind: str, create: Creator, ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`… name CLONE source`; every other form of CREATE DATABASE and CREATE SCHEMA goes to `create`."""
    start = tokens.at
    how.read_if_not_exists(tokens)
    parts = tokens.qualified(1 if kind == "DATABASE" else 2)
    if not tokens.accept("CLONE"):
        tokens.at, how.if_missing = start, False
        return create(ctx, tokens, how)
    source = _source(ctx, kind, tokens)
    if not tokens.done():
        raise fail("unsupported", feature=f"CLONE {tokens.peek().text.upper()}")
    with ctx.store.change():
        before = {thing.id for thing in ctx.store.owned_by(ctx.session.role)}
        result = create(ctx, Tokens(dotted(*parts)), how)
        made = [t for t in ctx.store.owned_by(ctx.session.role) if t.id not in before and t.kind == kind]
        if made:
            _fill(ctx, source, made[0])
    return result


def _source(ctx: Context, kind: str, tokens: Tokens) -> Thing:
    """What is cloned: of this account, with the right to use it."""
    eyes = ctx.eyes()
    if kind == "DATABASE":
        source = find_database(eyes, tokens.identifier())
        if source.origin is not None:
            raise fail("read_only", name=source.name)
    else:
        _, source, inside = open_schema(eyes, tokens.qualified(2), "CLONE")
        if inside.direct:
            raise fail("read_only", name=source.name)
    need(eyes, "USAGE", source)
    return source


def _fill(ctx: Context, source: Thing, made: Thing) -> None:
    for child in ctx.store.children(made.id, *_INSIDE[made.kind]):
        ctx.store.remove(child)
    made.comment = source.comment
    made.props = source.props | {key: made.props[key] for key in ("transient",) if key in made.props}
    ctx.store.save(made)
    ids = {source.id: made.id}
    _copy_inside(ctx, source, made, ids)
    _point_inside(ctx, made, ids)
    for old, new in ids.items():
        if old != source.id:
            _copy_grants(ctx, old, new, ids)


def _copy_inside(ctx: Context, source: Thing, made: Thing, ids: dict[int, int]) -> None:
    for child in ctx.store.children(source.id, *_INSIDE.get(source.kind, ())):
        if child.kind == "STAGE" and not child.props.get("url"):
            continue
        new = ctx.store.add(
            child.kind,
            child.name,
            account=child.account,
            parent=made.id,
            owner=child.owner,
            comment=child.comment,
            props=child.props,
        )
        ids[child.id] = new.id
        if child.kind == "SEQUENCE":
            ctx.store.on_rollback(partial(ctx.lake.drop_sequence, new.id))
            ctx.lake.create_sequence(new.id, ctx.lake.sequence_next(child.id), child.props["step"])
        elif child.kind == "TABLE":
            _copy_rows(ctx, child, new)
        _copy_inside(ctx, child, new, ids)


def _copy_rows(ctx: Context, source: Thing, made: Thing) -> None:
    """The rows of a table, and where its numbering stands."""
    columns = made.props["columns"]
    here, there = (_prefix(ctx, thing) for thing in (source, made))
    for column in columns:
        if (column.get("default") or "").startswith(here):
            column["default"] = there + column["default"].removeprefix(here)
    ctx.store.save(made)
    defined = [(c["name"], parse_type(c["type"]), c.get("nullable", True), default_sql(ctx, c)) for c in columns]
    ctx.store.on_rollback(partial(ctx.lake.drop, made.id))
    ctx.lake.create(made.id, defined, numbered(ctx, columns, source.id))
    ctx.lake.fill(made.id, f"SELECT * FROM {SCHEMA}.{table_name(source.id)}")


def _prefix(ctx: Context, table: Thing) -> str:
    """How the full names of what stands beside the table begin: those of sequences in defaults, above all."""
    schema = ctx.store.at(table.parent)
    return dotted(ctx.store.at(schema.parent).name, schema.name) + "."


def _point_inside(ctx: Context, made: Thing, ids: dict[int, int]) -> None:
    """Policies, tags, keys and materialized views of the clone point to what was cloned with them."""
    for child in ctx.store.children(made.id, *_INSIDE.get(made.kind, ())):
        text = json.dumps(child.props)
        pointed = _pointed(child.props, ids)
        if json.dumps(pointed) != text:
            child.props = pointed
            ctx.store.save(child)
        _point_inside(ctx, child, ids)


def _pointed(props: dict[str, object], ids: dict[int, int]) -> dict[str, object]:
    """Properties with the ids that stand under `id`, `table`, `source`, and as the keys of `tags`, exchanged."""
    out: dict[str, object] = {}
    for key, value in props.items():
        if key in ("id", "table", "source") and isinstance(value, int):
            out[key] = ids.get(value, value)
        elif key == "tags" and isinstance(value, dict):
            out[key] = {str(ids.get(int(tag), int(tag))): said for tag, said in value.items()}
        elif isinstance(value, dict):
            out[key] = _pointed(value, ids)
        elif isinstance(value, list):
            out[key] = [_pointed(one, ids) if isinstance(one, dict) else one for one in value]
        else:
            out[key] = value
    return out


def _copy_grants(ctx: Context, old: int, new: int, ids: dict[int, int]) -> None:
    for p in ctx.store.privileges_on(old):
        if ctx.store.at(p.to).kind in ("ROLE", "DATABASE ROLE"):
            to = ids.get(p.to, p.to)
            ctx.store.grant(new, p.privilege, to, by=p.by, grantable=p.grantable)


HANDLERS: dict[str, Creator] = {
    "DATABASE": partial(or_create, "DATABASE", databases.create),
    "TRANSIENT DATABASE": partial(or_create, "DATABASE", databases.create),
    "SCHEMA": partial(or_create, "SCHEMA", databases.create_schema),
    "TRANSIENT SCHEMA": partial(or_create, "SCHEMA", databases.create_schema),
}
