"""COPY INTO @stage: rows written to a file of a stage."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import dotted, quoted
from sandbox.results import INSERT, Column, Result
from sandbox.running import describe, query
from sandbox.sftypes import INTEGER
from sandbox.stages.options import Options, read_options, read_value
from sandbox.stages.places import Place, format_of, read_place
from sandbox.statements.queries import translated
from sandbox.tokens import Tokens

_KNOWN = ("OVERWRITE", "SINGLE", "HEADER")


def unload(ctx: Context, tokens: Tokens) -> Result:
    """`COPY INTO @stage/path FROM { table | (query) } [FILE_FORMAT = (…)] [OVERWRITE] [SINGLE] [HEADER]`"""
    place = read_place(tokens, ctx.eyes(), "WRITE")
    tokens.expect("FROM")
    if tokens.looking_at("("):
        start, end = tokens.skip_parentheses()
        source = tokens.sql[start:end]
    else:
        source = f"SELECT * FROM {dotted(*tokens.qualified())}"
    given: Options | None = None
    how: dict[str, Any] = {}
    while not tokens.done():
        name = tokens.next().text.upper()
        tokens.expect("=")
        if name == "FILE_FORMAT":
            given = read_options(tokens)
        elif name in _KNOWN:
            how[name] = read_value(tokens) is True
        else:
            raise fail("unsupported", feature=f"{name} in COPY INTO a location")
    with ctx.store.lock:
        options = format_of(ctx.eyes(), given, place.stage)
    return _write(ctx, place, source, options, how)


def _write(ctx: Context, place: Place, source: str, options: Options, how: dict[str, Any]) -> Result:
    names = [c.name for c in describe(ctx, translated(ctx, source))]
    if options["TYPE"] == "CSV":
        picked = ", ".join(f"{quoted(name)}::VARCHAR" for name in names)
        found = query(ctx, translated(ctx, f"SELECT {picked} FROM ({source})"))
        text = _csv(names, found.rows, options, bool(how.get("HEADER")))
    elif options["TYPE"] == "JSON" and len(names) == 1:
        found = query(ctx, translated(ctx, f"SELECT TO_JSON({quoted(names[0])}) AS X FROM ({source})"))
        text = "".join(f"{row[0]}\n" for row in found.rows)
    else:
        raise fail("unsupported", feature=f"COPY INTO a location as {options['TYPE']}")
    raw = text.encode()
    packed = str(options["COMPRESSION"]).upper() in ("AUTO", "GZIP")
    written = gzip.compress(raw) if packed else raw
    path = place.folder / _file_name(place, options, bool(how.get("SINGLE")), packed)
    if path.exists() and not how.get("OVERWRITE"):
        raise fail("file_exists", name=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)
    columns = [Column(n, INTEGER) for n in ("rows_unloaded", "input_bytes", "output_bytes")]
    return Result(columns, [(len(found.rows), len(raw), len(written))], INSERT)


def _file_name(place: Place, options: Options, single: bool, packed: bool) -> str:
    if single:
        return place.prefix or "data"
    start = place.prefix + "data" if place.prefix.endswith("/") or not place.prefix else place.prefix
    return f"{start}_0_0_0.{str(options['TYPE']).lower()}{'.gz' if packed else ''}"


def _csv(names: list[str], rows: list[tuple[Any, ...]], options: Options, header: bool) -> str:
    """NULL is the first of NULL_IF, `\\N` unless the format says otherwise."""
    null = options["NULL_IF"][0] if options["NULL_IF"] else ""
    quote = options["FIELD_OPTIONALLY_ENCLOSED_BY"]
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=options["FIELD_DELIMITER"] or ",",
        quotechar=quote or '"',
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=None if quote else "\\",
        lineterminator="\n",
    )
    if header:
        writer.writerow(names)
    for row in rows:
        if quote or null != "\\N":
            writer.writerow([null if value is None else value for value in row])
        else:
            fields = [_plain(value, options) for value in row]
            out.write((options["FIELD_DELIMITER"] or ",").join(fields) + "\n")
    return out.getvalue()


def _plain(value: str | None, options: Options) -> str:
    if value is None:
        return "\\N"
    escaped = value.replace("\\", "\\\\")
    return escaped.replace(options["FIELD_DELIMITER"] or ",", "\\" + (options["FIELD_DELIMITER"] or ",")).replace(
        "\n", "\\\n"
    )
