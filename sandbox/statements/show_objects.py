"""SHOW [TERSE] OBJECTS: tables and views together.

Columns: docs.snowflake.com/en/sql-reference/sql/show-objects.
"""

from __future__ import annotations

from sandbox.context import Context
from sandbox.listings import Listed, moment, owner_name, place, row_count
from sandbox.listings import objects as visible_objects
from sandbox.results import Result, listing
from sandbox.statements.filters import Filter, read_filter
from sandbox.statements.parameters import effective
from sandbox.statements.show import columns_named, scope
from sandbox.tokens import Tokens


def objects(ctx: Context, tokens: Tokens) -> Result:
    rows = [
        (
            moment(o.thing.created),
            o.thing.name,
            o.database,
            o.schema,
            o.thing.kind,
            o.thing.comment,
            o.thing.props.get("cluster_by", ""),
            row_count(ctx.lake, o.thing),
            0 if o.thing.kind == "TABLE" else None,
            owner_name(o.eyes, o.thing),
            str(effective(ctx.store, o.thing, "DATA_RETENTION_TIME_IN_DAYS")),
            "ROLE",
        )
        for o in _picked(ctx, read_filter(tokens, ("SCHEMA",)))
    ]
    return listing(
        columns_named(
            "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time "
            "owner_role_type"
        ),
        rows,
    )


def terse(ctx: Context, tokens: Tokens) -> Result:
    rows = [
        (moment(o.thing.created), o.thing.name, o.thing.kind, o.database, o.schema)
        for o in _picked(ctx, read_filter(tokens, ("SCHEMA",)))
    ]
    return listing(columns_named("created_on name kind database_name schema_name"), rows)


def _picked(ctx: Context, found: Filter) -> list[Listed]:
    return found.pick(visible_objects(ctx.eyes(), *scope(ctx, found), "TABLE", "VIEW"), lambda o: o.thing.name, place)
