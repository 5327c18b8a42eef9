"""SHOW SHARES and the forms of SHOW GRANTS."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import Eyes, can_global, closure, owns, primary_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, role_name
from sandbox.names import dotted, quoted
from sandbox.results import Result, listing
from sandbox.sftypes import parse_type
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.grants import read_object
from sandbox.statements.roles import find_role, find_user
from sandbox.statements.shares import find_share
from sandbox.statements.show import columns_named
from sandbox.store import Privilege, Store, Thing
from sandbox.tokens import Tokens

_SHOWN_ACCOUNTS = 3
_SHARES = "created_on kind owner_account name database_name to owner comment listing_global_name secure_objects_only"
_GRANTS = "created_on privilege granted_on name granted_to grantee_name grant_option granted_by"


# --- shares
def shares(ctx: Context, tokens: Tokens) -> Result:
    """Nothing at all without IMPORT SHARE; inbound ones and those of the active role, all of them for ACCOUNTADMIN."""
    found = read_filter(tokens)
    eyes = ctx.eyes()
    if not can_global(eyes, "IMPORT SHARE"):
        return listing(columns_named(_SHARES), [])
    known = [s for s in ctx.store.every(eyes.account, "SHARE") if owns(eyes, s) or _is_admin(eyes)]
    rows = [_outbound(ctx, share) for share in known] + _inbound(ctx)
    return listing(columns_named(_SHARES), found.pick(rows, lambda row: str(row[3])))


def _is_admin(eyes: Eyes) -> bool:
    return eyes.store.at(eyes.session.role).name == "ACCOUNTADMIN"


def to_text(store: Store, share: Thing) -> str:
    """At most three accounts, then how many there are."""
    names = [store.at(account).name for account in store.share_accounts(share.id)]
    if len(names) <= _SHOWN_ACCOUNTS:
        return ", ".join(names)
    return ", ".join(names[:_SHOWN_ACCOUNTS]) + f", ... ({len(names)} TOTAL)"


def _outbound(ctx: Context, share: Thing) -> tuple[Any, ...]:
    database = primary_database(ctx.store, share)
    return (
        moment(share.created),
        "OUTBOUND",
        ctx.account().name,
        share.name,
        database.name if database else "",
        to_text(ctx.store, share),
        role_name(ctx.store, share.owner),
        share.comment,
        "",
        true_false(share.props["secure_only"]),
    )


def _inbound(ctx: Context) -> list[tuple[Any, ...]]:
    rows = []
    for id_ in ctx.store.shares_with(ctx.session.account):
        share = ctx.store.at(id_)
        local = [
            m.name for m in ctx.store.mounts(id_) if m.account == ctx.session.account and not m.props.get("broken")
        ]
        rows.append(
            (
                moment(share.created),
                "INBOUND",
                ctx.store.at(share.account).name,
                share.name,
                local[0] if local else "",
                "",
                "",
                share.comment,
                "",
                true_false(share.props["secure_only"]),
            )
        )
    return rows


# --- grants
def grants(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW GRANTS [TO SHARE | TO ROLE | TO USER | OF SHARE | OF ROLE | ON …]`."""
    if tokens.accept("TO", "SHARE"):
        return _to_share(ctx, tokens)
    if tokens.accept("OF", "SHARE"):
        return _of_share(ctx, tokens)
    if tokens.accept("OF", "ROLE"):
        return _of_role(ctx, tokens)
    if tokens.accept("TO", "USER") or tokens.done():
        name = tokens.identifier() if not tokens.done() else ctx.store.at(ctx.session.user).name
        return _to_user(ctx, tokens, name)
    if tokens.accept("TO", "ROLE"):
        return _to_role(ctx, tokens)
    tokens.expect("ON")
    kind = tokens.next().text.upper()
    thing = ctx.account() if kind == "ACCOUNT" else read_object(ctx, tokens, kind)
    _limit(tokens)
    rows = [(*_row(ctx, p), "ROLE") for p in ctx.store.privileges_on(thing.id) if p.privilege != "REFERENCE_USAGE"]
    if thing.owner is not None:
        rows.insert(0, (*_owner_row(ctx, thing), "ROLE"))
    return listing(columns_named(_GRANTS + " granted_by_role_type"), rows)


def _limit(tokens: Tokens) -> int | None:
    limit = tokens.number() if tokens.accept("LIMIT") else None
    tokens.end()
    return limit


def _to_share(ctx: Context, tokens: Tokens) -> Result:
    """REFERENCE_USAGE is never listed."""
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


def _of_role(ctx: Context, tokens: Tokens) -> Result:
    role = find_role(ctx, tokens.identifier())
    _limit(tokens)
    rows = []
    for p in ctx.store.privileges_on(role.id):
        to = ctx.store.at(p.to)
        rows.append((moment(p.created), role.name, to.kind, to.name, role_name(ctx.store, p.by)))
    return listing(columns_named("created_on role granted_to grantee_name granted_by"), rows)


def _to_user(ctx: Context, tokens: Tokens, name: str) -> Result:
    user = find_user(ctx, name)
    _limit(tokens)
    rows = [
        (moment(p.created), ctx.store.at(p.on).name, "USER", user.name, role_name(ctx.store, p.by))
        for p in ctx.store.privileges_to(user.id)
    ]
    return listing(columns_named("created_on role granted_to grantee_name granted_by"), rows)


def _to_role(ctx: Context, tokens: Tokens) -> Result:
    role = find_role(ctx, tokens.identifier())
    limit = _limit(tokens)
    eyes = ctx.eyes()
    if not can_global(eyes, "MANAGE GRANTS") and role.id not in closure(ctx.store, ctx.session.role, eyes.account):
        raise fail("privileges", kind="role", name=role.name)
    rows = [_row(ctx, p) for p in ctx.store.privileges_to(role.id)]
    rows += [_owner_row(ctx, thing) for thing in ctx.store.owned_by(role.id)]
    return listing(columns_named(_GRANTS), rows[:limit])


def _row(ctx: Context, p: Privilege) -> tuple[Any, ...]:
    thing, to = ctx.store.at(p.on), ctx.store.at(p.to)
    grantee = f"{ctx.account().name}.{to.name}" if to.kind == "SHARE" else to.name
    return (
        moment(p.created),
        p.privilege,
        thing.kind,
        full_name(ctx.store, thing),
        to.kind,
        grantee,
        true_false(p.grantable),
        role_name(ctx.store, p.by),
    )


def _owner_row(ctx: Context, thing: Thing) -> tuple[Any, ...]:
    owner = role_name(ctx.store, thing.owner)
    return (moment(thing.created), "OWNERSHIP", thing.kind, full_name(ctx.store, thing), "ROLE", owner, "true", owner)


def full_name(store: Store, thing: Thing) -> str:
    """Qualified; a function with its arguments and what it returns, in quotes."""
    if thing.kind == "ACCOUNT":
        return str(thing.props["name"])
    parts: list[str] = []
    parent = thing.parent
    while parent:
        above = store.at(parent)
        parts.insert(0, above.name)
        parent = above.parent
    if thing.kind != "FUNCTION":
        return dotted(*parts, thing.name)
    props = thing.props
    arguments = ", ".join(f"{name} {parse_type(kind).short()}" for name, kind in props["arguments"])
    returns = parse_type(props["returns"]).text() if props["returns"] else props["returns_text"]
    return dotted(*parts) + "." + quoted(f"{props['base']}({arguments}):{returns}")
