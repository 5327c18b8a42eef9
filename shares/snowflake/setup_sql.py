"""The SQL that prepares a provider account for Firn: for an administrator there to read and run.

`docs/snowflake-setup.sql` is what it gives for the names that Firn's documentation uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shares.core.names import literal, plain
from shares.core.names import path as dotted
from shares.core.privileges import FUTURE, ON_THE_ACCOUNT, ROW_KINDS, ROWS, Place, Privilege, later, reference

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
    where = _where(privilege)
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


def grant_role(owner: str, role: str) -> str:
    """What the one owns, the other may then change: docs.snowflake.com/en/user-guide/security-access-privileges-shares,
    "inherited from a lower-level role"."""
    return f"GRANT ROLE {plain(owner)} TO ROLE {plain(role)};"


def make_service(user: str) -> str:
    return f"ALTER USER {plain(user)} SET TYPE = SERVICE;"


def _where(privilege: Privilege) -> str:
    if privilege.kind == "ACCOUNT":
        return "ACCOUNT"
    name = dotted(*privilege.name)
    if privilege.kind.startswith(FUTURE):
        return f"{privilege.kind}S IN SCHEMA {name}"
    return f"{'TABLE' if privilege.kind == ROWS else privilege.kind} {name}"


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
        "-- 4. Read access to what may be shared, with the right to pass it on to a share; functions to be imported.",
        *(line + change for line in _reading(role, wishes.schemas)),
        _LATER,
        *(line + change for line in _later(place.role, wishes.schemas)),
        "-- 6. The account's own history of grants: what somebody else granted or took away is noticed sooner with\n"
        "--    it. Firn works without.",
        grant(Privilege("USAGE", "DATABASE", ("SNOWFLAKE",)), place.role),
        "-- 7. A service user that signs in with a key pair; it has no password. The last grant lets\n"
        "--    `manage.py snowflake rotate-key` change its key; without it an administrator does.",
        f"CREATE USER IF NOT EXISTS {user} TYPE = SERVICE DEFAULT_ROLE = {role} DEFAULT_WAREHOUSE = {warehouse}\n"
        "  COMMENT = 'Firn';",
        f"GRANT ROLE {role} TO USER {user};",
        f"GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER {user} TO ROLE {role};",
        *_key(user, wishes.public_key),
        *_network(user, wishes.addresses),
        _REFERENCE,
        *(grant(reference(database), place.role) + change for database in _databases(wishes.schemas)),
    ]
    return "\n".join(f"\n{part}" if _SECTION.match(part) else part for part in parts) + "\n"


_HEAD = """-- Prepare one provider account for Firn. Run it once per account, as ACCOUNTADMIN.
-- It can be run again: nothing here replaces or drops anything. Part 5 is for you to decide.
-- `manage.py snowflake setup` prints it with other names.
"""
_MARKED = """-- Change what is marked with <<: your data's database and schema, Firn's public key, limits if wanted.
"""


# docs.snowflake.com/en/sql-reference/sql/grant-privilege, "Future grants …": "the schema-level grants take precedence
# over the database level grants, and the database level grants are ignored", also those to other roles.
_LATER = """-- 5. The same for what is made later. A table that is built anew, as dbt does it, has no grants but these.
--    They are between dashes because they can hurt others: where anybody has grants on future objects of the whole
--    database, Snowflake ignores those in a schema that has its own for the same kind, and their role reads no new
--    table there any more. Take the dashes away where SHOW lists none of the database; where it does, write
--    IN DATABASE instead of IN SCHEMA, or grant again after each rebuild. `manage.py snowflake check` says what
--    lacks."""
# What refuses it, and with which words: docs.snowflake.com/en/release-notes/bcr-bundles/2023_02/bcr-944
_REFERENCE = """-- 8. What lets a share in one database show another. It stands last because an older account refuses it
--    to any role (“can only be granted to share(s)”): there part 4 is enough."""


def _databases(schemas: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({database for database, _ in schemas})


def _reading(role: str, schemas: Iterable[tuple[str, str]]) -> list[str]:
    lines = [
        f"GRANT USAGE ON DATABASE {plain(database)} TO ROLE {role} WITH GRANT OPTION;"
        for database in _databases(schemas)
    ]
    for database, schema in schemas:
        where = dotted(database, schema)
        lines.append(f"GRANT USAGE ON SCHEMA {where} TO ROLE {role} WITH GRANT OPTION;")
        lines += [
            f"GRANT SELECT ON ALL {kind}S IN SCHEMA {where} TO ROLE {role} WITH GRANT OPTION;" for kind in ROW_KINDS
        ]
        lines.append(f"GRANT USAGE ON ALL FUNCTIONS IN SCHEMA {where} TO ROLE {role};")
    return lines


def _later(role: str, schemas: Iterable[tuple[str, str]]) -> list[str]:
    return [
        *(f"SHOW FUTURE GRANTS IN DATABASE {plain(database)};" for database in _databases(schemas)),
        *(f"-- {grant(one, role)}" for schema in schemas for one in later(*schema)),
    ]


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


def show_future_grants_to_role(role: str) -> str:
    return f"SHOW FUTURE GRANTS TO ROLE {plain(role)}"


def describe_user(user: str) -> str:
    return f"DESCRIBE USER {plain(user)}"


# The two keys that a user may have at once.
KEY_SLOTS = ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")


def set_public_key(user: str, slot: int, key: str) -> str:
    """`slot` is 0 or 1, `key` base64 without the PEM's first and last line.

    docs.snowflake.com/en/user-guide/key-pair-auth, "Configuring key-pair rotation"
    """
    return f"ALTER USER {plain(user)} SET {KEY_SLOTS[slot]} = {literal(key)}"


def show_key_pairs(user: str) -> str:
    """A user's named key pairs, which are none of its properties (docs.snowflake.com/en/sql-reference/sql/
    show-user-key-pairs). One's own need no privilege."""
    return f"SHOW USER KEY PAIRS FOR USER {plain(user)}"


def remove_key_pair(user: str, name: str) -> str:
    """For an administrator to run; without a name it has a place for it."""
    return f"ALTER USER {plain(user)} REMOVE KEY PAIR {plain(name) if name else '<its name>'}"


def unset_public_key(user: str, slot: int) -> str:
    return f"ALTER USER {plain(user)} UNSET {KEY_SLOTS[slot]}"
