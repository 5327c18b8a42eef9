"""One fault and the request that it strikes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.engine import Sandbox
from sandbox.faults.answers import Answer, App, ask
from sandbox.faults.armed import Armed, Armory
from sandbox.faults.facts import Facts
from sandbox.faults.memory import Memory
from sandbox.sessions import Session, query_id


@dataclass
class Strike:
    """One fault and the request that it strikes. `answer` is the application's, of a fault that comes after it."""

    armed: Armed
    armory: Armory
    sandbox: Sandbox
    app: App
    scope: dict[str, Any]
    body: bytes
    facts: Facts
    memory: Memory
    session: Session | None = None
    answer: Answer | None = None
    went_on: bool = False

    @property
    def options(self) -> dict[str, Any]:
        return self.armed.options

    async def go_on(self) -> Answer:
        """The application's answer, which it has given already where the fault comes after it."""
        if self.answer is None:
            self.went_on = True
            self.answer = await ask(self.app, self.scope, self.body)
        return self.answer

    async def go_on_as_another(self) -> Answer:
        """The application's answer to the same request under a request id of its own."""
        self.went_on = True
        return await ask(self.app, as_another(self.scope), self.body)


Way = Callable[[Strike], Awaitable[Answer | None]]


def as_another(scope: dict[str, Any]) -> dict[str, Any]:
    """The request under a request id of its own."""
    query = dict(parse_qsl(scope["query_string"].decode()))
    return {**scope, "query_string": urlencode({**query, "requestId": query_id()}).encode()}


def request_id(scope: dict[str, Any]) -> str:
    return str(dict(parse_qsl(scope["query_string"].decode())).get("requestId", ""))
