"""Who looks, and what they may do: an account, its active roles and, behind a mounted database, a share."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.errors import fail
from sandbox.sessions import Session
from sandbox.store import Privilege, Store, Thing


@dataclass(frozen=True)
class Eyes:
    """Who looks. `roles` are the active role, the secondary ones, and all that they inherit; `primary` leaves the
    secondary ones out: they never allow a CREATE. None is for "the same". While `manages` is off, MANAGE GRANTS shows
    them nothing.

    `share` is set behind a mounted database: while `direct`, only what is granted to the share exists; inside a view or
    function of the share names are looked up in its owner's eyes, and its own database is `shared`.
    """

    store: Store
    session: Session
    account: int
    roles: frozenset[int]
    database: str | None = None
    schema: str | None = None
    share: int | None = None
    direct: bool = False
    shared: int | None = None
    secure: bool = False
    depth: int = 0
    primary: frozenset[int] | None = None
    imported: bool = True
    manages: bool = True


def closure(store: Store, role: int, account: int) -> frozenset[int]:
    """A role, everything granted to it, and PUBLIC."""
    return store.remembered((role, account), lambda: _closure(store, role, account))


def _closure(store: Store, role: int, account: int) -> frozenset[int]:
    found: set[int] = set()
    waiting = [role]
    public = store.find(account, "ROLE", "PUBLIC")
    if public:
        waiting.append(public.id)
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(store.roles_of(current))
    return frozenset(found)


def secondary_roles(store: Store, session: Session) -> list[int]:
    """The session's secondary roles: all that are granted to the user, the listed ones, or none."""
    if not session.secondary:
        return []
    granted = store.roles_of(session.user)
    if session.secondary == "ALL":
        return [role for role in granted if role != session.role]
    found = [store.find(session.account, "ROLE", name) for name in session.secondary]
    return [role.id for role in found if role is not None]


def active_roles(store: Store, session: Session) -> frozenset[int]:
    """Primary and secondary roles with all that they inherit."""
    roles = closure(store, session.role, session.account)
    for role in secondary_roles(store, session):
        roles |= closure(store, role, session.account)
    return roles


def eyes_of(store: Store, session: Session) -> Eyes:
    """The eyes of a session with its active roles."""
    primary = closure(store, session.role, session.account)
    roles = active_roles(store, session) if session.secondary else primary
    return Eyes(store, session, session.account, roles, session.database, session.schema, primary=primary)


# --- rights
def owns(eyes: Eyes, thing: Thing) -> bool:
    return thing.owner in eyes.roles


def _acting(eyes: Eyes, privilege: str) -> frozenset[int]:
    """The roles that count for this privilege: whatever is created, only the primary role may create it."""
    return eyes.primary if eyes.primary is not None and privilege.startswith("CREATE ") else eyes.roles


def can(eyes: Eyes, privilege: str, thing: Thing) -> bool:
    """Ownership includes every privilege on the thing itself."""
    roles = _acting(eyes, privilege)
    return thing.owner in roles or eyes.store.one_holds(thing.id, privilege, roles)


def can_global(eyes: Eyes, privilege: str) -> bool:
    return eyes.store.one_holds(eyes.account, privilege, _acting(eyes, privilege))


def may_grant(eyes: Eyes, privilege: str, thing: Thing) -> bool:
    """Owner, MANAGE GRANTS, or holder of the privilege with grant option.

    In a managed-access schema the schema's owner decides instead of the object's. A global privilege is granted by who
    holds it with grant option only: SECURITYADMIN gets "Grant not executed" for CREATE DATABASE.
    """
    optional = eyes.store.one_holds(thing.id, privilege, eyes.roles, grantable=True)
    if thing.kind == "ACCOUNT":
        return optional
    if can_global(eyes, "MANAGE GRANTS"):
        return True
    manager = managing_schema(eyes.store, thing)
    return owns(eyes, manager) if manager else optional or owns(eyes, thing)


def managing_schema(store: Store, thing: Thing) -> Thing | None:
    """The managed-access schema that the object lies in, if it does."""
    parent = store.get(thing.parent) if thing.parent else None
    return parent if parent is not None and parent.kind == "SCHEMA" and parent.props.get("managed") else None


def sees(eyes: Eyes, thing: Thing) -> bool:
    """Whether the thing appears to this role at all: any privilege on it, or the right to grant everything."""
    if owns(eyes, thing) or eyes.store.holds_any(thing.id, eyes.roles):
        return True
    if eyes.manages and can_global(eyes, "MANAGE GRANTS"):
        return True
    return thing.origin is not None and bool(roles_in_share(eyes, thing.origin))


def roles_in_share(eyes: Eyes, share: int) -> frozenset[int]:
    """The database roles of a share that the eyes' roles have been granted, with what these inherit."""
    found: set[int] = set()
    waiting = eyes.store.roles_of(share)
    while waiting:
        role = waiting.pop()
        if role not in found:
            found.add(role)
            waiting.extend(eyes.store.roles_of(role))
    return frozenset(found) & eyes.roles


def share_gives(eyes: Eyes, privilege: str, thing: Thing) -> bool:
    """Whether the share that the eyes look through has the privilege itself, or one of its active database roles has.

    What is granted to the share itself needs the imported privileges; what is granted to its roles needs such a role.
    """
    share = eyes.share or 0
    if eyes.imported and eyes.store.holds(thing.id, privilege, share):
        return True
    return eyes.store.one_holds(thing.id, privilege, roles_in_share(eyes, share))


def need_global(eyes: Eyes, privilege: str) -> None:
    if not can_global(eyes, privilege):
        raise fail("privileges", kind="account", name=eyes.store.at(eyes.account).props["locator"])


def need(eyes: Eyes, privilege: str, thing: Thing) -> None:
    """The privilege on the thing, or 003001 naming it."""
    if not can(eyes, privilege, thing):
        raise fail("privileges", kind=thing.kind.lower(), name=thing.name)


def need_ownership(eyes: Eyes, thing: Thing) -> None:
    if not owns(eyes, thing):
        raise fail("privileges", kind=thing.kind.lower(), name=thing.name)


def keep_grants(store: Store, thing: Thing, kept: list[Privilege]) -> None:
    """COPY GRANTS: the new object has what the old one had, and none of the future grants for its kind.

    Source: docs.snowflake.com/en/sql-reference/sql/create-table, COPY GRANTS.
    """
    for p in store.privileges_on(thing.id):
        store.revoke(thing.id, p.privilege, p.to)
    for p in kept:
        store.grant(thing.id, p.privilege, p.to, by=p.by, grantable=p.grantable)
