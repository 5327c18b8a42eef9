"""A process that forks a child for each run it is asked for; the child kills itself at a given statement.

Forking saves the start of Django each time, and is what a worker does: this process never imports the connector.
Reads `{"share": id, "at": n, "text": "…", "phase": "before"|"after"}` a line (the n-th statement, or the first that
holds the text), writes the child's exit code a line, -9 when it was killed.
"""

from __future__ import annotations

import itertools
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
    from shares.snowflake.connect import connect as real

    def connect(file: Path, name: str, tag: str) -> Any:
        return _Deadly(real(file, name, tag), order)

    vars(sessions)["connect"] = connect
    reconcile.reconcile(order["share"], "decision")


class _Deadly:
    """A session that ends the process at its n-th statement: before it leaves, or after Snowflake carried it out."""

    def __init__(self, client: Any, order: dict[str, Any]) -> None:
        self._client = client
        self._order = order
        self._numbers = itertools.count(1)

    def run(self, sql: str) -> Any:
        number = next(self._numbers)
        self._die_if(sql, number, "before")
        result = self._client.run(sql)
        self._die_if(sql, number, "after")
        return result

    def _die_if(self, sql: str, number: int, phase: str) -> None:
        text = self._order["text"]
        here = text in sql if text else number == self._order["at"]
        if here and phase == self._order["phase"]:
            os.kill(os.getpid(), signal.SIGKILL)

    def discard(self) -> None:
        self._client.discard()

    def close(self) -> None:
        self._client.close()


if __name__ == "__main__":
    main()
