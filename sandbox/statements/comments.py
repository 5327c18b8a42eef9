"""COMMENT ON."""

from __future__ import annotations

from sandbox.catalog import find_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Result, done
from sandbox.rights import need_ownership
from sandbox.statements.clauses import if_exists
from sandbox.statements.databases import owned_schema
from sandbox.statements.functions import find_function, read_signature
from sandbox.statements.roles import find_role, find_user
from sandbox.statements.shares import owned_share
from sandbox.statements.tables import owned
from sandbox.statements.warehouses import find_warehouse
from sandbox.store import Thing
from sandbox.tokens import Tokens

_IN_SCHEMA = ("TABLE", "VIEW", "MATERIALIZED VIEW", "TAG", "ROW ACCESS POLICY", "MASKING POLICY")
_KINDS = (*_IN_SCHEMA, "COLUMN", "DATABASE", "SCHEMA", "FUNCTION", "ROLE", "USER", "WAREHOUSE", "SHARE")


def comment(ctx: Context, tokens: Tokens) -> Result:
    """`COMMENT [IF EXISTS] ON <kind> <name> IS '…'`, also for a column of a table or view."""
    tokens.next()
    if_exists(tokens)
    tokens.expect("ON")
    kind = next((k for k in _KINDS if tokens.accept(*k.split())), None)
    if kind is None:
        raise fail("object_type", name=tokens.peek().text)
    column = None
    if kind == "COLUMN":
        parts = tokens.qualified(4)
        column, thing = parts[-1], _relation(ctx, parts[:-1])
    else:
        thing = owned_thing(ctx, tokens, kind)
    tokens.expect("IS")
    text = tokens.string()
    tokens.end()
    if column is None:
        thing.comment = text
    else:
        _comment_column(thing, column, text)
    ctx.store.save(thing)
    return done()


def _relation(ctx: Context, parts: list[str]) -> Thing:
    try:
        return owned(ctx, "TABLE", parts)
    except Exception as error:
        if getattr(error, "key", "") != "wrong_kind":
            raise
        return owned(ctx, "VIEW", parts)


def _comment_column(thing: Thing, name: str, text: str) -> None:
    for column in thing.props["columns"]:
        if column["name"] == name:
            column["comment"] = text
            return
    raise fail("identifier", line=1, position=0, name=name)


def owned_thing(ctx: Context, tokens: Tokens, kind: str) -> Thing:
    """The thing of this kind that is named next; the role must own it."""
    if kind in _IN_SCHEMA:
        return owned(ctx, kind, tokens.qualified())
    if kind == "SCHEMA":
        return owned_schema(ctx, tokens.qualified(2), "COMMENT")
    if kind == "SHARE":
        return owned_share(ctx, tokens.identifier())
    if kind == "FUNCTION":
        thing = find_function(ctx, *read_signature(tokens))
    elif kind == "DATABASE":
        thing = find_database(ctx.eyes(), tokens.identifier())
    else:
        finders = {"ROLE": find_role, "USER": find_user, "WAREHOUSE": find_warehouse}
        thing = finders[kind](ctx, tokens.identifier())
    need_ownership(ctx.eyes(), thing)
    return thing
