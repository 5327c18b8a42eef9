"""Functions that mean something else here than in DuckDB: who is asking, formats, division."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlglot import exp

from sandbox import regions
from sandbox.catalog import database_name
from sandbox.errors import fail
from sandbox.rights import Eyes, active_roles, closure, secondary_roles
from sandbox.store import Thing

VERSION = "9.30.1"


def text(value: str | None) -> exp.Expr:
    """A VARCHAR literal, or a NULL of that type."""
    literal = exp.null() if value is None else exp.Literal.string(value)
    return exp.cast(literal, exp.DataType.Type.VARCHAR)


# --- who is asking
def _asker(eyes: Eyes) -> dict[str, str]:
    """The account that a view sees: the session's, or the simulated consumer's inside a secure view."""
    simulated = str(eyes.session.parameters.get("SIMULATED_DATA_SHARING_CONSUMER") or "")
    if eyes.secure and simulated:
        account = _simulated(eyes, simulated)
        if account is None:
            return {"locator": simulated.upper(), "name": simulated.upper(), "organization": "", "region": ""}
        return _told(eyes, account)
    return _told(eyes, eyes.store.at(eyes.session.account))


def _told(eyes: Eyes, account: Thing) -> dict[str, str]:
    """What an account is told about itself."""
    return {**account.props, "region": regions.shown(eyes.store, account)}


def _simulated(eyes: Eyes, name: str) -> Thing | None:
    """The account of this locator. What the parameter says is what CURRENT_ACCOUNT() gives, so an account's name means
    nobody (docs: data-sharing-secure-views, sample script: the very text that stands in the mapping table)."""
    wanted = name.upper()
    home = eyes.store.at(eyes.session.account).props["organization"]
    found = [one for one in eyes.store.accounts_called(wanted) if one.props["locator"] == wanted]
    return min(found, key=lambda one: one.props["organization"] != home, default=None)


def _role(eyes: Eyes) -> str | None:
    return None if eyes.share else eyes.store.at(eyes.session.role).name


def _user(eyes: Eyes) -> str | None:
    return None if eyes.share else eyes.store.at(eyes.session.user).name


def _available_roles(eyes: Eyes) -> str:
    names: set[str] = set()
    for role in eyes.store.roles_of(eyes.session.user):
        names |= {eyes.store.at(r).name for r in closure(eyes.store, role, eyes.session.account)}
    return "[" + ", ".join(f'"{n}"' for n in sorted(names)) + "]"


def _secondary(eyes: Eyes) -> str | None:
    """`{"roles":"A,B","value":"ALL"}`; the value is empty for none and for a list."""
    if eyes.share:
        return None
    names = sorted(eyes.store.at(role).name for role in secondary_roles(eyes.store, eyes.session))
    value = "ALL" if eyes.session.secondary == "ALL" else ""
    return json.dumps({"roles": ",".join(names), "value": value}, separators=(",", ":"))


def _schemas(eyes: Eyes) -> str:
    session = eyes.session
    return f'["{session.database}.{session.schema}"]' if session.database and session.schema else "[]"


CONTEXT: dict[str, Callable[[Eyes], str | None]] = {
    "CURRENT_ACCOUNT": lambda eyes: _asker(eyes)["locator"],
    "CURRENT_ACCOUNT_NAME": lambda eyes: _asker(eyes)["name"],
    "CURRENT_ORGANIZATION_NAME": lambda eyes: _asker(eyes)["organization"],
    "CURRENT_REGION": lambda eyes: _asker(eyes)["region"],
    "CURRENT_ROLE": _role,
    "CURRENT_ROLE_TYPE": lambda eyes: None if eyes.share else "ROLE",
    "CURRENT_USER": _user,
    "CURRENT_WAREHOUSE": lambda eyes: eyes.session.warehouse,
    "CURRENT_DATABASE": lambda eyes: eyes.session.database,
    "CURRENT_SCHEMA": lambda eyes: eyes.session.schema,
    "CURRENT_SCHEMAS": _schemas,
    "CURRENT_SESSION": lambda eyes: str(eyes.session.id),
    "CURRENT_VERSION": lambda eyes: VERSION,
    "CURRENT_AVAILABLE_ROLES": _available_roles,
    "CURRENT_SECONDARY_ROLES": _secondary,
    "CURRENT_CLIENT": lambda eyes: str(eyes.session.parameters.get("CLIENT_APP") or "sandbox"),
    "CURRENT_IP_ADDRESS": lambda eyes: "127.0.0.1",
    "CURRENT_TRANSACTION": lambda eyes: str(eyes.session.transaction.id) if eyes.session.transaction else None,
    "INVOKER_SHARE": lambda eyes: eyes.store.at(eyes.share).name if eyes.share and eyes.depth == 1 else None,
}


def function_name(node: exp.Expr) -> str:
    """The name of a call, upper case."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper()
    return node.sql_name() if isinstance(node, exp.Func) else ""


