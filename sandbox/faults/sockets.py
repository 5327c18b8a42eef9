"""The sockets under the requests: an ASGI application cannot reset one, so uvicorn's protocol tells which is whose."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.faults.armed import Armory

_open: dict[tuple[str, int], asyncio.Transport] = {}


def protocol(armory: Armory) -> type[H11Protocol]:
    """uvicorn's protocol, whose transports can be found by the client's address, and which turns newcomers away while
    a fault says so."""

    class Known(H11Protocol):
        _peer: tuple[str, int] | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            if time.monotonic() < armory.no_connections_until:
                reset(transport)
                return
            self._peer = cast(tuple[str, int], transport.get_extra_info("peername"))
            _open[self._peer] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._peer is not None:
                _open.pop(self._peer, None)
                super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._peer is not None:
                super().data_received(data)

        def eof_received(self) -> None:
            if self._peer is not None:
                super().eof_received()

    return Known


def transport_of(scope: dict[str, Any]) -> asyncio.Transport:
    """The transport of the connection that a request came by."""
    host, port = scope["client"]
    return _open[(host, port)]


def reset(transport: asyncio.Transport) -> None:
    """RST instead of FIN: closing with a linger of zero seconds."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
