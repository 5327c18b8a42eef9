"""The sandbox's control endpoint, for tests, drills and benchmarks: faults, the log, somebody else at work."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Control:
    """`url` is what the sandbox prints as `sandbox control: …`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def arm(self, name: str, **how: Any) -> int:
        """Arms a fault for its next match, or as `on`, `sql`, `account`, `user`, `first`, `times`, `options` say."""
        return int(self._json("POST", "/armed", {"name": name, **how})["id"])

    @contextmanager
    def armed(self, name: str, **how: Any) -> Iterator[int]:
        """Armed for as long as the block lasts."""
        number = self.arm(name, **how)
        try:
            yield number
        finally:
            self.disarm(number)

    def disarm(self, number: int | None = None) -> None:
        self._json("DELETE", "/armed" if number is None else f"/armed/{number}")

    def release(self, number: int) -> None:
        self._json("POST", f"/armed/{number}/release")

    def shown(self, number: int) -> dict[str, Any]:
        """How often it has matched and struck so far, and how it is armed."""
        return next(item for item in self._json("GET", "/armed") if item["id"] == number)

    def faults(self) -> list[dict[str, Any]]:
        return list(self._json("GET", "/faults")["faults"])

    def fired(self) -> list[dict[str, Any]]:
        return list(self._json("GET", "/fired"))

    def act(self, account: str, *statements: str, role: str = "ACCOUNTADMIN") -> list[str]:
        """Somebody else's statements; `ok` or code and text for each."""
        return list(self._json("POST", "/act", {"account": account, "role": role, "statements": statements}))

    def query(self, account: str, *statements: str, role: str = "ACCOUNTADMIN") -> list[dict[str, Any]]:
        """Somebody else's statements, `columns` and `rows` of each as texts."""
        return list(self._json("POST", "/query", {"account": account, "role": role, "statements": statements}))

    def expire(self, what: str, **whose: str) -> int:
        return int(self._json("POST", "/expire", {"what": what, **whose})["expired"])

    def log(self, since: int = 0, wait: float = 0.0, **wanted: str) -> list[dict[str, Any]]:
        """Statements after number `since`, oldest first; `wanted` are account, user and code."""
        query = urllib.parse.urlencode({"since": since, "wait": wait, **wanted})
        return [json.loads(line) for line in self._get(f"/statements?{query}").splitlines()]

    def counters(self) -> dict[str, dict[str, int]]:
        """By kind of statement: `sent`, `failed`, `not_executed`."""
        return dict(self._json("GET", "/counters"))

    def newest(self) -> int:
        """The number of the newest statement, to ask for later ones."""
        entries = self.log()
        return int(entries[-1]["seq"]) if entries else 0

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=70) as answer:
            return str(answer.read().decode())

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=70) as answer:
            return json.load(answer)
