"""SHOW TRANSACTIONS"""

from __future__ import annotations

import datetime

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Column, Result, listing
from sandbox.scripting.immediate import engine_of
from sandbox.sftypes import INTEGER, LTZ
from sandbox.tokens import Tokens


def transactions(ctx: Context, tokens: Tokens) -> Result:
    """The open transactions of the user's sessions; `IN ACCOUNT` those of everybody, for ACCOUNTADMIN."""
    everybody = tokens.accept("IN", "ACCOUNT")
    tokens.end()
    if everybody and ctx.store.at(ctx.session.role).name != "ACCOUNTADMIN":
        raise fail("privileges", kind="account", name=ctx.account().props["locator"])
    columns = [
        Column("id", INTEGER), Column("user"), Column("session", INTEGER), Column("name"), Column("started_on", LTZ),
        Column("state"), Column("scope", INTEGER),
    ]  # fmt: skip
    rows = []
    for session in engine_of(ctx).open_sessions(ctx.session.account):
        opened = session.transaction
        if opened is not None and (everybody or session.user == ctx.session.user):
            started = datetime.datetime.fromtimestamp(opened.id / 1e9, datetime.UTC)
            user = ctx.store.at(session.user).name
            rows.append((opened.id, user, session.id, opened.name, started, "running", 0))
    return listing(columns, rows)
