"""Table functions of INFORMATION_SCHEMA: TAG_REFERENCES, TAG_REFERENCES_ALL_COLUMNS, POLICY_REFERENCES, QUERY_HISTORY.

Columns: docs.snowflake.com/en/sql-reference/functions/tag_references and its neighbours.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from sandbox.catalog import INFORMATION_SCHEMA, find_database, find_visible
from sandbox.errors import fail
from sandbox.listings import objects
from sandbox.rights import Eyes
from sandbox.store import Thing
from sandbox.tagging import Tagged, effective, named, place, relation
from sandbox.tokens import Tokens
from sandbox.translate import infohistory
from sandbox.translate.inline import declared, relation_of_rows

Row = tuple[Any, ...]
Arguments = dict[str, str | None]
_TAGS = (
    "TAG_DATABASE TAG_SCHEMA TAG_NAME TAG_VALUE APPLY_METHOD LEVEL OBJECT_DATABASE OBJECT_SCHEMA OBJECT_NAME DOMAIN "
    "COLUMN_NAME"
)
_POLICIES = (
    "POLICY_DB POLICY_SCHEMA POLICY_NAME POLICY_KIND REF_DATABASE_NAME REF_SCHEMA_NAME REF_ENTITY_NAME "
    "REF_ENTITY_DOMAIN REF_COLUMN_NAME REF_ARG_COLUMN_NAMES TAG_DATABASE TAG_SCHEMA TAG_NAME POLICY_STATUS"
)
_KINDS = ("ROW ACCESS POLICY", "MASKING POLICY")


def is_function(name: list[str]) -> bool:
    """Whether a table function's name stands for one of INFORMATION_SCHEMA."""
    return len(name) > 1 and name[-2] == INFORMATION_SCHEMA


def rows_of(name: list[str], arguments: list[exp.Expr], eyes: Eyes) -> exp.Subquery:
    """What the function answers, as a derived table."""
    if len(name) == 3:
        find_database(eyes, name[0])
    known = _FUNCTIONS.get(name[-1])
    if known is None:
        raise fail("unknown_function", name=".".join(name))
    columns, make = known
    return relation_of_rows(declared(columns), list(make(eyes, _texts(name[-1], arguments, eyes))))


def _texts(function: str, arguments: list[exp.Expr], eyes: Eyes) -> Arguments:
    """Arguments by name, or by position from 0."""
    found: Arguments = {}
    for position, argument in enumerate(arguments):
        named_one = isinstance(argument, exp.Kwarg)
        value = argument.expression if isinstance(argument, exp.Kwarg) else argument
        key = argument.this.name.upper() if named_one else str(position)
        found[key] = value.name if isinstance(value, exp.Literal) else _worked_out(function, value, eyes)
    return found


def _worked_out(function: str, value: exp.Expr, eyes: Eyes) -> str | None:
    """What a constant expression, translated before, comes to; an instant in the form of ISO 8601."""
    sql = value.sql("duckdb", unsupported_level=ErrorLevel.IGNORE)
    try:
        with eyes.session.cursor.cursor() as scratch:
            found = scratch.execute(f"SELECT {sql}").fetchall()[0][0]
    except duckdb.Error as error:
        raise fail("unsupported", feature=f"{function} with an expression that is not constant") from error
    if isinstance(found, datetime.datetime):
        return found.isoformat()
    return None if found is None else str(found)


# --- tags
def _tag_references(eyes: Eyes, arguments: Arguments) -> Iterator[Row]:
    thing, column = named(eyes, _get("TAG_REFERENCES", arguments, "0"), _get("TAG_REFERENCES", arguments, "1"))
    for tagged in effective(eyes.store, thing, column).values():
        yield _tag_row(eyes, tagged, thing, column)


def _all_columns(eyes: Eyes, arguments: Arguments) -> Iterator[Row]:
    thing, _ = named(eyes, _get("TAG_REFERENCES_ALL_COLUMNS", arguments, "0"), "TABLE")
    for column in thing.props["columns"]:
        for tagged in effective(eyes.store, thing, column["name"]).values():
            yield _tag_row(eyes, tagged, thing, column["name"])


def _tag_row(eyes: Eyes, tagged: Tagged, thing: Thing, column: str | None) -> Row:
    own = (tagged.on.id, tagged.column) == (thing.id, column)
    level = "COLUMN" if tagged.column else _domain(tagged.on)
    domain = "COLUMN" if column else _domain(thing)
    tag = place(eyes.store, tagged.tag)
    how = "MANUAL" if own else "INHERITED"
    return (*tag, tagged.value, how, level, *place(eyes.store, thing), domain, column)


def _domain(thing: Thing) -> str:
    return "TABLE" if thing.kind == "VIEW" else thing.kind


def _get(function: str, arguments: Arguments, key: str) -> str:
    found = arguments.get(key)
    if found is None:
        raise fail("function_arguments", name=function, types=", ".join("VARCHAR" for _ in arguments))
    return found


# --- policies
def _policy_references(eyes: Eyes, arguments: Arguments) -> Iterator[Row]:
    """`POLICY_NAME => …`: all that it is on; or `REF_ENTITY_NAME => …, REF_ENTITY_DOMAIN => …`: all that are on it."""
    if "POLICY_NAME" in arguments:
        policy = _policy(eyes, _get("POLICY_REFERENCES", arguments, "POLICY_NAME"))
        things = [o.thing for o in objects(eyes, None, None, "TABLE", "VIEW")]
        yield from (row for thing in things for row in _rows(eyes, thing) if row[0] == policy.id)
        return
    _get("POLICY_REFERENCES", arguments, "REF_ENTITY_DOMAIN")
    name = _get("POLICY_REFERENCES", arguments, "REF_ENTITY_NAME")
    yield from _rows(eyes, relation(eyes, Tokens(name).qualified()))


def _policy(eyes: Eyes, name: str) -> Thing:
    parts = Tokens(name).qualified()
    for kind in _KINDS:
        try:
            return find_visible(eyes, kind, parts, "POLICY_REFERENCES").thing
        except Exception as error:
            if getattr(error, "key", "") != "missing" or kind == _KINDS[-1]:
                raise
    raise AssertionError("unreachable")


def _rows(eyes: Eyes, thing: Thing) -> Iterator[Row]:
    rows = thing.props.get("row_policy")
    if rows:
        yield _policy_row(eyes, thing, rows["id"], None, rows["columns"])
    for column in thing.props["columns"]:
        masking = column.get("masking")
        if masking:
            yield _policy_row(eyes, thing, masking["id"], column["name"], masking["using"])


def _policy_row(eyes: Eyes, thing: Thing, id_: int, column: str | None, given: list[str]) -> Row:
    """Begins with the policy's id, which the caller drops."""
    policy = eyes.store.at(id_)
    arguments = "[ " + ", ".join(f'"{name}"' for name in given) + " ]" if given else None
    kind = policy.kind.replace(" ", "_")
    where = place(eyes.store, thing)
    return (id_, *place(eyes.store, policy), kind, *where, thing.kind, column, arguments, None, None, None, "ACTIVE")


def _without_id(eyes: Eyes, arguments: Arguments) -> Iterator[Row]:
    return (row[1:] for row in _policy_references(eyes, arguments))


_FUNCTIONS: dict[str, tuple[str, Callable[[Eyes, Arguments], Iterator[Row]]]] = {
    "TAG_REFERENCES": (_TAGS, _tag_references),
    "TAG_REFERENCES_ALL_COLUMNS": (_TAGS, _all_columns),
    "POLICY_REFERENCES": (_POLICIES, _without_id),
    **infohistory.FUNCTIONS,
}
