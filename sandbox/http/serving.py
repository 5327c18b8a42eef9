"""The two servers of the process: the drivers', which faults may break, and beside it the one that controls them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.engine import Sandbox
from sandbox.faults.armed import Armory
from sandbox.faults.control import application as controls
from sandbox.faults.gate import Gate
from sandbox.faults.sockets import protocol
from sandbox.http.app import application

HOST = "127.0.0.1"
# Statements at work, or waiting for a lock or a fault's end, at one time. Each needs a thread; the usual 40 are too few
# for a portal that sends eight statements for each of sixteen shares.
THREADS = 400


class Taken(Exception):
    """A port that cannot be had."""


def listen(port: int) -> socket.socket:
    """A bound socket, before anything slow is done. Raises Taken."""
    # asyncio turns Nagle's delay off only where the protocol is named: without it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise Taken(str(port)) from error
    return listener


class Server(uvicorn.Server):
    """Says its address when it is ready to be used, and then that of its control."""

    def __init__(self, config: uvicorn.Config, control: socket.socket) -> None:
        super().__init__(config)
        self.control = control
        self.opening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done, which makes a clean stop look like a crash."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = THREADS
        await super().startup(sockets)
        if self.started and sockets:
            print(f"sandbox: http://{HOST}:{sockets[0].getsockname()[1]}", flush=True)
            print(f"sandbox control: http://{HOST}:{self.control.getsockname()[1]}", flush=True)

    async def refuse(self, seconds: float) -> None:
        """Closes the port and every idle connection; opens the port again later. Returns when it is closed."""
        port = self.servers[0].sockets[0].getsockname()[1]
        for server in self.servers:
            server.close()
        self.servers = []
        # Bound and not listening: the system refuses whoever comes, and nobody else takes the port.
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, self._open_again, listen(port))
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol) and (connection.cycle is None or connection.cycle.response_complete):
                connection.transport.abort()

    def _open_again(self, listener: socket.socket) -> None:
        # Kept, because the loop itself keeps no task alive.
        self.opening = asyncio.get_running_loop().create_task(self._startup_again(listener))

    async def _startup_again(self, listener: socket.socket) -> None:
        kind: Any = self.config.http_protocol_class

        def connection() -> Any:
            return kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

        loop = asyncio.get_running_loop()
        self.servers = [await loop.create_server(connection, sock=listener, backlog=self.config.backlog)]


def serve(sandbox: Sandbox, armory: Armory, listener: socket.socket, control: socket.socket) -> None:
    """Serves both until SIGTERM or Ctrl-C, then closes the sandbox."""
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False, "lifespan": "off"}
    beside = uvicorn.Server(uvicorn.Config(controls(sandbox, armory), **quiet))
    thread = threading.Thread(target=beside.run, args=([control],), daemon=True)
    # Both are made before one runs: making one sets the level of the log that the other writes into.
    config = uvicorn.Config(
        Gate(application(sandbox), sandbox, armory),
        http=protocol(armory),
        timeout_graceful_shutdown=3,
        timeout_keep_alive=120,
        **quiet,
    )
    # Its address is told by the other server, perhaps before the thread has come that far.
    control.listen()
    thread.start()
    try:
        server = Server(config, control)
        armory.refuse = server.refuse
        server.run([listener])
    finally:
        armory.disarm()
        beside.should_exit = True
        thread.join(5)
        sandbox.close()
