"""A copy of the portal's database, and a portal that runs on it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.snowflake.processes import environment
from tests.snowflake.world import ROOT

_HEAD = """
import json, django
django.setup()
from portal.mail.models import Outgoing
from portal.people.models import User
from shares.models import *
from shares.services import grants
from shares.services.reconcile import reconcile
from shares.services.watch import check
account = ProviderAccount.objects.get()
share = Share.objects.order_by("pk").first()
"""


@dataclass
class Copy:
    """Another portal: its own file, the same instance name, the same Snowflake."""

    file: Path
    connections: Path

    def run(self, code: str, answer: str, **more: str) -> Any:
        """Run `code` in a process of that portal; the value of the expression `answer`."""
        env = {**os.environ, **environment(self.connections), "DATABASE_URL": f"sqlite:///{self.file}", **more}
        text = f"{_HEAD}{code}\nprint(json.dumps({answer}))"
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def copy(folder: Path, connections: Path) -> Copy:
    """The database as it is now. Only SQLite's is a file."""
    if connection.vendor != "sqlite":
        pytest.skip("a copy of the file is a matter of SQLite; tests/services/test_claims.py has the comparison itself")
    connection.ensure_connection()
    target = sqlite3.connect(folder / "copy.sqlite3")
    connection.connection.backup(target)
    target.close()
    return Copy(folder / "copy.sqlite3", connections)
