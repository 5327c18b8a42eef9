"""GRANT and REVOKE of privileges: to roles, and the way to shares, to ownership and to future objects."""

from __future__ import annotations

from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.results import Result, done
from sandbox.rights import Eyes, may_grant, owns
from sandbox.statements import future, ownership, role_grants, share_grants
from sandbox.statements.database_roles import check_holder
from sandbox.statements.targets import Clause, grantee, named, read_clause
from sandbox.store import Privilege, Thing
from sandbox.tokens import Tokens


def grant(ctx: Context, tokens: Tokens) -> Result:
    """What can be granted is, even when the rest of a list is not (003011)."""
    tokens.next()
    refused: list[str] = []
    with ctx.store.change():
        if role_grants.is_role(tokens):
            return role_grants.grant(ctx, tokens)
        clause = read_clause(ctx, tokens)
        tokens.expect("TO")
        if tokens.accept("SHARE"):
            if clause.future:
                raise fail("future_share")
            return share_grants.grant(ctx, tokens, clause.privileges, clause.kind, clause.things, clause.bulk)
        role = grantee(ctx, tokens)
        if clause.privileges == ["OWNERSHIP"]:
            return ownership.grant(ctx, tokens, clause, role)
        option = tokens.accept("WITH", "GRANT", "OPTION")
        tokens.end()
        if clause.future:
            return future.grant(ctx, clause, role, option)
        for thing in clause.things:
            given, left = _sorted_out(ctx, clause, thing)
            if not given and left:
                raise _nothing(thing)
            refused += left
            for privilege in given:
                _give(ctx, thing, privilege, role, option)
    if refused:
        raise fail("grant_partial", names=", ".join(dict.fromkeys(refused)))
    return done()


def _nothing(thing: Thing) -> SandboxError:
    if thing.kind == "ACCOUNT":
        return fail("grant_not_executed")
    return fail("privileges", kind=thing.kind.lower(), name=thing.name)


def _give(ctx: Context, thing: Thing, privilege: str, role: Thing, option: bool) -> None:
    if role.kind == "DATABASE ROLE":
        check_holder(ctx.store, role, privilege, thing)
    ctx.store.grant(thing.id, privilege, role.id, by=grantor(ctx.eyes(), privilege, thing), grantable=option)


def grantor(eyes: Eyes, privilege: str, thing: Thing) -> int | None:
    """The role that authorises a grant: the owner, or who holds the privilege with grant option."""
    if not owns(eyes, thing):
        for p in eyes.store.privileges_on(thing.id):
            if p.privilege == privilege and p.grantable and p.to in eyes.roles:
                return p.to
    return eyes.session.role if thing.owner is None else thing.owner


def revoke(ctx: Context, tokens: Tokens) -> Result:
    tokens.next()
    with ctx.store.change():
        if role_grants.is_role(tokens):
            return role_grants.revoke(ctx, tokens)
        option = tokens.accept("GRANT", "OPTION", "FOR")
        clause = read_clause(ctx, tokens)
        tokens.expect("FROM")
        if tokens.accept("SHARE"):
            return share_grants.revoke(ctx, tokens, clause.privileges, clause.kind, clause.things)
        role = grantee(ctx, tokens)
        cascade = tokens.accept_any("CASCADE", "RESTRICT") == "CASCADE"
        tokens.end()
        if clause.future:
            return future.revoke(ctx, clause, role, option)
        for thing in clause.things:
            given, left = _sorted_out(ctx, clause, thing)
            if not given and left:
                raise _nothing(thing)
            for privilege in given:
                _take(ctx, thing, privilege, role, option, cascade)
    return done()


def _take(ctx: Context, thing: Thing, privilege: str, role: Thing, option: bool, cascade: bool) -> None:
    """What the role passed on goes with CASCADE, and forbids the revoke without."""
    for dependent in _passed_on(ctx, thing, privilege, role):
        to = ctx.store.at(dependent.to)
        if not cascade:
            raise fail("dependent_grant", privilege=privilege, name=thing.name, grantee=to.name)
        _take(ctx, thing, privilege, to, False, cascade)
    if option:
        ctx.store.drop_grantable(thing.id, privilege, role.id)
    else:
        ctx.store.revoke(thing.id, privilege, role.id)


def _passed_on(ctx: Context, thing: Thing, privilege: str, role: Thing) -> list[Privilege]:
    if thing.owner == role.id or not any(
        p.to == role.id and p.privilege == privilege and p.grantable for p in ctx.store.privileges_on(thing.id)
    ):
        return []
    return [
        p for p in ctx.store.privileges_on(thing.id) if p.privilege == privilege and p.by == role.id and p.to != role.id
    ]


# --- which privileges
def _sorted_out(ctx: Context, clause: Clause, thing: Thing) -> tuple[list[str], list[str]]:
    """Those that the role may grant and those that it may not; unknown ones are a syntax error."""
    given: list[str] = []
    left: list[str] = []
    for privilege in named(clause, thing.kind):
        held = _one(ctx, privilege, thing)
        (given if may_grant(ctx.eyes(), held, thing) else left).append(held)
    return given, left


def _one(ctx: Context, privilege: str, thing: Thing) -> str:
    """Imported privileges are kept as USAGE, as SHOW GRANTS calls them; nothing finer can be granted."""
    if thing.kind == "DATABASE" and (thing.origin is not None or thing.props.get("application")):
        if privilege != "IMPORTED PRIVILEGES":
            raise fail("imported_only")
        return "USAGE"
    if privilege == "IMPORTED PRIVILEGES":
        raise fail("parse", detail=f"{thing.name} is not an imported database")
    if thing.kind != "ACCOUNT" and thing.account != ctx.session.account:
        raise fail("imported_only")
    return privilege
