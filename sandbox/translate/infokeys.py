"""INFORMATION_SCHEMA on keys: TABLE_CONSTRAINTS and REFERENTIAL_CONSTRAINTS.

Columns: docs.snowflake.com/en/sql-reference/info-schema/table_constraints and referential_constraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.listings import Listed, moment, objects
from sandbox.rights import Eyes
from sandbox.store import Store

Rows = list[tuple[Any, ...]]
Constraint = dict[str, Any]


def _constraints(eyes: Eyes, database: str) -> Iterator[tuple[Listed, Constraint]]:
    for o in objects(eyes, database, None, "TABLE"):
        if not o.eyes.direct:
            yield from ((o, constraint) for constraint in o.thing.props.get("constraints", []))


def _table_constraints(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o, c in _constraints(eyes, database):
        at = moment(o.thing.created)
        place = (o.database, o.schema)
        rely = "YES" if c.get("rely") else "NO"
        out.append((*place, c["name"], *place, o.thing.name, c["kind"], "NO", "YES", "NO", None, at, at, rely))
    return out


def _referential_constraints(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o, c in _constraints(eyes, database):
        if c["kind"] == "FOREIGN KEY":
            at = moment(o.thing.created)
            rules = ("FULL", c["update"], c["delete"])
            out.append((o.database, o.schema, c["name"], *_referenced(eyes.store, c), *rules, None, at, at))
    return out


def _referenced(store: Store, foreign: Constraint) -> tuple[str | None, str | None, str | None]:
    """Database, schema and name of the key that a foreign key points to; nothing once its table is gone."""
    table = store.get(foreign["table"])
    if table is None:
        return None, None, None
    schema = store.at(table.parent)
    keys = [k for k in table.props.get("constraints", []) if sorted(k["columns"]) == sorted(foreign["referenced"])]
    return store.at(schema.parent).name, schema.name, keys[0]["name"] if keys else None


VIEWS = {
    "TABLE_CONSTRAINTS": (
        "CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE "
        "IS_DEFERRABLE INITIALLY_DEFERRED ENFORCED COMMENT CREATED! LAST_ALTERED! RELY",
        _table_constraints,
    ),
    "REFERENTIAL_CONSTRAINTS": (
        "CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG UNIQUE_CONSTRAINT_SCHEMA "
        "UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE COMMENT CREATED! LAST_ALTERED!",
        _referential_constraints,
    ),
}
