"""PUT and GET: which files of a stage the driver writes or reads; http/transfers.py tells it where.

Sources: docs.snowflake.com/en/sql-reference/sql/put and get; of the answer, what connector 4.8.1 reads in
file_transfer_agent.py.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Column, Result, Transfer
from sandbox.stages.options import read_value
from sandbox.stages.places import Place, locate, read_place
from sandbox.tokens import Tokens, tokenize

_PUT = {"PARALLEL": 4, "AUTO_COMPRESS": True, "SOURCE_COMPRESSION": "auto_detect", "OVERWRITE": False}
_GET = {"PARALLEL": 10, "PATTERN": None}


def put(ctx: Context, tokens: Tokens) -> Result:
    """`PUT file://path @stage[/path] [AUTO_COMPRESS = …] [OVERWRITE = …] …`; the driver finds and sends the files."""
    local, rest = _word(ctx.sql.split(None, 1)[1])
    tokens = Tokens(rest, tokenize(rest))
    place = _internal(read_place(tokens, ctx.eyes(), "WRITE"), "PUT")
    local, options = _path(local), _options(tokens, _PUT)
    below = f"{place.prefix.strip('/')}/".lstrip("/")
    name = PurePosixPath(local.replace("\\", "/")).name
    said = {
        "command": "UPLOAD",
        "src_locations": [local],
        "autoCompress": options["AUTO_COMPRESS"],
        "sourceCompression": str(options["SOURCE_COMPRESSION"]).lower(),
        "overwrite": options["OVERWRITE"],
        "parallel": options["PARALLEL"],
    }
    return Result([Column("status")], [], transfer=Transfer(said, place.folder, below, [below + name]))


def get(ctx: Context, tokens: Tokens) -> Result:
    """`GET @stage[/path] file://folder [PATTERN = …]`"""
    where, rest = _word(ctx.sql.split(None, 1)[1])
    local, rest = _word(rest)
    place = _internal(locate(where, ctx.eyes(), "READ"), "GET")
    local, options = _path(local), _options(Tokens(rest, tokenize(rest)), _GET)
    pattern = re.compile(str(options["PATTERN"])) if options["PATTERN"] is not None else None
    found = [name for name, _ in place.files() if pattern is None or pattern.fullmatch(name)]
    said = {
        "command": "DOWNLOAD",
        "src_locations": found,
        "localLocation": local,
        "parallel": options["PARALLEL"],
    }
    return Result([Column("status")], [], transfer=Transfer(said, place.folder, "", found))


def _word(text: str) -> tuple[str, str]:
    """The next word, in quotes or not, and what follows it. Tokens would take the // in file:// for a comment."""
    found = re.match(r"\s*(?:'((?:[^'\\]|\\.)*)'|([^\s;]+))", text)
    if found is None:
        raise fail("parse", detail="unexpected end of the statement")
    return (found[1] if found[1] is not None else found[2]), text[found.end() :]


def _path(text: str) -> str:
    if not text.startswith("file://"):
        raise fail("parse", detail=f"a local file begins with file://, not {text[:40]}")
    return text.removeprefix("file://")


def _internal(place: Place, what: str) -> Place:
    """External stages are reached with their own tools: docs.snowflake.com/en/sql-reference/sql/put, "Usage notes"."""
    if place.stage is not None and place.stage.props.get("url"):
        raise fail("unsupported", feature=f"{what} with an external stage")
    return place


def _options(tokens: Tokens, known: dict[str, Any]) -> dict[str, Any]:
    found = dict(known)
    while not tokens.done():
        name = tokens.next().text.upper()
        if name not in known:
            raise fail("bad_property", name=name, kind="PUT" if known is _PUT else "GET")
        tokens.expect("=")
        found[name] = read_value(tokens)
    return found
