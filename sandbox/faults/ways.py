"""How each fault strikes. A way is given the request, and answers, or breaks the connection and answers nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool

from sandbox.engine import Sandbox
from sandbox.faults import sockets
from sandbox.faults.answers import Answer, App, ask, of_json
from sandbox.faults.armed import Armed, Armory
from sandbox.faults.facts import Facts, plain
from sandbox.faults.kinds import AFTER
from sandbox.faults.memory import Memory
from sandbox.faults.outsider import act
from sandbox.http.queries import IN_PROGRESS
from sandbox.http.wire import refusal, success
from sandbox.sessions import query_id


@dataclass
class Strike:
    """One fault and the request that it strikes. `answer` is the application's, of a fault that comes after it."""

    armed: Armed
    armory: Armory
    sandbox: Sandbox
    app: App
    scope: dict[str, Any]
    body: bytes
    facts: Facts
    memory: Memory
    answer: Answer | None = None

    @property
    def options(self) -> dict[str, Any]:
        return self.armed.options

    async def go_on(self) -> Answer:
        """The application's answer, which it has given already where the fault comes after it."""
        if self.answer is None:
            self.answer = await ask(self.app, self.scope, self.body)
        return self.answer


Way = Callable[[Strike], Awaitable[Answer | None]]


# --- what only waits
async def latency(strike: Strike) -> Answer | None:
    await asyncio.sleep(float(strike.options["milliseconds"]) / 1000)
    return None


async def hold(strike: Strike) -> Answer | None:
    await run_in_threadpool(strike.armed.released.wait, float(strike.options["seconds"]))
    return strike.answer


async def external(strike: Strike) -> Answer | None:
    await run_in_threadpool(
        act, strike.sandbox, strike.options["account"], strike.options["role"], strike.options["statements"]
    )
    return None


# --- answers
async def status(strike: Strike) -> Answer | None:
    answer = Answer(int(strike.options["status"]), [(b"content-type", b"text/plain")], b"fault on demand\n")
    if strike.options["retry_after"]:
        answer.headers.append((b"retry-after", str(strike.options["retry_after"]).encode()))
    if answer.status == 307:
        query = strike.scope["query_string"].decode()
        answer.headers.append((b"location", f"{strike.scope['path']}?{query}".encode()))
    return answer


async def refuse(strike: Strike) -> Answer | None:
    return of_json(refusal(int(strike.options["code"]), str(strike.options["text"])))


async def code(strike: Strike) -> Answer | None:
    """As a statement that failed, with an id of its own or, when it was carried out, with its real one."""
    known = strike.answer.json().get("data") if strike.answer else None
    number = (known or {}).get("queryId") or query_id()
    text = str(strike.options["text"])
    said = f"{int(strike.options['code']):06d}"
    data = {
        "internalError": False, "errorCode": said, "age": 0, "sqlState": strike.options["sqlstate"], "queryId": number,
        "line": -1, "pos": -1, "type": "COMPILATION",
    }  # fmt: skip
    return of_json({"data": data, "code": said, "message": text, "success": False, "headers": None})


async def garbage(strike: Strike) -> Answer | None:
    return Answer(200, [(b"content-type", b"application/json")], b"<html>a proxy's page</html>")


async def empty(strike: Strike) -> Answer | None:
    return Answer(200, [(b"content-type", b"application/json")], b"")


async def other_json(strike: Strike) -> Answer | None:
    return of_json([1, 2, 3])


async def no_data(strike: Strike) -> Answer | None:
    return of_json(success())


async def no_code(strike: Strike) -> Answer | None:
    return of_json({"data": None, "code": None, "message": None, "success": False})


async def wrong_encoding(strike: Strike) -> Answer | None:
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    return Answer(200, headers, json.dumps(success()).encode())


# --- results
async def did_nothing(strike: Strike) -> Answer | None:
    """The answer to a statement that is harmless everywhere, in place of the one that was asked."""
    said = json.loads(plain(strike.body))
    # The request itself may have been carried out: under its id its own answer would come back.
    scope = _as_another(strike.scope) if strike.answer else strike.scope
    harmless = {**said, "sqlText": "SELECT 'Statement executed successfully.' AS \"status\"", "bindings": None}
    headers = [(k, v) for k, v in scope["headers"] if k not in (b"content-encoding", b"content-length")]
    return await ask(strike.app, {**scope, "headers": headers}, json.dumps(harmless).encode())


