"""Somebody else at work in an account: statements that no driver sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.catalog import find_account
from sandbox.encode import rowset
from sandbox.errors import SandboxError
from sandbox.faults.armed import NotArmed
from sandbox.sessions import Session, query_id

if TYPE_CHECKING:
    from sandbox.engine import Sandbox


def act(sandbox: Sandbox, account: str, role: str, statements: list[str]) -> list[str]:
    """Runs them in order in a session of their own; what each came to: `ok`, or code and text. Raises NotArmed when
    there is no such account or role, or nobody who could act."""
    with _session(sandbox, account, role) as session:
        return [_one(sandbox, session, sql) for sql in statements]


def look(sandbox: Sandbox, account: str, role: str, statements: list[str]) -> list[dict[str, Any]]:
    """Runs them in order; the names of the columns and the rows of each, as texts. Raises NotArmed as `act` does, also
    when a statement is refused."""
    with _session(sandbox, account, role) as session:
        try:
            results = [sandbox.execute(session, sql, query_id()) for sql in statements]
        except SandboxError as error:
            raise NotArmed(f"{error.code:06d} {error.text}") from error
    return [{"columns": [column.name for column in result.columns], "rows": rowset(result)} for result in results]


@contextmanager
def _session(sandbox: Sandbox, account: str, role: str) -> Iterator[Session]:
    home = find_account(sandbox.store, account)
    if home is None:
        raise NotArmed(f"there is no account {account!r}")
    thing = sandbox.store.find(home.id, "ROLE", role.upper())
    users = sandbox.store.every(home.id, "USER")
    if thing is None or not users:
        raise NotArmed(f"account {account} has no role {role} or no user")
    session = sandbox.new_session(home.id, users[0].id, thing.id)
    session.outside = True
    try:
        yield session
    finally:
        sandbox.end_session(session)


def end(sandbox: Sandbox, session: Session, what: str) -> None:
    """`session`: its token expires; `master`: the token too by which it could be renewed; `gone`: it ends."""
    if what == "gone":
        sandbox.end_session(session)
        return
    session.token_until = 0.0
    if what == "master":
        session.master_until = 0.0


def _one(sandbox: Sandbox, session: Session, sql: str) -> str:
    try:
        sandbox.execute(session, sql, query_id())
    except SandboxError as error:
        return f"{error.code:06d} {error.text}"
    return "ok"
