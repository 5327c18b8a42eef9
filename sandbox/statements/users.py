"""Users: CREATE, ALTER, DROP."""

from __future__ import annotations

from typing import Any

from sandbox.auth import hashed, public_key_text
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import Result, done, status
from sandbox.rights import can_global, need_global, need_ownership, owns
from sandbox.statements import access_tokens, key_pairs
from sandbox.statements.clauses import NULL, Create, if_exists, read_properties
from sandbox.statements.roles import existing_one, find_user
from sandbox.statements.session import PARAMETERS, checked
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

_USER = {
    "PASSWORD": str,
    "LOGIN_NAME": str,
    "DISPLAY_NAME": str,
    "FIRST_NAME": str,
    "MIDDLE_NAME": str,
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


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = {"DEFAULT_SECONDARY_ROLES": "ALL"} | _read(tokens)
    need_global(ctx.eyes(), "CREATE USER")
    existing = existing_one(ctx, "USER", name, how)
    if existing:
        return existing
    add_user(ctx.store, ctx.session.account, name, dict(properties), ctx.session.role)
    return status(f"User {quoted(name)} successfully created.")


def _read(tokens: Tokens) -> dict[str, str | int | bool]:
    """`NAME = value` pairs; `DEFAULT_SECONDARY_ROLES = ('ALL')` or `()` comes out as ALL or nothing."""
    secondary = _take_secondary(tokens)
    found = read_properties(tokens, "USER", _USER | _SESSION)
    return found if secondary is None else found | {"DEFAULT_SECONDARY_ROLES": secondary}


def _take_secondary(tokens: Tokens) -> str | None:
    for at in range(tokens.at, len(tokens.all)):
        if tokens.all[at].text.upper() == "DEFAULT_SECONDARY_ROLES":
            part = Tokens(tokens.sql, tokens.all[at + 1 :])
            part.expect("=", "(")
            value = part.string().upper() if part.peek().kind == "string" else ""
            part.expect(")")
            if value not in ("", "ALL"):
                raise fail("bad_value", value=value, name="DEFAULT_SECONDARY_ROLES")
            tokens.all[at : at + 1 + part.at] = []
            return value
    return None


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
        if value is NULL:
            _take_back(props, key)
        elif key == "PASSWORD":
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


def _take_back(props: dict[str, Any], key: str) -> None:
    props.pop(key.lower(), None)
    props["parameters"] = {name: value for name, value in props.get("parameters", {}).items() if name != key}


def alter(ctx: Context, tokens: Tokens) -> Result:
    if access_tokens.concerns(tokens):
        return access_tokens.alter(ctx, tokens)
    if key_pairs.concerns(tokens):
        return key_pairs.alter(ctx, tokens)
    if_exists(tokens)
    user = find_user(ctx, tokens.identifier())
    if not owns(ctx.eyes(), user) and not can_global(ctx.eyes(), "MANAGE GRANTS") and user.id != ctx.session.user:
        raise fail("privileges", kind="user", name=user.name)
    if tokens.accept("UNSET"):
        name = tokens.next().text.upper()
        tokens.end()
        if name not in _USER | _SESSION:
            raise fail("bad_property", name=name, kind="USER")
        _take_back(user.props, name)
        user.comment = "" if name == "COMMENT" else user.comment
    else:
        tokens.expect("SET")
        properties = _read(tokens)
        user.comment = str(properties.get("COMMENT", user.comment))
        user.props = user_props(user.props, dict(properties))
    ctx.store.save(user)
    return done()


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "USER", name) is None:
        return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
    user = find_user(ctx, name)
    need_ownership(ctx.eyes(), user)
    ctx.store.remove(user)
    return status(f"{quoted(name)} successfully dropped.")
