"""Catalog and rows agree: after a kill, or an ALTER TABLE that failed half-way, the lake follows the catalog."""

from __future__ import annotations

from sandbox.lake import Lake, column_sql
from sandbox.names import from_lake
from sandbox.store import Store, Thing


def agree(store: Store, lake: Lake) -> None:
    """At the start: every table has the columns that the catalog names, and no others."""
    found: dict[int, list[str]] = {}
    for owner, name in lake.columns():
        found.setdefault(owner, []).append(name)
    for id_ in store.ids("TABLE"):
        table = store.at(id_)
        names = [c["name"] for c in table.props["columns"]]
        if id_ in found and [from_lake(n) for n in found[id_]] != names:
            follow(lake, id_, names)
            _forget_dropped(store, table, {from_lake(n) for _, n in lake.columns(id_)})


def follow(lake: Lake, table: int, names: list[str]) -> None:
    """Takes back in the lake what the catalog does not know: a column that was added, a name that was changed."""
    have = [from_lake(name) for _, name in lake.columns(table)]
    for name in have if len(have) > len(names) else ():
        if name not in names:
            lake.alter(table, f"DROP COLUMN {column_sql(name)}")
    if len(have) == len(names):
        for name, wanted in zip(have, names, strict=True):
            if name != wanted:
                lake.alter(table, f"RENAME COLUMN {column_sql(name)} TO {column_sql(wanted)}")


def _forget_dropped(store: Store, table: Thing, have: set[str]) -> None:
    """A column whose rows are gone was being dropped: the drop is brought to its end."""
    gone = {c["name"] for c in table.props["columns"]} - have
    if gone:
        table.props["columns"] = [c for c in table.props["columns"] if c["name"] not in gone]
        known = table.props.get("constraints", [])
        table.props["constraints"] = [c for c in known if gone.isdisjoint(c["columns"])]
        store.save(table)
