"""What is gone: for UNDROP, and for the views of SNOWFLAKE.ACCOUNT_USAGE, which show dropped things with the time.

A thing that is removed leaves a thing of kind PAST behind, in the same transaction; a grant that is taken away leaves a
PAST GRANT.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sandbox.store import Store, Thing
from sandbox.things import Privilege, Row

PAST, PAST_GRANT = "PAST", "PAST GRANT"
# The longest retention that Snowflake knows, in seconds.
_LONGEST = 90 * 24 * 3600
# Kinds whose properties are kept for later; those of a user would be secrets.
_WHOLE = {
    *("DATABASE", "SCHEMA", "TABLE", "VIEW", "FUNCTION", "SEQUENCE", "TAG", "ROW ACCESS POLICY", "MASKING POLICY"),
    "SHARE",
}


@dataclass
class Entry:
    """A thing that is there or was: `path` are the names of what it lies in, `deleted` the second of its end."""

    id: int
    kind: str
    name: str
    path: list[str]
    owner: str
    comment: str
    created: float
    deleted: float | None
    props: dict[str, Any]


def _path(store: Store, thing: Thing) -> list[str]:
    names: list[str] = []
    at = thing.parent
    while at and (above := store.get(at)) is not None:
        names.insert(0, above.name)
        at = above.parent
    return names


def _name(store: Store, id_: int | None) -> str:
    found = store.get(id_ or 0)
    return found.name if found else ""


def bury(store: Store, thing: Thing, along: int) -> None:
    """Remembers a thing that is about to be removed along with the one of this id."""
    if thing.kind in (PAST, PAST_GRANT, "ACCOUNT") or thing.session:
        return
    row = thing.row()
    if thing.kind not in _WHOLE:
        row = row._replace(props="{}")
    stored = {
        "kind": thing.kind,
        "name": thing.name,
        "path": _path(store, thing),
        "owner": _name(store, thing.owner),
        "row": list(row),
        "along": along,
        "privileges": [list(p) for p in store.privileges_on(thing.id) if _to_role(store, p)],
    }
    if thing.kind == "SHARE":
        stored["accounts"] = [store.at(a).name for a in store.share_accounts(thing.id)]
    past = store.add(PAST, f"{thing.id}", account=thing.account, props=stored)
    past.name = f"{thing.id}@{past.created}"
    store.save(past)


def _to_role(store: Store, privilege: Privilege) -> bool:
    to = store.get(privilege.to)
    return to is not None and to.kind in ("ROLE", "DATABASE ROLE")


def take_down(store: Store, taken: Privilege) -> None:
    """Remembers a grant that is about to be revoked."""
    thing, to = store.get(taken.on), store.get(taken.to)
    if thing is None or to is None:
        return
    past = store.add(PAST_GRANT, f"{taken.on}", account=to.account, props=grant_props(store, taken))
    past.name = f"{taken.on}@{past.created}"
    store.save(past)


def grant_props(store: Store, p: Privilege) -> dict[str, Any]:
    """A grant by the names of all that takes part."""
    thing, to = store.at(p.on), store.at(p.to)
    return {
        "privilege": p.privilege,
        "on": thing.kind,
        "name": thing.name,
        "path": _path(store, thing),
        "to": to.kind,
        "grantee": to.name,
        "grantable": p.grantable,
        "by": _name(store, p.by),
        "created": p.created,
    }


def entries(store: Store, account: int, kind: str) -> list[Entry]:
    """All things of a kind that the account has or had."""
    now = [
        Entry(t.id, kind, t.name, _path(store, t), _name(store, t.owner), t.comment, t.created, None, t.props)
        for t in store.every(account, kind)
        if not t.session
    ]
    return now + [_gone(p) for p in store.every(account, PAST) if p.props["kind"] == kind]


def _gone(past: Thing) -> Entry:
    said = past.props
    row = Thing(Row(*said["row"]))
    props = row.props | ({"accounts": said["accounts"]} if "accounts" in said else {})
    return Entry(row.id, row.kind, row.name, said["path"], said["owner"], row.comment, row.created, past.created, props)


def grants(store: Store, account: int, kind: str) -> list[tuple[dict[str, Any], float | None]]:
    """All grants to the account's shares, roles or users that are in force or were, with the second of their end."""
    now = [(grant_props(store, p), None) for to in store.every(account, kind) for p in store.privileges_to(to.id)]
    past = [(p.props, p.created) for p in store.every(account, PAST_GRANT) if p.props["to"] == kind]
    return [*now, *past]


# --- UNDROP
def newest(store: Store, account: int, kind: str, name: str, parent: int) -> Thing | None:
    """What was dropped last under this name in this place, apart from what went along with something else."""
    found = [
        p
        for p in store.every(account, PAST)
        if p.props["kind"] == kind
        and p.props["name"] == name
        and p.props["row"][3] == parent
        and p.props["along"] == p.props["row"][0]
    ]
    return max(found, key=lambda p: p.created, default=None)


def revive(store: Store, past: Thing) -> Thing:
    """The thing as it was, with all that went along with it and the grants of roles that are still there."""
    root = past.props["row"][0]
    group = [p for p in store.every(past.account, PAST) if p.props["along"] == root and p.created <= past.created]
    # What was dropped in one go stands in order: contents first, so that the container comes back first.
    for one in sorted(group, key=lambda p: p.created, reverse=True):
        store.revive(Row(*one.props["row"]))
        for on, privilege, to, grantable, by, _ in one.props["privileges"]:
            if store.get(to) is not None:
                store.grant(on, privilege, to, by=by, grantable=grantable)
        store.remove(one)
    return store.at(root)


def kept_rows(store: Store) -> list[int]:
    """Ids of dropped tables whose rows may still be asked back."""
    since = time.time() - _LONGEST
    pasts = [store.at(id_) for id_ in store.ids(PAST)]
    return [p.props["row"][0] for p in pasts if p.props["kind"] == "TABLE" and p.created > since]
