"""A sandbox process to be measured, from this checkout or an older one, and plain HTTP connections to it."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Wrong

HERE = Path(__file__).resolve().parents[1]
PASSWORD = "bench"
CONSUMERS = 4


def write_world(folder: Path) -> Path:
    """One provider and a few consumers in its region."""
    names = [("BENCH", "DATA"), *[("CUST", f"C{n}") for n in range(CONSUMERS)]]
    text = "".join(
        f'[[account]]\norganization = "{org}"\nname = "{name}"\nlocator = "BEN{n:05}"\nregion = "AWS_US_EAST_1"\n'
        f'[[account.user]]\nname = "ADMIN"\npassword = "{PASSWORD}"\ndefault_role = "ACCOUNTADMIN"\n'
        for n, (org, name) in enumerate(names)
    )
    world = folder / "world.toml"
    world.write_text(text)
    return world


class Served:
    """A running sandbox; `started` is how many seconds it took until it could be used."""

    def __init__(self, code: Path, world: Path, data: Path, options: Sequence[str] = ()) -> None:
        command = [sys.executable, "-m", "sandbox", "--world", str(world), "--data", str(data), *options]
        before = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=code, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.started = time.perf_counter() - before
        if not line.startswith("sandbox: http://"):
            raise Wrong(f"the sandbox did not start: {line}")
        self.port = int(line.rpartition(":")[2])
        self.pid = self.process.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.communicate(timeout=60)


@contextmanager
def served(code: Path, world: Path, data: Path) -> Iterator[Served]:
    running = Served(code, world, data)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


class Raw:
    """A session over bare HTTP: what a driver sends, without a driver's own cost."""

    def __init__(self, port: int, account: str = "BENCH-DATA") -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        login = {"data": {"ACCOUNT_NAME": account, "LOGIN_NAME": "ADMIN", "PASSWORD": PASSWORD}}
        answer = self._post("/session/v1/login-request", login, {})
        self._headers = {"Authorization": f'Snowflake Token="{answer["data"]["token"]}"'}

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        self._http.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
        with self._http.getresponse() as response:
            answer: dict[str, Any] = json.loads(response.read())
        if not answer["success"]:
            raise Wrong(f"{body.get('sqlText', path)}: {answer['code']} {answer['message']}")
        return answer

    def run(self, sql: str) -> list[list[Any]]:
        """The rows of a statement, as text; Wrong when it is refused."""
        request = f"/queries/v1/query-request?requestId={uuid.uuid4()}"
        rows: list[list[Any]] = self._post(request, {"sqlText": sql}, self._headers)["data"]["rowset"]
        return rows

    def count(self, sql: str) -> int:
        """How many rows the statement answers, as its first answer says; what comes in chunks is not fetched."""
        answer = self._post(f"/queries/v1/query-request?requestId={uuid.uuid4()}", {"sqlText": sql}, self._headers)
        return int(answer["data"]["total"])

    def run_all(self, statements: list[str]) -> None:
        """Several statements in one request; Wrong when one is refused."""
        body = {"sqlText": ";\n".join(statements), "parameters": {"MULTI_STATEMENT_COUNT": len(statements)}}
        self._post(f"/queries/v1/query-request?requestId={uuid.uuid4()}", body, self._headers)

    def close(self) -> None:
        self._post("/session?delete=true", {}, self._headers)
        self._http.close()
