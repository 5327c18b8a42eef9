"""SHOW SHARES."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import primary_database
from sandbox.context import Context
from sandbox.listings import moment, role_name
from sandbox.results import Result, listing
from sandbox.rights import Eyes, can_global, owns
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.show import columns_named
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

_SHOWN_ACCOUNTS = 3
_SHARES = "created_on kind owner_account name database_name to owner comment listing_global_name secure_objects_only"


def shares(ctx: Context, tokens: Tokens) -> Result:
    """Nothing at all without IMPORT SHARE; inbound ones and those of the active role, all of them for ACCOUNTADMIN."""
    found = read_filter(tokens)
    eyes = ctx.eyes()
    if not can_global(eyes, "IMPORT SHARE"):
        return listing(columns_named(_SHARES), [])
    known = [s for s in ctx.store.every(eyes.account, "SHARE") if owns(eyes, s) or _is_admin(eyes)]
    known += [ctx.store.at(id_) for id_ in ctx.store.shares_with(eyes.account)]
    rows = [_row(ctx, share) for share in found.pick(known, lambda share: share.name)]
    return listing(columns_named(_SHARES), rows)


def _row(ctx: Context, share: Thing) -> tuple[Any, ...]:
    return _outbound(ctx, share) if share.account == ctx.session.account else _inbound(ctx, share)


def _is_admin(eyes: Eyes) -> bool:
    return eyes.store.at(eyes.session.role).name == "ACCOUNTADMIN"


def to_text(store: Store, share: Thing) -> str:
    """At most three accounts, then how many there are."""
    names = [store.at(account).name for account in store.share_accounts(share.id)]
    if len(names) <= _SHOWN_ACCOUNTS:
        return ", ".join(names)
    return ", ".join(names[:_SHOWN_ACCOUNTS]) + f", ... ({len(names)} TOTAL)"


def _outbound(ctx: Context, share: Thing) -> tuple[Any, ...]:
    database = primary_database(ctx.store, share)
    return (
        moment(share.created),
        "OUTBOUND",
        ctx.account().name,
        share.name,
        database.name if database else "",
        to_text(ctx.store, share),
        role_name(ctx.store, share.owner),
        share.comment,
        "",
        true_false(share.props["secure_only"]),
    )


def _inbound(ctx: Context, share: Thing) -> tuple[Any, ...]:
    account = ctx.session.account
    local = [m.name for m in ctx.store.mounts(share.id) if m.account == account and not m.props.get("broken")]
    return (
        moment(share.created),
        "INBOUND",
        ctx.store.at(share.account).name,
        share.name,
        local[0] if local else "",
        "",
        "",
        share.comment,
        "",
        true_false(share.props["secure_only"]),
    )
