"""The demo's processes: sandbox, mailbox, web server and worker, started in order and stopped together."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from demo import places, processes
from demo.places import PROJECT, WORLD, Places, Unusable
from demo.processes import Child
from portal.env_table import VARIABLES

HOST = "127.0.0.1"
# Generous: a small machine that does other things, too.
FIRST_START_S = 180.0
STEP_S = 120.0
READY_S = 60.0


@dataclass
class Addresses:
    """Where everything listens."""

    portal: str
    sandbox_port: int = 0
    smtp: str = ""
    mailbox: str = ""


@dataclass
class Stack:
    """A running demo; leaving the context stops every process. `fresh` says whether it began with nothing."""

    places: Places
    port: int = 0
    latency_ms: int = 0
    addresses: Addresses = field(init=False)
    fresh: bool = field(init=False, default=True)
    children: list[Child] = field(init=False, default_factory=list)
    _open: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Stack:
        """Start everything and wait until it is ready. Raises Unusable or processes.Broken."""
        with ExitStack() as opened:
            opened.enter_context(places.take(self.places))
            listener = opened.enter_context(listen(self.port))
            self.addresses = Addresses(f"http://{HOST}:{listener.getsockname()[1]}")
            self.fresh = places.prepare(self.places)
            opened.callback(lambda: processes.stop(self.children))
            self._start_outside()
            self.start_portal(listener)
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _start_outside(self) -> None:
        """What is not Firn: the Snowflake stand-in and the mailbox; meanwhile the database is brought up to date."""
        sandbox = self.start(
            "sandbox",
            *("-m", "sandbox", "--world", str(self.world()), "--data", str(self.places.sandbox)),
            *("--port", "0", "--latency-ms", str(self.latency_ms)),
        )
        mailbox = self.start("mailbox", "-m", "demo.mailbox", "--dir", str(self.places.mails))
        found = processes.wait_for_line(mailbox, r"^mailbox: (smtp://\S+) (http://\S+)$", READY_S)
        self.addresses.smtp, self.addresses.mailbox = found[1], found[2]
        self.step("prepare", "-m", "demo.prepare", "database")
        found = processes.wait_for_line(sandbox, r"^sandbox: http://127\.0\.0\.1:(\d+)$", FIRST_START_S)
        self.addresses.sandbox_port = int(found[1])

    def world(self) -> Path:
        """What the sandbox begins with."""
        return WORLD / "world.toml"

    def start_portal(self, listener: socket.socket) -> None:
        """Firn itself, as in production: gunicorn and the worker."""
        places.write_connections(self.places, self.addresses.sandbox_port)
        self.step("seed", "-m", "demo.prepare", "catalog")
        web = self.start_web(listener)
        worker = self.start("worker", "manage.py", "worker")
        self.wait_for_web(web, worker)

    def start_web(self, listener: socket.socket) -> Child:
        # The listening socket is handed over, so that nobody can take the port in between.
        number = listener.fileno()
        return self.start(
            "web",
            *("-m", "gunicorn", "portal.wsgi:application", "--bind", f"fd://{number}", "--no-control-socket"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "5"),
            pass_fds=(number,),
        )

    def wait_for_web(self, *children: Child) -> None:
        processes.wait("the start page answers", self._answers, children, READY_S)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.addresses.portal}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def start(self, name: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> Child:
        child = processes.start(name, [sys.executable, *arguments], self.environment(), self.places.logs, pass_fds)
        self.children.append(child)
        return child

    def step(self, name: str, *arguments: str, seconds: float = STEP_S) -> Child:
        """Run a command of the demo to its end. Raises processes.Broken when it fails."""
        long_lived = list(self.children)
        child = self.start(name, *arguments)
        processes.finish(child, seconds, also=long_lived)
        self.children.remove(child)
        return child

    def check(self) -> None:
        """Raises processes.Broken when one of the processes has ended."""
        for child in self.children:
            child.check()

    def environment(self) -> dict[str, str]:
        """Ours alone: what configures an installation of Firn or Snowflake on this machine must not reach the demo."""
        kept = {name: value for name, value in os.environ.items() if not _is_foreign(name)}
        where = self.places
        return kept | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY_FILE": str(where.secret_key),
            "DATABASE_URL": f"sqlite:///{where.database}",
            "PUBLIC_BASE_URL": self.addresses.portal,
            "EMAIL_URL": self.addresses.smtp or "smtp://127.0.0.1:9",
            "DEFAULT_FROM_EMAIL": "Firn at Skyledger <firn@skyledger.example>",
            "SUPPORT_EMAIL": "support@skyledger.example",
            # Everybody in the demo signs in with the printed password alone; a second step can be set up.
            "FIRN_REQUIRE_MFA": "false",
            "SNOWFLAKE_CONNECTIONS_FILE": str(where.connections),
            "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true",
            "FIRN_DEMO_KEYS": str(where.keys),
            "NO_PROXY": "*",
        }


def _is_foreign(name: str) -> bool:
    plain = name.removesuffix("_FILE")
    return (
        plain in VARIABLES
        or name.startswith(("DJANGO_", "SNOWFLAKE_", "GUNICORN_", "WEB_CONCURRENCY", "FIRN_", "PYTEST_", "COV_"))
        or name.lower().endswith("_proxy")
    )


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 picks a free one. Raises Unusable when the port is taken."""
    if not 0 <= port <= 65535:
        raise Unusable(f"{port} is not a port; choose one from 1024 to 65535.")
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise Unusable(f"port {port} cannot be used ({error.strerror}). Choose another with --port N.") from None
