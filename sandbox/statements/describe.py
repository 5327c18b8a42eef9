"""DESCRIBE TABLE, VIEW, FUNCTION, SHARE, USER, DATABASE, SCHEMA, RESULT."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_database, find_visible, open_schema, primary_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, schemas
from sandbox.names import dotted, quoted
from sandbox.privileges import words_of
from sandbox.results import DESCRIBE, Column, Result, listing
from sandbox.sftypes import LTZ
from sandbox.statements.columns import identity_text
from sandbox.statements.databases import inbound_share
from sandbox.statements.functions import find_function, read_signature
from sandbox.statements.show import columns_named
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens
from sandbox.translate.inline import find_result

_COLUMNS = (
    "name type kind null? default primary_key unique_key check expression comment policy_name privacy_domain "
    "name_mapping"
)
# Some of DESCRIBE TABLE's columns have a blank in their names.
_WITH_BLANK = ("primary_key", "unique_key", "policy_name", "privacy_domain")


def table(ctx: Context, tokens: Tokens) -> Result:
    """DESCRIBE TABLE takes a view as well."""
    return _relation(ctx, tokens, "TABLE")


def view(ctx: Context, tokens: Tokens) -> Result:
    return _relation(ctx, tokens, "VIEW")


def _relation(ctx: Context, tokens: Tokens, kind: str) -> Result:
    parts = tokens.qualified()
    if tokens.accept("TYPE"):
        tokens.expect("=", "COLUMNS")
    tokens.end()
    eyes = ctx.eyes()
    try:
        found = find_visible(eyes, kind, parts, "DESCRIBE")
    except Exception as error:
        if kind != "TABLE" or getattr(error, "key", "") != "wrong_kind":
            raise
        found = find_visible(eyes, "VIEW", parts, "DESCRIBE")
    rows = [
        (
            c["name"],
            c["type"],
            "COLUMN",
            "Y" if c.get("nullable", True) else "N",
            identity_text(c) or c.get("default"),
            "Y" if c.get("key") == "PRIMARY" else "N",
            "Y" if c.get("key") == "UNIQUE" else "N",
            None,
            None,
            c.get("comment") or None,
            _policy_name(ctx.store, c),
            None,
            None,
        )
        for c in found.thing.props["columns"]
    ]
    return listing(_columns(), rows, DESCRIBE)


def _policy_name(store: Store, column: dict[str, Any]) -> str | None:
    """The qualified name of the policy that masks the column."""
    policy = store.get(column.get("masking", {}).get("id", 0))
    if policy is None:
        return None
    schema = store.at(policy.parent)
    return dotted(store.at(schema.parent).name, schema.name, policy.name)


def _columns() -> list[Column]:
    return [Column(c.name.replace("_", " "), c.type) if c.name in _WITH_BLANK else c for c in columns_named(_COLUMNS)]


def function(ctx: Context, tokens: Tokens) -> Result:
    """Property and value; the body of a secure function only for its owner."""
    parts, types = read_signature(tokens)
    tokens.end()
    thing = find_function(ctx, parts, types)
    props = thing.props
    signature = "(" + ", ".join(f"{name} {kind.split('(')[0]}" for name, kind in props["arguments"]) + ")"
    rows = [("signature", signature), ("returns", props["returns"] or props["returns_text"]), ("language", "SQL")]
    if not props["secure"] or thing.owner in ctx.eyes().roles:
        rows.append(("body", props["body"]))
    return listing(columns_named("property value"), rows, DESCRIBE)


def procedure(ctx: Context, tokens: Tokens) -> Result:
    """Property and value, as docs.snowflake.com/en/sql-reference/sql/desc-procedure lists them."""
    parts, types = read_signature(tokens)
    tokens.end()
    props = find_function(ctx, parts, types, "PROCEDURE").props
    signature = "(" + ", ".join(f"{name} {kind.split('(')[0]}" for name, kind in props["arguments"]) + ")"
    rows = [
        ("signature", signature),
        ("returns", props["returns_text"]),
        ("language", "SQL"),
        ("null handling", "CALLED ON NULL INPUT"),
        ("volatility", "VOLATILE"),
        ("execute as", "CALLER" if props["caller"] else "OWNER"),
        ("body", props["body"]),
    ]
    return listing(columns_named("property value"), rows, DESCRIBE)


# --- shares
def share(ctx: Context, tokens: Tokens) -> Result:
    """One's own share by name, another account's by `[org.]account.share`; ACCOUNTADMIN only."""
    parts = tokens.qualified()
    tokens.end()
    eyes = ctx.eyes()
    if ctx.store.at(ctx.session.role).name != "ACCOUNTADMIN":
        raise fail("privileges", kind="share", name=parts[-1])
    if len(parts) == 1 or dotted(*parts[:-1]) in (ctx.account().name, ctx.account().props["locator"]):
        found = ctx.store.find(eyes.account, "SHARE", parts[-1])
        if found is None:
            raise fail("missing", kind="Share", name=dotted(*parts))
        database = primary_database(ctx.store, found)
        prefix = database.name if database else ""
    else:
        found = inbound_share(eyes, parts)
        local = [m.name for m in ctx.store.mounts(found.id) if m.account == eyes.account and not m.props.get("broken")]
        prefix = quoted(local[0]) if local else "<DB>"
    rows = _contents(ctx.store, found, prefix)
    return listing([Column("kind"), Column("name"), Column("shared_on", LTZ)], rows, DESCRIBE)


def _contents(store: Store, found: Thing, prefix: str) -> list[tuple[Any, ...]]:
    """What the share holds, its database under the name that it has on this side."""
    rows: list[tuple[Any, ...]] = []
    for p in store.privileges_to(found.id):
        thing = store.at(p.on)
        if p.privilege == "REFERENCE_USAGE":
            continue
        parts: list[str] = []
        step = thing
        while step.kind != "DATABASE":
            parts.insert(0, quoted(step.name) if step.kind != "FUNCTION" else step.name)
            step = store.at(step.parent)
        rows.append((words_of(thing.kind), ".".join([prefix, *parts]), moment(p.created)))
    return rows


# --- the rest
def database(ctx: Context, tokens: Tokens) -> Result:
    name = tokens.identifier()
    tokens.end()
    find_database(ctx.eyes(), name)
    rows = [(moment(s.created), s.name, "SCHEMA") for s, _ in schemas(ctx.eyes(), name)]
    return listing(columns_named("created_on name kind"), rows, DESCRIBE)


def schema(ctx: Context, tokens: Tokens) -> Result:
    parts = tokens.qualified(2)
    tokens.end()
    _, found, inside = open_schema(ctx.eyes(), parts, "DESCRIBE")
    things = ctx.store.children(found.id, "TABLE", "VIEW", session=ctx.session.key)
    visible = [t for t in things if not inside.direct or ctx.store.holds(t.id, "SELECT", inside.share or 0)]
    return listing(
        columns_named("created_on name kind"), [(moment(t.created), t.name, t.kind) for t in visible], DESCRIBE
    )


def result(ctx: Context, tokens: Tokens) -> Result:
    query = tokens.string()
    tokens.end()
    rows = [
        (c.name, c.type.text(), "COLUMN", "Y" if c.nullable else "N") + (None,) * 9
        for c in find_result(ctx.session, query).columns
    ]
    return listing(_columns(), rows, DESCRIBE)
