"""Somebody else at work in an account: statements that no driver sent."""

from __future__ import annotations

from sandbox.catalog import find_account
from sandbox.engine import Sandbox
from sandbox.errors import SandboxError
from sandbox.faults.armed import NotArmed
from sandbox.sessions import Session, query_id


def act(sandbox: Sandbox, account: str, role: str, statements: list[str]) -> list[str]:
    """Runs them in order in a session of their own; what each came to: `ok`, or code and text. Raises NotArmed when
    there is no such account or role, or nobody who could act."""
    home = find_account(sandbox.store, account)
    if home is None:
        raise NotArmed(f"there is no account {account!r}")
    thing = sandbox.store.find(home.id, "ROLE", role.upper())
    users = sandbox.store.every(home.id, "USER")
    if thing is None or not users:
        raise NotArmed(f"account {account} has no role {role} or no user")
    session = sandbox.new_session(home.id, users[0].id, thing.id)
    try:
        return [_one(sandbox, session, sql) for sql in statements]
    finally:
        sandbox.end_session(session)


def _one(sandbox: Sandbox, session: Session, sql: str) -> str:
    try:
        sandbox.execute(session, sql, query_id())
    except SandboxError as error:
        return f"{error.code:06d} {error.text}"
    return "ok"
