"""Roles: CREATE, ALTER, DROP."""

from __future__ import annotations

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.privileges import INHERITS, SYSTEM_ROLES
from sandbox.results import Result, done, status
from sandbox.rights import need_global, need_ownership
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens
from sandbox.translate.usage import DATABASE, SCHEMA


def system_roles(store: Store, account: int, organization: bool) -> dict[str, Thing]:
    """The roles that an account is born with, and what they inherit from each other.

    ORGADMIN is in the accounts from which the organization is managed only.
    """
    names = [name for name in SYSTEM_ROLES if name != "ORGADMIN" or organization]
    roles = {name: store.add("ROLE", name, account=account) for name in names}
    for name in names:
        for privilege in SYSTEM_ROLES[name]:
            store.grant(account, privilege, roles[name].id, by=None, grantable=True)
    for parent, child in INHERITS:
        store.grant(roles[child].id, "USAGE", roles[parent].id, by=None)
    _usage(store, account, roles["ACCOUNTADMIN"])
    return roles


def _usage(store: Store, account: int, admin: Thing) -> None:
    """The database SNOWFLAKE, which every account has and nobody owns."""
    database = store.add("DATABASE", DATABASE, account=account, props={"application": True})
    store.add("SCHEMA", SCHEMA, account=account, parent=database.id)
    store.grant(database.id, "USAGE", admin.id, by=None, grantable=True)


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = read_properties(tokens, "ROLE", {"COMMENT": str})
    need_global(ctx.eyes(), "CREATE ROLE")
    existing = existing_one(ctx, "ROLE", name, how)
    if existing:
        return existing
    ctx.store.add(
        "ROLE", name, account=ctx.session.account, owner=ctx.session.role, comment=str(properties.get("COMMENT", ""))
    )
    return status(f"Role {quoted(name)} successfully created.")


def existing_one(ctx: Context, kind: str, name: str, how: Create) -> Result | None:
    old = ctx.store.find(ctx.session.account, kind, name)
    if old is None:
        return None
    if how.if_missing:
        return status(f"{quoted(name)} already exists, statement succeeded.")
    if not how.replace or old.owner is None:
        raise fail("exists", name=name)
    need_ownership(ctx.eyes(), old)
    ctx.store.remove(old)
    return None


def find_role(ctx: Context, name: str) -> Thing:
    role = ctx.store.find(ctx.session.account, "ROLE", name)
    if role is None:
        raise fail("missing", kind="Role", name=name)
    return role


def find_user(ctx: Context, name: str) -> Thing:
    user = ctx.store.find(ctx.session.account, "USER", name)
    if user is None:
        raise fail("missing", kind="User", name=name)
    return user


def drop(ctx: Context, tokens: Tokens) -> Result:
    """What the role owned passes to the role that drops it."""
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "ROLE", name) is None:
        return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
    role = find_role(ctx, name)
    if role.name in SYSTEM_ROLES:
        raise fail("privileges", kind="role", name=name)
    need_ownership(ctx.eyes(), role)
    with ctx.store.change():
        ctx.store.pass_on(role.id, ctx.session.role)
        ctx.store.remove(role)
    return status(f"{quoted(name)} successfully dropped.")


def alter(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    if quiet and ctx.store.find(ctx.session.account, "ROLE", name) is None:
        return done()
    role = find_role(ctx, name)
    need_ownership(ctx.eyes(), role)
    if tokens.accept("RENAME", "TO"):
        role.name = tokens.identifier()
        if ctx.store.find(ctx.session.account, "ROLE", role.name):
            raise fail("exists", name=role.name)
    elif tokens.accept("UNSET", "COMMENT"):
        role.comment = ""
    else:
        tokens.expect("SET")
        role.comment = str(read_properties(tokens, "ROLE", {"COMMENT": str}).get("COMMENT", ""))
    tokens.end()
    ctx.store.save(role)
    return done()
