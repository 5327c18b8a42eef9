"""Stands before the application: a request that a fault waits for does not come through unhurt."""

from __future__ import annotations

import re
import time
from typing import Any

from starlette.requests import Request

from sandbox.engine import Sandbox
from sandbox.faults.answers import Answer, App, Receive, Send, again, ask, body_in, of_json
from sandbox.faults.armed import WAITS, Armed, Armory
from sandbox.faults.facts import Facts, facts_of, plain
from sandbox.faults.memory import Memory
from sandbox.faults.strike import Strike, request_id
from sandbox.faults.ways import WAYS, comes_after
from sandbox.http.sessions import token_in
from sandbox.http.wire import refusal
from sandbox.sessions import Session

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
        session = self.sandbox.sessions.by_token(token_in(Request(scope)))
        who = self.sandbox.who(session) if session else {"account": "", "user": ""}
        facts = facts_of(scope["path"], body, who["account"], who["user"])
        due = self.armory.due(facts, WAYS.__contains__)
        answer = await self._through(due, scope, body, facts, session)
        if answer is not None:
            await answer.send(send)

    async def _through(
        self, due: list[Armed], scope: dict[str, Any], body: bytes, facts: Facts, session: Session | None
    ) -> Answer | None:
        """The answer to send; None when the connection is broken already."""
        answer: Answer | None = None
        for armed in due:
            strike = Strike(
                armed, self.armory, self.sandbox, self.app, scope, body, facts, self.memory, session, answer
            )
            if comes_after(armed):
                answer = await strike.go_on()
                self.memory.note(facts, answer)
            try:
                hurt = await WAYS[armed.fault.way](strike)
            except Exception as error:
                self.sandbox.trouble(f"fault {armed.fault.name}", error)
                return of_json(refusal(390400, f"The fault {armed.fault.name} failed: {error}"), 400)
            finally:
                self._note(strike)
            if armed.fault.way not in WAITS:
                return hurt
        if answer is None:
            answer = await ask(self.app, scope, body)
            self.memory.note(facts, answer)
        return answer

    def _note(self, strike: Strike) -> None:
        """Tells the log what became of a statement that was struck: it ran, or something else answered in its place."""
        if "STATEMENT" not in strike.facts.classes or strike.session is None:
            return
        name, number = strike.armed.fault.name, request_id(strike.scope)
        if strike.answer is not None or strike.went_on:
            self.sandbox.log.mark(strike.session.id, number, name)
        elif strike.armed.fault.way not in WAITS:
            known = {"session": strike.session.id, "request_id": number, "query_id": "", "sql": strike.facts.sql}
            entry = {**self.sandbox.who(strike.session), **known, "at": time.time()}
            self.sandbox.log.write(entry, "", "", fault=name, executed=False)
