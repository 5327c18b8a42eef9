"""The SQL that prepares a provider account for Firn: for an administrator there to read and run.

`docs/snowflake-setup.sql` is what it gives for the names that Firn's documentation uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shares.core.names import literal, plain
from shares.core.names import path as dotted
from shares.core.privileges import ON_THE_ACCOUNT, ROWS, Place, Privilege

_MARK = "-- <<"
_SECTION = re.compile(r"-- \d\.")


@dataclass(frozen=True)
class Wishes:
    """What an administrator chooses. `schemas` are (database, schema) whose tables and views may be shared.

    `addresses` (IPv4, with a mask or without) are the only ones from which Firn's user may sign in; `credits` is how
    many the warehouse may use in a month. Without them these parts are comments.
    """

    schemas: tuple[tuple[str, str], ...] = (("LAKE", "NYC"),)
    public_key: str = ""
    addresses: tuple[str, ...] = ()
    credits: int = 0


def grant(privilege: Privilege, role: str) -> str:
    """The one statement that gives it."""
    what = privilege.privilege
    where = "ACCOUNT" if privilege.kind == "ACCOUNT" else f"{_kind(privilege.kind)} {dotted(*privilege.name)}"
    if privilege == Privilege("USAGE", "DATABASE", ("SNOWFLAKE",)):
        return f"GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE {plain(role)};"
    keep = " COPY CURRENT GRANTS" if what == "OWNERSHIP" else ""
    passed_on = " WITH GRANT OPTION" if privilege.grantable else ""
    return f"GRANT {what} ON {where} TO ROLE {plain(role)}{passed_on}{keep};"


def revoke(what: str, role: str) -> str:
    """The one statement that takes it away: a privilege on the account, or `role NAME`."""
    if what.startswith("role "):
        return f"REVOKE ROLE {plain(what.removeprefix('role '))} FROM ROLE {plain(role)};"
    return f"REVOKE {what} ON ACCOUNT FROM ROLE {plain(role)};"


def make_service(user: str) -> str:
    return f"ALTER USER {plain(user)} SET TYPE = SERVICE;"


def _kind(kind: str) -> str:
    return "TABLE" if kind == ROWS else kind


def setup(place: Place, wishes: Wishes, *, marks: bool = False) -> str:
    """The whole script; `marks` points at the lines that somebody who copies it has to change."""
    role, user, warehouse, outbound = (
        plain(name) for name in (place.role, place.user, place.warehouse, place.outbound)
    )
    change = f"  {_MARK} yours" if marks else ""
    head = _HEAD + (_MARKED if marks else "")
    parts = [
        head,
        "USE ROLE ACCOUNTADMIN;",
        "-- 1. A role that can share what it was given, and nothing else.",
        f"CREATE ROLE IF NOT EXISTS {role} COMMENT = 'Firn: provisions and checks data shares';",
        *(grant(one.privilege, place.role) for one in ON_THE_ACCOUNT),
        "-- 2. A small warehouse for the leak test and the row counts. SHOW and GRANT need none.",
        f"CREATE WAREHOUSE IF NOT EXISTS {warehouse} WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 AUTO_RESUME = TRUE "
        "INITIALLY_SUSPENDED = TRUE;",
        grant(Privilege("USAGE", "WAREHOUSE", (place.warehouse,)), place.role),
        *_monitor(warehouse, wishes.credits),
        "-- 3. The database in which every share gets a schema of its own. Firn owns it.",
        f"CREATE DATABASE IF NOT EXISTS {outbound} COMMENT = 'firn';",
        grant(Privilege("OWNERSHIP", "DATABASE", (place.outbound,)), place.role),
        "-- 4. Read access to what may be shared, with the right to pass it on to a share. (REFERENCE_USAGE cannot be\n"
        "--    granted to a role.)",
        *(line + change for line in _reading(role, wishes.schemas)),
        "-- 5. The account's own history of grants: what somebody else granted or took away is noticed sooner with\n"
        "--    it. Firn works without.",
        grant(Privilege("USAGE", "DATABASE", ("SNOWFLAKE",)), place.role),
        "-- 6. A service user that signs in with a key pair; it has no password. The last grant lets\n"
        "--    `manage.py snowflake rotate-key` change its key; without it an administrator does.",
        f"CREATE USER IF NOT EXISTS {user} TYPE = SERVICE DEFAULT_ROLE = {role} DEFAULT_WAREHOUSE = {warehouse}\n"
        "  COMMENT = 'Firn';",
        f"GRANT ROLE {role} TO USER {user};",
        f"GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER {user} TO ROLE {role};",
        *_key(user, wishes.public_key),
        *_network(user, wishes.addresses),
    ]
    return "\n".join(f"\n{part}" if _SECTION.match(part) else part for part in parts) + "\n"


_HEAD = """-- Prepare one provider account for Firn. Run it once per account, as ACCOUNTADMIN.
-- It can be run again: nothing here replaces or drops anything. `manage.py snowflake setup` prints it with other names.
"""
_MARKED = """-- Change what is marked with <<: your data's database and schema, Firn's public key, limits if wanted.
"""


def _reading(role: str, schemas: Iterable[tuple[str, str]]) -> list[str]:
    lines = []
    for database in sorted({database for database, _ in schemas}):
        lines.append(f"GRANT USAGE ON DATABASE {plain(database)} TO ROLE {role} WITH GRANT OPTION;")
    for database, schema in schemas:
        where = dotted(database, schema)
        lines += [
            f"GRANT USAGE ON SCHEMA {where} TO ROLE {role} WITH GRANT OPTION;",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO ROLE {role} WITH GRANT OPTION;",
            f"GRANT SELECT ON ALL VIEWS IN SCHEMA {where} TO ROLE {role} WITH GRANT OPTION;",
        ]
    return lines


def _monitor(warehouse: str, credits: int) -> list[str]:
    lines = [
        f"CREATE RESOURCE MONITOR IF NOT EXISTS FIRN_LIMIT WITH CREDIT_QUOTA = {credits or 50} FREQUENCY = MONTHLY "
        "START_TIMESTAMP = IMMEDIATELY\n  TRIGGERS ON 80 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND;",
        f"ALTER WAREHOUSE {warehouse} SET RESOURCE_MONITOR = FIRN_LIMIT;",
    ]
    return lines if credits else [_comment(line) for line in lines]


def _key(user: str, key: str) -> list[str]:
    line = f"ALTER USER {user} SET RSA_PUBLIC_KEY = {literal(key or 'MIIB…')};"
    return [line] if key else [_comment(line) + f"  {_MARK} the text of firn.pub"]


def _network(user: str, addresses: tuple[str, ...]) -> list[str]:
    given = ", ".join(literal(one) for one in addresses or ("203.0.113.7",))
    lines = [
        f"CREATE NETWORK POLICY IF NOT EXISTS FIRN_ONLY ALLOWED_IP_LIST = ({given}) COMMENT = 'Where Firn runs';",
        f"ALTER USER {user} SET NETWORK_POLICY = FIRN_ONLY;",
    ]
    if addresses:
        return lines
    return [_comment(lines[0]) + f"  {_MARK} where Firn runs", _comment(lines[1])]


def _comment(line: str) -> str:
    return "\n".join(f"-- {part}" for part in line.split("\n"))


# What Firn itself sends about its role and its user.
SESSION = "SELECT CURRENT_USER() AS USER, CURRENT_ROLE() AS ROLE, CURRENT_WAREHOUSE() AS WAREHOUSE"


def show_grants_to_role(role: str) -> str:
    return f"SHOW GRANTS TO ROLE {plain(role)}"


def describe_user(user: str) -> str:
    return f"DESCRIBE USER {plain(user)}"


# The two keys that a user may have at once.
KEY_SLOTS = ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")


def set_public_key(user: str, slot: int, key: str) -> str:
    """`slot` is 0 or 1, `key` base64 without the PEM's first and last line.

    docs.snowflake.com/en/user-guide/key-pair-auth, "Configuring key-pair rotation"
    """
    return f"ALTER USER {plain(user)} SET {KEY_SLOTS[slot]} = {literal(key)}"


def unset_public_key(user: str, slot: int) -> str:
    return f"ALTER USER {plain(user)} UNSET {KEY_SLOTS[slot]}"
