"""Rows of files on their way into a table: mapped to its columns, converted, and refused one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlglot import exp

from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.names import quoted
from sandbox.running import sql_of
from sandbox.sftypes import parse_type
from sandbox.stages.options import Options
from sandbox.stages.reading import Contents, read_file
from sandbox.statements.dml import run_change
from sandbox.store import Thing
from sandbox.translate.expand import localise
from sandbox.translate.parse import parse_query
from sandbox.translate.typed.fit import fitted
from sandbox.translate.typed.staged import STAGED, Staged, is_staged
from sandbox.translate.typed.walk import COLUMNS

Row = tuple[Any, ...]


class Loader:
    """One COPY INTO table. Each file gives a row: file, status, parsed, loaded, limit, errors, first error, line, …"""

    def __init__(
        self, ctx: Context, table: Thing, names: list[str], options: Options, query: str | None, how: dict[str, Any]
    ) -> None:
        self.ctx, self.table, self.options, self.query, self.how = ctx, table, options, query, how
        known = {c["name"]: parse_type(c["type"]) for c in table.props["columns"]}
        for name in names:
            if name not in known:
                raise fail("identifier", line=1, position=0, name=name)
        self.columns = {name: known[name] for name in names or known}
        self.match = how.get("MATCH_BY_COLUMN_NAME", "NONE")

    def run(self, files: list[tuple[str, Path]]) -> list[Row]:
        """Loads all files or none, unless ON_ERROR says otherwise."""
        way = self.how.get("ON_ERROR", "ABORT_STATEMENT")
        if way == "ABORT_STATEMENT":
            parts = [(name, self._checked(read_file(path, self.options))) for name, path in files]
            self._insert([(name, contents) for name, contents in parts])
            return [self._row(name, len(contents.rows), self._count(name, contents)) for name, contents in parts]
        return [self._one(name, path, way) for name, path in files]

    def _one(self, name: str, path: Path, way: str) -> Row:
        try:
            contents = read_file(path, self.options)
            whole = self._checked(contents)
            self._insert([(name, whole)])
            return self._row(name, len(contents.rows), self._count(name, contents))
        except SandboxError as error:
            if way == "SKIP_FILE" or error.key in ("not_json", "not_parquet", "file_encoding"):
                return self._row(name, 0, 0, [(error.text, 1)])
        loaded, errors = 0, []
        for number, row in enumerate(contents.rows):
            try:
                self._insert([(name, self._checked(Contents([row], contents.header, contents.semi)))])
                loaded += 1
            except SandboxError as error:
                errors.append((error.text, number + 1 + int(self.options.get("SKIP_HEADER") or 0)))
        return self._row(name, len(contents.rows), loaded, errors)

    def _row(self, name: str, parsed: int, loaded: int, errors: list[tuple[str, int]] | None = None) -> Row:
        state = "LOADED" if not errors else "PARTIALLY_LOADED" if loaded else "LOAD_FAILED"
        text, line = errors[0] if errors else (None, None)
        limit = 1 if self.how.get("ON_ERROR") in (None, "ABORT_STATEMENT", "SKIP_FILE") else parsed
        return (name, state, parsed, loaded, limit, len(errors or []), text, line, None, None)

    # --- checks that need no engine
    def _checked(self, contents: Contents) -> Contents:
        if contents.semi or self.query is not None:
            return contents
        wanted = len(self.columns)
        for row in contents.rows:
            if self.match == "NONE" and self.options["ERROR_ON_COLUMN_COUNT_MISMATCH"] and len(row) != wanted:
                raise fail("file_columns", actual=len(row), wanted=wanted)
            self._check_lengths(row)
        return contents

    def _check_lengths(self, row: tuple[str | None, ...]) -> None:
        if self.how.get("TRUNCATECOLUMNS") or self.match != "NONE":
            return
        for value, kind in zip(row, self.columns.values(), strict=False):
            if kind.name == "VARCHAR" and kind.size is not None and value is not None and len(value) > kind.size:
                raise fail("text_length", limit=kind.size, value=value)

    # --- the statement
    def _insert(self, parts: list[tuple[str, Contents]]) -> None:
        queries = [self._translated(name, contents) for name, contents in parts if contents.rows]
        if not queries:
            return
        names = ", ".join(column_sql(c) for c in self._filled(parts[0][1]))
        body = " UNION ALL ".join(f"({q})" for q in queries)
        run_change(self.ctx, f"INSERT INTO {SCHEMA}.{table_name(self.table.id)} ({names}) {body}")

    def _translated(self, name: str, contents: Contents) -> str:
        tree = parse_query(self.query or self._select(contents))
        for table in tree.find_all(exp.Table):
            if is_staged(table):
                table.meta[STAGED] = Staged([(name, contents)])
        with self.ctx.store.lock:
            found = localise(tree, self.ctx.eyes())
        if self.query is None:
            return sql_of(found)
        return sql_of(fitted(found, found.meta.get(COLUMNS) or [], list(self.columns.values())))

    def _filled(self, contents: Contents) -> list[str]:
        """The columns that get a value."""
        if self.query is None and not contents.semi and self.match == "NONE":
            return list(self.columns)[: max(1, contents.width())]
        if self.query is None and self.match != "NONE" and contents.header is not None:
            return [c for c in self.columns if self._position(contents.header, c) is not None]
        return list(self.columns)

    def _position(self, header: list[str], column: str) -> int | None:
        folded = [h if self.match == "CASE_SENSITIVE" else h.upper() for h in header]
        wanted = column if self.match == "CASE_SENSITIVE" else column.upper()
        return folded.index(wanted) if wanted in folded else None

    def _select(self, contents: Contents) -> str:
        """The query that a COPY without one stands for."""
        return f"SELECT {', '.join(self._value(c, contents) for c in self._filled(contents))} FROM @~"

    def _value(self, column: str, contents: Contents) -> str:
        kind = self.columns[column]
        if contents.semi:
            if self.match == "NONE":
                if len(self.columns) != 1 or kind.name not in ("VARIANT", "OBJECT", "ARRAY"):
                    raise fail("one_variant", type=self.options["TYPE"])
                return "$1"
            getter = "GET" if self.match == "CASE_SENSITIVE" else "GET_IGNORE_CASE"
            key = column.replace("\\", "\\\\").replace("'", "\\'")
            return f"{getter}($1, '{key}')::{kind.text()} AS {quoted(column)}"
        if self.match != "NONE":
            if contents.header is None:
                raise fail("unsupported", feature="MATCH_BY_COLUMN_NAME without PARSE_HEADER")
            return f"${(self._position(contents.header, column) or 0) + 1}::{kind.text()}"
        value = f"${list(self.columns).index(column) + 1}"
        return f"PARSE_JSON({value})" if kind.name in ("VARIANT", "OBJECT", "ARRAY") else f"{value}::{kind.text()}"

    def _count(self, name: str, contents: Contents) -> int:
        """How many rows the file gave; a query may leave some out."""
        if self.query is None or not contents.rows:
            return len(contents.rows)
        return int(self.ctx.lake.run(f"SELECT count(*) FROM ({self._translated(name, contents)})")[0][0])
