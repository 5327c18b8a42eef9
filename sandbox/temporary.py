"""The end of temporary tables: with their session or, after a kill, when the sandbox starts again.

Source: docs.snowflake.com/en/user-guide/tables-temp-transient, "Temporary tables".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sandbox.lake import Lake
from sandbox.store import Store


def forget_temporary(store: Store, lake: Lake, ids: Iterable[int]) -> None:
    """Those of the tables that are still there and temporary; nothing brings them back."""
    with store.change():
        for id_ in sorted(ids):
            table = store.get(id_)
            if table is not None and table.session:
                store.remove(table)
                store.on_commit(partial(lake.drop, id_))
