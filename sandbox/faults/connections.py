"""Ways to break a connection: what no answer of an application can do."""

from __future__ import annotations

import asyncio
import json
import time

from sandbox.faults import sockets
from sandbox.faults.answers import Answer
from sandbox.faults.strike import Strike
from sandbox.http.wire import success


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


async def bad_status_line(strike: Strike) -> Answer | None:
    transport = sockets.transport_of(strike.scope)
    transport.write(b"SNOWFLAKE/9 perhaps\r\n\r\n")
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


async def refused(strike: Strike) -> Answer | None:
    """Nobody listens any more, and every connection is reset, this one among them."""
    await strike.armory.refuse(float(strike.options["seconds"]))
    return await reset(strike)
