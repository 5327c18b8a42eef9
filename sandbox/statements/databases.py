"""Databases, also mounted ones, and schemas."""

from __future__ import annotations

from functools import partial

from sandbox.catalog import database_name, find_account, find_database, find_schema, open_database, primary_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import dotted, quoted
from sandbox.results import Result, done, status
from sandbox.rights import Eyes, can, need, need_global, need_ownership
from sandbox.statements.clauses import Create, if_exists, read_comment, read_properties
from sandbox.statements.parameters import check_object, effective, object_types
from sandbox.store import Thing
from sandbox.tokens import Tokens

DATABASE = {"COMMENT": str, **object_types("DATABASE")}
SCHEMA = {"COMMENT": str, **object_types("SCHEMA")}


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    if tokens.looking_at("FROM"):
        return _mount(ctx, tokens, name, how)
    properties = read_properties(tokens, "DATABASE", DATABASE)
    need_global(ctx.eyes(), "CREATE DATABASE")
    with ctx.store.change():
        existing = _existing(ctx, name, how)
        if existing:
            return existing
        database = ctx.store.add(
            "DATABASE",
            name,
            account=ctx.session.account,
            owner=ctx.session.role,
            comment=str(properties.get("COMMENT", "")),
            props=_rest(properties) | how.kept(),
        )
        ctx.store.add(
            "SCHEMA",
            "PUBLIC",
            account=ctx.session.account,
            parent=database.id,
            owner=ctx.session.role,
            props=how.kept(),
        )
    ctx.session.database, ctx.session.schema = name, "PUBLIC"
    return status(f"Database {quoted(name)} successfully created.")


