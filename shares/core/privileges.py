"""What Firn's role must be allowed in a provider account, and what of it is missing.

Privileges: docs.snowflake.com/en/user-guide/security-access-control-privileges; rows as SHOW GRANTS TO ROLE has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Whoever may act as one of these may do anything, or give itself the right to.
ADMIN_ROLES = frozenset({"ACCOUNTADMIN", "ORGADMIN", "GLOBALORGADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN"})
# On the account; each would let Firn reach what nobody gave it.
TOO_MUCH = frozenset(
    {"MANAGE GRANTS", "CREATE ROLE", "CREATE USER", "OVERRIDE SHARE RESTRICTIONS", "CREATE ACCOUNT", "MANAGE USERS"}
)
# How one sees that rows can be read, whatever kind of table it is.
ROWS = "TABLE"
# Before a kind of object: on those that are made later in a schema (or, where it is held on a database, in all of its
# schemas). docs.snowflake.com/en/sql-reference/sql/grant-privilege, "Future grants on database or schema objects"
FUTURE = "FUTURE "
# What a schema may hold that reads as rows, as GRANT names it. Each kind has grants of its own: those on TABLES leave
# dynamic and external tables out (docs.snowflake.com/en/user-guide/dynamic-tables-privileges).
ROW_KINDS = ("TABLE", "VIEW", "DYNAMIC TABLE", "EXTERNAL TABLE")
_READABLE = frozenset(
    {"TABLE", "VIEW", "EXTERNAL_TABLE", "DYNAMIC_TABLE", "MATERIALIZED_VIEW", "ICEBERG_TABLE", "EVENT_TABLE"}
)


@dataclass(frozen=True)
class Privilege:
    """`name` has one part for a database, three for a table, none for the account; `grantable`: WITH GRANT OPTION.

    A kind that begins with FUTURE is named by the schema (or database) in which such objects will be made.
    """

    privilege: str
    kind: str
    name: tuple[str, ...] = ()
    grantable: bool = False


@dataclass(frozen=True)
class Needed:
    """`why` says what does not work without it; an optional one only makes something better."""

    privilege: Privilege
    why: str
    optional: bool = False


@dataclass(frozen=True)
class Place:
    """The names of one provider account. `sources` are (database, schema, table or view) that the catalog reads."""

    role: str = "FIRN"
    user: str = "FIRN_SVC"
    warehouse: str = "FIRN_WH"
    outbound: str = "FIRN_OUT"
    sources: frozenset[tuple[str, str, str]] = frozenset()


ON_THE_ACCOUNT = (
    Needed(Privilege("CREATE SHARE", "ACCOUNT"), "Without it no share can be made."),
    Needed(Privilege("MANAGE SHARE TARGET", "ACCOUNT"), "Without it no account can be added to a share or taken out."),
    Needed(Privilege("IMPORT SHARE", "ACCOUNT"), "Without it Firn cannot see a share that proves whose account it is."),
)


def needed(place: Place) -> list[Needed]:
    """Everything, from the account down to each table."""
    found = [
        *ON_THE_ACCOUNT,
        Needed(
            Privilege("USAGE", "WAREHOUSE", (place.warehouse,)), "Without it no view can be proved and no rows counted."
        ),
        Needed(Privilege("OWNERSHIP", "DATABASE", (place.outbound,)), "Every share gets a schema of its own in it."),
    ]
    why = "Without it, with the right to pass it on, it cannot be put into a share."
    databases = sorted({(database,) for database, _, _ in place.sources})
    schemas = sorted({(database, schema) for database, schema, _ in place.sources})
    found += [Needed(Privilege("USAGE", "DATABASE", name, True), why) for name in databases]
    found += [Needed(Privilege("USAGE", "SCHEMA", name, True), why) for name in schemas]
    found += [Needed(Privilege("SELECT", ROWS, name, True), why) for name in sorted(place.sources)]
    found += [Needed(reference(name), _REFERENCE, optional=True) for (name,) in databases]
    found += [Needed(one, _why_later(one), optional=True) for name in schemas for one in later(*name)]
    history = "With it Firn notices sooner what somebody else granted or took away."
    return [*found, Needed(Privilege("USAGE", "DATABASE", ("SNOWFLAKE",)), history, optional=True)]


# Optional, because an account may refuse it to a role, or keep it out of SHOW GRANTS, and share all the same:
# docs.snowflake.com/en/release-notes/bcr-bundles/2023_02/bcr-944
_REFERENCE = (
    "Without it an account may refuse what a share shows of that database. An older account gives it to no role, or "
    "does not list it."
)


def reference(database: str) -> Privilege:
    """What lets a view of one database show another in a share.

    "The privilege on each object that you grant to the share, WITH GRANT OPTION":
    docs.snowflake.com/en/user-guide/security-access-privileges-shares; as a grant to a role it stands in
    docs.snowflake.com/en/user-guide/cleanrooms, "Data offerings".
    """
    return Privilege("REFERENCE_USAGE", "DATABASE", (database,), True)


def later(database: str, schema: str) -> list[Privilege]:
    """On what is made later. CREATE OR REPLACE makes a new table, too, which has no other grants unless it says COPY
    GRANTS (docs.snowflake.com/en/sql-reference/sql/create-table)."""
    where = (database, schema)
    rows = [Privilege("SELECT", FUTURE + kind, where, True) for kind in ROW_KINDS]
    return [*rows, Privilege("USAGE", f"{FUTURE}FUNCTION", where)]


def _why_later(privilege: Privilege) -> str:
    if privilege.privilege == "SELECT":
        return "Without it one that is made anew (CREATE OR REPLACE) cannot be read any more, and shares of it break."
    return "Without it one that is made later is missing from the import."


def missing(wanted: Iterable[Needed], held: Iterable[Privilege]) -> list[Needed]:
    """Those of `wanted` that none of `held` gives, in their order. Whoever owns a thing may do everything with it."""
    there = list(held)
    return [one for one in wanted if not any(_gives(have, one.privilege) for have in there)]


def _gives(have: Privilege, want: Privilege) -> bool:
    same_kind = have.kind in _READABLE if want.kind == ROWS else have.kind == want.kind
    # The account is called by its name in each of its grants; a database's future objects are those of its schemas.
    if not same_kind or (want.kind != "ACCOUNT" and have.name != want.name and not _later_above(have, want)):
        return False
    if have.privilege == "OWNERSHIP":
        return True
    return have.privilege == want.privilege and (have.grantable or not want.grantable)


def _later_above(have: Privilege, want: Privilege) -> bool:
    return want.kind.startswith(FUTURE) and have.name == want.name[:1]


def excessive(held: Iterable[Privilege]) -> list[str]:
    """Privileges on the account, and administrators' roles, that Firn's role had better not have."""
    found = set()
    for have in held:
        if have.kind == "ACCOUNT" and have.privilege in TOO_MUCH:
            found.add(have.privilege)
        if have.kind == "ROLE":
            found |= {f"role {name}" for name in have.name[-1:] if name in ADMIN_ROLES}
    return sorted(found)
