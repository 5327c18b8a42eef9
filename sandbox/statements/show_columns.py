"""SHOW COLUMNS."""

from __future__ import annotations

import json
from typing import Any

from sandbox.catalog import find_relation
from sandbox.context import Context
from sandbox.listings import Listed, objects, place
from sandbox.results import Result, listing
from sandbox.sftypes import parse_type
from sandbox.statements.columns import identity_text
from sandbox.statements.filters import MOST, Filter, read_filter, true_false
from sandbox.statements.show import Row, columns_named, scope
from sandbox.tokens import Tokens


def columns(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("TABLE", "VIEW"))
    rows: list[Row] = []
    for o in sorted(_tables_for_columns(ctx, found), key=lambda o: (*place(o), o.thing.name)):
        for column in o.thing.props["columns"]:
            if found.like is None or found.pick([column["name"]], str):
                rows.append(
                    (
                        o.thing.name,
                        o.schema,
                        column["name"],
                        json.dumps(wire_json(column), separators=(",", ":")),
                        true_false(column.get("nullable", True)),
                        column.get("default") or "",
                        "COLUMN",
                        "",
                        column.get("comment") or "",
                        o.database,
                        identity_text(column) or "",
                        None,
                    )
                )
    return listing(
        columns_named(
            "table_name schema_name column_name data_type null? default kind expression comment database_name "
            "autoincrement schema_evolution_record"
        ),
        rows[:MOST],
    )


def _tables_for_columns(ctx: Context, found: Filter) -> list[Listed]:
    if found.scope in ("TABLE", "VIEW") and found.parts:
        relation = find_relation(ctx.eyes(), found.parts, what="SHOW COLUMNS")
        database = found.parts[0] if len(found.parts) == 3 else str(ctx.session.database)
        return [Listed(relation.thing, relation.schema.name, database, relation.eyes)]
    within, schema = scope(ctx, found)
    return list(objects(ctx.eyes(), within, schema, "TABLE", "VIEW"))


def wire_json(column: dict[str, Any]) -> dict[str, Any]:
    """The type as SHOW COLUMNS prints it."""
    kind = parse_type(column["type"])
    nullable = column.get("nullable", True)
    if kind.name == "NUMBER":
        return {"type": "FIXED", "precision": kind.size, "scale": kind.scale, "nullable": nullable}
    if kind.name == "VARCHAR":
        return {
            "type": "TEXT",
            "length": kind.size,
            "byteLength": kind.wire()["byteLength"],
            "nullable": nullable,
            "fixed": False,
        }
    found: dict[str, Any] = {"type": "REAL" if kind.name == "FLOAT" else kind.name, "nullable": nullable}
    if kind.name.startswith("TIME"):
        found |= {"precision": 0, "scale": kind.scale}
    return found
