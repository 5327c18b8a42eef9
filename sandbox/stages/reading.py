"""Files of a stage as rows: fields of CSV as text, one VARIANT per JSON document or Parquet row."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from sandbox.errors import fail
from sandbox.stages.options import Options

Field = str | None
ROWS_AT_MOST = 5_000_000


class Contents:
    """What a file holds: `header` are the column names of the file itself, when its format has them."""

    def __init__(self, rows: list[tuple[Field, ...]], header: list[str] | None, semi: bool) -> None:
        self.rows = rows
        self.header = header
        self.semi = semi

    def width(self) -> int:
        return max((len(row) for row in self.rows), default=len(self.header or []) or 1)


def read_file(path: Path, options: Options) -> Contents:
    """Raises 100069 for broken JSON; 100080 for a row with another number of fields is the loader's."""
    if options["TYPE"] == "PARQUET":
        return Contents([(row,) for row in _parquet(path)], None, True)
    text = _text(path, options)
    if options["TYPE"] == "JSON":
        return Contents([(document,) for document in _documents(text, options)], None, True)
    return _csv(text, options)


def _text(path: Path, options: Options) -> str:
    raw = path.read_bytes()
    how = str(options.get("COMPRESSION") or "NONE").upper()
    if how not in ("AUTO", "GZIP", "NONE"):
        raise fail("unsupported", feature=f"COMPRESSION = {how}")
    if how == "GZIP" or (how == "AUTO" and raw[:2] == b"\x1f\x8b"):
        raw = gzip.decompress(raw)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("file_encoding", file=path.name) from error


def _csv(text: str, options: Options) -> Contents:
    if options["RECORD_DELIMITER"] not in ("\n", "\r\n", None):
        text = text.replace(options["RECORD_DELIMITER"], "\n")
    quote, escape = options["FIELD_OPTIONALLY_ENCLOSED_BY"], options["ESCAPE"]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=options["FIELD_DELIMITER"] or "\x00",
        quotechar=quote or '"',
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape or (None if quote else options["ESCAPE_UNENCLOSED_FIELD"]),
        doublequote=True,
    )
    header: list[str] | None = None
    rows: list[tuple[Field, ...]] = []
    for number, fields in enumerate(reader):
        if options["PARSE_HEADER"] and header is None:
            header = fields
        elif number >= options["SKIP_HEADER"] and (fields or not options["SKIP_BLANK_LINES"]):
            rows.append(tuple(_field(f, options) for f in fields or [""]))
    return Contents(rows, header, False)


def _field(text: str, options: Options) -> Field:
    if options["TRIM_SPACE"]:
        text = text.strip()
    if text in options["NULL_IF"] or (text == "" and options["EMPTY_FIELD_AS_NULL"]):
        return None
    # Outside of quotes a backslash escapes; the reader has taken it from `\N`.
    return None if text == "N" and not options["FIELD_OPTIONALLY_ENCLOSED_BY"] and "\\N" in options["NULL_IF"] else text


def _documents(text: str, options: Options) -> Iterator[str]:
    """Each JSON document of the file, one after the other, with or without line breaks between."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=int)
    place, end = 0, len(text)
    while True:
        while place < end and text[place] in " \t\r\n,":
            place += 1
        if place >= end:
            return
        try:
            value, after = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise fail("not_json", detail=f"Error parsing JSON: {error.msg}, pos {error.pos}") from error
        if options["STRIP_OUTER_ARRAY"] and isinstance(value, list):
            yield from (json.dumps(item, ensure_ascii=False) for item in json.loads(text[place:after]))
        else:
            yield text[place:after]
        place = after


def _parquet(path: Path) -> list[Any]:
    """Rows as JSON objects, read by a DuckDB of their own: the one that holds the lake may touch no file."""
    quoted = str(path).replace("'", "''")
    with duckdb.connect(":memory:", config={"threads": "1"}) as reader:
        try:
            found = reader.execute(f"SELECT CAST(to_json(t) AS VARCHAR) FROM read_parquet('{quoted}') t").fetchall()
        except duckdb.Error as error:
            raise fail("not_parquet", file=path.name) from error
    return [row[0] for row in found]