async def cut(strike: Strike) -> Answer | None:
    answer = await strike.go_on()
    found = answer.json()
    if found.get("success") and found["data"].get("rowset") is not None:
        rows = found["data"]["rowset"][: int(strike.options["rows"])]
        found["data"].update(rowset=rows, total=len(rows), returned=len(rows))
    return of_json(found)


async def stale(strike: Strike) -> Answer | None:
    """What the same question was answered before; the first time there is nothing older than the truth."""
    return strike.memory.recall(strike.facts) or await strike.go_on()


async def twice(strike: Strike) -> Answer | None:
    await ask(strike.app, _as_another(strike.scope), strike.body)
    return await strike.go_on()


async def no_dedupe(strike: Strike) -> Answer | None:
    return await ask(strike.app, _as_another(strike.scope), strike.body)


def _as_another(scope: dict[str, Any]) -> dict[str, Any]:
    """The request under a request id of its own."""
    query = dict(parse_qsl(scope["query_string"].decode()))
    return {**scope, "query_string": urlencode({**query, "requestId": query_id()}).encode()}


async def in_progress(strike: Strike) -> Answer | None:
    answer = await strike.go_on()
    data = answer.json().get("data") or {}
    number = data.get("queryId")
    if not number:
        return answer
    words = {"getResultUrl": f"/queries/{number}/result", "queryId": number, "progressDesc": None}
    return of_json(
        {"data": words, "code": str(IN_PROGRESS), "message": "Query execution in progress.", "success": True}
    )


async def silent(strike: Strike) -> Answer | None:
    answer = await strike.go_on()
    if answer.json().get("code") != f"{int(strike.options['code']):06d}":
        return answer
    return await did_nothing(strike)


# --- connections
async def reset(strike: Strike) -> Answer | None:
    sockets.reset(sockets.transport_of(strike.scope))
    await _gone()
    return None


async def close(strike: Strike) -> Answer | None:
    sockets.transport_of(strike.scope).close()
    await _gone()
    return None


async def half_headers(strike: Strike) -> Answer | None:
    transport = sockets.transport_of(strike.scope)
    transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/js")
    transport.close()
    await _gone()
    return None


async def half_body(strike: Strike) -> Answer | None:
    whole = strike.answer.body if strike.answer else json.dumps(success()).encode() * 20
    transport = sockets.transport_of(strike.scope)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(whole)}\r\n\r\n"
    transport.write(head.encode() + whole[: len(whole) // 2])
    transport.close()
    await _gone()
    return None


async def hang(strike: Strike) -> Answer | None:
    await _until_gone(strike, float(strike.options["seconds"]))
    return await close(strike)


async def drip(strike: Strike) -> Answer | None:
    answer = await strike.go_on()
    transport = sockets.transport_of(strike.scope)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(answer.body)}\r\n\r\n"
    transport.write(head.encode())
    for number in range(len(answer.body)):
        if transport.is_closing():
            break
        transport.write(answer.body[number : number + 1])
        await asyncio.sleep(float(strike.options["milliseconds"]) / 1000)
    transport.close()
    await _gone()
    return None


async def _until_gone(strike: Strike, seconds: float) -> None:
    transport = sockets.transport_of(strike.scope)
    until = time.monotonic() + seconds
    while time.monotonic() < until and not transport.is_closing():
        await asyncio.sleep(0.05)


async def _gone() -> None:
    """uvicorn must hear that the connection ended before the application returns without an answer."""
    await asyncio.sleep(0.02)


async def no_connections(strike: Strike) -> Answer | None:
    strike.armory.no_connections_until = time.monotonic() + float(strike.options["seconds"])
    return await reset(strike)


async def kill(strike: Strike) -> Answer | None:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        latency, hold, external, status, refuse, code, garbage, empty, other_json, no_data, no_code, wrong_encoding,
        did_nothing, cut, stale, twice, no_dedupe, in_progress, silent, reset, close, half_headers, half_body, hang,
        drip, no_connections, kill,
    )
}  # fmt: skip


def comes_after(armed: Armed) -> bool:
    """Whether the request is carried out before the fault strikes."""
    return armed.fault.phase == AFTER
