"""GRANT and REVOKE of roles and database roles: to roles, users and shares."""

from __future__ import annotations

from sandbox.catalog import primary_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Result, done
from sandbox.rights import can_global, closure, owns
from sandbox.statements import share_grants
from sandbox.statements.database_roles import KIND, find_database_role
from sandbox.statements.future import FUTURE
from sandbox.statements.roles import find_role, find_user
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens


def is_role(tokens: Tokens) -> bool:
    """Whether a role is granted rather than privileges: `ROLE r TO`, `DATABASE ROLE d.r TO`."""
    return tokens.looking_at("DATABASE", "ROLE") or (
        tokens.looking_at("ROLE") and tokens.peek(2).text.upper() in ("TO", "FROM")
    )


def grant(ctx: Context, tokens: Tokens) -> Result:
    role = _granted(ctx, tokens)
    tokens.expect("TO")
    if tokens.accept("SHARE"):
        return _to_share(ctx, tokens, role)
    to = _grantee(ctx, tokens, role)
    _check_right(ctx, role)
    if to.id in (role.id, *_all_of(ctx.store, role)):
        raise fail("role_cycle", name=role.name, grantee=to.name)
    ctx.store.grant(role.id, "USAGE", to.id, by=ctx.session.role)
    return done()


def revoke(ctx: Context, tokens: Tokens) -> Result:
    role = _granted(ctx, tokens)
    tokens.expect("FROM")
    if tokens.accept("SHARE"):
        share = share_grants.read_share(ctx, tokens)
        ctx.store.revoke(role.id, "USAGE", share.id)
        return done()
    to = _grantee(ctx, tokens, role)
    _check_right(ctx, role)
    ctx.store.revoke(role.id, "USAGE", to.id)
    return done()


def _granted(ctx: Context, tokens: Tokens) -> Thing:
    if tokens.accept("DATABASE", "ROLE"):
        return find_database_role(ctx.eyes(), tokens.qualified(2))
    tokens.expect("ROLE")
    return find_role(ctx, tokens.identifier())


def _grantee(ctx: Context, tokens: Tokens, role: Thing) -> Thing:
    """A role, a user, or, for a database role, another one of the same database."""
    if tokens.accept("USER"):
        to = find_user(ctx, tokens.identifier())
    elif role.kind == KIND and tokens.accept("DATABASE", "ROLE"):
        to = find_database_role(ctx.eyes(), tokens.qualified(2))
        if to.parent != role.parent or to.account != ctx.session.account:
            raise fail("database_role_elsewhere", name=role.name)
    else:
        tokens.expect("ROLE")
        to = find_role(ctx, tokens.identifier())
    tokens.end()
    return to


def _all_of(store: Store, role: Thing) -> frozenset[int]:
    """All that the role inherits from."""
    return closure(store, role.id, 0)


def _check_right(ctx: Context, role: Thing) -> None:
    """The role's owner or MANAGE GRANTS; for a role behind a mount, the owner of the imported database."""
    eyes = ctx.eyes()
    if can_global(eyes, "MANAGE GRANTS") or owns(eyes, role):
        return
    if role.account != ctx.session.account and any(
        owns(eyes, mount)
        for mount in ctx.store.every(ctx.session.account, "DATABASE")
        if mount.origin is not None and role.id in ctx.store.roles_of(mount.origin)
    ):
        return
    raise fail("privileges", kind=role.kind.lower(), name=role.name)


# --- shares
def _to_share(ctx: Context, tokens: Tokens, role: Thing) -> Result:
    """The role's database must be the share's, and all that the role holds must be fit to be shared.

    Source: docs.snowflake.com/en/sql-reference/sql/grant-database-role-share.
    """
    share = share_grants.read_share(ctx, tokens)
    if role.kind != KIND:
        raise tokens.unexpected()
    if role.account != ctx.session.account:
        raise fail("reshare")
    if not owns(ctx.eyes(), role) and not can_global(ctx.eyes(), "MANAGE GRANTS"):
        raise fail("privileges", kind="database role", name=role.name)
    primary = primary_database(ctx.store, share)
    if primary is None:
        raise fail("share_empty", name=share.name)
    if primary.id != role.parent:
        raise fail("share_database", name=ctx.store.at(role.parent).name)
    for id_ in (role.id, *_below(ctx.store, role)):
        _check_content(ctx.store, share, id_)
    ctx.store.grant(role.id, "USAGE", share.id, by=ctx.session.role)
    return done()


def _below(store: Store, role: Thing) -> frozenset[int]:
    return _all_of(store, role) - {role.id}


def _check_content(store: Store, share: Thing, role: int) -> None:
    if store.owned_by(role):
        thing = store.owned_by(role)[0]
        raise fail("role_content", privilege="OWNERSHIP", kind=thing.kind.capitalize(), name=thing.name, why="")
    for p in store.privileges_to(role):
        thing = store.at(p.on)
        if thing.kind == FUTURE:
            raise fail("shared_role_future")
        if thing.kind != KIND:
            share_grants.check_shareable(share, p.privilege, thing)
