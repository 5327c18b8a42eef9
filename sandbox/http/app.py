"""The web application: the drivers' routes and, under /sandbox, our own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.engine import Sandbox
from sandbox.http import chunks, queries, sessions, transfers
from sandbox.http.ledger import Queries
from sandbox.http.wire import BadRequest, body_of, refusal, respond, success

Endpoint = Callable[[Request], Awaitable[Response]]


def application(sandbox: Sandbox) -> Starlette:
    """All routes over one sandbox."""
    app = Starlette(
        routes=[
            _post("/session/v1/login-request", sessions.login),
            _post("/session/token-request", sessions.renew),
            _post("/session/heartbeat", sessions.heartbeat),
            _post("/session", sessions.session),
            _post("/queries/v1/query-request", queries.run),
            _post("/queries/v1/abort-request", queries.abort),
            _post("/queries/{id}/abort-request", queries.abort_one),
            _get("/queries/{id}/result", queries.result),
            _get("/results/{secret}/main/data_0_0_{number:int}", chunks.download),
            Route("/stages/{secret}/{name:path}", guarded(transfers.move), methods=["GET", "PUT"]),
            _get("/monitoring/queries/{id}", queries.monitor),
            _get("/monitoring/queries//{id}", queries.monitor),
            _post("/telemetry/send", ignored),
            _post("/telemetry/send/sessionless", ignored),
            _get("/sandbox/health", health),
            _get("/sandbox/statements", statements),
        ]
    )
    app.state.sandbox = sandbox
    app.state.queries = Queries()
    app.state.chunks = chunks.Chunks()
    app.state.transfers = transfers.Transfers()
    return app


def _post(path: str, endpoint: Endpoint) -> Route:
    return Route(path, guarded(endpoint), methods=["POST"])


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, guarded(endpoint), methods=["GET"])


def guarded(endpoint: Endpoint) -> Endpoint:
    """Answers a body that cannot be read with 400; a mistake of ours is written down and never becomes a 5xx."""

    async def safe(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequest:
            return respond(refusal(390400, "Bad request."), 400)
        except Exception as error:
            request.app.state.sandbox.trouble(request.url.path, error)
            return respond(refusal(390400, f"Internal error of the sandbox: {type(error).__name__}"), 400)

    return safe


async def ignored(request: Request) -> Response:
    """Telemetry is taken and thrown away."""
    await body_of(request)
    return respond(success("Log Received"))


async def health(request: Request) -> Response:
    return respond({"ok": True})


async def statements(request: Request) -> Response:
    """GET /sandbox/statements?since=N: the statement log after number N, one JSON object a line."""
    since = request.query_params.get("since", "0")
    if not since.isdigit():
        return PlainTextResponse("since must be a number\n", 400)
    lines = [
        json.dumps(entry, separators=(",", ":")) + "\n" for entry in request.app.state.sandbox.log.since(int(since))
    ]
    return Response("".join(lines), media_type="application/x-ndjson")
