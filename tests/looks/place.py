"""The small world behind a web server of its own, as a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where it is served, the session and the address of each role, and role → name → path."""

    base: str
    sessions: dict[str, str]
    people: dict[str, str]
    paths: dict[str, dict[str, str]]

    def pages(self) -> list[tuple[str, str, str]]:
        """Every page as role, name, path."""
        return [(role, name, path) for role, found in self.paths.items() for name, path in found.items()]


@contextmanager
def serve(
    folder: Path, *, frozen: bool = False, world: str = "tests.looks.world", changed: dict[str, str] | None = None
) -> Iterator[Place]:
    """Build the world in `folder` and serve it until the block ends; frozen, it looks the same each time.

    `changed` replaces variables of its environment.
    """
    environment = _environment(folder) | ({"FIRN_LOOKS_FROZEN": "1"} if frozen else {}) | (changed or {})
    made = subprocess.run([sys.executable, "-m", world], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    told = json.loads(made.stdout)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Where time stands still it does so for a whole process: one answer at a time.
        server = _start(listener, environment, ["sync"] if frozen else ["gthread", "--threads", "4"])
        try:
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            _wait(base, server)
            yield Place(base, told["sessions"], told["people"], told["paths"])
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "FIRN_", "DATABASE_URL"))
    }
    return kept | {"FIRN_LOOKS": str(folder), "DJANGO_SETTINGS_MODULE": "tests.looks.settings", "PYTHONPATH": str(ROOT)}


def _start(listener: socket.socket, environment: dict[str, str], kind: list[str]) -> subprocess.Popen[bytes]:
    number = listener.fileno()
    command = ["-m", "gunicorn", "portal.wsgi:application", "--bind", f"fd://{number}", "--no-control-socket"]
    command += ["--worker-class", *kind, "--log-level", "warning"]
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, pass_fds=(number,))


def _wait(base: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urlopen(f"{base}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the web server of the looks did not start")
        time.sleep(0.1)
