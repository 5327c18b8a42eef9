"""Processes of Firn's own, on the test's database and sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from shares.models import Share
from tests.snowflake.world import ROOT


def environment(connections: Path) -> dict[str, str]:
    """What another process needs to be the same Firn."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": str(settings.SECRET_KEY),
        "PUBLIC_BASE_URL": "https://firn.test",
        "FIRN_INSTANCE": settings.FIRN_INSTANCE,
        "SNOWFLAKE_CONNECTIONS_FILE": str(connections),
        "PYTHONPATH": str(ROOT),
        "FIRN_WORKERS": "2",
    }


def database_url() -> str:
    """The test's database as another process names it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = quote(values["USER"]) + (f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else "")
    host, port = values["HOST"] or "", values["PORT"]
    if host.startswith("/"):
        return f"postgres://{login}@{':' + port if port else ''}/{values['NAME']}?host={quote(host, safe='')}"
    return f"postgres://{login}@{host}{':' + port if port else ''}/{values['NAME']}"


class Killer:
    """Runs reconciles that kill themselves."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.counts: dict[str, int] = {}

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, share: Share, at: int, phase: str, text: str = "", of: str = "statement", **limits: int) -> int:
        """-9 when the run was killed at its `of` (statement or write) number `at` (or the first with `text`), 0 when it
        ended before; then `counts` tells how many of each it came to. 1 when something was raised. `limits` are
        largest_file and memory, in bytes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"share": share.pk, "of": of, "at": at, "text": text, "phase": phase, **limits}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self.counts = json.loads(self._process.stdout.readline())
        return self.counts.pop("status")


@contextmanager
def killer(connections: Path) -> Iterator[Killer]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.snowflake.killer"],
        cwd=ROOT,
        env=environment(connections),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Killer(process)
    finally:
        process.communicate(timeout=20)
