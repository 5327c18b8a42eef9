"""The shares that a role sees: SHOW SHARES and INFORMATION_SCHEMA.SHARES both read from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.catalog import primary_database
from sandbox.listings import moment, role_name
from sandbox.rights import Eyes, can_global, owns
from sandbox.store import Store, Thing

Row = tuple[Any, ...]
COLUMNS = "created_on kind owner_account name database_name to owner comment listing_global_name secure_objects_only"
_SHOWN_ACCOUNTS = 3


def seen(eyes: Eyes, wanted: Callable[[str], object] | None = None) -> list[Thing]:
    """None at all without IMPORT SHARE; inbound ones and those of the active role, all of them for ACCOUNTADMIN. Of all
    these those whose names are `wanted`."""
    if not can_global(eyes, "IMPORT SHARE"):
        return []
    own = [s for s in eyes.store.every(eyes.account, "SHARE", wanted) if owns(eyes, s) or _is_admin(eyes)]
    inbound = [eyes.store.at(id_) for id_ in eyes.store.shares_with(eyes.account)]
    return own + [share for share in inbound if wanted is None or wanted(share.name)]


def row(eyes: Eyes, share: Thing, complete: bool = False) -> Row:
    """What is told of a share; `to` ends after three accounts unless it is to be `complete`."""
    return _outbound(eyes, share, complete) if share.account == eyes.account else _inbound(eyes, share)


def _is_admin(eyes: Eyes) -> bool:
    return eyes.store.at(eyes.session.role).name == "ACCOUNTADMIN"


def to_text(store: Store, share: Thing, complete: bool = False) -> str:
    """At most three accounts, then how many there are."""
    names = [store.at(account).name for account in store.share_accounts(share.id)]
    if complete or len(names) <= _SHOWN_ACCOUNTS:
        return ", ".join(names)
    return ", ".join(names[:_SHOWN_ACCOUNTS]) + f", ... ({len(names)} TOTAL)"


def _outbound(eyes: Eyes, share: Thing, complete: bool) -> Row:
    database = primary_database(eyes.store, share)
    return (
        moment(share.created),
        "OUTBOUND",
        eyes.store.at(eyes.account).name,
        share.name,
        database.name if database else "",
        to_text(eyes.store, share, complete),
        role_name(eyes.store, share.owner),
        share.comment,
        "",
        _said(share),
    )


def _inbound(eyes: Eyes, share: Thing) -> Row:
    local = [m.name for m in eyes.store.mounts(share.id) if m.account == eyes.account and not m.props.get("broken")]
    provider = eyes.store.at(share.account).name
    said = (share.name, local[0] if local else "", "", "", share.comment, "", _said(share))
    return (moment(share.created), "INBOUND", provider, *said)


def _said(share: Thing) -> str:
    return "true" if share.props["secure_only"] else "false"
