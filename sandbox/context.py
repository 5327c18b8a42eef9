"""What a statement has to work with: the catalog, the rows, the session, its text and its bindings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.catalog import Eyes, eyes_of
from sandbox.lake import Lake
from sandbox.sessions import Session
from sandbox.store import Store, Thing


@dataclass
class Context:
    """One statement of one session. `bindings` as the drivers send them; `describe` asks for columns only."""

    store: Store
    lake: Lake
    session: Session
    sql: str
    bindings: dict[str, Any] = field(default_factory=dict)
    describe: bool = False

    def eyes(self) -> Eyes:
        return eyes_of(self.store, self.session)

    def account(self) -> Thing:
        return self.store.at(self.session.account)
