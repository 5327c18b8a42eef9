"""SHOW SHARES."""

from __future__ import annotations

from sandbox import sharing
from sandbox.context import Context
from sandbox.results import Result, listing
from sandbox.statements.filters import read_filter
from sandbox.statements.show import columns_named
from sandbox.tokens import Tokens


def shares(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens)
    eyes = ctx.eyes()
    picked = found.pick(sharing.seen(eyes, found.wants), lambda share: share.name, silently=True)
    return listing(columns_named(sharing.COLUMNS), [sharing.row(eyes, share) for share in picked])
