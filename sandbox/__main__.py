"""`python -m sandbox --world world.toml [--data DIR] [--port N] [--control-port N] [--latency-ms N] [--log N]`"""

from __future__ import annotations

import argparse
import contextlib
import gc
import sqlite3
import sys
import tempfile
from pathlib import Path

import duckdb

from sandbox.faults.armed import Armory, NotArmed
from sandbox.http.serving import Taken, listen, serve
from sandbox.log import KEPT
from sandbox.seed import open_sandbox
from sandbox.world import WorldError, faults_in, load


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or Ctrl-C; 2 when it could not start."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        try:
            listener, control = (stack.enter_context(listen(p)) for p in (options.port, options.control_port))
        except Taken as taken:
            return _refuse(f"port {taken} is taken or may not be used; choose another with --port or --control-port")
        folder = Path(options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-")))
        try:
            armory = Armory()
            for fault in faults_in(options.world):
                armory.arm(fault)
            sandbox = open_sandbox(folder, load(options.world), options.latency_ms / 1000, options.log)
            # Only now: no fault strikes the world while it is built.
            sandbox.armory = armory
        except (WorldError, NotArmed) as error:
            return _refuse(str(error))
        except (OSError, sqlite3.Error, duckdb.Error) as error:
            return _refuse(f"cannot use the data directory {folder}: {error}")
        # What was read at the start stays: the collector need not go through a large world again and again.
        gc.freeze()
        stack.callback(gc.unfreeze)
        serve(sandbox, armory, listener, control)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A Snowflake stand-in for data sharing.")
    parser.add_argument("--world", type=Path, required=True, help="TOML file with accounts, users and tables")
    parser.add_argument("--data", type=Path, help="directory that keeps everything across restarts")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--control-port", type=int, default=0, help="port for faults and the log; 0 picks a free one")
    parser.add_argument("--latency-ms", type=int, default=0, help="milliseconds to wait before each statement")
    parser.add_argument("--log", type=int, default=KEPT, help=f"statements that the log keeps; {KEPT} unless told")
    return parser.parse_args(arguments)


def _refuse(sentence: str) -> int:
    print(f"sandbox: {sentence}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
