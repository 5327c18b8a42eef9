"""The forms of SHOW GRANTS and SHOW FUTURE GRANTS (docs.snowflake.com/en/sql-reference/sql/show-grants)."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_database, open_schema
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, role_name
from sandbox.names import dotted, quoted
from sandbox.privileges import words_of
from sandbox.results import Result, listing
from sandbox.rights import active_roles, can_global
from sandbox.sftypes import parse_type
from sandbox.statements.database_roles import find_database_role
from sandbox.statements.filters import true_false
from sandbox.statements.future import FUTURE
from sandbox.statements.roles import find_role, find_user
from sandbox.statements.shares import find_share
from sandbox.statements.show import columns_named
from sandbox.statements.targets import read_kind, read_object
from sandbox.store import Privilege, Store, Thing
from sandbox.tokens import Tokens

_GRANTS = "created_on privilege granted_on name granted_to grantee_name grant_option granted_by"
_ROLES = "created_on role granted_to grantee_name granted_by"
_FUTURE = "created_on privilege grant_on name grant_to grantee_name grant_option"


def show(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW GRANTS [ON … | TO … | OF …] [LIMIT n]`; alone it lists the roles of the user who asks."""
    if tokens.done():
        return _to_user(ctx, tokens, ctx.store.at(ctx.session.user))
    way = tokens.accept_any("TO", "OF", "ON")
    if way == "ON":
        return _on(ctx, tokens)
    kind = "DATABASE ROLE" if tokens.accept("DATABASE", "ROLE") else tokens.accept_any("ROLE", "USER", "SHARE")
    if way is None or kind is None or (way == "OF" and kind == "USER"):
        raise tokens.unexpected()
    if kind == "USER":
        return _to_user(ctx, tokens, find_user(ctx, tokens.identifier()))
    if kind == "SHARE":
        return (_to_share if way == "TO" else _of_share)(ctx, tokens)
    role = (
        find_role(ctx, tokens.identifier()) if kind == "ROLE" else find_database_role(ctx.eyes(), tokens.qualified(2))
    )
    return (_to_role if way == "TO" else _of_role)(ctx, tokens, role)


def _limit(tokens: Tokens) -> int | None:
    limit = tokens.number() if tokens.accept("LIMIT") else None
    tokens.end()
    return limit


def _on(ctx: Context, tokens: Tokens) -> Result:
    if tokens.accept("ACCOUNT"):
        thing = ctx.account()
    elif tokens.accept("SHARE"):
        thing = find_share(ctx.eyes(), tokens.identifier())
    else:
        thing = read_object(ctx, tokens, read_kind(tokens))
    limit = _limit(tokens)
    held = [p for p in ctx.store.privileges_on(thing.id) if not _is_reference_of_share(ctx, p)]
    rows = [(*_row(ctx, p), "ROLE") for p in held]
    if thing.owner is not None:
        rows.insert(0, (*_owner_row(ctx, thing), "ROLE"))
    return listing(columns_named(_GRANTS + " granted_by_role_type"), rows[:limit])


def _is_reference_of_share(ctx: Context, p: Privilege) -> bool:
    return p.privilege == "REFERENCE_USAGE" and ctx.store.at(p.to).kind == "SHARE"


# --- shares
def _to_share(ctx: Context, tokens: Tokens) -> Result:
    """REFERENCE_USAGE of a share is never listed."""
    share = find_share(ctx.eyes(), tokens.identifier())
    limit = _limit(tokens)
    rows = [_row(ctx, p) for p in ctx.store.privileges_to(share.id) if p.privilege != "REFERENCE_USAGE"]
    return listing(columns_named(_GRANTS), rows[:limit])


def _of_share(ctx: Context, tokens: Tokens) -> Result:
    """Who mounted it: one row per account with a living database."""
    share = find_share(ctx.eyes(), tokens.identifier())
    limit = _limit(tokens)
    name = f"{ctx.account().name}.{share.name}"
    rows = [
        (moment(m.created), name, "ACCOUNT", ctx.store.at(m.account).props["locator"])
        for m in ctx.store.mounts(share.id)
        if not m.props.get("broken")
    ]
    return listing(columns_named("created_on share granted_to account"), rows[:limit])


# --- roles and users
def _of_role(ctx: Context, tokens: Tokens, role: Thing) -> Result:
    limit = _limit(tokens)
    rows = []
    for p in ctx.store.privileges_on(role.id):
        to = ctx.store.at(p.to)
        if to.account == ctx.session.account:
            by = role_name(ctx.store, p.by)
            rows.append((moment(p.created), full_name(ctx, role), words_of(to.kind), to.name, by))
    return listing(columns_named(_ROLES), rows[:limit])


