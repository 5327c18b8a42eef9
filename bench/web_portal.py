"""A portal of bench.web's own: its rows, its collected files, and gunicorn before it, as README.md says to start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Wrong, cpu
from bench.serving import HERE
from bench.web_pages import Page

WORKERS, THREADS = 2, 4
# Of connections that stay open one worker takes all that come while the other is at work, and a core lies idle: a
# measurement of luck. With room for half of them each worker gets its half.
EACH = 8


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def environment(folder: Path, static: Path) -> dict[str, str]:
    """That of an installation on this machine: SQLite, a second step for staff, no developer's mode."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("FIRN_")}
    return told | {
        "DJANGO_SETTINGS_MODULE": "bench.web_settings",
        "SECRET_KEY": "bench-" + "0123456789" * 6,
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "SNOWFLAKE_CONNECTIONS_FILE": str(folder / "connections.toml"),
        "BENCH_STATIC": str(static),
        "FIRN_LOG_LEVEL": "ERROR",
    }


def collect(folder: Path, static: Path) -> None:
    _manage(environment(folder, static), "collectstatic", "--no-input", "--verbosity", "0")


def build(folder: Path, static: Path, datasets: int) -> dict[str, Any]:
    """Migrates and fills the portal of this folder; what bench.web_rows says of it."""
    (folder / "connections.toml").touch(mode=0o600)
    told = environment(folder, static)
    _manage(told, "migrate", "--verbosity", "0")
    return _rows(told, "found", datasets)


def copy(old: Path, new: Path, static: Path, shares: int) -> dict[str, Any]:
    """The same portal in another folder, with so many shares besides; what bench.web_rows says of them."""
    shutil.copytree(old, new)
    return _rows(environment(new, static), "grown", shares)


def _rows(told: dict[str, str], verb: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.web_rows", verb, str(count)]
    done = subprocess.run(command, cwd=HERE, env=told, check=True, stdout=subprocess.PIPE, text=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def queries(folder: Path, static: Path, pages: list[Page]) -> list[int]:
    """How many each page takes."""
    told = json.dumps([(page.path, page.cookie, page.fragment) for page in pages])
    command = [sys.executable, "-m", "bench.web_queries"]
    done = subprocess.run(
        command, cwd=HERE, env=environment(folder, static), check=True, input=told, stdout=subprocess.PIPE, text=True
    )
    counted: list[int] = json.loads(done.stdout)
    return counted


def _manage(told: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=HERE, env=told, check=True, stdout=subprocess.DEVNULL)


class Gunicorn:
    """Two workers of four threads and eight connections; `settings` other than the portal's own are bench.web_plain."""

    def __init__(self, folder: Path, static: Path, settings: str) -> None:
        self.port = free_port()
        told = environment(folder, static) | {"DJANGO_SETTINGS_MODULE": settings}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "portal.wsgi",
            "--worker-class",
            "gthread",
            "--log-level",
            "warning",
        ]
        command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--worker-connections", str(EACH)]
        command += ["--bind", f"127.0.0.1:{self.port}"]
        self._process = subprocess.Popen(command, cwd=HERE, env=told)
        try:
            self._wait()
        except Wrong:
            self.stop()
            raise

    def _wait(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bench/bare/", timeout=10) as answer:
                    if answer.read() == b"bare":
                        return
            except urllib.error.HTTPError as error:
                raise Wrong(f"gunicorn answers {error.code}") from error
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
        raise Wrong("gunicorn does not answer")

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used so far."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(cpu(int(child)) for child in children)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)


@contextmanager
def gunicorn(folder: Path, static: Path, settings: str = "bench.web_settings") -> Iterator[Gunicorn]:
    running = Gunicorn(folder, static, settings)
    try:
        yield running
    finally:
        running.stop()
