"""One sandbox: its files, its sessions, its log; and the execution of a statement."""

from __future__ import annotations

import sys
import time
import traceback
from functools import partial
from pathlib import Path
from typing import IO, Any

import duckdb

from sandbox import history
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.faults.armed import Armory
from sandbox.faults.facts import of_statement
from sandbox.faults.inside import Inner, carried_out
from sandbox.faults.past import Past
from sandbox.lake import Lake
from sandbox.log import KEPT, Entry, Log
from sandbox.preferences import of_session
from sandbox.results import Result
from sandbox.running import translated
from sandbox.sessions import Session, Sessions
from sandbox.statements.dispatch import run
from sandbox.statements.future import apply
from sandbox.store import Store
from sandbox.temporary import forget_temporary

# What the log says of a statement that brought out a mistake of ours.
INTERNAL = ("370001", "XX000")
CATALOG, ROWS, STAGES = "catalog.sqlite3", "rows.duckdb", "stages"


class Sandbox:
    """Everything that lives as long as the process. `latency` is waited before each request of a driver, in seconds;
    `log` statements are remembered."""

    def __init__(self, directory: Path, latency: float = 0.0, log: int = KEPT) -> None:
        self.store = Store(directory / CATALOG)
        self.store.added = partial(apply, self.store)
        self.store.removing = partial(history.bury, self.store)
        self.store.revoking = partial(history.take_down, self.store)
        self.store.stages = directory / STAGES
        self.lake = Lake(directory / ROWS)
        self.sessions = Sessions()
        self.latency = latency
        self.directory_lock: IO[str] | None = None
        self.log = Log(log)
        self.armory = Armory()
        self.past = Past()

    def close(self) -> None:
        for session in self.sessions.every():
            self.end_session(session)
        self.lake.close()
        self.store.close()
        if self.directory_lock:
            self.directory_lock.close()

    def new_session(self, account: int, user: int, role: int) -> Session:
        session = Session(self.sessions.next_id(), account, user, role, self.lake.cursor(), self.log.since)
        session.shared = self.sessions.results_of(account, user)
        return session

    def open_sessions(self, account: int) -> list[Session]:
        return [session for session in self.sessions.every() if session.account == account]

    def branch(self, session: Session) -> Session:
        """A session of its own for a job that runs beside this one, with the same user, role, place and settings."""
        new = self.new_session(session.account, session.user, session.role)
        new.database, new.schema, new.warehouse = session.database, session.schema, session.warehouse
        new.secondary, new.restricted = session.secondary, session.restricted
        new.by_access_token = session.by_access_token
        new.parameters, new.variables = session.parameters.copy(), dict(session.variables)
        new.apart, new.outside = True, session.outside
        new.within, new.temporary = session.within or session.id, session.temporary
        return new

    def end_session(self, session: Session) -> None:
        """What was not committed is lost, its claims on tables are given back, and its temporary tables go."""
        self.sessions.close(session)
        session.cursor.interrupt()
        with session.lock:
            self.lake.release(session.id)
            session.cursor.close()
        if not session.apart:
            forget_temporary(self.store, self.lake, session.temporary)

    def execute(
        self,
        session: Session,
        sql: str,
        query: str,
        bindings: dict[str, Any] | None = None,
        describe: bool = False,
        request: str = "",
    ) -> Result:
        """Carries out one statement, one at a time per session, and writes it into the log."""
        with session.lock, session.doing(query), of_session(session.parameters):
            entry = self._entry(session, sql, query, request)

            def action(store: Store) -> Result:
                return run(Context(store, self.lake, session, sql, bindings or {}, describe, self, request))

            inner = Inner(self, session, of_statement(sql, entry["account"], entry["user"]), action, describe)
            code, sqlstate = INTERNAL
            try:
                if session.is_canceled():
                    raise fail("canceled")
                result = _known_errors(inner)
                code, sqlstate = "000000", "00000"
            except SandboxError as error:
                code, sqlstate = f"{error.code:06d}", error.sqlstate
                raise
            finally:
                self.log.write(entry, code, sqlstate, fault=",".join(inner.faults), executed=inner.ran > 0)
            if not describe:
                session.remember(query, result)
            return result

    def trouble(self, what: str, error: Exception) -> None:
        """A mistake of the sandbox itself: told on standard error, with the statement that brought it out."""
        print(f"sandbox: internal error at {what}", file=sys.stderr)
        traceback.print_exception(error)

    # --- log
    def who(self, session: Session) -> dict[str, str]:
        """Whose session it is, in names."""
        account = self.store.at(session.account)
        role, user = self.store.get(session.role), self.store.get(session.user)
        return {
            "account": account.name,
            "locator": account.props["locator"],
            "user": user.name if user else "",
            "role": role.name if role else "",
        }

    def _entry(self, session: Session, sql: str, query: str, request: str) -> Entry:
        known = {"session": session.id, "request_id": request, "query_id": query, "sql": sql, "at": time.time()}
        place = {"database": session.database, "schema": session.schema, "warehouse": session.warehouse}
        tag = str(session.parameters.get("QUERY_TAG") or "")
        return {**self.who(session), **known, **place, "tag": tag}


def _known_errors(inner: Inner) -> Result:
    """The result; what DuckDB or Python complain about is told in Snowflake's terms."""
    try:
        return carried_out(inner)
    except duckdb.Error as error:
        raise translated(error) from error
    except RecursionError as error:
        raise fail("compilation", detail="statement is nested too deeply") from error
