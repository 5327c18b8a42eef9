"""Sequences: CREATE, ALTER, DROP, SHOW and DESCRIBE.

Source: docs.snowflake.com/en/sql-reference/sql/create-sequence, alter-sequence, show-sequences and desc-sequence.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.catalog import find_visible
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, objects, owner_name, place, role_name
from sandbox.names import quoted
from sandbox.results import Result, done, listing, status
from sandbox.rights import need_ownership
from sandbox.statements.clauses import Create, if_exists, read_comment
from sandbox.statements.databases import forget, writable_schema
from sandbox.statements.filters import read_filter, yes_no
from sandbox.statements.show import columns_named, scope
from sandbox.statements.tables import rename, taken
from sandbox.store import Thing
from sandbox.tokens import Tokens

KIND = "SEQUENCE"
_COLUMNS = "name database_name schema_name next_value interval created_on owner comment owner_role_type ordered"


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`CREATE SEQUENCE n [START [WITH] n] [INCREMENT [BY] n] [ORDER | NOORDER] [COMMENT = '…']`"""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    said: dict[str, Any] = {"start": 1, "step": 1, "ordered": False, "comment": ""} | _read(tokens, starts=True)
    comment = said.pop("comment")
    with ctx.store.change():
        _, schema = writable_schema(ctx, parts, "CREATE SEQUENCE", "CREATE SEQUENCE")
        old = taken(ctx, schema, parts[-1], KIND, how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        if old:
            forget(ctx, old)
        made = ctx.store.add(
            KIND,
            parts[-1],
            account=ctx.session.account,
            parent=schema.id,
            owner=ctx.session.role,
            comment=comment,
            props=said,
        )
        ctx.store.on_rollback(partial(ctx.lake.drop_sequence, made.id))
        ctx.lake.create_sequence(made.id, said["start"], said["step"])
    return status(f"Sequence {quoted(parts[-1])} successfully created.")


def _read(tokens: Tokens, starts: bool) -> dict[str, Any]:
    """The clauses up to the end, as far as they are there: start, step, ordered, comment."""
    found: dict[str, Any] = {}
    tokens.accept("WITH")
    while not tokens.done():
        tokens.accept(",")
        word = tokens.accept_any("START", "INCREMENT", "ORDER", "NOORDER")
        if word in ("ORDER", "NOORDER"):
            found["ordered"] = word == "ORDER"
        elif word == "INCREMENT" or (word == "START" and starts):
            found["start" if word == "START" else "step"] = _number(tokens)
        else:
            found["comment"] = read_comment(tokens)
            if word is not None or found["comment"] is None:
                raise tokens.unexpected()
    if found.get("step") == 0:
        raise fail("bad_value", value=0, name="INCREMENT")
    return found


def _number(tokens: Tokens) -> int:
    tokens.accept_any("WITH", "BY")
    tokens.accept("=")
    return -tokens.number() if tokens.accept("-") else tokens.number()


def _owned(ctx: Context, parts: list[str], what: str) -> Thing:
    found = find_visible(ctx.eyes(), KIND, parts, what)
    if found.eyes.direct:
        raise fail("read_only", name=parts[0])
    need_ownership(ctx.eyes(), found.thing)
    return found.thing


def alter(ctx: Context, tokens: Tokens) -> Result:
    """`RENAME TO n`, `[SET] INCREMENT [BY] n`, `SET [ORDER | NOORDER] [COMMENT = '…']`, `UNSET COMMENT`."""
    if_exists(tokens)
    sequence = _owned(ctx, tokens.qualified(), "ALTER SEQUENCE")
    if tokens.accept("RENAME", "TO"):
        rename(ctx, sequence, tokens.qualified())
    elif tokens.accept("UNSET"):
        tokens.expect("COMMENT")
        sequence.comment = ""
    else:
        if not tokens.accept("SET") and not tokens.looking_at("INCREMENT"):
            raise tokens.unexpected()
        said = _read(tokens, starts=False)
        sequence.comment = said.pop("comment", sequence.comment)
        if said.get("step", sequence.props["step"]) != sequence.props["step"]:
            _set_step(ctx, sequence, said["step"])
        sequence.props.update(said)
    tokens.end()
    ctx.store.save(sequence)
    return done()


def _set_step(ctx: Context, sequence: Thing, step: int) -> None:
    """From the last number that was given on; refused where a table's default hangs on the sequence."""
    following = ctx.lake.sequence_next(sequence.id) - sequence.props["step"] + step
    if not ctx.lake.drop_sequence(sequence.id):
        raise fail("unsupported", feature="INCREMENT of a sequence that is a column's default")
    ctx.lake.create_sequence(sequence.id, following, step)


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified()
    tokens.accept_any("CASCADE", "RESTRICT")
    tokens.end()
    try:
        sequence = _owned(ctx, parts, "DROP SEQUENCE")
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    forget(ctx, sequence)
    return status(f"{quoted(sequence.name)} successfully dropped.")


def show(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("SCHEMA",))
    database, schema = scope(ctx, found)
    rows = [
        _row(ctx, o.thing, (o.database, o.schema), owner_name(o.eyes, o.thing))
        for o in found.pick(objects(ctx.eyes(), database, schema, KIND), lambda o: o.thing.name, place)
    ]
    return listing(columns_named(_COLUMNS), rows)


def describe(ctx: Context, tokens: Tokens) -> Result:
    found = find_visible(ctx.eyes(), KIND, tokens.qualified(), "DESCRIBE")
    tokens.end()
    where = (found.database.name, found.schema.name)
    row = _row(ctx, found.thing, where, role_name(ctx.store, found.thing.owner))
    return listing(columns_named(_COLUMNS), [row])


def _row(ctx: Context, sequence: Thing, where: tuple[str, str], owner: str) -> tuple[Any, ...]:
    return (
        *(sequence.name, *where, ctx.lake.sequence_next(sequence.id), sequence.props["step"]),
        *(moment(sequence.created), owner, sequence.comment, "ROLE", yes_no(sequence.props["ordered"])),
    )
