"""`python -m sandbox --world world.toml [--data DIR] [--port N] [--control-port N] [--latency-ms N]`"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import uvicorn

from sandbox.engine import Sandbox
from sandbox.faults.armed import Armory, NotArmed
from sandbox.faults.control import application as controls
from sandbox.faults.gate import Gate
from sandbox.faults.sockets import protocol
from sandbox.http.app import application
from sandbox.seed import open_sandbox
from sandbox.world import WorldError, faults_in, load

HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """Says its address when it is ready to be used, and then that of its control."""

    def __init__(self, config: uvicorn.Config, control: socket.socket) -> None:
        super().__init__(config)
        self.control = control

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done, which makes a clean stop look like a crash."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(f"sandbox: http://{HOST}:{sockets[0].getsockname()[1]}", flush=True)
            print(f"sandbox control: http://{HOST}:{self.control.getsockname()[1]}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or Ctrl-C; 2 when it could not start."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        try:
            listener, control = (stack.enter_context(_listen(p)) for p in (options.port, options.control_port))
        except _Taken as taken:
            return _refuse(f"port {taken} is taken or may not be used; choose another with --port or --control-port")
        folder = Path(options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-")))
        try:
            armory = Armory()
            for fault in faults_in(options.world):
                armory.arm(fault)
            sandbox = open_sandbox(folder, load(options.world), options.latency_ms / 1000)
        except (WorldError, NotArmed) as error:
            return _refuse(str(error))
        except (OSError, sqlite3.Error, duckdb.Error) as error:
            return _refuse(f"cannot use the data directory {folder}: {error}")
        _serve(sandbox, armory, listener, control)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A Snowflake stand-in for data sharing.")
    parser.add_argument("--world", type=Path, required=True, help="TOML file with accounts, users and tables")
    parser.add_argument("--data", type=Path, help="directory that keeps everything across restarts")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--control-port", type=int, default=0, help="port for faults and the log; 0 picks a free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="milliseconds to wait before each statement")
    return parser.parse_args(arguments)


class _Taken(Exception):
    """A port that cannot be had."""


def _listen(port: int) -> socket.socket:
    """A bound socket, before anything slow is done. Raises _Taken."""
    # asyncio turns Nagle's delay off only where the protocol is named: without it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise _Taken(str(port)) from error
    return listener


def _refuse(sentence: str) -> int:
    print(f"sandbox: {sentence}", file=sys.stderr, flush=True)
    return 2


def _serve(sandbox: Sandbox, armory: Armory, listener: socket.socket, control: socket.socket) -> None:
    quiet: dict[str, Any] = {"log_level": "warning", "access_log": False, "lifespan": "off"}
    beside = uvicorn.Server(uvicorn.Config(controls(sandbox, armory), **quiet))
    thread = threading.Thread(target=beside.run, args=([control],), daemon=True)
    thread.start()
    config = uvicorn.Config(
        Gate(application(sandbox), sandbox, armory),
        http=protocol(armory),
        timeout_graceful_shutdown=3,
        timeout_keep_alive=120,
        **quiet,
    )
    try:
        Server(config, control).run([listener])
    finally:
        armory.disarm()
        beside.should_exit = True
        thread.join(5)
        sandbox.close()


if __name__ == "__main__":
    sys.exit(main())
