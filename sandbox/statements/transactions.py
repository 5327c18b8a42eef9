"""BEGIN, COMMIT, ROLLBACK, and sessions without autocommit."""

from __future__ import annotations

from sandbox.context import Context
from sandbox.results import TRANSACTION, Result, done
from sandbox.sessions import Transaction, query_id
from sandbox.tokens import Tokens


def begin(ctx: Context, tokens: Tokens) -> Result:
    """`BEGIN [WORK | TRANSACTION] [NAME n]`, `START TRANSACTION`; inside a transaction it does nothing."""
    if tokens.next().text.upper() == "START":
        tokens.expect("TRANSACTION")
    else:
        tokens.accept_any("WORK", "TRANSACTION")
    name = tokens.identifier() if tokens.accept("NAME") else ""
    tokens.end()
    _open(ctx, name)
    return done(TRANSACTION)


def commit(ctx: Context, tokens: Tokens) -> Result:
    _read_end(tokens)
    end(ctx, commit=True)
    return done(TRANSACTION)


def rollback(ctx: Context, tokens: Tokens) -> Result:
    _read_end(tokens)
    end(ctx, commit=False)
    return done(TRANSACTION)


def _read_end(tokens: Tokens) -> None:
    tokens.next()
    tokens.accept("WORK")
    tokens.end()


def begin_implicitly(ctx: Context) -> None:
    """A session without autocommit opens a transaction with its first change."""
    if not ctx.session.autocommit():
        _open(ctx)


def _open(ctx: Context, name: str = "") -> None:
    if not ctx.session.in_transaction:
        ctx.session.cursor.execute("BEGIN TRANSACTION")
        ctx.session.transaction = Transaction(name or query_id())
        ctx.session.journal.clear()


def end(ctx: Context, commit: bool) -> None:
    """Ends the open transaction, if any, and gives back the tables it had claimed."""
    session = ctx.session
    if not session.in_transaction:
        return
    try:
        session.cursor.execute("COMMIT" if commit else "ROLLBACK")
    finally:
        session.transaction = None
        session.journal.clear()
        ctx.lake.release(session.id)
