"""Statements: run, run in the background, ask after, fetch, abort."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.engine import Sandbox, query_id
from sandbox.errors import SandboxError, fail
from sandbox.http.sessions import session_of
from sandbox.http.wire import Answer, body_of, respond, statement_error, statement_result, success
from sandbox.results import weight
from sandbox.sessions import Session

IN_PROGRESS, IN_PROGRESS_ASYNC = 333333, 333334
_KEPT = 500
_KEPT_VALUES = 500_000
_SMALL = 1_000
# After this many seconds a driver is told to come back for the result, as Snowflake does.
PATIENCE = 45.0


@dataclass
class Query:
    """One statement under way or done."""

    id: str
    session: Session
    sql: str
    started: float = field(default_factory=time.time)
    ended: float = 0.0
    answer: Answer | None = None
    values: int = 0
    done: threading.Event = field(default_factory=threading.Event)


class Queries:
    """The newest statements by query id and, so that none is executed twice, by request id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: OrderedDict[str, Query] = OrderedDict()
        self._by_request: OrderedDict[tuple[int, str], Query] = OrderedDict()

    def start(self, session: Session, sql: str, request: str) -> tuple[Query, bool]:
        """The query of this request, and whether it is new."""
        with self._lock:
            old = self._by_request.get((session.id, request)) if request else None
            if old is not None:
                return old, False
            query = Query(query_id(), session, sql)
            self._by_id[query.id] = query
            self._by_request[(session.id, request or query.id)] = query
            for kept in (self._by_id, self._by_request):
                while len(kept) > _KEPT:
                    kept.popitem(last=False)
            self._shed()
            return query, True

    def _shed(self) -> None:
        """Large answers are kept for the newest statements only: one goes whenever they hold too much together."""
        total = 0
        for number, query in enumerate(reversed(self._by_id.values())):
            total += query.values
            if total > _KEPT_VALUES and number > 1 and query.values > _SMALL:
                self._by_id.pop(query.id, None)
                self._by_request = OrderedDict((k, q) for k, q in self._by_request.items() if q is not query)
                return

    def get(self, id_: str) -> Query | None:
        with self._lock:
            return self._by_id.get(id_)

    def of_request(self, session: Session, request: str) -> Query | None:
        with self._lock:
            return self._by_request.get((session.id, request))


async def run(request: Request) -> Response:
    """POST /queries/v1/query-request"""
    sandbox: Sandbox = request.app.state.sandbox
    session = session_of(sandbox, request)
    if not isinstance(session, Session):
        return respond(session)
    body = await body_of(request)
    number = request.query_params.get("requestId", "")
    query, new = request.app.state.queries.start(session, str(body.get("sqlText") or ""), number)
    if new:
        worker = threading.Thread(target=_work, args=(sandbox, query, body, number), daemon=True)
        if body.get("asyncExec"):
            worker.start()
            return respond(_in_progress(query, IN_PROGRESS_ASYNC))
        if not sandbox.latency:
            return respond(await run_in_threadpool(_work, sandbox, query, body, number))
        worker.start()
    await run_in_threadpool(query.done.wait, PATIENCE)
    return respond(query.answer if query.answer is not None else _in_progress(query, IN_PROGRESS))


def _work(sandbox: Sandbox, query: Query, body: dict[str, Any], request: str) -> Answer:
    session = query.session
    try:
        bindings = body.get("bindings") or {}
        _check_count(body)
        with session.lock:
            result = sandbox.execute(session, query.sql, query.id, bindings, bool(body.get("describeOnly")), request)
            answer = statement_result(sandbox.store, session, result, query.id)
            query.values = weight(result)
    except SandboxError as error:
        answer = statement_error(error, query.id)
    except Exception as error:
        # A driver repeats a 5xx for minutes; a mistake of ours is told as an internal error with its name instead.
        sandbox.trouble(query.sql, error)
        answer = statement_error(fail("internal", name=type(error).__name__), query.id)
    query.answer, query.ended = answer, time.time()
    query.done.set()
    return answer


def _check_count(body: dict[str, Any]) -> None:
    wanted = (body.get("parameters") or {}).get("MULTI_STATEMENT_COUNT")
    if wanted is not None and str(wanted) != "1":
        raise fail("unsupported", feature="several statements in one request")


def _in_progress(query: Query, code: int) -> Answer:
    data = {
        "getResultUrl": f"/queries/{query.id}/result",
        "queryId": query.id,
        "queryAbortsAfterSecs": 300,
        "progressDesc": None,
    }
    return {
        "data": data,
        "code": str(code),
        "message": "Query execution in progress. Asynchronous execution mode.",
        "success": True,
    }


def _find(request: Request) -> Query | Answer:
    """A query of the session that asks; another session of the same user may ask too, nobody else."""
    sandbox: Sandbox = request.app.state.sandbox
    session = session_of(sandbox, request)
    if not isinstance(session, Session):
        return session
    query: Query | None = request.app.state.queries.get(request.path_params["id"])
    if query is None or (query.session.account, query.session.user) != (session.account, session.user):
        return statement_error(fail("compilation", detail="Query not found."), request.path_params["id"])
    return query


async def result(request: Request) -> Response:
    """GET /queries/{id}/result"""
    query = _find(request)
    if not isinstance(query, Query):
        return respond(query)
    await run_in_threadpool(query.done.wait, PATIENCE)
    return respond(query.answer if query.answer is not None else _in_progress(query, IN_PROGRESS))


async def monitor(request: Request) -> Response:
    """GET /monitoring/queries/{id}"""
    query = _find(request)
    if not isinstance(query, Query):
        return respond(query)
    failed = query.answer is not None and not query.answer["success"]
    status = "RUNNING" if query.answer is None else "FAILED_WITH_ERROR" if failed else "SUCCESS"
    entry = {
        "id": query.id,
        "status": status,
        "state": status,
        "sqlText": query.sql,
        "sessionId": query.session.id,
        "startTime": int(query.started * 1000),
        "endTime": int(query.ended * 1000),
        "totalDuration": int((query.ended or time.time()) * 1000 - query.started * 1000),
        "errorCode": query.answer["code"] if failed and query.answer else None,
        "errorMessage": query.answer["message"] if failed and query.answer else None,
    }
    return respond(success({"queries": [entry]}))


async def abort_one(request: Request) -> Response:
    """POST /queries/{id}/abort-request"""
    query = _find(request)
    if not isinstance(query, Query):
        return respond(query)
    _cancel(query)
    return respond(success())


async def abort(request: Request) -> Response:
    """POST /queries/v1/abort-request: by the request id of the statement."""
    sandbox: Sandbox = request.app.state.sandbox
    session = session_of(sandbox, request)
    if not isinstance(session, Session):
        return respond(session)
    body = await body_of(request)
    query = request.app.state.queries.of_request(session, str(body.get("requestId") or ""))
    if query is not None:
        _cancel(query)
    return respond(success())


def _cancel(query: Query) -> None:
    if query.answer is None:
        query.session.canceled.add(query.id)
        query.session.cursor.interrupt()
