"""SHOW USERS and DESCRIBE USER."""

from __future__ import annotations

from typing import Any

from sandbox.auth import fingerprint
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, role_name
from sandbox.results import DESCRIBE, Result, listing
from sandbox.rights import can_global, owns
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.roles import find_user
from sandbox.statements.show import columns_named
from sandbox.store import Thing
from sandbox.tokens import Tokens

# docs.snowflake.com/en/sql-reference/sql/show-users, in this order.
_COLUMNS = (
    "name created_on login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment disabled "
    "must_change_password snowflake_lock default_warehouse default_namespace default_role default_secondary_roles "
    "ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login expires_at_time locked_until_time "
    "has_password has_rsa_public_key type has_mfa has_pat has_workload_identity"
)


def users(ctx: Context, tokens: Tokens) -> Result:
    """All users for who may manage grants; oneself and one's own for everybody else."""
    found = read_filter(tokens)
    eyes = ctx.eyes()
    every = can_global(eyes, "MANAGE GRANTS")
    known = [
        u for u in ctx.store.every(ctx.session.account, "USER") if every or u.id == ctx.session.user or owns(eyes, u)
    ]
    rows = [_row(ctx, u) for u in found.pick(known, lambda u: u.name)]
    return listing(columns_named(_COLUMNS), [tuple(row.get(name) for name in _COLUMNS.split()) for row in rows])


def _row(ctx: Context, u: Thing) -> dict[str, Any]:
    """By column. A column that nothing here can set is empty, or false."""
    props = u.props
    secondary = props.get("default_secondary_roles")
    return {
        "name": u.name,
        "created_on": moment(u.created),
        "login_name": str(props.get("login_name") or u.name).upper(),
        "display_name": props.get("display_name") or u.name,
        "first_name": props.get("first_name", ""),
        "last_name": props.get("last_name", ""),
        "email": props.get("email", ""),
        "mins_to_unlock": "",
        "days_to_expiry": "",
        "comment": u.comment,
        "disabled": true_false(props.get("disabled")),
        "must_change_password": true_false(props.get("must_change_password")),
        "snowflake_lock": "false",
        "default_warehouse": props.get("default_warehouse", ""),
        "default_namespace": props.get("default_namespace", ""),
        "default_role": props.get("default_role", ""),
        "default_secondary_roles": f'["{secondary}"]' if secondary else "[]",
        "ext_authn_duo": "false",
        "ext_authn_uid": "",
        "mins_to_bypass_mfa": "",
        "owner": role_name(ctx.store, u.owner),
        "has_password": true_false("password" in props),
        "has_rsa_public_key": true_false("rsa_public_key" in props),
        "type": str(props.get("type", "PERSON")).upper(),
        "has_mfa": "false",
        "has_pat": true_false(props.get("tokens")),
        "has_workload_identity": "false",
    }


def describe(ctx: Context, tokens: Tokens) -> Result:
    """One row per property, its value `null` where it has none.

    Properties: docs.snowflake.com/en/sql-reference/sql/desc-user, `pkg/sdk/users.go` of the Terraform provider.
    """
    user = find_user(ctx, tokens.identifier())
    tokens.end()
    eyes = ctx.eyes()
    if user.id != ctx.session.user and not owns(eyes, user) and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind="user", name=user.name)
    rows = [(name, _told(value), "null", "") for name, value in _properties(ctx, user).items()]
    return listing(columns_named("property value default description"), rows, DESCRIBE)


def _told(value: Any) -> str:
    return str(value) if value not in (None, "") else "null"


def _properties(ctx: Context, user: Thing) -> dict[str, Any]:
    shown, props = _row(ctx, user), user.props
    keys = {"RSA_PUBLIC_KEY": props.get("rsa_public_key"), "RSA_PUBLIC_KEY_2": props.get("rsa_public_key_2")}
    return {
        "NAME": user.name,
        "COMMENT": user.comment,
        "DISPLAY_NAME": shown["display_name"],
        "TYPE": shown["type"],
        "LOGIN_NAME": shown["login_name"],
        "FIRST_NAME": shown["first_name"],
        "MIDDLE_NAME": props.get("middle_name"),
        "LAST_NAME": shown["last_name"],
        "EMAIL": shown["email"],
        "PASSWORD": "********" if "password" in props else None,
        "MUST_CHANGE_PASSWORD": shown["must_change_password"],
        "DISABLED": shown["disabled"],
        "SNOWFLAKE_LOCK": "false",
        "SNOWFLAKE_SUPPORT": "false",
        "DAYS_TO_EXPIRY": None,
        "MINS_TO_UNLOCK": None,
        "DEFAULT_WAREHOUSE": shown["default_warehouse"],
        "DEFAULT_NAMESPACE": shown["default_namespace"],
        "DEFAULT_ROLE": shown["default_role"],
        "DEFAULT_SECONDARY_ROLES": shown["default_secondary_roles"],
        "EXT_AUTHN_DUO": "false",
        "EXT_AUTHN_UID": None,
        "MINS_TO_BYPASS_MFA": None,
        "MINS_TO_BYPASS_NETWORK_POLICY": None,
        **{name + part: value for name, key in keys.items() for part, value in _key(key).items()},
        "HAS_MFA": "false",
    }


def _key(key: str | None) -> dict[str, str | None]:
    return {"": key, "_FP": fingerprint(key) if key else None}
