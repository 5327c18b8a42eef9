"""The catalog: named things, privileges, accounts of shares, in one SQLite file that survives a kill."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS thing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL, kind TEXT NOT NULL, space TEXT NOT NULL, parent INTEGER NOT NULL, name TEXT NOT NULL,
    owner INTEGER, comment TEXT NOT NULL DEFAULT '', created REAL NOT NULL, origin INTEGER,
    props TEXT NOT NULL DEFAULT '{}',
    UNIQUE (account, space, parent, name)
);
CREATE INDEX IF NOT EXISTS thing_parent ON thing (parent, kind);
CREATE INDEX IF NOT EXISTS thing_origin ON thing (origin) WHERE origin IS NOT NULL;
CREATE TABLE IF NOT EXISTS priv (
    on_id INTEGER NOT NULL, privilege TEXT NOT NULL, to_id INTEGER NOT NULL, grantable INTEGER NOT NULL,
    by_id INTEGER, created REAL NOT NULL,
    PRIMARY KEY (on_id, privilege, to_id)
);
CREATE INDEX IF NOT EXISTS priv_to ON priv (to_id);
CREATE TABLE IF NOT EXISTS share_account (
    share INTEGER NOT NULL, account INTEGER NOT NULL, added REAL NOT NULL, PRIMARY KEY (share, account)
);
CREATE INDEX IF NOT EXISTS share_account_account ON share_account (account);
"""
# A table and a view of one schema may not have the same name.
_SPACES = {"TABLE": "RELATION", "VIEW": "RELATION"}
_COLUMNS = "id, account, kind, parent, name, owner, comment, created, origin, props"


@dataclass
class Thing:
    """An account, database, schema, table, view, function, share, role, user or warehouse.

    `origin` is the share that an imported database comes from; `props` holds what only its kind has.
    """

    id: int
    account: int
    kind: str
    parent: int
    name: str
    owner: int | None
    comment: str
    created: float
    origin: int | None = None
    props: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Privilege:
    """That `to` (a role, user or share) holds `privilege` on a thing."""

    on: int
    privilege: str
    to: int
    grantable: bool
    by: int | None
    created: float


def _thing(row: tuple[Any, ...]) -> Thing:
    id_, account, kind, parent, name, owner, comment, created, origin, props = row
    return Thing(id_, account, kind, parent, name, owner, comment, created, origin, json.loads(props))


