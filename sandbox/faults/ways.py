"""How each fault strikes. A way is given the request, and answers, or breaks the connection and answers nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from typing import Any

import jwt
from starlette.concurrency import run_in_threadpool

from sandbox.faults import connections
from sandbox.faults.answers import Answer, ask, of_json
from sandbox.faults.armed import Armed
from sandbox.faults.facts import plain
from sandbox.faults.kinds import AFTER
from sandbox.faults.outsider import act, end
from sandbox.faults.strike import Strike, Way, as_another
from sandbox.http.queries import IN_PROGRESS
from sandbox.http.wire import refusal, success
from sandbox.sessions import query_id

_LEEWAY_S = 30
_TEXT = {"type": "text", "nullable": True, "length": 16777216, "byteLength": 16777216, "scale": None, "precision": None}


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


async def json_null(strike: Strike) -> Answer | None:
    return of_json(None)


async def short_body(strike: Strike) -> Answer | None:
    """Half of the body, with the length that it then has."""
    whole = strike.answer.body if strike.answer else json.dumps(success("x" * 200)).encode()
    return Answer(200, [(b"content-type", b"application/json")], whole[: len(whole) // 2])


async def wrong_encoding(strike: Strike) -> Answer | None:
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    return Answer(200, headers, json.dumps(success()).encode())


# --- results
async def did_nothing(strike: Strike) -> Answer | None:
    """The answer to a statement that is harmless everywhere, in place of the one that was asked."""
    said = json.loads(plain(strike.body))
    # The request itself may have been carried out: under its id its own answer would come back.
    scope = as_another(strike.scope) if strike.answer else strike.scope
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


async def more_columns(strike: Strike) -> Answer | None:
    """As after a release of Snowflake's that shows something new."""
    answer = await strike.go_on()
    found = answer.json()
    if found.get("success") and found["data"].get("rowset") is not None:
        data = found["data"]
        if data["rowtype"]:
            data["rowtype"].insert(0, {**data["rowtype"][0], **_TEXT, "name": str(strike.options["column"])})
        data["rowset"] = [["", *row] for row in data["rowset"]]
    return of_json(found)


async def stale(strike: Strike) -> Answer | None:
    """What the same question was answered before; the first time there is nothing older than the truth."""
    return strike.memory.recall(strike.facts) or await strike.go_on()


async def twice(strike: Strike) -> Answer | None:
    await strike.go_on_as_another()
    return await strike.go_on()


async def no_dedupe(strike: Strike) -> Answer | None:
    return await strike.go_on_as_another()


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


# --- what really happens to a session
async def expire(strike: Strike) -> Answer | None:
    """Before the request, which meets what is left of its session, or after it, so that the next one does."""
    if strike.session is not None:
        await run_in_threadpool(end, strike.sandbox, strike.session, str(strike.options["what"]))
    return None


async def clock_skew(strike: Strike) -> Answer | None:
    """Judges the token of a key pair by another clock; other logins know no times."""
    claims = _claims(strike.body)
    now = time.time() + float(strike.options["seconds"])
    if claims and not float(claims["iat"]) - _LEEWAY_S < now < float(claims["exp"]) + _LEEWAY_S:
        return of_json(refusal(390144, "JWT token is invalid. [00000000-0000-0000-0000-000000000000]"))
    return await strike.go_on()


def _claims(body: bytes) -> dict[str, Any]:
    try:
        token = json.loads(plain(body))["data"]["TOKEN"]
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (ValueError, KeyError, TypeError, jwt.PyJWTError):
        return {}
    return claims if {"iat", "exp"} <= set(claims) else {}


async def kill(strike: Strike) -> Answer | None:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        latency, hold, external, status, refuse, code, garbage, empty, other_json, no_data, no_code, wrong_encoding,
        did_nothing, cut, more_columns, stale, twice, no_dedupe, in_progress, silent, expire, clock_skew, short_body,
        json_null, kill, connections.reset, connections.close, connections.half_headers, connections.half_body,
        connections.bad_status_line, connections.hang, connections.drip, connections.no_connections,
        connections.refused,
    )
}  # fmt: skip


def comes_after(armed: Armed) -> bool:
    """Whether the request is carried out before the fault strikes."""
    return armed.fault.phase == AFTER
