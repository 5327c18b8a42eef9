"""Database roles: CREATE, ALTER, DROP and SHOW.

They live in a database, hold rights in that database only, and are never activated with USE ROLE
(docs.snowflake.com/en/sql-reference/sql/create-database-role).
"""

from __future__ import annotations

from sandbox.catalog import database_name, find_database, open_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, role_name
from sandbox.names import dotted, quoted
from sandbox.results import Result, done, listing, status
from sandbox.rights import Eyes, active_roles, need, need_ownership, roles_in_share
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.statements.filters import read_filter, yes_no
from sandbox.statements.share_grants import check_shareable
from sandbox.statements.show import columns_named
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

KIND = "DATABASE ROLE"
_SHOWN = (
    "created_on name is_default is_current is_inherited granted_to_roles granted_to_database_roles "
    "granted_database_roles owner comment owner_role_type"
)


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """The new role may use its database from the start."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified(2)
    properties = read_properties(tokens, KIND, {"COMMENT": str})
    eyes = ctx.eyes()
    database = find_database(eyes, parts[0] if len(parts) == 2 else database_name(eyes, "CREATE DATABASE ROLE"))
    if database.origin is not None:
        raise fail("read_only", name=database.name)
    need(eyes, "CREATE DATABASE ROLE", database)
    with ctx.store.change():
        old = ctx.store.find(ctx.session.account, KIND, parts[-1], database.id)
        if old and how.if_missing:
            return status(f"{quoted(old.name)} already exists, statement succeeded.")
        if old and not how.replace:
            raise fail("exists", name=dotted(database.name, old.name))
        if old:
            need_ownership(eyes, old)
            ctx.store.remove(old)
        role = ctx.store.add(
            KIND,
            parts[-1],
            account=ctx.session.account,
            parent=database.id,
            owner=ctx.session.role,
            comment=str(properties.get("COMMENT", "")),
        )
        ctx.store.grant(database.id, "USAGE", role.id, by=database.owner)
    return status(f"Database role {quoted(parts[-1])} successfully created.")


def find_database_role(eyes: Eyes, parts: list[str]) -> Thing:
    """A database role of a database that the role can see; behind a mount, one that is granted to the share."""
    name = parts[0] if len(parts) == 2 else database_name(eyes, "DATABASE ROLE")
    mount = find_database(eyes, name)
    database, inside = open_database(eyes, name)
    role = eyes.store.find(inside.account, KIND, parts[-1], database.id)
    if role is None or (mount.origin is not None and role.id not in eyes.store.roles_of(mount.origin)):
        raise fail("missing", kind="Database role", name=dotted(name, parts[-1]))
    return role


def _owned(ctx: Context, parts: list[str]) -> Thing:
    role = find_database_role(ctx.eyes(), parts)
    if role.account != ctx.session.account:
        raise fail("read_only", name=parts[0])
    need_ownership(ctx.eyes(), role)
    return role


def alter(ctx: Context, tokens: Tokens) -> Result:
    """`RENAME TO d.r`, `SET COMMENT`, `UNSET COMMENT`."""
    quiet = if_exists(tokens)
    try:
        role = _owned(ctx, tokens.qualified(2))
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status("Statement executed successfully.")
        raise
    if tokens.accept("RENAME", "TO"):
        name = tokens.qualified(2)
        if len(name) == 2 and name[0] != ctx.store.at(role.parent).name:
            raise fail("database_role_elsewhere", name=role.name)
        if ctx.store.find(role.account, KIND, name[-1], role.parent):
            raise fail("exists", name=name[-1])
        role.name = name[-1]
    elif tokens.accept("UNSET", "COMMENT"):
        role.comment = ""
    else:
        tokens.expect("SET")
        role.comment = str(read_properties(tokens, KIND, {"COMMENT": str}).get("COMMENT", ""))
    tokens.end()
    ctx.store.save(role)
    return done()


def drop(ctx: Context, tokens: Tokens) -> Result:
    """What the role owned passes to the role that drops it."""
    quiet = if_exists(tokens)
    parts = tokens.qualified(2)
    tokens.end()
    try:
        role = _owned(ctx, parts)
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    with ctx.store.change():
        ctx.store.pass_on(role.id, ctx.session.role)
        ctx.store.remove(role)
    return status(f"{quoted(role.name)} successfully dropped.")


def show(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW DATABASE ROLES IN DATABASE d`; of an imported database those that its share brings."""
    found = read_filter(tokens, ("DATABASE",))
    eyes = ctx.eyes()
    name = found.parts[0] if found.parts else database_name(eyes, "SHOW DATABASE ROLES")
    mount = find_database(eyes, name)
    database, _ = open_database(eyes, name)
    roles = ctx.store.children(database.id, KIND)
    if mount.origin is not None:
        brought = set(ctx.store.roles_of(mount.origin)) | roles_in_share(eyes, mount.origin)
        roles = [role for role in roles if role.id in brought]
    active = active_roles(ctx.store, ctx.session)
    rows = [_row(ctx, role, role.id in active) for role in found.pick(roles, lambda r: r.name)]
    return listing(columns_named(_SHOWN), rows)


def _row(ctx: Context, role: Thing, active: bool) -> tuple[object, ...]:
    mine = role.account == ctx.session.account
    to = [ctx.store.at(p.to) for p in ctx.store.privileges_on(role.id)]
    kinds = [thing.kind for thing in to if thing.account == ctx.session.account]
    return (
        moment(role.created),
        role.name,
        "N",
        "N",
        yes_no(active),
        kinds.count("ROLE"),
        kinds.count(KIND),
        len(ctx.store.roles_of(role.id)),
        role_name(ctx.store, role.owner) if mine else "",
        role.comment,
        "ROLE" if mine else "",
    )


# --- what one may hold
def shares_of(store: Store, role: Thing) -> list[Thing]:
    """The shares that a database role is granted to, itself or through another one."""
    found: list[Thing] = []
    for p in store.privileges_on(role.id):
        to = store.at(p.to)
        if to.kind == "SHARE":
            found.append(to)
        elif to.kind == KIND:
            found += shares_of(store, to)
    return found


def check_holder(store: Store, role: Thing, privilege: str, thing: Thing) -> None:
    """A database role holds rights in its own database only, and only to read when it is in a share."""
    database = thing
    while database.parent:
        database = store.at(database.parent)
    if database.id != role.parent:
        raise fail("database_role_elsewhere", name=role.name)
    for share in shares_of(store, role):
        check_shareable(share, privilege, thing)
