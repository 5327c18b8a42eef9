"""Roles and users."""

from __future__ import annotations

from typing import Any

from sandbox.auth import hashed, public_key_text
from sandbox.catalog import can_global, need_global, need_ownership, owns
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import Result, done, status
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.statements.session import PARAMETERS, checked
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

GLOBAL = [
    "CREATE DATABASE",
    "CREATE ROLE",
    "CREATE SHARE",
    "CREATE USER",
    "CREATE WAREHOUSE",
    "IMPORT SHARE",
    "MANAGE GRANTS",
    "MANAGE SHARE TARGET",
    "OVERRIDE SHARE RESTRICTIONS",
    "MONITOR EXECUTION",
    "MONITOR USAGE",
    "CREATE ACCOUNT",
    "EXECUTE TASK",
]
_SYSTEM_ROLES = {
    "ACCOUNTADMIN": GLOBAL,
    "SECURITYADMIN": ["MANAGE GRANTS", "CREATE ROLE", "CREATE USER"],
    "USERADMIN": ["CREATE ROLE", "CREATE USER"],
    "SYSADMIN": ["CREATE DATABASE", "CREATE WAREHOUSE"],
    "PUBLIC": [],
}
_INHERITS = [("ACCOUNTADMIN", "SECURITYADMIN"), ("ACCOUNTADMIN", "SYSADMIN"), ("SECURITYADMIN", "USERADMIN")]
_USER = {
    "PASSWORD": str,
    "LOGIN_NAME": str,
    "DISPLAY_NAME": str,
    "FIRST_NAME": str,
    "LAST_NAME": str,
    "EMAIL": str,
    "MUST_CHANGE_PASSWORD": bool,
    "DISABLED": bool,
    "DEFAULT_WAREHOUSE": str,
    "DEFAULT_NAMESPACE": str,
    "DEFAULT_ROLE": str,
    "DEFAULT_SECONDARY_ROLES": str,
    "RSA_PUBLIC_KEY": str,
    "RSA_PUBLIC_KEY_2": str,
    "TYPE": str,
    "COMMENT": str,
}
# Session parameters that a user's sessions start with.
_SESSION = {name: type(value) for name, value in PARAMETERS.items()}


def system_roles(store: Store, account: int) -> dict[str, Thing]:
    """The roles that every account is born with, and what they inherit from each other."""
    roles = {name: store.add("ROLE", name, account=account) for name in _SYSTEM_ROLES}
    for name, privileges in _SYSTEM_ROLES.items():
        for privilege in privileges:
            store.grant(account, privilege, roles[name].id, by=None, grantable=True)
    for parent, child in _INHERITS:
        store.grant(roles[child].id, "USAGE", roles[parent].id, by=None)
    return roles


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = read_properties(tokens, "ROLE", {"COMMENT": str})
    need_global(ctx.eyes(), "CREATE ROLE")
    existing = _existing(ctx, "ROLE", name, how)
    if existing:
        return existing
    ctx.store.add(
        "ROLE", name, account=ctx.session.account, owner=ctx.session.role, comment=str(properties.get("COMMENT", ""))
    )
    return status(f"Role {quoted(name)} successfully created.")


def _existing(ctx: Context, kind: str, name: str, how: Create) -> Result | None:
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
    if role.name in _SYSTEM_ROLES:
        raise fail("privileges", kind="role", name=name)
    need_ownership(ctx.eyes(), role)
    with ctx.store.change():
        ctx.store.pass_on(role.id, ctx.session.role)
        ctx.store.remove(role)
    return status(f"{quoted(name)} successfully dropped.")


def alter(ctx: Context, tokens: Tokens) -> Result:
    if_exists(tokens)
    role = find_role(ctx, tokens.identifier())
    need_ownership(ctx.eyes(), role)
    if tokens.accept("UNSET", "COMMENT"):
        role.comment = ""
    else:
        tokens.expect("SET")
        role.comment = str(read_properties(tokens, "ROLE", {"COMMENT": str}).get("COMMENT", ""))
    tokens.end()
    ctx.store.save(role)
    return done()


# --- users
def create_user(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = read_properties(tokens, "USER", _USER | _SESSION)
    need_global(ctx.eyes(), "CREATE USER")
    existing = _existing(ctx, "USER", name, how)
    if existing:
        return existing
    add_user(ctx.store, ctx.session.account, name, dict(properties), ctx.session.role)
    return status(f"User {quoted(name)} successfully created.")


def add_user(store: Store, account: int, name: str, properties: dict[str, Any], owner: int | None) -> Thing:
    """A user with Snowflake's properties in upper case. TYPE = SERVICE forbids passwords."""
    props = user_props({}, properties)
    return store.add(
        "USER", name, account=account, owner=owner, comment=str(properties.get("COMMENT", "")), props=props
    )


def user_props(old: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """A user's properties after these changes; the keys as CREATE USER names them. Passwords are hashed."""
    props = dict(old)
    for key, value in properties.items():
        if key == "PASSWORD":
            props["password"] = hashed(str(value))
        elif key.startswith("RSA_PUBLIC_KEY"):
            props[key.lower()] = public_key_text(str(value))
        elif key in ("DEFAULT_ROLE", "DEFAULT_WAREHOUSE"):
            props[key.lower()] = str(value).upper()
        elif key in _SESSION:
            props["parameters"] = {**props.get("parameters", {}), key: checked(key, value)}
        elif key != "COMMENT":
            props[key.lower()] = value
    if str(props.get("type", "")).upper() == "SERVICE" and "password" in props:
        raise fail("bad_property", name="PASSWORD", kind="USER")
    return props


def alter_user(ctx: Context, tokens: Tokens) -> Result:
    if_exists(tokens)
    user = find_user(ctx, tokens.identifier())
    if not owns(ctx.eyes(), user) and not can_global(ctx.eyes(), "MANAGE GRANTS") and user.id != ctx.session.user:
        raise fail("privileges", kind="user", name=user.name)
    if tokens.accept("UNSET"):
        name = tokens.next().text.upper()
        tokens.end()
        if name not in _USER | _SESSION:
            raise fail("bad_property", name=name, kind="USER")
        user.props.pop(name.lower(), None)
        user.props.get("parameters", {}).pop(name, None)
        user.comment = "" if name == "COMMENT" else user.comment
    else:
        tokens.expect("SET")
        properties = read_properties(tokens, "USER", _USER | _SESSION)
        user.comment = str(properties.get("COMMENT", user.comment))
        user.props = user_props(user.props, dict(properties))
    ctx.store.save(user)
    return done()


def drop_user(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "USER", name) is None:
        return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
    user = find_user(ctx, name)
    need_ownership(ctx.eyes(), user)
    ctx.store.remove(user)
    return status(f"{quoted(name)} successfully dropped.")
