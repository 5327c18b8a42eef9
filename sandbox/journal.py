"""The catalog's file: everything in memory is written through to it, and read from it once, at the start."""

from __future__ import annotations

import gc
import sqlite3
import sys
from pathlib import Path

from sandbox.memory import Memory
from sandbox.things import Privilege, Row, space

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS thing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL, kind TEXT NOT NULL, space TEXT NOT NULL, parent INTEGER NOT NULL, name TEXT NOT NULL,
    owner INTEGER, comment TEXT NOT NULL DEFAULT '', created REAL NOT NULL, origin INTEGER,
    props TEXT NOT NULL DEFAULT '{}',
    UNIQUE (account, space, parent, name)
);
CREATE TABLE IF NOT EXISTS priv (
    on_id INTEGER NOT NULL, privilege TEXT NOT NULL, to_id INTEGER NOT NULL, grantable INTEGER NOT NULL,
    by_id INTEGER, created REAL NOT NULL,
    PRIMARY KEY (on_id, privilege, to_id)
);
CREATE TABLE IF NOT EXISTS share_account (
    share INTEGER NOT NULL, account INTEGER NOT NULL, added REAL NOT NULL, PRIMARY KEY (share, account)
);
"""


class Journal:
    """The SQLite file. A commit is with the system when it returns, so that no kill of this process undoes it."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # NORMAL writes the log at each commit and waits for the disk at checkpoints only: a power cut may cost the
        # newest commits, a kill costs nothing (sqlite.org/pragma.html#pragma_synchronous).
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def load(self, memory: Memory) -> None:
        """Everything that the file holds."""
        intern, run = sys.intern, self._db.execute
        things = run(
            "SELECT id, account, kind, parent, name, owner, comment, created, origin, props FROM thing ORDER BY id"
        )
        held = run("SELECT on_id, privilege, to_id, grantable, by_id, created FROM priv ORDER BY created, rowid")
        targets = run("SELECT share, account, added FROM share_account ORDER BY added, rowid")
        # Nothing of this is garbage, and looking for some at every few hundred new objects takes most of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            memory.fill(
                (Row(id_, account, intern(kind), *rest) for id_, account, kind, *rest in things),
                (Privilege(on, intern(what), to, bool(option), by, since) for on, what, to, option, by, since in held),
                targets,
            )
        finally:
            if collecting:
                gc.enable()

    def last_id(self) -> int:
        """The highest id that a thing ever had."""
        found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'thing'").fetchone()
        return int(found[0]) if found else 0

    # --- writes
    def add(self, row: Row) -> None:
        """sqlite3.IntegrityError when the name is taken."""
        self._db.execute(
            "INSERT INTO thing (id, account, kind, space, parent, name, owner, comment, created, origin, props) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row[:3], space(row.kind), *row[3:]),
        )

    def save(self, row: Row) -> None:
        self._db.execute(
            "UPDATE thing SET name = ?, parent = ?, owner = ?, comment = ?, props = ? WHERE id = ?",
            (row.name, row.parent, row.owner, row.comment, row.props, row.id),
        )

    def remove(self, id_: int) -> None:
        self._db.execute("DELETE FROM thing WHERE id = ?", (id_,))

    def grant(self, p: Privilege) -> None:
        self._db.execute(
            "INSERT INTO priv VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (on_id, privilege, to_id) "
            "DO UPDATE SET grantable = excluded.grantable",
            (p.on, p.privilege, p.to, int(p.grantable), p.by, p.created),
        )

    def revoke(self, p: Privilege) -> None:
        self._db.execute("DELETE FROM priv WHERE on_id = ? AND privilege = ? AND to_id = ?", (p.on, p.privilege, p.to))

    def target(self, share: int, account: int, added: float) -> None:
        self._db.execute("INSERT INTO share_account VALUES (?, ?, ?)", (share, account, added))

    def untarget(self, share: int, account: int) -> None:
        self._db.execute("DELETE FROM share_account WHERE share = ? AND account = ?", (share, account))

    # --- meta
    def meta(self, key: str) -> str | None:
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