def checked(properties: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
    """The properties as they were read, once their values are known to be possible."""
    check_object(properties)
    return properties


def _rest(properties: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
    check_object(properties)
    return {k.lower(): v for k, v in properties.items() if k != "COMMENT"}


def _existing(ctx: Context, name: str, how: Create) -> Result | None:
    """What to answer when the name is taken; with OR REPLACE the old one goes first."""
    old = ctx.store.find(ctx.session.account, "DATABASE", name)
    if old is None:
        return None
    if how.if_missing:
        return status(f"{quoted(name)} already exists, statement succeeded.")
    if not how.replace:
        raise fail("exists", name=name)
    need_ownership(ctx.eyes(), old)
    _not_shared(ctx, old)
    forget(ctx, old)
    return None


def _mount(ctx: Context, tokens: Tokens, name: str, how: Create) -> Result:
    """`CREATE DATABASE n FROM SHARE [org.]account.share`, once per share and account."""
    tokens.expect("FROM", "SHARE")
    parts = tokens.qualified()
    comment = read_comment(tokens)
    tokens.end()
    eyes = ctx.eyes()
    need_global(eyes, "CREATE DATABASE")
    need_global(eyes, "IMPORT SHARE")
    share = inbound_share(eyes, parts)
    with ctx.store.change():
        existing = _existing(ctx, name, how)
        if existing:
            return existing
        for other in ctx.store.mounts(share.id):
            if other.account == ctx.session.account and not other.props.get("broken"):
                raise fail("mounted_already", name=dotted(*parts), database=other.name)
        ctx.store.add(
            "DATABASE",
            name,
            account=ctx.session.account,
            owner=ctx.session.role,
            comment=comment or "",
            origin=share.id,
        )
    ctx.session.database, ctx.session.schema = name, None
    return status(f"Database {quoted(name)} successfully created.")


def inbound_share(eyes: Eyes, parts: list[str]) -> Thing:
    """A share of another account that this account was added to; everything else does not exist for it."""
    if len(parts) < 2:
        raise fail("missing", kind="Share", name=dotted(*parts))
    provider = _provider(eyes, parts[:-1])
    only = eyes.store.at(eyes.account).props.get("reader_of")
    if provider is not None and only is not None and provider.id != only:
        raise fail("missing", kind="Share", name=dotted(*parts))
    share = eyes.store.find(provider.id, "SHARE", parts[-1]) if provider else None
    if share is None or eyes.account not in eyes.store.share_accounts(share.id):
        raise fail("missing", kind="Share", name=dotted(*parts))
    if primary_database(eyes.store, share) is None:
        raise fail("missing", kind="Share", name=dotted(*parts))
    return share


def _provider(eyes: Eyes, parts: list[str]) -> Thing | None:
    """`ORG.ACCOUNT`, or a locator of the same region."""
    if len(parts) == 2:
        return find_account(eyes.store, ".".join(parts))
    region = eyes.store.at(eyes.account).props["region"]
    for account in eyes.store.accounts_called(parts[0]):
        if account.props["locator"] == parts[0] and account.props["region"] == region:
            return account
    return None


def _not_shared(ctx: Context, database: Thing) -> None:
    """A database may not go while a share has it."""
    shares = [ctx.store.at(p.to) for p in ctx.store.privileges_on(database.id)]
    shares = [s for s in shares if s.kind == "SHARE"]
    if shares:
        raise fail("database_shared", name=database.name, count=len(shares), share=shares[0].name)


def forget(ctx: Context, thing: Thing, keep: bool = False) -> None:
    """Removes a thing with all that it contains; `keep` leaves the rows for UNDROP where their retention says so."""
    with ctx.store.change():
        kept = _kept(ctx, thing) if keep and not thing.session else set()
        for gone in ctx.store.remove(thing):
            if gone.kind == "TABLE" and gone.id not in kept:
                ctx.store.on_commit(partial(ctx.lake.drop, gone.id))
            elif gone.kind == "SEQUENCE" and not keep:
                ctx.store.on_commit(partial(ctx.lake.drop_sequence, gone.id))


def _kept(ctx: Context, thing: Thing) -> set[int]:
    """Ids of the tables in it that can be brought back."""
    if thing.kind == "TABLE":
        return {thing.id} if int(effective(ctx.store, thing, "DATA_RETENTION_TIME_IN_DAYS")) else set()
    inside = ctx.store.children(thing.id, "SCHEMA", "TABLE")
    return {id_ for child in inside for id_ in _kept(ctx, child)}


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.accept_any("CASCADE", "RESTRICT")
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "DATABASE", name) is None:
        return status("Drop statement executed successfully (" + quoted(name) + " already dropped).")
    eyes = ctx.eyes()
    database = find_database(eyes, name)
    need_ownership(eyes, database)
    _not_shared(ctx, database)
    forget(ctx, database, keep=True)
    if ctx.session.database == name:
        ctx.session.database = ctx.session.schema = None
    return status(f"{quoted(name)} successfully dropped.")


def alter(ctx: Context, tokens: Tokens) -> Result:
    quiet, eyes, name = if_exists(tokens), ctx.eyes(), tokens.identifier()
    if quiet and ctx.store.find(ctx.session.account, "DATABASE", name) is None:
        return done()
    database = find_database(eyes, name)
    need_ownership(eyes, database)
    return change(ctx, tokens, database, DATABASE)


def change(ctx: Context, tokens: Tokens, thing: Thing, allowed: dict[str, type]) -> Result:
    """`RENAME TO n`, `SET …`, `UNSET …` of a database or schema."""
    if tokens.accept("RENAME", "TO"):
        name = tokens.qualified(2)[-1]
        tokens.end()
        if ctx.store.find(thing.account, thing.kind, name, thing.parent):
            raise fail("exists", name=name)
        thing.name = name
    elif tokens.accept("SET"):
        thing.props.update(_rest(properties := read_properties(tokens, thing.kind, allowed)))
        thing.comment = str(properties.get("COMMENT", thing.comment))
    else:
        tokens.expect("UNSET")
        name = tokens.next().text.upper()
        tokens.end()
        if name not in allowed:
            raise fail("bad_property", name=name, kind=thing.kind)
        thing.props.pop(name.lower(), None)
        thing.comment = "" if name == "COMMENT" else thing.comment
    ctx.store.save(thing)
    return done()


# --- schemas
def create_schema(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    parts = tokens.qualified(2)
    managed = tokens.accept("WITH", "MANAGED", "ACCESS")
    properties = read_properties(tokens, "SCHEMA", SCHEMA)
    eyes = ctx.eyes()
    database, inside = open_database(eyes, parts[0] if len(parts) == 2 else database_name(eyes, "CREATE SCHEMA"))
    if inside.direct:
        raise fail("read_only", name=parts[0])
    need(eyes, "CREATE SCHEMA", database)
    with ctx.store.change():
        old = ctx.store.find(ctx.session.account, "SCHEMA", parts[-1], database.id)
        if old and how.if_missing:
            return status(f"{quoted(old.name)} already exists, statement succeeded.")
        if old and not how.replace:
            raise fail("exists", name=dotted(database.name, old.name))
        if old:
            need_ownership(eyes, old)
            forget(ctx, old)
        ctx.store.add(
            "SCHEMA",
            parts[-1],
            account=ctx.session.account,
            parent=database.id,
            owner=ctx.session.role,
            comment=str(properties.get("COMMENT", "")),
            props=_rest(properties) | {"managed": managed} | how.kept(),
        )
    ctx.session.database, ctx.session.schema = database.name, parts[-1]
    return status(f"Schema {quoted(parts[-1])} successfully created.")


def owned_schema(ctx: Context, parts: list[str], what: str) -> Thing:
    """A schema of a database of this account that the role owns."""
    eyes = ctx.eyes()
    name = parts[0] if len(parts) == 2 else database_name(eyes, what)
    database, inside = open_database(eyes, name)
    schema = find_schema(inside, database, parts[-1], name)
    if inside.direct:
        raise fail("read_only", name=name)
    need_ownership(eyes, schema)
    return schema


def drop_schema(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified(2)
    tokens.accept_any("CASCADE", "RESTRICT")
    tokens.end()
    try:
        schema = owned_schema(ctx, parts, "DROP SCHEMA")
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    forget(ctx, schema, keep=True)
    if (ctx.session.database, ctx.session.schema) == (ctx.store.at(schema.parent).name, schema.name):
        ctx.session.schema = None
    return status(f"{quoted(schema.name)} successfully dropped.")


def alter_schema(ctx: Context, tokens: Tokens) -> Result:
    if_exists(tokens)
    schema = owned_schema(ctx, tokens.qualified(2), "ALTER SCHEMA")
    managed = tokens.accept_any("ENABLE", "DISABLE")
    if managed is None:
        return change(ctx, tokens, schema, SCHEMA)
    tokens.expect("MANAGED", "ACCESS")
    tokens.end()
    schema.props["managed"] = managed == "ENABLE"
    ctx.store.save(schema)
    return done()


def writable_schema(ctx: Context, parts: list[str], privilege: str, what: str) -> tuple[Thing, Thing]:
    """Database and schema in which a new object may be made."""
    eyes = ctx.eyes()
    if len(parts) == 1 and eyes.schema is None:
        database_name(eyes, what)
        raise fail("no_schema", what=what)
    name = parts[0] if len(parts) == 3 else database_name(eyes, what)
    database, inside = open_database(eyes, name)
    schema = find_schema(inside, database, parts[-2] if len(parts) > 1 else str(eyes.schema), name)
    if inside.direct:
        raise fail("read_only", name=name)
    if not can(eyes, "USAGE", database):
        raise fail("missing", kind="Database", name=name)
    need(eyes, privilege, schema)
    return database, schema
