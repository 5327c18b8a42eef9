"""The `snow` command against the sandbox of the session, with a configuration file of its own."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import server, world  # noqa: F401 - the same sandbox and world as the connectors' tests
from tests.sandbox.serving import PASSWORD, Server

SNOW = Path(sys.executable).with_name("snow")
_numbers = itertools.count(1)
Snow = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[..., Any]


def connection(name: str, port: int, account: str, user: str, login: str) -> str:
    return f"""
[connections.{name}]
account = "{account}"
user = "{user}"
host = "127.0.0.1"
port = {port}
protocol = "http"
{login}
"""


def plain(done: subprocess.CompletedProcess[str]) -> str:
    """What a command printed, without the frame that breaks its lines."""
    return " ".join((done.stdout + done.stderr).replace("│", " ").split())


@pytest.fixture(scope="session")
def config(server: Server, world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """config.toml with connections provider, service (key pair), customer and wrong."""
    password = f'password = "{PASSWORD}"'
    key = f'authenticator = "SNOWFLAKE_JWT"\nprivate_key_file = "{world.parent / "svc.pem"}"'
    path = tmp_path_factory.mktemp("snow") / "config.toml"
    path.write_text(
        'default_connection_name = "provider"\n[cli.logs]\nsave_logs = false\n'
        + connection("provider", server.port, "ACME-DATA", "ADMIN", password)
        + connection("service", server.port, "ACME-DATA", "SVC", key)
        + connection("customer", server.port, "CUST-ONE", "ADMIN", password)
        + connection("wrong", server.port, "ACME-DATA", "ADMIN", 'password = "wrong"')
    )
    path.chmod(0o600)
    return path


@pytest.fixture(scope="session")
def snow(config: Path) -> Snow:
    """Runs `snow WORDS…`; the finished process with its outputs as text."""

    def run(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(SNOW), "--config-file", str(config), *words]
        return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=60, check=False)

    return run


@pytest.fixture(scope="session")
def ask(snow: Snow) -> Ask:
    """Runs `snow WORDS… --format json`, which must succeed; what it printed."""

    def run(*words: str, stdin: str | None = None) -> Any:
        done = snow(*words, "--format", "json", stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def database(ask: Ask) -> str:
    """The name of a new database of the provider's."""
    name = f"CLI{next(_numbers)}"
    ask("sql", "-q", f"CREATE DATABASE {name}")
    return name
