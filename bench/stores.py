"""A PostgreSQL cluster and a Redis server of the bench's own, on a socket and a free port, gone afterwards.

None where the machine has none of it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Wrong


@contextmanager
def postgres() -> Iterator[str | None]:
    """A DATABASE_URL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    options = f"-c listen_addresses='' -k {folder} -c max_connections=200"
    data = folder / "data"
    _as_postgres(found[-1] / "initdb", "-D", data, "-A", "trust", "-U", "firn", "-E", "UTF8", "--locale=C.UTF-8")
    _as_postgres(found[-1] / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-s", "-o", options, "start")
    try:
        _as_postgres(found[-1] / "createdb", "-h", folder, "-U", "firn", "firn")
        yield f"postgres://firn@/firn?host={folder}"
    finally:
        _as_postgres(found[-1] / "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(*command: object) -> None:
    """initdb refuses root: root becomes Debian's own user for it."""
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*become, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{command[0]}: {done.stderr[-500:]}")


@contextmanager
def redis() -> Iterator[str | None]:
    """A redis:// URL."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Wrong("redis-server did not start")
