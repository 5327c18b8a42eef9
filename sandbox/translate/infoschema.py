"""INFORMATION_SCHEMA: tables of rows made from what the session's role can see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from sandbox.catalog import find_database
from sandbox.errors import fail
from sandbox.listings import database_kind, databases, moment, objects, owner_name, schemas, text_visible
from sandbox.names import dotted
from sandbox.results import Column
from sandbox.rights import Eyes
from sandbox.sftypes import INTEGER, LTZ, TEXT, SqlType, parse_type
from sandbox.translate.infocolumns import COLUMNS, column_rows
from sandbox.translate.inline import relation_of_rows

Rows = list[tuple[Any, ...]]
Fields = list[tuple[str, SqlType]]


def _tables(eyes: Eyes, database: str) -> Rows:
    return [
        (
            o.database,
            o.schema,
            o.thing.name,
            owner_name(o.eyes, o.thing),
            "VIEW" if o.thing.kind == "VIEW" else "BASE TABLE",
            "NO",
            moment(o.thing.created),
            moment(o.thing.created),
            o.thing.comment or None,
        )
        for o in objects(eyes, database, None, "TABLE", "VIEW")
    ]


def _views(eyes: Eyes, database: str) -> Rows:
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
        for o in objects(eyes, database, None, "VIEW")
    ]


def _schemata(eyes: Eyes, database: str) -> Rows:
    return [
        (database, s.name, owner_name(inside, s), "NO", "NO", moment(s.created), moment(s.created), s.comment or None)
        for s, inside in schemas(eyes, database)
    ]


def _databases(eyes: Eyes, database: str) -> Rows:
    return [
        (
            d.name,
            owner_name(eyes, d),
            "NO",
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


def _privileges(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o in objects(eyes, database, None, "TABLE", "VIEW", "FUNCTION"):
        if o.eyes.direct:
            continue
        for p in eyes.store.privileges_on(o.thing.id):
            to = eyes.store.at(p.to)
            out.append(
                (
                    to.name,
                    o.database,
                    o.schema,
                    o.thing.name,
                    o.thing.kind,
                    p.privilege,
                    "YES" if p.grantable else "NO",
                    moment(p.created),
                )
            )
    return out


_T, _I, _L = TEXT, INTEGER, LTZ
_VIEWS: dict[str, tuple[Fields, Callable[[Eyes, str], Rows]]] = {
    "TABLES": (
        [
            ("TABLE_CATALOG", _T),
            ("TABLE_SCHEMA", _T),
            ("TABLE_NAME", _T),
            ("TABLE_OWNER", _T),
            ("TABLE_TYPE", _T),
            ("IS_TRANSIENT", _T),
            ("CREATED", _L),
            ("LAST_ALTERED", _L),
            ("COMMENT", _T),
        ],
        _tables,
    ),
    "VIEWS": (
        [
            ("TABLE_CATALOG", _T),
            ("TABLE_SCHEMA", _T),
            ("TABLE_NAME", _T),
            ("TABLE_OWNER", _T),
            ("VIEW_DEFINITION", _T),
            ("CHECK_OPTION", _T),
            ("IS_UPDATABLE", _T),
            ("INSERTABLE_INTO", _T),
            ("IS_SECURE", _T),
            ("CREATED", _L),
            ("LAST_ALTERED", _L),
            ("COMMENT", _T),
        ],
        _views,
    ),
    "COLUMNS": (COLUMNS, column_rows),
    "SCHEMATA": (
        [
            ("CATALOG_NAME", _T),
            ("SCHEMA_NAME", _T),
            ("SCHEMA_OWNER", _T),
            ("IS_TRANSIENT", _T),
            ("IS_MANAGED_ACCESS", _T),
            ("CREATED", _L),
            ("LAST_ALTERED", _L),
            ("COMMENT", _T),
        ],
        _schemata,
    ),
    "DATABASES": (
        [
            ("DATABASE_NAME", _T),
            ("DATABASE_OWNER", _T),
            ("IS_TRANSIENT", _T),
            ("COMMENT", _T),
            ("CREATED", _L),
            ("LAST_ALTERED", _L),
            ("TYPE", _T),
        ],
        _databases,
    ),
    "FUNCTIONS": (
        [
            ("FUNCTION_CATALOG", _T),
            ("FUNCTION_SCHEMA", _T),
            ("FUNCTION_NAME", _T),
            ("FUNCTION_OWNER", _T),
            ("ARGUMENT_SIGNATURE", _T),
            ("DATA_TYPE", _T),
            ("FUNCTION_LANGUAGE", _T),
            ("FUNCTION_DEFINITION", _T),
            ("IS_SECURE", _T),
            ("CREATED", _L),
            ("COMMENT", _T),
        ],
        _functions,
    ),
    "OBJECT_PRIVILEGES": (
        [
            ("GRANTEE", _T),
            ("OBJECT_CATALOG", _T),
            ("OBJECT_SCHEMA", _T),
            ("OBJECT_NAME", _T),
            ("OBJECT_TYPE", _T),
            ("PRIVILEGE_TYPE", _T),
            ("IS_GRANTABLE", _T),
            ("CREATED", _L),
        ],
        _privileges,
    ),
}


def relation(eyes: Eyes, database: str, name: str) -> exp.Subquery:
    """`database.INFORMATION_SCHEMA.name` as a derived table; nothing for views inside a share."""
    find_database(eyes, database)
    if name not in _VIEWS or eyes.share is not None:
        raise fail("missing_object", name=dotted(database, "INFORMATION_SCHEMA", name))
    fields, rows = _VIEWS[name]
    return relation_of_rows([Column(n, t) for n, t in fields], rows(eyes, database))
