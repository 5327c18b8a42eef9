"""SNOWFLAKE.ACCOUNT_USAGE: what an account has and had, as late as Snowflake tells it.

Columns and latency: docs.snowflake.com/en/sql-reference/account-usage and its page for each view. Columns that need
what is not kept here (credits, bytes, ids of instances) are left out rather than filled with something.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from sandbox.catalog import primary_database
from sandbox.errors import fail
from sandbox.history import entries, grants
from sandbox.listings import database_kind, moment
from sandbox.names import dotted
from sandbox.rights import Eyes, can
from sandbox.sftypes import parse_type
from sandbox.translate.inline import declared, relation_of_rows

DATABASE, SCHEMA = "SNOWFLAKE", "ACCOUNT_USAGE"
# A row begins with when it came to be and when it ended; both are compared with the lag, then dropped.
Lines = Iterator[tuple[float, float | None, tuple[Any, ...]]]
Maker = Callable[[Eyes], Lines]


class End:
    """Stands in a row for the time of its end, which is not known before the lag is over."""


END = End()


def _shares(eyes: Eyes) -> Lines:
    for e in entries(eyes.store, eyes.account, "SHARE"):
        thing = eyes.store.get(e.id)
        database = primary_database(eyes.store, thing) if thing else None
        accounts = [eyes.store.at(a).name for a in eyes.store.share_accounts(e.id)] if thing else e.props["accounts"]
        row = (
            *(moment(e.created), moment(e.created), END, e.name, e.owner, e.comment),
            *(database.name if database else None, str(e.props.get("secure_objects_only", True)).lower()),
            *(", ".join(accounts), None),
        )
        yield e.created, e.deleted, row


def _grants_to_shares(eyes: Eyes) -> Lines:
    for g, deleted in grants(eyes.store, eyes.account, "SHARE"):
        at = moment(g["created"])
        names = [*g["path"], g["name"]]
        database = names[0] if g["on"] != "SHARE" else None
        schema = names[1] if len(names) > 1 else None
        row = (at, at, END, g["privilege"], g["on"], g["name"], database, schema, g["grantee"], g["by"], "ROLE")
        yield g["created"], deleted, row


def _grants_to_roles(eyes: Eyes) -> Lines:
    for kind in ("ROLE", "DATABASE ROLE"):
        for g, deleted in grants(eyes.store, eyes.account, kind):
            at = moment(g["created"])
            place = (*g["path"], None, None)[:2]
            to = kind.replace(" ", "_")
            row = (
                *(at, at, g["privilege"], g["on"].replace(" ", "_"), g["name"], *place, to, g["grantee"]),
                *(g["grantable"], g["by"] or None, END, "ROLE"),
            )
            yield g["created"], deleted, row


def _grants_to_users(eyes: Eyes) -> Lines:
    for g, deleted in grants(eyes.store, eyes.account, "USER"):
        row = (moment(g["created"]), END, g["name"], "USER", g["grantee"], g["by"] or None)
        yield g["created"], deleted, row


def _views(eyes: Eyes) -> Lines:
    for e in entries(eyes.store, eyes.account, "VIEW"):
        at = moment(e.created)
        row = (
            *(e.id, e.name, e.path[-1], e.path[0], e.owner, e.props["text"], "NONE", "NO", "NO"),
            *("YES" if e.props["secure"] else "NO", at, at, END, e.comment or None),
        )
        yield e.created, e.deleted, row


def _tables(eyes: Eyes) -> Lines:
    for kind, said in (("TABLE", "BASE TABLE"), ("VIEW", "VIEW")):
        for e in entries(eyes.store, eyes.account, kind):
            at = moment(e.created)
            shown = "MATERIALIZED VIEW" if "source" in e.props else said
            row = (
                *(e.id, e.name, e.path[-1], e.path[0], e.owner, shown, _yes(e.props.get("transient"))),
                *(e.props.get("cluster_by"), at, at, END, e.comment or None),
            )
            yield e.created, e.deleted, row


def _columns(eyes: Eyes) -> Lines:
    for kind in ("TABLE", "VIEW"):
        for e in entries(eyes.store, eyes.account, kind):
            for position, c in enumerate(e.props["columns"], start=1):
                type_ = parse_type(c["type"])
                row = (
                    *(c["name"], e.id, e.name, e.path[-1], e.path[0], position, c.get("default")),
                    *(_yes(c.get("nullable", True)), "TEXT" if type_.name == "VARCHAR" else type_.name),
                    *(c.get("comment") or None, END),
                )
                yield e.created, e.deleted, row


def _databases(eyes: Eyes) -> Lines:
    for e in entries(eyes.store, eyes.account, "DATABASE"):
        at = moment(e.created)
        thing = eyes.store.get(e.id)
        kind = database_kind(thing) if thing else "STANDARD"
        row = (e.id, e.name, e.owner, _yes(e.props.get("transient")), e.comment or None, at, at, END, kind)
        yield e.created, e.deleted, row


def _schemata(eyes: Eyes) -> Lines:
    for e in entries(eyes.store, eyes.account, "SCHEMA"):
        at = moment(e.created)
        flags = (_yes(e.props.get("transient")), _yes(e.props.get("managed")))
        yield e.created, e.deleted, (e.id, e.name, e.path[0], e.owner, *flags, e.comment or None, at, at, END)


def _roles(eyes: Eyes) -> Lines:
    for kind in ("ROLE", "DATABASE ROLE"):
        for e in entries(eyes.store, eyes.account, kind):
            place = e.path[0] if e.path else None
            said = kind.replace(" ", "_")
            yield e.created, e.deleted, (e.id, moment(e.created), END, e.name, e.comment, e.owner, said, place)


def _users(eyes: Eyes) -> Lines:
    for e in entries(eyes.store, eyes.account, "USER"):
        yield e.created, e.deleted, (e.id, e.name, moment(e.created), END, e.owner, e.comment or None)


def _queries(eyes: Eyes) -> Lines:
    account = eyes.store.at(eyes.account).name
    for entry in eyes.session.log():
        if entry["account"] == account:
            failed = entry["code"] != "000000"
            ended = entry["at"] + entry["seconds"]
            row = (
                *(entry["query_id"], entry["sql"], entry["session"], entry["user"], entry["role"]),
                *("FAIL" if failed else "SUCCESS", entry["code"] if failed else None),
                *(moment(entry["at"]), moment(ended), round(entry["seconds"] * 1000)),
            )
            yield ended, None, row


def _yes(value: object) -> str:
    return "YES" if value else "NO"


# Name → documented latency in minutes, columns (`!` an instant, `#` a number), rows.
VIEWS: dict[str, tuple[int, str, Maker]] = {
    "SHARES": (
        180,
        "CREATED_ON! MODIFIED_ON! DELETED_ON! NAME OWNER COMMENT DATABASE_NAME SECURE_OBJECTS_ONLY TARGET_ACCOUNTS "
        "LISTING_GLOBAL_NAME",
        _shares,
    ),
    "GRANTS_TO_SHARES": (
        180,
        "CREATED_ON! MODIFIED_ON! DELETED_ON! PRIVILEGE GRANTED_ON OBJECT_NAME OBJECT_DATABASE OBJECT_SCHEMA "
        "SHARE_NAME GRANTED_BY GRANTED_BY_ROLE_TYPE",
        _grants_to_shares,
    ),
    "GRANTS_TO_ROLES": (
        120,
        "CREATED_ON! MODIFIED_ON! PRIVILEGE GRANTED_ON NAME TABLE_CATALOG TABLE_SCHEMA GRANTED_TO GRANTEE_NAME "
        "GRANT_OPTION GRANTED_BY DELETED_ON! GRANTED_BY_ROLE_TYPE",
        _grants_to_roles,
    ),
    "GRANTS_TO_USERS": (120, "CREATED_ON! DELETED_ON! ROLE GRANTED_TO GRANTEE_NAME GRANTED_BY", _grants_to_users),
    "VIEWS": (
        90,
        "TABLE_ID# TABLE_NAME TABLE_SCHEMA TABLE_CATALOG TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE "
        "INSERTABLE_INTO IS_SECURE CREATED! LAST_ALTERED! DELETED! COMMENT",
        _views,
    ),
    "TABLES": (
        90,
        "TABLE_ID# TABLE_NAME TABLE_SCHEMA TABLE_CATALOG TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY CREATED! "
        "LAST_ALTERED! DELETED! COMMENT",
        _tables,
    ),
    "COLUMNS": (
        90,
        "COLUMN_NAME TABLE_ID# TABLE_NAME TABLE_SCHEMA TABLE_CATALOG ORDINAL_POSITION# COLUMN_DEFAULT IS_NULLABLE "
        "DATA_TYPE COMMENT DELETED!",
        _columns,
    ),
    "DATABASES": (
        180,
        "DATABASE_ID# DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED! LAST_ALTERED! DELETED! TYPE",
        _databases,
    ),
    "SCHEMATA": (
        120,
        "SCHEMA_ID# SCHEMA_NAME CATALOG_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS COMMENT CREATED! "
        "LAST_ALTERED! DELETED!",
        _schemata,
    ),
    "ROLES": (120, "ROLE_ID# CREATED_ON! DELETED_ON! NAME COMMENT OWNER ROLE_TYPE ROLE_DATABASE_NAME", _roles),
    "USERS": (120, "USER_ID# NAME CREATED_ON! DELETED_ON! OWNER COMMENT", _users),
    "QUERY_HISTORY": (
        45,
        "QUERY_ID QUERY_TEXT SESSION_ID# USER_NAME ROLE_NAME EXECUTION_STATUS ERROR_CODE START_TIME! END_TIME! "
        "TOTAL_ELAPSED_TIME#",
        _queries,
    ),
}


def is_usage(eyes: Eyes, parts: list[str]) -> bool:
    """Whether a name of two or three parts means a view of SNOWFLAKE.ACCOUNT_USAGE."""
    return len(parts) > 1 and parts[-2] == SCHEMA and (parts[0] if len(parts) == 3 else eyes.database) == DATABASE


def relation(eyes: Eyes, name: str) -> exp.Subquery:
    """The view as a derived table; for roles with imported privileges on the database SNOWFLAKE."""
    database = eyes.store.find(eyes.account, "DATABASE", DATABASE)
    if database is None or name not in VIEWS or eyes.share is not None or not can(eyes, "USAGE", database):
        raise fail("missing_object", name=dotted(DATABASE, SCHEMA, name))
    minutes, columns, make = VIEWS[name]
    until = time.time() - 60 * _lag(eyes, name, minutes)
    rows = [
        tuple(_end(ended, until) if value is END else value for value in row)
        for created, ended, row in make(eyes)
        if created <= until
    ]
    return relation_of_rows(declared(columns), rows)


def _end(ended: float | None, until: float) -> object:
    return moment(ended) if ended is not None and ended <= until else None


def _lag(eyes: Eyes, name: str, documented: int) -> float:
    """Minutes: one number for all views of the account, or one for each; else Snowflake's own."""
    wanted = eyes.store.at(eyes.account).props.get("usage_lag_minutes")
    if isinstance(wanted, dict):
        wanted = wanted.get(name)
    return documented if wanted is None else float(wanted)
