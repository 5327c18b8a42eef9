"""Sessions: who is logged in, as which role, in which database, with which parameters; and their tokens."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
import uuid
from collections import ChainMap, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from sandbox.preferences import UTC
from sandbox.results import Result, weight

TOKEN_SECONDS = 3600
MASTER_SECONDS = 4 * 3600
_KEPT_RESULTS = 20
_KEPT_VALUES = 200_000
_SHARED_RESULTS = 1_000
_KEPT_IDS = 20_000


def query_id() -> str:
    """An id in the form that Snowflake's have."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Transaction:
    """An open transaction. Its id is the moment when it began, in nanoseconds since the epoch."""

    name: str
    id: int = field(default_factory=time.time_ns)


class Results:
    """The newest results of one user, for RESULT_SCAN from another session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._values = 0

    def remember(self, query: str, result: Result) -> None:
        with self._lock:
            self._kept[query] = result
            self._values += weight(result)
            while len(self._kept) > _SHARED_RESULTS or (len(self._kept) > 1 and self._values > _KEPT_VALUES):
                self._values -= weight(self._kept.popitem(last=False)[1])

    def get(self, query: str) -> Result | None:
        with self._lock:
            return self._kept.get(query)


@dataclass
class Session:
    """One login. `running` are the statement under way and, behind it, the statements of its block that are.

    Names of database and schema are kept as names: what they stand for is looked up at each use. `secondary` is ALL, a
    list of role names, or nothing.
    """

    id: int
    account: int
    user: int
    role: int
    cursor: duckdb.DuckDBPyConnection
    # The statements that this sandbox has carried out, as it tells them to whoever looks inside.
    log: Callable[[], list[dict[str, Any]]] = list
    database: str | None = None
    schema: str | None = None
    warehouse: str | None = None
    secondary: str | list[str] = ""
    # A session that an access token opened makes no tokens; one restricted to a role keeps it, without secondary ones.
    by_access_token: bool = False
    restricted: int | None = None
    # What was set in the session, before what its user starts every session with.
    parameters: ChainMap[str, Any] = field(default_factory=ChainMap)
    # The time zone that the cursor is in.
    zone: str = UTC
    token: str = ""
    master: str = ""
    token_until: float = 0.0
    master_until: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    journal: list[str] = field(default_factory=list)
    results: OrderedDict[str, Result] = field(default_factory=OrderedDict)
    shared: Results = field(default_factory=Results)
    history: list[str] = field(default_factory=list)
    forgotten: int = 0
    open: set[str] = field(default_factory=set)
    transaction: Transaction | None = None
    running: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)
    canceled: set[str] = field(default_factory=set)
    variables: dict[str, Any] = field(default_factory=dict)
    # A job beside the session that it belongs to, `within`, whose temporary tables it shares; and somebody whom no
    # fault strikes.
    apart: bool = False
    within: int = 0
    temporary: set[int] = field(default_factory=set)
    outside: bool = False

    @property
    def key(self) -> str:
        """What the session's temporary tables are known by."""
        return str(self.within or self.id)

    @property
    def in_transaction(self) -> bool:
        return self.transaction is not None

    def query(self, number: int = -1) -> str | None:
        """LAST_QUERY_ID: from the newest with -1, from the oldest with 1; the ids of very many are not kept."""
        position = number - 1 - self.forgotten if number > 0 else len(self.history) + number
        return self.history[position] if 0 <= position < len(self.history) and number else None

    def autocommit(self) -> bool:
        """The parameter may come as a boolean or, from the newer drivers, as text."""
        return str(self.parameters.get("AUTOCOMMIT", True)).lower() != "false"

    def cancel(self, query: str) -> None:
        """Stops this statement if it runs; if it waits for its turn it will not begin."""
        with self.guard:
            self.canceled.add(query)
            if query in self.running:
                self.cursor.interrupt()

    @contextmanager
    def doing(self, query: str) -> Iterator[None]:
        """While this statement runs."""
        with self.guard:
            self.running.append(query)
            self.open.add(query)
        try:
            yield
        finally:
            with self.guard:
                self.running.pop()
                if query not in self.running:
                    self.open.discard(query)
                self.canceled.discard(query)

    def is_canceled(self) -> bool:
        """Whether the statement that runs, or one that it is a part of, is to stop."""
        return not self.canceled.isdisjoint(self.running)

    def remember(self, query: str, result: Result) -> None:
        """Keeps a result for RESULT_SCAN; old ones go."""
        self.history.append(query)
        if len(self.history) > _KEPT_IDS:
            self.forgotten += _KEPT_IDS // 2
            del self.history[: _KEPT_IDS // 2]
        self.results[query] = result
        self.shared.remember(query, result)
        while len(self.results) > _KEPT_RESULTS or (len(self.results) > 1 and self._weight() > _KEPT_VALUES):
            self.results.popitem(last=False)

    def _weight(self) -> int:
        return sum(weight(result) for result in self.results.values())


class Sessions:
    """All open sessions, by token."""

    def __init__(self, token_seconds: float = TOKEN_SECONDS, master_seconds: float = MASTER_SECONDS) -> None:
        self.token_seconds, self.master_seconds = token_seconds, master_seconds
        self._lock = threading.Lock()
        self._by_token: dict[str, Session] = {}
        self._by_master: dict[str, Session] = {}
        self._results: dict[tuple[int, int], Results] = {}
        self._ids = itertools.count(int(time.time() * 1000) % 10**9 * 1000)

    def results_of(self, account: int, user: int) -> Results:
        with self._lock:
            return self._results.setdefault((account, user), Results())

    def next_id(self) -> int:
        return next(self._ids)

    def expired(self) -> list[Session]:
        """Sessions that nobody can renew any more: their drivers went away without a word."""
        now = time.time()
        with self._lock:
            return [s for s in self._by_token.values() if s.master_until < now]

    def renew(self, session: Session) -> None:
        """New tokens; the old ones are worth nothing from now on."""
        with self._lock:
            self._by_token.pop(session.token, None)
            self._by_master.pop(session.master, None)
            session.token, session.master = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
            session.token_until = time.time() + self.token_seconds
            session.master_until = time.time() + self.master_seconds
            self._by_token[session.token] = session
            self._by_master[session.master] = session

    def by_token(self, token: str) -> Session | None:
        with self._lock:
            return self._by_token.get(token)

    def by_master(self, token: str) -> Session | None:
        with self._lock:
            return self._by_master.get(token)

    def every(self) -> list[Session]:
        with self._lock:
            return list(self._by_token.values())

    def close(self, session: Session) -> None:
        with self._lock:
            self._by_token.pop(session.token, None)
            self._by_master.pop(session.master, None)
