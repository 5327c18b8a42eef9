"""Threads that do anything at any time to a sandbox, each with a model of what must be true of its own things."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.sandbox.conftest import Client

# What a consumer may be told while the provider gives and takes: nothing there, mount broken, share gone.
GONE = {2003, 2043, 3030, 3040}
_TABLES = 3


def same(what: str, found: object, wanted: object) -> None:
    """Says both when they differ."""
    if found != wanted:
        raise AssertionError(f"{what}: found {found}, wanted {wanted}")


class Worker:
    """One thread's namespace, `<prefix><number>`, in its account, and what it must hold.

    `tables` is by name the rows, by N; `views` is by name the table it reads and its lowest N. With `alone` the session
    belongs to this thread only, so that it may open transactions.
    """

    def __init__(self, prefix: str, number: int, client: Client, seed: int, alone: bool) -> None:
        self.prefix, self.number, self.client, self.alone = prefix, number, client, alone
        self.home = f"{prefix}{number}"
        self.random = random.Random(f"{seed}-{number}")
        self.tables: dict[str, dict[int, str]] = {}
        self.views: dict[str, tuple[str, int]] = {}
        self.done: Counter[str] = Counter()
        self.next = 0
        self.added = 0

    def prepare(self) -> None:
        self.client.run(f"CREATE DATABASE {self.home}", f"CREATE SCHEMA {self.home}.S")

    def run_until(self, deadline: float, stop: threading.Event) -> None:
        steps = [self.insert, self.insert, self.change, self.erase, self.look, self.table, self.view, self.look_at_view,
                 self.rename, self.describe, self.mistake, self.strangers, self.count_up, self.overwrite]  # fmt: skip
        if self.alone:
            steps += [self.transaction, self.transaction]
        while time.monotonic() < deadline and not stop.is_set():
            self.step(self.random.choice(steps))

    def step(self, action: Callable[[], None]) -> None:
        action()
        self.done[action.__name__] += 1

    # --- names and values
    def place(self, name: str) -> str:
        return f"{self.home}.S.{name}"

    def some_table(self) -> str | None:
        return self.random.choice(sorted(self.tables)) if self.tables else None

    def text(self) -> str:
        return f"{self.home}-{self.random.randrange(10**6)}"

    def affected(self, sql: str) -> int:
        return int(self.client.rows(sql)[0][0])

    # --- rows
    def insert(self) -> None:
        name = self.some_table()
        if name is None:
            return
        new = {self.next + n: self.text() for n in range(self.random.randint(1, 3))}
        self.next += len(new)
        values = ", ".join(f"({n}, '{text}')" for n, text in new.items())
        same("rows affected", self.affected(f"INSERT INTO {self.place(name)} (N, WHAT) VALUES {values}"), len(new))
        self.tables[name].update(new)

    def change(self) -> None:
        name = self.some_table()
        if name is None:
            return
        low, text = self.random.randint(0, self.next + 1), self.text()
        hit = [n for n in self.tables[name] if n >= low]
        same(
            "rows affected", self.affected(f"UPDATE {self.place(name)} SET WHAT = '{text}' WHERE N >= {low}"), len(hit)
        )
        self.tables[name].update(dict.fromkeys(hit, text))

    def erase(self) -> None:
        name = self.some_table()
        if name is None:
            return
        rest = self.random.randint(0, 4)
        hit = [n for n in self.tables[name] if n % 5 == rest]
        same("rows affected", self.affected(f"DELETE FROM {self.place(name)} WHERE MOD(N, 5) = {rest}"), len(hit))
        for n in hit:
            del self.tables[name][n]

    def overwrite(self) -> None:
        name = self.some_table()
        if name is None:
            return
        kept = {n: text for n, text in self.tables[name].items() if n % 2}
        self.client.run(
            f"INSERT OVERWRITE INTO {self.place(name)} SELECT * FROM {self.place(name)} WHERE MOD(N, 2) = 1"
        )
        self.tables[name] = kept

    def look(self) -> None:
        name = self.some_table()
        if name is not None:
            found = self.client.rows(f"SELECT N, WHAT FROM {self.place(name)} ORDER BY N")
            same(name, found, sorted(self.tables[name].items()))

    def count_up(self) -> None:
        """A row that all threads of the account change."""
        same("rows affected", self.affected(f"UPDATE {self.prefix}COMMON.S.TOTAL SET N = N + 1"), 1)
        self.added += 1

    # --- transactions
    def transaction(self) -> None:
        before, added = {name: dict(rows) for name, rows in self.tables.items()}, self.added
        self.client.run("BEGIN")
        for _ in range(self.random.randint(1, 4)):
            self.step(
                self.random.choice([self.insert, self.change, self.erase, self.look, self.mistake, self.count_up])
            )
        if self.random.random() < 0.5:
            self.client.run("ROLLBACK")
            self.tables, self.added = before, added
        else:
            self.client.run("COMMIT")

    # --- names
    def table(self) -> None:
        """Makes, copies, replaces or drops one."""
        name = f"T{self.random.randrange(_TABLES)}"
        if name in self.tables and self.random.random() < 0.3:
            self.client.run(f"DROP TABLE {self.place(name)}")
            del self.tables[name]
        elif name in self.tables and self.random.random() < 0.5:
            low = self.random.randint(0, self.next)
            query = f"SELECT * FROM {self.place(name)} WHERE N >= {low}"
            self.client.run(f"CREATE OR REPLACE TABLE {self.place(name)} AS {query}")
            self.tables[name] = {n: text for n, text in self.tables[name].items() if n >= low}
        else:
            self.client.run(f"CREATE OR REPLACE TABLE {self.place(name)} (N INT, WHAT VARCHAR)")
            self.tables[name] = {}

    def view(self) -> None:
        source, name = self.some_table(), f"V{self.random.randrange(_TABLES)}"
        if name in self.views and self.random.random() < 0.3:
            self.client.run(f"DROP VIEW {self.place(name)}")
            del self.views[name]
        elif source is not None:
            low = self.random.randint(0, self.next)
            query = f"SELECT N, WHAT FROM {self.place(source)} WHERE N >= {low}"
            self.client.run(f"CREATE OR REPLACE SECURE VIEW {self.place(name)} AS {query}")
            self.views[name] = (source, low)

    def look_at_view(self) -> None:
        for name, (source, low) in self.views.items():
            if source in self.tables:
                wanted = sorted((n, text) for n, text in self.tables[source].items() if n >= low)
                same(name, self.client.rows(f"SELECT N, WHAT FROM {self.place(name)} ORDER BY N"), wanted)
            else:
                self.refused(f"SELECT * FROM {self.place(name)}", GONE | {2057})

    def rename(self) -> None:
        name, new = self.some_table(), f"T{self.random.randrange(_TABLES)}"
        if name is not None and new not in self.tables:
            self.client.run(f"ALTER TABLE {self.place(name)} RENAME TO {self.place(new)}")
            self.tables[new] = self.tables.pop(name)

    def describe(self) -> None:
        """What SHOW lists is what there is, with as many rows."""
        shown = self.client.table(f"SHOW TABLES IN SCHEMA {self.home}.S")
        rows = {name: len(rows) for name, rows in self.tables.items()}
        same("SHOW TABLES", {row["name"]: row["rows"] for row in shown}, rows)
        views = self.client.table(f"SHOW VIEWS IN SCHEMA {self.home}.S")
        same("SHOW VIEWS", [row["name"] for row in views], sorted(self.views))

    # --- what must fail
    def refused(self, sql: str, codes: set[int]) -> None:
        try:
            self.client.rows(sql)
        except Exception as error:
            assert getattr(error, "errno", None) in codes, f"{sql}: {error}"  # noqa: PT017 - its number is the point
        else:
            raise AssertionError(f"{sql} was not refused")

    def mistake(self) -> None:
        name = self.some_table()
        self.refused(f"SELECT * FROM {self.place('NOTHING')}", {2003})
        if name is not None:
            self.refused(f"INSERT INTO {self.place(name)} (N, WHAT) VALUES (1, 'a', 2)", {1, 2020, 1003, 2057, 2056})
            self.refused("SELECT 1 / (N - N) FROM (SELECT 1 AS N)", {100051})

    def strangers(self) -> None:
        """Nothing of the other account is in sight, by any way of looking."""
        other = "C" if self.prefix == "P" else "P"
        for number in range(8):
            self.refused(f"SELECT * FROM {other}{number}.S.T0", {2003})
        names = {row["name"] for row in self.client.table("SHOW DATABASES")}
        names |= {row["database_name"] for row in self.client.table("SHOW TABLES IN ACCOUNT")}
        assert not [n for n in names if n.startswith(other)]


class Sharer(Worker):
    """A provider's thread with a share that it gives, takes, breaks and mends all the time."""

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self.share = f"SH{self.number}"
        self.out = f"OUT{self.number}"

    def prepare(self) -> None:
        super().prepare()
        self.client.run(
            f"CREATE DATABASE {self.out}",
            f"CREATE SCHEMA {self.out}.S",
            f"CREATE TABLE {self.out}.S.ALLROWS (WHO VARCHAR, N INT)",
            f"INSERT INTO {self.out}.S.ALLROWS VALUES ('mine', 1), ('mine', 2), ('secret', 3)",
        )
        self.offer()

    def offer(self) -> None:
        """The share as it should be, whatever was done to it."""
        share = self.share
        self.client.run(
            f"CREATE OR REPLACE SECURE VIEW {self.out}.S.V AS "
            f"SELECT WHO, N FROM {self.out}.S.ALLROWS WHERE WHO = 'mine'",
            f"CREATE SHARE IF NOT EXISTS {share}",
            f"GRANT USAGE ON DATABASE {self.out} TO SHARE {share}",
            f"GRANT USAGE ON SCHEMA {self.out}.S TO SHARE {share}",
            f"GRANT SELECT ON VIEW {self.out}.S.V TO SHARE {share}",
            f"ALTER SHARE {share} ADD ACCOUNTS = CUST.ONE",
        )

    def run_until(self, deadline: float, stop: threading.Event) -> None:
        while time.monotonic() < deadline and not stop.is_set():
            super().run_until(min(deadline, time.monotonic() + 0.2), stop)
            self.step(self.disturb)
            self.step(self.offer)
        self.offer()

    def disturb(self) -> None:
        view = f"{self.out}.S.V"
        ways = [
            [f"REVOKE SELECT ON VIEW {view} FROM SHARE {self.share}"],
            [f"ALTER SHARE {self.share} REMOVE ACCOUNTS = CUST.ONE"],
            [f"DROP SHARE {self.share}"],
            [f"DROP VIEW {view}"],
            [f"REVOKE USAGE ON SCHEMA {self.out}.S FROM SHARE {self.share}"],
            # A view of other rows, never granted: it must leave the share with the one that it replaces.
            [f"CREATE OR REPLACE SECURE VIEW {view} AS SELECT WHO, N FROM {self.out}.S.ALLROWS"],
        ]
        self.client.run(*self.random.choice(ways))
        assert len(self.client.table(f"SHOW SHARES LIKE '{self.share}'")) in (0, 1)


