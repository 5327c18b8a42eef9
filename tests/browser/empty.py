"""A Firn in which nobody has done anything yet but to name an administrator, as `createsuperuser` does, beside a
Snowflake account that holds data and knows nothing of Firn."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from demo import processes
from demo.people import ADMIN, PASSWORD
from demo.places import WORLD
from demo.processes import Child
from demo.stack import Stack

_USER = re.compile(r'\[\[account\.user\]\]\nname = "FIRN_SVC"\n(?:.+\n)+\n')
_SETUP = re.compile(r'setup = \["lake\.sql", .+\]')


class Empty(Stack):
    """The demo's processes over an empty database, as README has one start them. There is no connections.toml yet."""

    connected = False
    started: tuple[Child, Child]
    listener: socket.socket

    def environment(self) -> dict[str, str]:
        found = super().environment() | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        return found if self.connected else {n: v for n, v in found.items() if n != "SNOWFLAKE_CONNECTIONS_FILE"}

    def world(self) -> Path:
        """The demo's, without the user and the objects that the guide has one make."""
        text = _SETUP.sub(f'setup = ["{WORLD / "lake.sql"}"]', _USER.sub("", (WORLD / "world.toml").read_text()))
        assert "FIRN_SVC" not in text
        assert "snowflake-setup" not in text
        file = self.places.root / "world.toml"
        file.write_text(text)
        return file

    def start_portal(self, listener: socket.socket) -> None:
        self.listener = listener
        self.step("superuser", "manage.py", "createsuperuser", "--noinput", "--email", ADMIN.email)
        # Nobody signs in for the first time without a worker: it sends the code.
        self._serve("manage.py", "worker")

    def connect(self, *worker: str) -> None:
        """Set SNOWFLAKE_CONNECTIONS_FILE, restart the web server and the worker."""
        self.connected = True
        processes.stop(self.started)
        for child in self.started:
            self.children.remove(child)
        self._serve(*worker)

    def _serve(self, *worker: str) -> None:
        self.started = self.start_web(self.listener), self.start("worker", *worker)
        self.wait_for_web(*self.started)
