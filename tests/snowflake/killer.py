"""A process that forks a child for each run it is asked for; the child kills itself at a given statement.

Forking saves the start of Django each time, and is what a worker does: this process never imports the connector.
Reads `{"share": id, "at": n, "phase": "before"|"after"|""}` a line, writes the child's wait status a line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(order)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


def _run(order: dict[str, Any]) -> None:
    from shares.services import reconcile, sessions

    real = sessions.connect

    def connect(file: Path, name: str, tag: str) -> Any:
        return _Deadly(real(file, name, tag), order["at"], order["phase"])

    sessions.connect = connect
    reconcile.reconcile(order["share"], "decision")


class _Deadly:
    """A session that ends the process at its n-th statement: before it leaves, or after Snowflake carried it out."""

    def __init__(self, client: Any, at: int, phase: str) -> None:
        self._client = client
        self._at = at
        self._phase = phase
        self._sent = 0

    def run(self, sql: str) -> Any:
        self._sent += 1
        if self._sent == self._at and self._phase == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = self._client.run(sql)
        if self._sent == self._at and self._phase == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    def close(self) -> None:
        self._client.close()


if __name__ == "__main__":
    main()
