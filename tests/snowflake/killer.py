"""A process that forks a child for each run it is asked for; the child kills itself at a given statement or write.

Forking saves the start of Django each time, and is what a worker does: this process never imports the connector.
Reads `{"share": id, "of": "statement"|"write", "at": n, "text": "…", "phase": "before"|"after"}` a line (the n-th
statement to Snowflake or the n-th changing statement to the database, or the first that holds the text), writes
`{"status": …, "statement": n, "write": n}` a line: -9 when the child was killed, and how many of each it came to
when it ended by itself. With `"largest_file"`, no file of the child's may grow beyond so many bytes: a full disk. With
`"memory"`, it may take so many bytes more than it has.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import itertools
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

CHANGES = ("INSERT", "UPDATE", "DELETE")


def main() -> None:
    import django

    django.setup()
    _warm()
    for line in sys.stdin:
        order = json.loads(line)
        theirs, ours = os.pipe()
        child = os.fork()
        if child == 0:
            _be_the_child(order, ours)
        os.close(ours)
        _, status = os.waitpid(child, 0)
        with os.fdopen(theirs) as pipe:
            counts = json.loads(pipe.read() or "{}")
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        print(json.dumps({"status": code, **counts}), flush=True)


def _warm() -> None:
    """What every child would do anew, half of the time that it has: all of it but the connector, with which nothing may
    fork. The connector asks for the whole stack when it signs in, and inspect keeps where each module lies."""
    from django.template import engines

    from shares.services import reconcile, sessions  # noqa: F401
    from shares.snowflake import connect  # noqa: F401

    engines.all()
    for name in ("google.protobuf.text_format", "google.protobuf.internal.builder", "tomlkit", "pytz"):
        importlib.import_module(name)
    inspect.stack()
    gc.freeze()


def _be_the_child(order: dict[str, Any], pipe: int) -> None:
    """Never returns: whatever is raised must not go on in the parent's loop."""
    try:
        if order.get("largest_file"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], resource.RLIM_INFINITY))
        if order.get("memory"):
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + order["memory"], resource.RLIM_INFINITY))
        os.write(pipe, json.dumps(_run(order)).encode())
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _run(order: dict[str, Any]) -> dict[str, int]:
    """Reconcile as ordered; how many statements and writes that took."""
    from django.db import connection

    from shares.services import reconcile, sessions
    from shares.snowflake.connect import connect as real

    counts = {"statement": itertools.count(1), "write": itertools.count(1)}

    def strike(of: str, text: str) -> Any:
        number = next(counts[of])
        wanted = order["text"] in text if order["text"] else number == order["at"]
        mine = wanted and of == order["of"]
        if mine and order["phase"] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return lambda: os.kill(os.getpid(), signal.SIGKILL) if mine else None

    def connect(file: Path, name: str, tag: str, *, seconds: int | None = None) -> Any:
        return _Deadly(real(file, name, tag, seconds=seconds), strike)

    def write(execute: Any, text: str, *rest: Any) -> Any:
        if not text.lstrip().upper().startswith(CHANGES):
            return execute(text, *rest)
        after = strike("write", text)
        done = execute(text, *rest)
        after()
        return done

    vars(sessions)["connect"] = connect
    with connection.execute_wrapper(write):
        reconcile.reconcile(order["share"], "decision")
    return {of: next(number) - 1 for of, number in counts.items()}


class _Deadly:
    """A session that ends the process at its n-th statement: before it leaves, or after Snowflake carried it out."""

    def __init__(self, client: Any, strike: Any) -> None:
        self._client = client
        self._strike = strike

    def run(self, sql: str) -> Any:
        after = self._strike("statement", sql)
        result = self._client.run(sql)
        after()
        return result

    def discard(self) -> None:
        self._client.discard()

    def close(self) -> None:
        self._client.close()


if __name__ == "__main__":
    main()
