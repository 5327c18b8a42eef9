"""The control endpoint, on a port of its own, which no fault reaches.

GET /faults · POST /armed {name, phase, on, sql, account, user, first, times, …} · GET /armed ·
DELETE /armed[/ID] · POST /armed/ID/release · GET /fired · GET /statements?since=N&account=A&code=C&wait=S ·
GET /counters · POST /act, POST /query {account, role, statements} · POST /expire {what, account, user} · GET /health
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.engine import Sandbox
from sandbox.faults.armed import Armory, NotArmed
from sandbox.faults.facts import ON
from sandbox.faults.kinds import FAULTS
from sandbox.faults.outsider import act, end, look
from sandbox.http.wire import BadRequest, body_of

Endpoint = Callable[[Request], Awaitable[Response]]


def application(sandbox: Sandbox, armory: Armory) -> Starlette:
    app = Starlette(
        routes=[
            Route("/health", _guarded(health)),
            Route("/faults", _guarded(faults)),
            Route("/armed", _guarded(arm), methods=["POST"]),
            Route("/armed", _guarded(armed), methods=["GET"]),
            Route("/armed", _guarded(disarm), methods=["DELETE"]),
            Route("/armed/{id:int}", _guarded(disarm), methods=["DELETE"]),
            Route("/armed/{id:int}/release", _guarded(release), methods=["POST"]),
            Route("/fired", _guarded(fired)),
            Route("/statements", _guarded(statements)),
            Route("/counters", _guarded(counters)),
            Route("/act", _guarded(outsider), methods=["POST"]),
            Route("/query", _guarded(query), methods=["POST"]),
            Route("/expire", _guarded(expire), methods=["POST"]),
        ]
    )
    app.state.sandbox, app.state.armory = sandbox, armory
    return app


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def safe(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (BadRequest, NotArmed, ValueError) as error:
            return JSONResponse({"error": str(error) or "the body must be a JSON object"}, 400)

    return safe


async def health(request: Request) -> Response:
    return JSONResponse({"ok": True})


async def faults(request: Request) -> Response:
    found = [
        {"name": f.name, "words": f.words, "phase": f.phase, "on": f.on.upper(), "options": f.options}
        for f in FAULTS.values()
    ]
    return JSONResponse({"faults": found, "on": ON})


async def arm(request: Request) -> Response:
    return JSONResponse(request.app.state.armory.arm(await body_of(request)).shown(), 201)


async def armed(request: Request) -> Response:
    return JSONResponse([a.shown() for a in request.app.state.armory.armed()])


async def disarm(request: Request) -> Response:
    return JSONResponse({"disarmed": request.app.state.armory.disarm(request.path_params.get("id"))})


async def release(request: Request) -> Response:
    found = request.app.state.armory.release(request.path_params["id"])
    return JSONResponse({"released": found}, 200 if found else 404)


async def fired(request: Request) -> Response:
    return JSONResponse(request.app.state.armory.fired())


async def statements(request: Request) -> Response:
    """The statement log after number `since`, one JSON object a line; waits up to `wait` seconds for a first one."""
    asked = request.query_params
    since, wait = int(asked.get("since", "0")), min(float(asked.get("wait", "0")), 60.0)
    wanted = {key: asked[key] for key in ("account", "user", "code") if key in asked}
    found = await run_in_threadpool(request.app.state.sandbox.log.since, since, wait, **wanted)
    lines = [json.dumps(entry, separators=(",", ":")) + "\n" for entry in found]
    return Response("".join(lines), media_type="application/x-ndjson")


async def counters(request: Request) -> Response:
    """By kind of statement: how many were sent, failed, were kept by a fault from being carried out."""
    return JSONResponse(request.app.state.sandbox.log.counters())


async def outsider(request: Request) -> Response:
    return JSONResponse(await _as_somebody(request, act))


async def query(request: Request) -> Response:
    return JSONResponse(await _as_somebody(request, look))


async def _as_somebody(request: Request, run: Callable[[Sandbox, str, str, list[str]], Any]) -> Any:
    body = await body_of(request)
    texts = [str(sql) for sql in body.get("statements") or []]
    role = str(body.get("role") or "ACCOUNTADMIN")
    return await run_in_threadpool(run, request.app.state.sandbox, str(body.get("account") or ""), role, texts)


async def expire(request: Request) -> Response:
    """`what`: session (390112: the driver renews), master (390114: it must log in again) or gone (390104)."""
    body = await body_of(request)
    return JSONResponse({"expired": expired(request.app.state.sandbox, body)})


def expired(sandbox: Sandbox, wanted: dict[str, Any]) -> int:
    """How many sessions were hurt."""
    what = wanted.get("what")
    if what not in ("session", "master", "gone"):
        raise NotArmed(f"cannot expire {what!r}; it can be session, master or gone")
    count = 0
    for session in sandbox.sessions.every():
        account, user = sandbox.store.at(session.account).name, sandbox.store.get(session.user)
        if wanted.get("account") not in (None, account) or wanted.get("user") not in (None, user.name if user else ""):
            continue
        count += 1
        end(sandbox, session, what)
    return count
