"""The other end of bench.firn."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.measure import Wrong
from bench.serving import HERE


class Firn:
    """A portal process; each word of bench.firn is told by `tell`."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bench.firn"]
        self._process = subprocess.Popen(
            command, cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, verb: str, *arguments: object) -> dict[str, Any]:
        """Its answer; Wrong when it has none or says that something is."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Wrong(f"the portal died at {verb}")
        answer: dict[str, Any] = json.loads(line)
        if "wrong" in answer:
            raise Wrong(str(answer["wrong"]))
        return answer

    def close(self) -> None:
        self._process.communicate(timeout=30)


@contextmanager
def telling(environment: dict[str, str]) -> Iterator[Firn]:
    firn = Firn(environment)
    try:
        yield firn
    finally:
        firn.close()
