"""COPY INTO: which files, which options, and what it answers. The rows go through `copy_rows`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import INSERT, Column, Result, status
from sandbox.sftypes import INTEGER
from sandbox.stages.options import Options, read_options, read_value
from sandbox.stages.places import Place, format_of, locate, read_place
from sandbox.statements.copy_rows import Loader
from sandbox.statements.dml import target
from sandbox.statements.unload import unload
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.parse import parse_query
from sandbox.translate.typed.staged import is_staged

_RESULT = (
    "file status rows_parsed rows_loaded error_limit errors_seen first_error first_error_line "
    "first_error_character first_error_column_name"
)
_NUMBERS = {"rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error_line", "first_error_character"}
_ON_ERROR = {"ABORT_STATEMENT", "CONTINUE", "SKIP_FILE"}


@dataclass
class Load:
    """What a COPY INTO table says."""

    table: list[str]
    columns: list[str] = field(default_factory=list)
    place: Place | None = None
    query: str | None = None
    files: list[str] | None = None
    pattern: str | None = None
    format: Options | None = None
    options: dict[str, Any] = field(default_factory=dict)


def copy(ctx: Context, tokens: Tokens) -> Result:
    tokens.expect("COPY", "INTO")
    if tokens.looking_at("@") or tokens.peek().text.startswith("@") or tokens.peek().kind == "string":
        return unload(ctx, tokens)
    load = _read(ctx, tokens)
    return _load(ctx, load)


def _read(ctx: Context, tokens: Tokens) -> Load:
    load = Load(tokens.qualified())
    if tokens.accept("("):
        load.columns.append(tokens.identifier())
        while tokens.accept(","):
            load.columns.append(tokens.identifier())
        tokens.expect(")")
    tokens.expect("FROM")
    if tokens.looking_at("("):
        start, end = tokens.skip_parentheses()
        load.query = tokens.sql[start:end]
        load.place = locate(_staged_table(load.query).this.name, ctx.eyes())
    else:
        load.place = read_place(tokens, ctx.eyes())
    while not tokens.done():
        _option(tokens, load)
    return load


def _staged_table(query: str) -> exp.Table:
    tables = [t for t in parse_query(query).find_all(exp.Table) if is_staged(t)]
    if len(tables) != 1:
        raise fail("unsupported", feature="COPY from a query that does not read one stage")
    return tables[0]


def _option(tokens: Tokens, load: Load) -> None:
    name = tokens.next().text.upper()
    tokens.expect("=")
    if name == "FILE_FORMAT":
        load.format = read_options(tokens)
        return
    value = read_value(tokens)
    if name == "FILES":
        load.files = value
    elif name == "PATTERN":
        load.pattern = value
    elif name == "ON_ERROR" and str(value).upper() not in _ON_ERROR:
        raise fail("unsupported", feature=f"ON_ERROR = {value}")
    elif name in ("ON_ERROR", "MATCH_BY_COLUMN_NAME"):
        load.options[name] = str(value).upper()
    elif name in ("FORCE", "PURGE", "TRUNCATECOLUMNS"):
        load.options[name] = value is True
    else:
        raise fail("unsupported", feature=f"{name} in COPY INTO")


def _load(ctx: Context, load: Load) -> Result:
    place = load.place
    if place is None:
        raise fail("parse", detail="COPY INTO without a location")
    with ctx.store.lock:
        eyes = ctx.eyes()
        table = target(eyes, _named(load.table), "INSERT", "COPY").thing
        options = format_of(eyes, load.format, place.stage)
    chosen = _chosen(load, place)
    loads = dict(table.props.get("loads") or {})
    fresh = [(n, p) for n, p in chosen if load.options.get("FORCE") or loads.get(_key(place, n)) != _mark(p)]
    if not fresh:
        return status("Copy executed with 0 files processed.", INSERT)
    loader = Loader(ctx, table, load.columns, options, load.query, load.options)
    rows = loader.run(fresh)
    _remember(ctx, table, place, [(n, p) for (n, p), row in zip(fresh, rows, strict=True) if row[3]])
    if load.options.get("PURGE"):
        for (_, path), row in zip(fresh, rows, strict=True):
            if row[3]:
                path.unlink()
    shown = [(place.shown + row[0], *row[1:]) for row in rows]
    columns = [Column(n, INTEGER) if n in _NUMBERS else Column(n) for n in _RESULT.split()]
    return Result(columns, shown, INSERT)


def _named(parts: list[str]) -> exp.Table:
    identifiers = [exp.to_identifier(p, quoted=True) for p in parts]
    return exp.Table(**dict(zip(("this", "db", "catalog"), reversed(identifiers), strict=False)))


def _chosen(load: Load, place: Place) -> list[tuple[str, Path]]:
    """FILES are relative to the path; PATTERN must match the whole path inside the stage."""
    found = place.files()
    if load.files is not None:
        wanted = {place.prefix + name for name in load.files}
        missing = wanted - {name for name, _ in found}
        if missing:
            raise fail("file_missing", name=sorted(missing)[0])
        found = [(n, p) for n, p in found if n in wanted]
    if load.pattern is not None:
        try:
            pattern = re.compile(load.pattern)
        except re.error as error:
            raise fail("bad_value", value=load.pattern, name="PATTERN") from error
        found = [(n, p) for n, p in found if pattern.fullmatch(n)]
    return found


# --- what was loaded already
def _key(place: Place, name: str) -> str:
    return f"{place.folder}/{name}"


def _mark(path: Path) -> str:
    """Tells a file from another one under the same name, as the object store's ETag does."""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}"


def _remember(ctx: Context, table: Thing, place: Place, loaded: list[tuple[str, Path]]) -> None:
    with ctx.store.change():
        now = ctx.store.at(table.id)
        now.props["loads"] = {**(now.props.get("loads") or {}), **{_key(place, n): _mark(p) for n, p in loaded}}
        ctx.store.save(now)