class Store:
    """The catalog file. Take `lock` around a group of reads; `change()` around writes that belong together."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        with self.lock:
            self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; what is inside happens wholly or not at all."""
        with self.lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    def _write(self, sql: str, *values: object) -> int:
        with self.change():
            return int(self._db.execute(sql, values).lastrowid or 0)

    # --- meta
    def meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        self._write("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    # --- things
    def add(
        self,
        kind: str,
        name: str,
        *,
        account: int,
        parent: int = 0,
        owner: int | None = None,
        comment: str = "",
        origin: int | None = None,
        props: dict[str, Any] | None = None,
    ) -> Thing:
        """A new thing; the caller has checked that the name is free."""
        created = time.time()
        new = self._write(
            "INSERT INTO thing (account, kind, space, parent, name, owner, comment, created, origin, props) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            account,
            kind,
            _SPACES.get(kind, kind),
            parent,
            name,
            owner,
            comment,
            created,
            origin,
            json.dumps(props or {}),
        )
        return Thing(new, account, kind, parent, name, owner, comment, created, origin, dict(props or {}))

    def save(self, thing: Thing) -> None:
        """Writes name, parent, owner, comment and props back."""
        self._write(
            "UPDATE thing SET name = ?, parent = ?, owner = ?, comment = ?, props = ? WHERE id = ?",
            thing.name,
            thing.parent,
            thing.owner,
            thing.comment,
            json.dumps(thing.props),
            thing.id,
        )

    def get(self, id_: int) -> Thing | None:
        return self._one("id = ?", id_)

    def at(self, id_: int) -> Thing:
        """The thing with this id, which must exist."""
        found = self.get(id_)
        if found is None:
            raise LookupError(f"thing {id_} is gone")
        return found

    def find(self, account: int, kind: str, name: str, parent: int = 0) -> Thing | None:
        """By name; TABLE and VIEW share one space of names, so the kind of what is found may be the other."""
        return self._one(
            "account = ? AND space = ? AND parent = ? AND name = ?", account, _SPACES.get(kind, kind), parent, name
        )

    def every(self, account: int, kind: str) -> list[Thing]:
        return self._many("account = ? AND kind = ? ORDER BY name", account, kind)

    def children(self, parent: int, *kinds: str) -> list[Thing]:
        marks = ", ".join("?" * len(kinds))
        return self._many(f"parent = ? AND kind IN ({marks}) ORDER BY name", parent, *kinds)

    def ids(self, kind: str) -> list[int]:
        """The ids of all things of a kind, in all accounts."""
        return [r[0] for r in self._rows("SELECT id FROM thing WHERE kind = ?", kind)]

    def accounts(self) -> list[Thing]:
        return self._many("kind = 'ACCOUNT' ORDER BY id")

    def mounts(self, share: int) -> list[Thing]:
        """The databases of all accounts that were created from this share."""
        return self._many("origin = ? ORDER BY id", share)

    def owned_by(self, owner: int) -> list[Thing]:
        return self._many("owner = ? ORDER BY id", owner)

    def pass_on(self, owner: int, heir: int) -> None:
        """Everything that one role owns becomes another's."""
        self._write("UPDATE thing SET owner = ? WHERE owner = ?", heir, owner)

    def remove(self, thing: Thing) -> list[Thing]:
        """Removes the thing, what it contains and every privilege on them; returns all that went."""
        gone = [thing]
        with self.change():
            for child in self._many("parent = ?", thing.id):
                gone.extend(self.remove(child))
            self._write("DELETE FROM priv WHERE on_id = ? OR to_id = ?", thing.id, thing.id)
            self._write("DELETE FROM share_account WHERE share = ?", thing.id)
            self._write("DELETE FROM thing WHERE id = ?", thing.id)
        return gone

    def _one(self, where: str, *values: object) -> Thing | None:
        found = self._many(where, *values)
        return found[0] if found else None

    def _many(self, where: str, *values: object) -> list[Thing]:
        rows = self._rows(f"SELECT {_COLUMNS} FROM thing WHERE {where}", *values)
        return [_thing(row) for row in rows]

    # --- privileges
    def grant(self, on: int, privilege: str, to: int, *, by: int | None, grantable: bool = False) -> None:
        """Granting again changes nothing, but may add the grant option."""
        self._write(
            "INSERT INTO priv VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (on_id, privilege, to_id) "
            "DO UPDATE SET grantable = max(grantable, excluded.grantable)",
            on,
            privilege,
            to,
            int(grantable),
            by,
            time.time(),
        )

    def revoke(self, on: int, privilege: str, to: int) -> None:
        self._write("DELETE FROM priv WHERE on_id = ? AND privilege = ? AND to_id = ?", on, privilege, to)

    def drop_grantable(self, on: int, privilege: str, to: int) -> None:
        self._write("UPDATE priv SET grantable = 0 WHERE on_id = ? AND privilege = ? AND to_id = ?", on, privilege, to)

    def privileges_on(self, on: int) -> list[Privilege]:
        return self._privileges("on_id = ?", on)

    def privileges_to(self, to: int) -> list[Privilege]:
        return self._privileges("to_id = ?", to)

    def holds(self, on: int, privilege: str, to: int) -> bool:
        return bool(self._rows("SELECT 1 FROM priv WHERE on_id = ? AND privilege = ? AND to_id = ?", on, privilege, to))

    def roles_of(self, to: int) -> list[int]:
        """Ids of the roles granted to this role or user, directly."""
        return [
            r[0]
            for r in self._rows(
                "SELECT p.on_id FROM priv p JOIN thing t ON t.id = p.on_id WHERE p.to_id = ? AND t.kind = 'ROLE'", to
            )
        ]

    def holds_any(self, on: int, to: frozenset[int]) -> bool:
        """Whether one of these holds any privilege on the thing."""
        marks = ", ".join("?" * len(to))
        return bool(self._rows(f"SELECT 1 FROM priv WHERE on_id = ? AND to_id IN ({marks}) LIMIT 1", on, *to))

    def _privileges(self, where: str, *values: object) -> list[Privilege]:
        rows = self._rows(
            "SELECT on_id, privilege, to_id, grantable, by_id, created FROM priv "
            f"WHERE {where} ORDER BY created, rowid",
            *values,
        )
        return [Privilege(r[0], r[1], r[2], bool(r[3]), r[4], r[5]) for r in rows]

    # --- accounts of shares
    def share_accounts(self, share: int) -> list[int]:
        """Ids of the accounts that were added, in the order in which they were."""
        return [
            r[0] for r in self._rows("SELECT account FROM share_account WHERE share = ? ORDER BY added, rowid", share)
        ]

    def shares_with(self, account: int) -> list[int]:
        return [r[0] for r in self._rows("SELECT share FROM share_account WHERE account = ? ORDER BY share", account)]

    def add_share_account(self, share: int, account: int) -> None:
        self._write("INSERT OR IGNORE INTO share_account VALUES (?, ?, ?)", share, account, time.time())

    def remove_share_account(self, share: int, account: int) -> None:
        self._write("DELETE FROM share_account WHERE share = ? AND account = ?", share, account)
