"""The statement log: what was sent by whom and what came of it; and counters by kind of statement."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from typing import Any

from sandbox.classes import kind_of
from sandbox.hiding import hidden

KEPT = 20_000
Entry = dict[str, Any]


class Log:
    """The newest statements, oldest first, numbered from 1 in the order in which they ended."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._numbers = itertools.count(1)
        self._news = threading.Condition()
        self._counters: dict[str, dict[str, int]] = {}

    def write(self, entry: Entry, code: str, sqlstate: str, *, fault: str = "", executed: bool = True) -> None:
        """Adds what `entry` (account, user, sql, `at`, …) came to; `executed` is False when a fault kept it away."""
        now = time.time()
        outcome = {"code": code, "sqlstate": sqlstate, "seconds": round(now - entry["at"], 6), "finished": now}
        kind = kind_of(entry["sql"])
        with self._news:
            number = next(self._numbers)
            line = {
                "seq": number,
                **entry,
                "sql": hidden(entry["sql"]),
                **outcome,
                "kind": kind,
                "fault": fault,
                "executed": executed,
            }
            self._entries.append(line)
            counter = self._counters.setdefault(kind, {"sent": 0, "failed": 0, "not_executed": 0})
            counter["sent"] += 1
            counter["failed"] += code != "000000"
            counter["not_executed"] += not executed
            self._news.notify_all()

    def mark(self, session: int, request: str, fault: str) -> None:
        """Notes a fault on what a request came to: the statement ran, and its answer was spoiled afterwards."""
        with self._news:
            for entry in reversed(self._entries):
                if entry["session"] == session and entry["request_id"] == request:
                    entry["fault"] = ",".join(filter(None, (entry["fault"], fault)))
                    return

    def since(self, number: int = 0, wait: float = 0.0, **wanted: str) -> list[Entry]:
        """Entries after this number whose account, user, code … are as wanted; waits `wait` seconds for the first."""
        deadline = time.monotonic() + wait
        with self._news:
            while True:
                found = [e for e in self._entries if e["seq"] > number and _fits(e, wanted)]
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return [dict(entry) for entry in found]
                self._news.wait(left)

    def counters(self) -> dict[str, dict[str, int]]:
        """By kind: how many were sent, how many of them failed, how many a fault kept from being executed."""
        with self._news:
            return {kind: dict(counter) for kind, counter in sorted(self._counters.items())}


def _fits(entry: Entry, wanted: dict[str, str]) -> bool:
    return all(entry[key] == value for key, value in wanted.items())
