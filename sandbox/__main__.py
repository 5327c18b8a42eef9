"""`python -m sandbox --world world.toml [--data DIR] [--port N] [--latency-ms N]`"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import uvicorn

from sandbox.engine import Sandbox
from sandbox.http.app import application
from sandbox.seed import open_sandbox
from sandbox.world import WorldError, load

HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """Says its address when it is ready to be used."""

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


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or Ctrl-C; 2 when it could not start."""
    options = _options(arguments)
    listener = _listen(options.port)
    if listener is None:
        return _refuse(f"port {options.port} is taken or may not be used; choose another with --port")
    temporary = None if options.data else tempfile.mkdtemp(prefix="sandbox-")
    try:
        sandbox = open_sandbox(Path(options.data or temporary or ""), load(options.world), options.latency_ms / 1000)
    except WorldError as error:
        return _refuse(str(error))
    except (OSError, sqlite3.Error, duckdb.Error) as error:
        return _refuse(f"cannot use the data directory {options.data or temporary}: {error}")
    else:
        _serve(sandbox, listener)
        return 0
    finally:
        listener.close()
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A Snowflake stand-in for data sharing.")
    parser.add_argument("--world", type=Path, required=True, help="TOML file with accounts, users and tables")
    parser.add_argument("--data", type=Path, help="directory that keeps everything across restarts")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="milliseconds to wait before each statement")
    return parser.parse_args(arguments)


def _listen(port: int) -> socket.socket | None:
    """A bound socket, before anything slow is done; None when the port cannot be had."""
    # asyncio turns Nagle's delay off only where the protocol is named: without it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError):
        listener.close()
        return None
    return listener


def _refuse(sentence: str) -> int:
    print(f"sandbox: {sentence}", file=sys.stderr, flush=True)
    return 2


def _serve(sandbox: Sandbox, listener: socket.socket) -> None:
    config = uvicorn.Config(
        application(sandbox),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        timeout_keep_alive=120,
    )
    try:
        Server(config).run([listener])
    finally:
        sandbox.close()


if __name__ == "__main__":
    sys.exit(main())