class Reader(Worker):
    """A consumer's thread that mounts a share and reads it: what it may see, or a refusal, and nothing else."""

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        self.share = f"ACME.DATA.SH{self.number - 4}"
        self.mount = f"MOUNT{self.number}"
        self.seen = 0

    def run_until(self, deadline: float, stop: threading.Event) -> None:
        while time.monotonic() < deadline and not stop.is_set():
            super().run_until(min(deadline, time.monotonic() + 0.1), stop)
            self.step(self.read)

    def read(self) -> None:
        try:
            found = self.client.rows(f"SELECT WHO, N FROM {self.mount}.S.V ORDER BY N")
            same(self.mount, found, [("mine", 1), ("mine", 2)])
            self.seen += 1
            shown = self.client.table(f"SHOW VIEWS IN DATABASE {self.mount}")
            assert [row["name"] for row in shown] in ([], ["V"])
        except Exception as error:
            assert getattr(error, "errno", None) in GONE, error  # noqa: PT017 - told apart by number
            if self.random.random() < 0.5:
                self.remount()
        self.refused(f"SELECT * FROM {self.mount}.S.ALLROWS", GONE)

    def remount(self) -> None:
        """Succeeds whenever the provider offers the share at that moment."""
        self.client.run(f"DROP DATABASE IF EXISTS {self.mount}")
        with contextlib.suppress(Exception):
            self.client.run(f"CREATE DATABASE {self.mount} FROM SHARE {self.share}")
