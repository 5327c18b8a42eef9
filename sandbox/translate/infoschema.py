"""INFORMATION_SCHEMA: tables of rows made from what the session's role can see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from sandbox.catalog import find_database
from sandbox.errors import fail
from sandbox.lake import SCHEMA, table_name
from sandbox.listings import database_kind, databases, moment, objects, owner_name, schemas, text_visible
from sandbox.names import dotted
from sandbox.rights import Eyes
from sandbox.sftypes import parse_type
from sandbox.store import Thing
from sandbox.translate import infofiles, infogrants, infokeys
from sandbox.translate.infocolumns import COLUMNS, column_rows, relations
from sandbox.translate.infofilter import EVERYTHING, Wanted
from sandbox.translate.inline import declared, relation_of_rows

Rows = list[tuple[Any, ...]]
_COUNTED = 300


def _tables(eyes: Eyes, database: str, wanted: Wanted) -> Rows:
    found = list(relations(eyes, database, wanted, "TABLE", "VIEW"))
    counts = _row_counts(eyes, [o.thing.id for o in found if o.thing.kind == "TABLE"])
    return [
        (
            *(o.database, o.schema, o.thing.name, owner_name(o.eyes, o.thing), _type(o.thing)),
            *(_yes(o.thing.props.get("transient")), o.thing.props.get("cluster_by"), counts.get(o.thing.id)),
            *(None, None, None, None, None, _yes(o.thing.kind == "TABLE"), "YES", None),
            *(moment(o.thing.created), moment(o.thing.created), "NO", o.thing.comment or None),
            *(_yes(o.thing.session), "NO", "NO", "NO", "NO"),
        )
        for o in found
    ]


def _type(thing: Thing) -> str:
    if thing.kind == "TABLE":
        return "LOCAL TEMPORARY" if thing.session else "BASE TABLE"
    return "MATERIALIZED VIEW" if "source" in thing.props else "VIEW"


def _row_counts(eyes: Eyes, tables: list[int]) -> dict[int, int]:
    """How many rows each of the tables has, a few hundred tables a query."""
    found: dict[int, int] = {}
    for start in range(0, len(tables), _COUNTED):
        counts = [f"SELECT {id_}, count(*) FROM {SCHEMA}.{table_name(id_)}" for id_ in tables[start : start + _COUNTED]]
        with eyes.session.cursor.cursor() as scratch:
            found |= dict(scratch.execute(" UNION ALL ".join(counts)).fetchall())
    return found


def _yes(value: object) -> str:
    return "YES" if value else "NO"


def _views(eyes: Eyes, database: str, wanted: Wanted) -> Rows:
    return [
        (
            o.database,
            o.schema,
            o.thing.name,
            owner_name(o.eyes, o.thing),
            o.thing.props["text"] if text_visible(o) else None,
            "NONE",
            "NO",
            "NO",
            "YES" if o.thing.props["secure"] else "NO",
            moment(o.thing.created),
            moment(o.thing.created),
            o.thing.comment or None,
        )
        for o in relations(eyes, database, wanted, "VIEW")
    ]


def _schemata(eyes: Eyes, database: str) -> Rows:
    return [
        (
            *(database, s.name, owner_name(inside, s), _yes(s.props.get("transient")), _yes(s.props.get("managed"))),
            *(moment(s.created), moment(s.created), s.comment or None),
        )
        for s, inside in schemas(eyes, database)
    ]


def _databases(eyes: Eyes, database: str) -> Rows:
    return [
        (
            d.name,
            owner_name(eyes, d),
            _yes(d.props.get("transient")),
            d.comment or None,
            moment(d.created),
            moment(d.created),
            database_kind(d),
        )
        for d in databases(eyes)
    ]


def _functions(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o in objects(eyes, database, None, "FUNCTION"):
        props = o.thing.props
        arguments = "(" + ", ".join(f"{name} {parse_type(kind).short()}" for name, kind in props["arguments"]) + ")"
        shown = props["body"] if text_visible(o) else None
        out.append(
            (
                o.database,
                o.schema,
                props["base"],
                owner_name(o.eyes, o.thing),
                arguments,
                props["returns_text"],
                "SQL",
                shown,
                "YES" if props["secure"] else "NO",
                moment(o.thing.created),
                o.thing.comment or None,
            )
        )
    return out


# There may be very many of these: only what the query asks for is made.
_LARGE: dict[str, tuple[str, Callable[[Eyes, str, Wanted], Rows]]] = {
    "TABLES": (
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT# "
        "SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION USER_DEFINED_TYPE_CATALOG USER_DEFINED_TYPE_SCHEMA "
        "USER_DEFINED_TYPE_NAME IS_INSERTABLE_INTO IS_TYPED COMMIT_ACTION CREATED! LAST_ALTERED! AUTO_CLUSTERING_ON "
        "COMMENT IS_TEMPORARY IS_ICEBERG IS_DYNAMIC IS_IMMUTABLE IS_HYBRID",
        _tables,
    ),
    "VIEWS": (
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE INSERTABLE_INTO "
        "IS_SECURE CREATED! LAST_ALTERED! COMMENT",
        _views,
    ),
    "COLUMNS": (COLUMNS, column_rows),
}
_VIEWS: dict[str, tuple[str, Callable[[Eyes, str], Rows]]] = {
    "SCHEMATA": (
        "CATALOG_NAME SCHEMA_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS CREATED! LAST_ALTERED! COMMENT",
        _schemata,
    ),
    "DATABASES": ("DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED! LAST_ALTERED! TYPE", _databases),
    "FUNCTIONS": (
        "FUNCTION_CATALOG FUNCTION_SCHEMA FUNCTION_NAME FUNCTION_OWNER ARGUMENT_SIGNATURE DATA_TYPE FUNCTION_LANGUAGE "
        "FUNCTION_DEFINITION IS_SECURE CREATED! COMMENT",
        _functions,
    ),
    **infofiles.VIEWS,
    **infogrants.VIEWS,
    **infokeys.VIEWS,
}


def relation(eyes: Eyes, database: str, name: str, wanted: Wanted = EVERYTHING) -> exp.Subquery:
    """`database.INFORMATION_SCHEMA.name` as a derived table; nothing for views inside a share.

    MANAGE GRANTS shows nothing here, unlike in SHOW: docs.snowflake.com/en/sql-reference/info-schema/tables.
    """
    find_database(eyes, database)
    if name not in {*_VIEWS, *_LARGE} or eyes.share is not None:
        raise fail("missing_object", name=dotted(database, "INFORMATION_SCHEMA", name))
    eyes = replace(eyes, manages=False)
    if name in _LARGE:
        columns, chosen = _LARGE[name]
        return relation_of_rows(declared(columns), chosen(eyes, database, wanted), wanted.used)
    columns, rows = _VIEWS[name]
    return relation_of_rows(declared(columns), rows(eyes, database), wanted.used)
