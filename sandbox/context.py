"""What a statement has to work with: the catalog, the rows, the session, its text and its bindings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.lake import Lake
from sandbox.results import Result
from sandbox.rights import Eyes, eyes_of
from sandbox.sessions import Session
from sandbox.store import Store, Thing


class Engine(Protocol):
    """What runs statements: for those that consist of others."""

    def execute(
        self,
        session: Session,
        sql: str,
        query: str,
        bindings: dict[str, Any] | None = None,
        describe: bool = False,
        request: str = "",
    ) -> Result: ...

    def branch(self, session: Session) -> Session:
        """A session of its own for a job that runs beside this one, with the same user, role, place and settings."""

    def end_session(self, session: Session) -> None: ...

    def open_sessions(self, account: int) -> list[Session]:
        """Everybody who is logged in to the account."""


@dataclass
class Context:
    """One statement of one session. `bindings` as the drivers send them; `describe` asks for columns only."""

    store: Store
    lake: Lake
    session: Session
    sql: str
    bindings: dict[str, Any] = field(default_factory=dict)
    describe: bool = False
    engine: Engine | None = None
    request: str = ""

    def eyes(self) -> Eyes:
        return eyes_of(self.store, self.session)

    def account(self) -> Thing:
        return self.store.at(self.session.account)