def _to_user(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    """Everybody may see their own; those of others need MANAGE GRANTS or the ownership of the user."""
    limit = _limit(tokens)
    eyes = ctx.eyes()
    if user.id != ctx.session.user and not can_global(eyes, "MANAGE GRANTS") and user.owner not in eyes.roles:
        raise fail("privileges", kind="user", name=user.name)
    rows = [
        (moment(p.created), full_name(ctx, ctx.store.at(p.on)), "USER", user.name, role_name(ctx.store, p.by))
        for p in ctx.store.privileges_to(user.id)
    ]
    return listing(columns_named(_ROLES), rows[:limit])


def _to_role(ctx: Context, tokens: Tokens, role: Thing) -> Result:
    limit = _limit(tokens)
    _check_seen(ctx, role)
    held = [p for p in ctx.store.privileges_to(role.id) if ctx.store.at(p.on).kind != FUTURE]
    rows = [_row(ctx, p) for p in held]
    rows += [_owner_row(ctx, thing) for thing in ctx.store.owned_by(role.id)]
    return listing(columns_named(_GRANTS), rows[:limit])


def _check_seen(ctx: Context, role: Thing) -> None:
    eyes = ctx.eyes()
    known = role.id in active_roles(ctx.store, ctx.session) or role.owner in eyes.roles
    if not known and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind=role.kind.lower(), name=role.name)


# --- future grants
def show_future(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW FUTURE GRANTS IN SCHEMA s | IN DATABASE d | TO ROLE r | TO DATABASE ROLE d.r`."""
    eyes = ctx.eyes()
    if tokens.accept("IN", "DATABASE"):
        container = find_database(eyes, tokens.identifier())
        held = [p for place in ctx.store.children(container.id, FUTURE) for p in ctx.store.privileges_on(place.id)]
    elif tokens.accept("IN"):
        tokens.expect("SCHEMA")
        container = open_schema(eyes, tokens.qualified(2), "SHOW")[1]
        held = [p for place in ctx.store.children(container.id, FUTURE) for p in ctx.store.privileges_on(place.id)]
    else:
        tokens.expect("TO")
        database_role = tokens.accept("DATABASE")
        tokens.expect("ROLE")
        role = find_database_role(eyes, tokens.qualified(2)) if database_role else find_role(ctx, tokens.identifier())
        _check_seen(ctx, role)
        held = [p for p in ctx.store.privileges_to(role.id) if ctx.store.at(p.on).kind == FUTURE]
    limit = _limit(tokens)
    return listing(columns_named(_FUTURE), [_future_row(ctx, p) for p in held][:limit])


def _future_row(ctx: Context, p: Privilege) -> tuple[Any, ...]:
    """The name is that of the container with the kind in angle brackets: `D.S.<TABLE>`."""
    place, to = ctx.store.at(p.on), ctx.store.at(p.to)
    container = full_name(ctx, ctx.store.at(place.parent))
    option = true_false(p.grantable)
    kind = words_of(place.name)
    return moment(p.created), p.privilege, kind, f"{container}.<{kind}>", words_of(to.kind), to.name, option


# --- rows
def _row(ctx: Context, p: Privilege) -> tuple[Any, ...]:
    thing, to = ctx.store.at(p.on), ctx.store.at(p.to)
    grantee = f"{ctx.account().name}.{to.name}" if to.kind == "SHARE" else to.name
    return (
        moment(p.created),
        p.privilege,
        words_of(thing.kind),
        full_name(ctx, thing),
        words_of(to.kind),
        grantee,
        true_false(p.grantable),
        role_name(ctx.store, p.by),
    )


def _owner_row(ctx: Context, thing: Thing) -> tuple[Any, ...]:
    role = ctx.store.get(thing.owner or 0)
    owner, kind = (role.name, words_of(role.kind)) if role else ("", "ROLE")
    name = full_name(ctx, thing)
    return (moment(thing.created), "OWNERSHIP", words_of(thing.kind), name, kind, owner, "true", owner)


def full_name(ctx: Context, thing: Thing) -> str:
    """Qualified; a function with its arguments and what it returns, in quotes. Behind a mount, by its name here."""
    store: Store = ctx.store
    if thing.kind == "ACCOUNT":
        return str(thing.props["name"])
    parts: list[str] = []
    parent = thing.parent
    while parent:
        above = store.at(parent)
        parts.insert(0, _local(ctx, above))
        parent = above.parent
    if thing.kind != "FUNCTION":
        return dotted(*parts, thing.name)
    props = thing.props
    arguments = ", ".join(f"{name} {parse_type(kind).short()}" for name, kind in props["arguments"])
    returns = parse_type(props["returns"]).text() if props["returns"] else props["returns_text"]
    return dotted(*parts) + "." + quoted(f"{props['base']}({arguments}):{returns}")


def _local(ctx: Context, thing: Thing) -> str:
    """A database of another account is seen under the name of its mount."""
    if thing.kind != "DATABASE" or thing.account == ctx.session.account:
        return thing.name
    for mount in ctx.store.every(ctx.session.account, "DATABASE"):
        share = ctx.store.get(mount.origin) if mount.origin else None
        if share and share.account == thing.account and ctx.store.holds(thing.id, "USAGE", share.id):
            return mount.name
    return thing.name
