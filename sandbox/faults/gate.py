"""Stands before the application: a request that a fault waits for does not come through unhurt."""

from __future__ import annotations

import re
from typing import Any

from sandbox.engine import Sandbox
from sandbox.faults.answers import Answer, App, Receive, Send, again, ask, body_in, of_json
from sandbox.faults.armed import Armed, Armory
from sandbox.faults.facts import Facts, facts_of, plain
from sandbox.faults.memory import Memory
from sandbox.faults.ways import WAYS, Strike, comes_after
from sandbox.http.wire import refusal

_LOOK = re.compile(rb'"sqlText"\s*:\s*"\s*(show|desc)', re.IGNORECASE)


class Gate:
    """An ASGI application around another one. While nothing is armed it only remembers what SHOW answered."""

    def __init__(self, app: App, sandbox: Sandbox, armory: Armory) -> None:
        self.app, self.sandbox, self.armory = app, sandbox, armory
        self.memory = Memory()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/sandbox/"):
            await self.app(scope, receive, send)
            return
        body = await body_in(receive)
        if not self.armory.armed() and not _LOOK.search(plain(body)):
            await self.app(scope, again(body), send)
            return
        facts = facts_of(scope["path"], body, *self._who(scope))
        answer = await self._through(self.armory.due(facts), scope, body, facts)
        if answer is not None:
            await answer.send(send)

    def _who(self, scope: dict[str, Any]) -> tuple[str, str]:
        """Account and user of the request's session, empty before login."""
        header = next((v for k, v in scope["headers"] if k == b"authorization"), b"").decode("latin-1")
        session = self.sandbox.sessions.by_token(header.partition('Token="')[2].partition('"')[0])
        if session is None:
            return "", ""
        user = self.sandbox.store.get(session.user)
        return self.sandbox.store.at(session.account).name, user.name if user else ""

    async def _through(self, due: list[Armed], scope: dict[str, Any], body: bytes, facts: Facts) -> Answer | None:
        """The answer to send; None when the connection is broken already."""
        answer: Answer | None = None
        for armed in due:
            strike = Strike(armed, self.armory, self.sandbox, self.app, scope, body, facts, self.memory, answer)
            if comes_after(armed):
                answer = await strike.go_on()
                self.memory.note(facts, answer)
            try:
                hurt = await WAYS[armed.fault.way](strike)
            except Exception as error:
                self.sandbox.trouble(f"fault {armed.fault.name}", error)
                return of_json(refusal(390400, f"The fault {armed.fault.name} failed: {error}"), 400)
            if armed.fault.way not in ("latency", "hold", "external"):
                return hurt
        if answer is None:
            answer = await ask(self.app, scope, body)
            self.memory.note(facts, answer)
        return answer
