"""Changes of the catalog: one at a time, wholly or not at all, in memory as in the file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.journal import Journal
from sandbox.memory import Memory

Action = Callable[[], object]


class Changes:
    """Take `lock` around reads that must fit together; `change()` around writes that belong together.

    What a change has done so far is seen by its own thread only: everybody else waits for its end.
    """

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._writing = False
        self._on_commit: list[Action] = []
        self._on_rollback: list[Action] = []
        self._journal = Journal(path)
        self._memory = Memory()
        self._journal.load(self._memory)
        self._last_id = self._journal.last_id()
        self._last_moment = 0.0

    def close(self) -> None:
        with self.lock:
            self._journal.close()

    # --- changes
    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; what is inside happens wholly or not at all, in memory as in the file."""
        follow: list[Action] = []
        try:
            with self.lock:
                self._depth += 1
                try:
                    yield
                    if self._depth == 1:
                        self._commit()
                        follow = self._on_commit
                except BaseException:
                    if self._depth == 1:
                        self._roll_back()
                        follow = self._on_rollback
                    raise
                finally:
                    self._depth -= 1
                    if self._depth == 0:
                        self._on_commit, self._on_rollback = [], []
        finally:
            for action in follow:
                action()

    def on_commit(self, action: Action) -> None:
        """To be done when the change under way is safe: what must not happen without it, such as dropping rows."""
        with self.change():
            self._on_commit.append(action)

    def on_rollback(self, action: Action) -> None:
        """To be done when the change under way fails: what takes back that which is not kept here."""
        with self.change():
            self._on_rollback.append(action)

    def _commit(self) -> None:
        if self._writing:
            self._journal.commit()
            self._writing = False
        self._memory.undo.clear()

    def _roll_back(self) -> None:
        self._memory.take_back()
        if self._writing:
            self._writing = False
            self._journal.rollback()

    @contextmanager
    def _write(self) -> Iterator[Journal]:
        """The file, inside a transaction. It is written first: what it refuses never reaches the memory."""
        with self.change():
            if not self._writing:
                self._journal.begin()
                self._writing = True
            yield self._journal

    def _now(self) -> float:
        """Seconds since 1970, never the same twice: what came first is told by it."""
        self._last_moment = max(time.time(), self._last_moment + 1e-6)
        return self._last_moment

    # --- meta
    def meta(self, key: str) -> str | None:
        with self.lock:
            return self._journal.meta(key)

    def set_meta(self, key: str, value: str) -> None:
        with self._write() as journal:
            journal.set_meta(key, value)
