"""INFORMATION_SCHEMA on what serves loading and running: sequences, procedures, stages, file formats.

Columns: docs.snowflake.com/en/sql-reference/info-schema/sequences, procedures, stages, file_formats and
information_schema_catalog_name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.lake import SCHEMA, sequence_name
from sandbox.listings import Listed, moment, objects, owner_name, text_visible
from sandbox.rights import Eyes
from sandbox.sftypes import parse_type
from sandbox.stages.options import completed

Rows = list[tuple[Any, ...]]


def _own(eyes: Eyes, database: str, kind: str) -> Iterator[Listed]:
    """Behind a share none of these is seen."""
    return (o for o in objects(eyes, database, None, kind) if not o.eyes.direct)


def _named(o: Listed) -> tuple[str, str, str]:
    return o.database, o.schema, str(o.thing.props.get("base") or o.thing.name)


def _sequences(eyes: Eyes, database: str) -> Rows:
    found = list(_own(eyes, database, "SEQUENCE"))
    following = _following(eyes) if found else {}
    return [
        (
            *(*_named(o), owner_name(o.eyes, o.thing), "NUMBER", 38, 10, 0, str(o.thing.props["start"]), None, None),
            *(following.get(o.thing.id), str(o.thing.props["step"]), "NO", *[moment(o.thing.created)] * 2),
            *("YES" if o.thing.props["ordered"] else "NO", o.thing.comment or None),
        )
        for o in found
    ]


def _following(eyes: Eyes) -> dict[int, str]:
    """What each sequence of the lake gives next, by its id."""
    state = "coalesce(last_value + increment_by, start_value)::VARCHAR"
    prefix = sequence_name(0).removeprefix(f"{SCHEMA}.")[:-1]
    with eyes.session.cursor.cursor() as scratch:
        rows = scratch.execute(f"SELECT sequence_name, {state} FROM duckdb_sequences()").fetchall()
    return {int(n.removeprefix(prefix)): v for n, v in rows if n.removeprefix(prefix).isdigit()}


def _procedures(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o in _own(eyes, database, "PROCEDURE"):
        props = o.thing.props
        arguments = ", ".join(f"{name} {parse_type(kind).short()}" for name, kind in props["arguments"])
        returns = parse_type(props["returns"]) if props["returns"] else None
        text = returns is not None and returns.name == "VARCHAR"
        number = returns is not None and returns.name == "NUMBER"
        size = returns.size if returns is not None else None
        out.append(
            (
                *(*_named(o), owner_name(o.eyes, o.thing), f"({arguments})", props["returns_text"]),
                *(size if text else None, (size or 0) * 4 if text else None),
                *(size if number else None, 10 if number else None, returns.scale if number and returns else None),
                *("SQL", props["body"] if text_visible(o) else None, *[moment(o.thing.created)] * 2),
                *(o.thing.comment or None, "ROLE"),
            )
        )
    return out


def _stages(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o in _own(eyes, database, "STAGE"):
        url = o.thing.props.get("url")
        kind = "External Named" if url else "Internal Named"
        owner = owner_name(o.eyes, o.thing)
        out.append((*_named(o), url, None, kind, owner, o.thing.comment or None, *[moment(o.thing.created)] * 2))
    return out


_FORMAT = (
    "RECORD_DELIMITER FIELD_DELIMITER SKIP_HEADER DATE_FORMAT TIME_FORMAT TIMESTAMP_FORMAT BINARY_FORMAT ESCAPE "
    "ESCAPE_UNENCLOSED_FIELD TRIM_SPACE FIELD_OPTIONALLY_ENCLOSED_BY NULL_IF COMPRESSION ERROR_ON_COLUMN_COUNT_MISMATCH"
)


def _formats(eyes: Eyes, database: str) -> Rows:
    out: Rows = []
    for o in _own(eyes, database, "FILE FORMAT"):
        options = completed(o.thing.props["options"])
        shown = [_shown(options.get(name)) for name in _FORMAT.split()]
        owner, at = owner_name(o.eyes, o.thing), moment(o.thing.created)
        out.append((*_named(o), owner, options["TYPE"], *shown, at, at, o.thing.comment or None))
    return out


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list) else value


def _catalog(eyes: Eyes, database: str) -> Rows:
    return [(database,)]


_PROCEDURE = (
    "ARGUMENT_SIGNATURE DATA_TYPE CHARACTER_MAXIMUM_LENGTH# CHARACTER_OCTET_LENGTH# NUMERIC_PRECISION# "
    "NUMERIC_PRECISION_RADIX# NUMERIC_SCALE# PROCEDURE_LANGUAGE PROCEDURE_DEFINITION CREATED! LAST_ALTERED! COMMENT "
    "OWNER_ROLE_TYPE"
)
VIEWS: dict[str, tuple[str, Callable[[Eyes, str], Rows]]] = {
    "SEQUENCES": (
        "SEQUENCE_CATALOG SEQUENCE_SCHEMA SEQUENCE_NAME SEQUENCE_OWNER DATA_TYPE NUMERIC_PRECISION# "
        "NUMERIC_PRECISION_RADIX# NUMERIC_SCALE# START_VALUE MINIMUM_VALUE MAXIMUM_VALUE NEXT_VALUE INCREMENT "
        "CYCLE_OPTION CREATED! LAST_ALTERED! ORDERED COMMENT",
        _sequences,
    ),
    "PROCEDURES": (f"PROCEDURE_CATALOG PROCEDURE_SCHEMA PROCEDURE_NAME PROCEDURE_OWNER {_PROCEDURE}", _procedures),
    "STAGES": (
        "STAGE_CATALOG STAGE_SCHEMA STAGE_NAME STAGE_URL STAGE_REGION STAGE_TYPE STAGE_OWNER COMMENT CREATED! "
        "LAST_ALTERED!",
        _stages,
    ),
    "FILE_FORMATS": (
        "FILE_FORMAT_CATALOG FILE_FORMAT_SCHEMA FILE_FORMAT_NAME FILE_FORMAT_OWNER FILE_FORMAT_TYPE "
        + _FORMAT.replace("SKIP_HEADER", "SKIP_HEADER#")
        + " CREATED! LAST_ALTERED! COMMENT",
        _formats,
    ),
    "INFORMATION_SCHEMA_CATALOG_NAME": ("CATALOG_NAME", _catalog),
}
