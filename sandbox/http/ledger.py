"""The statements that drivers sent: by query id, and by request id so that none is executed twice."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from sandbox.http.wire import Answer
from sandbox.sessions import Session, query_id

_KEPT = 500
_KEPT_VALUES = 500_000
_SMALL = 1_000
# So many of the newest are kept whatever they hold.
_LOOK_EVERY = 8
_INSIST_EVERY = 0.1


@dataclass
class Query:
    """One statement under way or done. `children` are the statements of a request that holds several."""

    id: str
    session: Session
    sql: str
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    answer: Answer | None = None
    values: int = 0
    children: list[Query] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def finish(self, answer: Answer) -> None:
        self.answer, self.ended = answer, time.time()
        self.done.set()

    def cancel(self) -> None:
        """Stops it when it runs, and keeps it from beginning when it waits for its turn."""
        if self.answer is None:
            self.session.cancel(self.id)
            threading.Thread(target=self._insist, daemon=True).start()

    def _insist(self) -> None:
        """An interrupt that comes just before the engine begins is lost, so it is sent again until all is over."""
        while not self.done.wait(_INSIST_EVERY):
            self.session.cancel(self.id)


class Queries:
    """The newest statements; older ones cannot be asked after any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: OrderedDict[str, Query] = OrderedDict()
        self._by_request: OrderedDict[tuple[int, str], Query] = OrderedDict()
        self._unseen = 0

    def start(self, session: Session, sql: str, request: str) -> tuple[Query, bool]:
        """The query of this request, and whether it is new."""
        with self._lock:
            old = self._by_request.get((session.id, request)) if request else None
            if old is not None:
                return old, False
            query = Query(query_id(), session, sql)
            self._by_request[(session.id, request or query.id)] = query
            session.open.add(query.id)
            self._keep(query)
            return query, True

    def child(self, parent: Query, sql: str) -> Query:
        """One more statement of the request."""
        query = Query(query_id(), parent.session, sql)
        with self._lock:
            parent.children.append(query)
            self._keep(query)
        return query

    def _keep(self, query: Query) -> None:
        self._by_id[query.id] = query
        for kept in (self._by_id, self._by_request):
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        self._shed()

    def _shed(self) -> None:
        """Large answers are kept for the newest statements only, as long as they do not hold too much together. Looked
        at now and then: to count what all hold takes as long as a small statement."""
        self._unseen += 1
        if self._unseen < _LOOK_EVERY:
            return
        self._unseen = total = 0
        gone: set[str] = set()
        for number, query in enumerate(reversed(self._by_id.values())):
            total += query.values
            if total > _KEPT_VALUES and number > _LOOK_EVERY and query.values > _SMALL:
                gone.add(query.id)
                total -= query.values
        if gone:
            for id_ in gone:
                del self._by_id[id_]
            self._by_request = OrderedDict((k, q) for k, q in self._by_request.items() if q.id not in gone)

    def get(self, id_: str) -> Query | None:
        with self._lock:
            return self._by_id.get(id_)

    def of_request(self, session: Session, request: str) -> Query | None:
        with self._lock:
            return self._by_request.get((session.id, request))
