"""Statements: run, run in the background, ask after, fetch, abort."""

from __future__ import annotations

import asyncio
import threading
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sandbox.engine import Sandbox
from sandbox.errors import fail
from sandbox.http.ledger import Queries, Query
from sandbox.http.sessions import session_of
from sandbox.http.wire import Answer, body_of, respond, statement_error, success
from sandbox.http.work import Request as Asked
from sandbox.http.work import carry_out, carry_out_late
from sandbox.sessions import Session

IN_PROGRESS, IN_PROGRESS_ASYNC = 333333, 333334
# After this many seconds a driver is told to come back for the result, as Snowflake does.
PATIENCE = 45.0


async def run(request: Request) -> Response:
    """POST /queries/v1/query-request"""
    sandbox: Sandbox = request.app.state.sandbox
    session = session_of(sandbox, request)
    if not isinstance(session, Session):
        return respond(session)
    body = await body_of(request)
    number = request.query_params.get("requestId", "")
    queries: Queries = request.app.state.queries
    query, new = queries.start(session, str(body.get("sqlText") or ""), number)
    if new:
        work = (sandbox, queries, query, Asked.of(request, body))
        if body.get("asyncExec"):
            threading.Thread(target=carry_out_late, args=work, daemon=True).start()
            return respond(_in_progress(query, IN_PROGRESS_ASYNC))
        # Held by the loop, not by a thread: a statement that waits keeps no other from being taken up.
        await asyncio.sleep(sandbox.latency)
        return respond(await run_in_threadpool(carry_out, *work))
    await run_in_threadpool(query.done.wait, PATIENCE)
    return respond(query.answer if query.answer is not None else _in_progress(query, IN_PROGRESS))


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
    """GET /monitoring/queries/{id}; of a statement that nobody knows there is no entry."""
    query = _find(request)
    if not isinstance(query, Query):
        unknown = query["data"] is not None and "queryId" in query["data"]
        return respond(success({"queries": []}) if unknown else query)
    failed = query.answer is not None and not query.answer["success"]
    status = _under_way(query) if query.answer is None else "FAILED_WITH_ERROR" if failed else "SUCCESS"
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


def _under_way(query: Query) -> str:
    """A statement waits for the one before it in its session."""
    return "RUNNING" if query.id in query.session.running else "QUEUED"


async def abort_one(request: Request) -> Response:
    """POST /queries/{id}/abort-request"""
    query = _find(request)
    if not isinstance(query, Query):
        return respond(query)
    query.cancel()
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
        query.cancel()
    return respond(success())
