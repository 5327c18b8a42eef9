"""CREATE, ALTER, DROP and SHOW TAG, and SET | UNSET TAG of everything that can carry one.

Source: docs.snowflake.com/en/sql-reference/sql/create-tag, …/alter-tag, …/show-tags.
"""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_visible
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, objects, owner_name, place
from sandbox.names import dotted, quoted
from sandbox.results import Result, done, listing, status
from sandbox.rights import need_ownership
from sandbox.statements.attach import usable
from sandbox.statements.clauses import Create, if_exists, read_comment
from sandbox.statements.comments import owned_thing
from sandbox.statements.databases import writable_schema
from sandbox.statements.filters import read_filter
from sandbox.statements.show import columns_named, scope
from sandbox.statements.tables import rename, taken
from sandbox.store import Thing
from sandbox.tokens import Tokens

_LONGEST_VALUE = 256
_MOST_VALUES = 300
_KINDS = ("MATERIALIZED VIEW", "DATABASE", "SCHEMA", "TABLE", "VIEW", "ROLE", "USER", "WAREHOUSE", "SHARE", "ACCOUNT")


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`t [ALLOWED_VALUES 'a', …] [COMMENT = '…']`."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    allowed = _read_values(tokens) if tokens.accept("ALLOWED_VALUES") else None
    comment = read_comment(tokens) or ""
    tokens.end()
    with ctx.store.change():
        _, schema = writable_schema(ctx, parts, "CREATE TAG", "CREATE TAG")
        old = taken(ctx, schema, parts[-1], "TAG", how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        if old:
            ctx.store.remove(old)
        ctx.store.add(
            "TAG",
            parts[-1],
            account=ctx.session.account,
            parent=schema.id,
            owner=ctx.session.role,
            comment=comment,
            props={"allowed": allowed, "columns": []},
        )
    return status(f"Tag {quoted(parts[-1])} successfully created.")


def _read_values(tokens: Tokens) -> list[str]:
    values = [tokens.string()]
    while tokens.accept(","):
        values.append(tokens.string())
    if len(values) > _MOST_VALUES:
        raise fail("tag_values", most=_MOST_VALUES)
    return values


def alter(ctx: Context, tokens: Tokens) -> Result:
    """`ADD | DROP ALLOWED_VALUES 'a', …`, `UNSET ALLOWED_VALUES`, `RENAME TO`, `SET | UNSET COMMENT`."""
    if_exists(tokens)
    tag = find_visible(ctx.eyes(), "TAG", tokens.qualified(), "ALTER TAG").thing
    need_ownership(ctx.eyes(), tag)
    allowed = tag.props["allowed"]
    if tokens.accept("RENAME", "TO"):
        rename(ctx, tag, tokens.qualified())
    elif tokens.accept("ADD", "ALLOWED_VALUES"):
        tag.props["allowed"] = list(dict.fromkeys([*(allowed or []), *_read_values(tokens)]))
    elif tokens.accept("DROP", "ALLOWED_VALUES"):
        gone = _read_values(tokens)
        tag.props["allowed"] = [value for value in allowed or [] if value not in gone]
    elif tokens.accept("UNSET", "ALLOWED_VALUES"):
        tag.props["allowed"] = None
    elif tokens.accept("UNSET", "COMMENT"):
        tag.comment = ""
    else:
        tokens.expect("SET")
        said = read_comment(tokens)
        if said is None:
            raise tokens.unexpected()
        tag.comment = said
    tokens.end()
    ctx.store.save(tag)
    return done()


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified()
    tokens.end()
    try:
        tag = find_visible(ctx.eyes(), "TAG", parts, "DROP TAG").thing
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    need_ownership(ctx.eyes(), tag)
    ctx.store.remove(tag)
    return status(f"{quoted(parts[-1])} successfully dropped.")


def show(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("SCHEMA",))
    database, schema = scope(ctx, found)
    rows = [
        (
            moment(o.thing.created),
            o.thing.name,
            o.database,
            o.schema,
            owner_name(o.eyes, o.thing),
            o.thing.comment,
            _listed(o.thing.props["allowed"]),
            "ROLE",
        )
        for o in found.pick(objects(ctx.eyes(), database, schema, "TAG"), lambda o: o.thing.name, place)
    ]
    names = "created_on name database_name schema_name owner comment allowed_values owner_role_type"
    return listing(columns_named(names), rows)


def _listed(values: list[str] | None) -> str | None:
    return None if values is None else "[" + ",".join(f'"{value}"' for value in values) + "]"


# --- on things
def concerns(tokens: Tokens) -> bool:
    """Whether an ALTER statement sets or unsets tags."""
    words = [t.text.upper() if t.kind == "word" else "" for t in tokens.all]
    return any(words[n] in ("SET", "UNSET") and words[n + 1] == "TAG" for n in range(2, len(words) - 1))


def put(ctx: Context, tokens: Tokens) -> Result:
    """`ALTER <kind> <name> [{ALTER | MODIFY} [COLUMN] c] {SET TAG t = 'v' [, …] | UNSET TAG t [, …]}`."""
    tokens.expect("ALTER")
    kind = next((k for k in _KINDS if tokens.accept(*k.split())), None)
    if kind is None:
        raise fail("object_type", name=tokens.peek().text)
    if_exists(tokens)
    thing = _carrier(ctx, tokens, kind)
    holder = thing.props
    if tokens.accept_any("ALTER", "MODIFY"):
        tokens.accept("COLUMN")
        holder = _column(thing, tokens.identifier())
    held: dict[str, str] = holder.setdefault("tags", {})
    setting = tokens.accept_any("SET", "UNSET") == "SET"
    tokens.expect("TAG")
    while True:
        tag = usable(ctx, "TAG", tokens.qualified())
        if setting:
            tokens.expect("=")
            held[str(tag.id)] = _checked(ctx, tag, tokens.string())
        else:
            held.pop(str(tag.id), None)
        if not tokens.accept(","):
            break
    tokens.end()
    ctx.store.save(thing)
    return done()


def _carrier(ctx: Context, tokens: Tokens, kind: str) -> Thing:
    if kind != "ACCOUNT":
        return owned_thing(ctx, tokens, kind)
    if ctx.store.at(ctx.session.role).name != "ACCOUNTADMIN":
        raise fail("privileges", kind="account", name=ctx.account().props["locator"])
    return ctx.account()


def _column(thing: Thing, name: str) -> dict[str, Any]:
    for column in thing.props.get("columns", []):
        if column["name"] == name:
            return column  # type: ignore[no-any-return]
    raise fail("identifier", line=1, position=0, name=name)


def _checked(ctx: Context, tag: Thing, value: str) -> str:
    allowed = tag.props["allowed"]
    if len(value) > _LONGEST_VALUE or (allowed is not None and value not in allowed):
        schema = ctx.store.at(tag.parent)
        name = dotted(ctx.store.at(schema.parent).name, schema.name, tag.name)
        raise fail("tag_value", value=value, name=name)
    return value
