"""SHOW TRANSACTIONS and SHOW LOCKS."""

from __future__ import annotations

import datetime

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Column, Result, listing
from sandbox.scripting.immediate import engine_of
from sandbox.sessions import Transaction
from sandbox.sftypes import INTEGER, LTZ
from sandbox.statements.show_grants import full_name
from sandbox.tokens import Tokens


def transactions(ctx: Context, tokens: Tokens) -> Result:
    """The open transactions of the user's sessions; `IN ACCOUNT` those of everybody, for ACCOUNTADMIN."""
    everybody = _everybody(ctx, tokens)
    columns = [
        Column("id", INTEGER), Column("user"), Column("session", INTEGER), Column("name"), Column("started_on", LTZ),
        Column("state"), Column("scope", INTEGER),
    ]  # fmt: skip
    rows = []
    for session in engine_of(ctx).open_sessions(ctx.session.account):
        opened = session.transaction
        if opened is not None and (everybody or session.user == ctx.session.user):
            started = _moment(opened)
            user = ctx.store.at(session.user).name
            rows.append((opened.id, user, session.id, opened.name, started, "running", 0))
    return listing(columns, rows)


def locks(ctx: Context, tokens: Tokens) -> Result:
    """The tables that open transactions keep for themselves; `IN ACCOUNT` those of everybody, for ACCOUNTADMIN.

    Columns: docs.snowflake.com/en/sql-reference/sql/show-locks.
    """
    everybody = _everybody(ctx, tokens)
    columns = [
        Column("resource"), Column("type"), Column("transaction", INTEGER), Column("transaction_started_on", LTZ),
        Column("status"), Column("acquired_on", LTZ), Column("query_id"), Column("session", INTEGER),
    ]  # fmt: skip
    rows = []
    held = ctx.lake.claims()
    for session in engine_of(ctx).open_sessions(ctx.session.account):
        opened = session.transaction
        for table, (_, at) in sorted((t, c) for t, c in held.items() if c[0] == session.id):
            thing = ctx.store.get(table)
            if opened and thing and (everybody or session.user == ctx.session.user):
                acquired = datetime.datetime.fromtimestamp(at, datetime.UTC)
                what = (full_name(ctx, thing), "PARTITIONS", opened.id, _moment(opened))
                rows.append((*what, "HOLDING", acquired, None, session.id))
    return listing(columns, rows)


def _everybody(ctx: Context, tokens: Tokens) -> bool:
    asked = tokens.accept("IN", "ACCOUNT")
    tokens.end()
    if asked and ctx.store.at(ctx.session.role).name != "ACCOUNTADMIN":
        raise fail("privileges", kind="account", name=ctx.account().props["locator"])
    return asked


def _moment(opened: Transaction) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(opened.id / 1e9, datetime.UTC)