def context_value(node: exp.Expr, eyes: Eyes) -> exp.Expr | None:
    """The literal that stands for CURRENT_ACCOUNT() and its like; None for every other function."""
    name = function_name(node)
    if name == "IS_ROLE_IN_SESSION":
        return _role_in_session(node, eyes)
    if name == "IS_DATABASE_ROLE_IN_SESSION":
        return _database_role_in_session(node, eyes)
    if name == "LAST_QUERY_ID":
        return text(eyes.session.query(query_number(node)))
    value = CONTEXT.get(name)
    return text(value(eyes)) if value else None


def query_number(node: exp.Expr) -> int:
    """The argument of LAST_QUERY_ID; the newest query without one."""
    argument = node.expressions[0] if node.expressions else None
    if argument is None:
        return -1
    shown = argument.sql().replace("(", "").replace(")", "").replace(" ", "")
    if not shown.lstrip("-").isdigit():
        raise fail("unsupported", feature="LAST_QUERY_ID with an expression")
    return int(shown)


def _role_in_session(node: exp.Expr, eyes: Eyes) -> exp.Expr:
    if eyes.share:
        return exp.cast(exp.null(), exp.DataType.Type.BOOLEAN)
    argument = node.expressions[0] if node.expressions else node.this
    if not isinstance(argument, exp.Literal):
        raise fail("unsupported", feature="IS_ROLE_IN_SESSION with an expression")
    role = eyes.store.find(eyes.session.account, "ROLE", argument.name)
    return exp.Boolean(this=role is not None and role.id in active_roles(eyes.store, eyes.session))


def _database_role_in_session(node: exp.Expr, eyes: Eyes) -> exp.Expr:
    """Looked up in the database of the view or policy that asks; behind a share that is the provider's.

    Source: docs.snowflake.com/en/sql-reference/functions/is_database_role_in_session.
    """
    argument = node.expressions[0] if node.expressions else node.this
    if not isinstance(argument, exp.Literal):
        raise fail("unsupported", feature="IS_DATABASE_ROLE_IN_SESSION with an expression")
    parts = argument.name.split(".")
    name = parts[0] if len(parts) == 2 else database_name(eyes)
    database = eyes.store.find(eyes.account, "DATABASE", name)
    role = eyes.store.find(eyes.account, "DATABASE ROLE", parts[-1], database.id) if database else None
    return exp.Boolean(this=role is not None and role.id in active_roles(eyes.store, eyes.session))


# Functions that sqlglot does not know but DuckDB has under the same name and meaning.
SAME_IN_LAKE = {
    "LENGTH",
    "LEN",
    "CONTAINS",
    "STARTSWITH",
    "REPEAT",
    "REVERSE",
    "LPAD",
    "RPAD",
    "TRANSLATE",
    "CHR",
    "ASCII",
    "DEGREES",
    "RADIANS",
    "PI",
    "LAST_DAY",
    "DAYNAME",
    "MONTHNAME",
    "CEILING",
    "TRUNC",
    "REGR_SLOPE",
    "REGR_INTERCEPT",
    "REGR_R2",
    "COT",
    "KURTOSIS",
    "SKEWNESS",
    "BIT_COUNT",
    "MAKE_DATE",
    "MAKE_TIME",
    "MODE",
    "MEDIAN",
    "STDDEV",
    "VARIANCE",
}
