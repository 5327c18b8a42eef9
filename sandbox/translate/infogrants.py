"""INFORMATION_SCHEMA on who may do what: privileges, roles, shares.

Columns: docs.snowflake.com/en/sql-reference/info-schema/object_privileges, table_privileges, usage_privileges,
applicable_roles, enabled_roles and shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox import sharing
from sandbox.listings import databases, moment, objects, role_name, schemas
from sandbox.privileges import words_of
from sandbox.rights import Eyes, active_roles, sees
from sandbox.store import Thing

Rows = list[tuple[Any, ...]]
# Database, schema and name of a thing, as far as it has them, and the thing.
Placed = tuple[str | None, str | None, str, Thing]
_OBJECTS = ("TABLE", "VIEW", "FUNCTION", "PROCEDURE", "SEQUENCE", "TAG", "STAGE", "FILE FORMAT")
_SHARE_COLUMNS = sharing.COLUMNS.upper().replace("CREATED_ON", "CREATED_ON!")


def _within(eyes: Eyes, database: str, *kinds: str) -> Iterator[Placed]:
    """Objects of one of this account's own databases."""
    for o in objects(eyes, database, None, *kinds):
        if not o.eyes.direct:
            yield o.database, o.schema, str(o.thing.props.get("base") or o.thing.name), o.thing


def _everything(eyes: Eyes) -> Iterator[Placed]:
    """What the account has: warehouses, databases, and all in them."""
    for warehouse in eyes.store.every(eyes.account, "WAREHOUSE"):
        if sees(eyes, warehouse):
            yield None, None, warehouse.name, warehouse
    for database in databases(eyes):
        yield None, None, database.name, database
        if database.origin is None:
            yield from ((database.name, None, s.name, s) for s, _ in schemas(eyes, database.name))
            yield from _within(eyes, database.name, *_OBJECTS)


def _grants(eyes: Eyes, placed: Iterator[Placed], kind: bool, hierarchy: bool) -> Rows:
    """A row for each privilege, ownership among them: `kind` for OBJECT_TYPE, `hierarchy` for WITH_HIERARCHY."""
    out: Rows = []
    for catalog, schema, name, thing in placed:
        said = (catalog, schema, name, *([thing.kind] if kind else []))
        after = ["NO"] if hierarchy else []
        owner = eyes.store.get(thing.owner or 0)
        if owner is not None:
            to = (owner.name, owner.name, words_of(owner.kind))
            out.append((*to, *said, "OWNERSHIP", "YES", *after, moment(thing.created)))
        for p in eyes.store.privileges_on(thing.id):
            given = eyes.store.at(p.to)
            to = (role_name(eyes.store, p.by), given.name, words_of(given.kind))
            grantable = "YES" if p.grantable else "NO"
            out.append((*to, *said, p.privilege, grantable, *after, moment(p.created)))
    return out


def _object_privileges(eyes: Eyes, database: str) -> Rows:
    return _grants(eyes, _everything(eyes), kind=True, hierarchy=False)


def _table_privileges(eyes: Eyes, database: str) -> Rows:
    return _grants(eyes, _within(eyes, database, "TABLE", "VIEW"), kind=False, hierarchy=True)


def _usage_privileges(eyes: Eyes, database: str) -> Rows:
    return _grants(eyes, _within(eyes, database, "SEQUENCE"), kind=True, hierarchy=False)


def _applicable_roles(eyes: Eyes, database: str) -> Rows:
    """Every grant of a role that leads from the user to what he may use."""
    store, out = eyes.store, []
    waiting, seen = [eyes.session.user], {eyes.session.user}
    while waiting:
        grantee = waiting.pop(0)
        for id_ in store.roles_of(grantee):
            role = store.at(id_)
            if role.kind == "ROLE":
                out.append((store.at(grantee).name, role.name, role_name(store, role.owner), "NO"))
                if id_ not in seen:
                    seen.add(id_)
                    waiting.append(id_)
    return out


def _enabled_roles(eyes: Eyes, database: str) -> Rows:
    roles = [eyes.store.at(id_) for id_ in active_roles(eyes.store, eyes.session)]
    return sorted((r.name, role_name(eyes.store, r.owner)) for r in roles if r.kind == "ROLE")


def _shares(eyes: Eyes, database: str) -> Rows:
    return [sharing.row(eyes, share, complete=True) for share in sharing.seen(eyes)]


_WHO = "GRANTOR GRANTEE GRANTED_TO"
_OBJECT = f"{_WHO} OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE IS_GRANTABLE CREATED!"
VIEWS = {
    "OBJECT_PRIVILEGES": (_OBJECT, _object_privileges),
    "TABLE_PRIVILEGES": (
        f"{_WHO} TABLE_CATALOG TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE WITH_HIERARCHY CREATED!",
        _table_privileges,
    ),
    "USAGE_PRIVILEGES": (_OBJECT, _usage_privileges),
    "APPLICABLE_ROLES": ("GRANTEE ROLE_NAME ROLE_OWNER IS_GRANTABLE", _applicable_roles),
    "ENABLED_ROLES": ("ROLE_NAME ROLE_OWNER", _enabled_roles),
    "SHARES": (_SHARE_COLUMNS, _shares),
}
