"""Sessions that stay signed in between runs: a sign-in costs more than all looks of a share.

Each process has its own; a forked child starts with none, because a connection does not survive a fork.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from shares.snowflake.client import Client, Result
from shares.snowflake.errors import Policy, SnowflakeError

# Far below the hour after which a session's token must be renewed, and the four after which it cannot be.
MAX_IDLE = 600.0
MAX_AGE = 3000.0
MAX_KEPT = 32
# After these the session's state, or the session itself, is not to be trusted.
_SPOILS = {Policy.RETRY, Policy.REOBSERVE, Policy.RELOGIN, Policy.STOP_ACCOUNT}

_idle: dict[str, list[Pooled]] = defaultdict(list)
_lock = threading.Lock()


@dataclass
class Pooled:
    """A borrowed session; `close` gives it back, unless it was spoilt or is too old."""

    client: Client
    key: str
    born: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    spoilt: bool = False

    def run(self, sql: str) -> Result:
        try:
            return self.client.run(sql)
        except SnowflakeError as error:
            self.spoilt = self.spoilt or error.policy in _SPOILS
            raise

    def discard(self) -> None:
        """Never lend this one again: something of an earlier borrower may stick to it."""
        self.spoilt = True

    def close(self) -> None:
        self.used = time.monotonic()
        with _lock:
            if not self.spoilt and self.used - self.born < MAX_AGE and len(_idle[self.key]) < MAX_KEPT:
                _idle[self.key].append(self)
                return
        self.client.close()


def borrow(key: str, sign_in: Callable[[], Client]) -> Pooled:
    """An idle session of this key, or a new one. Raises what `sign_in` raises."""
    while (old := _take(key)) is not None:
        now = time.monotonic()
        if now - old.used < MAX_IDLE and now - old.born < MAX_AGE:
            return old
        old.client.close()
    return Pooled(sign_in(), key)


class Later:
    """A client that is borrowed when it is used first, by whichever thread that is; unused, it costs nothing."""

    def __init__(self, borrowing: Callable[[], Client]) -> None:
        self._borrowing = borrowing
        self._client: Client | None = None
        self._lock = threading.Lock()

    def run(self, sql: str) -> Result:
        with self._lock:
            if self._client is None:
                self._client = self._borrowing()
        return self._client.run(sql)

    def discard(self) -> None:
        if self._client is not None:
            self._client.discard()

    def close(self) -> None:
        if self._client is not None:
            self._client.close()


def _take(key: str) -> Pooled | None:
    with _lock:
        return _idle[key].pop() if _idle[key] else None


def close_idle() -> None:
    """End every session that nobody has borrowed."""
    with _lock:
        every = [session for sessions in _idle.values() for session in sessions]
        _idle.clear()
    for session in every:
        session.client.close()


os.register_at_fork(after_in_child=_idle.clear)
atexit.register(close_idle)
