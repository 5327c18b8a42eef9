"""Fingerprints of what Snowflake shows of a share, so that ten thousand that did not move cost one comparison each.

A print is made of what the bulk listings (SHOW SHARES, SHOW VIEWS, SHOW USER FUNCTIONS) say, whichever statement
said it: the close look at one share and the listing of all of them come to the same print. `created` is in it because
a view that was replaced by its like is a new object, which has left every share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from shares.core.spec import Granted, Observed, ObservedFunction, ObservedShare, ObservedView

Digest = bytes


def of_share(share: ObservedShare) -> Digest:
    """Comment, database, and who is in it."""
    return _digest("share", share.created, share.comment, share.database, *sorted(share.accounts))


def of_view(view: ObservedView) -> Digest:
    return _digest("view", view.name, view.created, view.comment, str(view.secure), view.definition)


def of_function(function: ObservedFunction) -> Digest:
    """No listing prints a function's body: a changed one is a new object, and so has another time of creation."""
    return _digest("function", function.name, function.signature, function.created, function.comment)


def together(parts: Iterable[Digest]) -> str:
    """One print in hex, whatever the order of its parts."""
    return hashlib.sha256(b"".join(sorted(parts))).hexdigest()


def of_listing(observed: Observed) -> str:
    """What the listings show of this share."""
    parts = [of_view(view) for view in observed.views] + [of_function(item) for item in observed.functions]
    return together([*parts, of_share(observed.share)] if observed.share else parts)


def of_grants(grants: Iterable[Granted]) -> str:
    """What SHOW GRANTS TO SHARE shows of this share. It prints a secure view as TABLE or as VIEW."""
    return together(
        _digest("grant", item.privilege, "VIEW" if item.kind == "TABLE" else item.kind, *item.path) for item in grants
    )


def of_found(observed: Observed) -> str:
    """Who is in a share and what it shows: what somebody sees who decides to take it over."""
    if observed.share is None:
        return ""
    return together([of_share(observed.share), of_grants(observed.grants).encode()])


def of_columns(columns: Iterable[tuple[str, str]]) -> str:
    """Names and types of a source's columns: when one is dropped or retyped, views over it may not work any more."""
    return together(_digest("column", name, kind) for name, kind in columns)


def _digest(*words: str) -> Digest:
    return hashlib.sha256("\x00".join(words).encode()).digest()
