"""`FROM @stage/path (FILE_FORMAT => …, PATTERN => …)`: the rows of staged files as a relation of `$1`, `$2`, …"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlglot import exp, parse_one

from sandbox.errors import fail
from sandbox.rights import Eyes
from sandbox.sftypes import TEXT
from sandbox.stages.places import format_of, locate
from sandbox.stages.reading import Contents, read_file
from sandbox.translate.typed.kinds import VARIANT, Columns, number, string

STAGED = "staged"
_FILE, _LINE = "METADATA$FILENAME", "METADATA$FILE_ROW_NUMBER"


class Staged:
    """Rows of one or more files, with the name of the file and the number of the row as two more columns."""

    def __init__(self, files: list[tuple[str, Contents]]) -> None:
        self.semi = any(contents.semi for _, contents in files)
        self.width = max((contents.width() for _, contents in files), default=1)
        self.rows: list[list[Any]] = []
        for name, contents in files:
            for line, row in enumerate(contents.rows, start=1):
                self.rows.append([*row, *[None] * (self.width - len(row)), name, line])

    def columns(self) -> Columns:
        kind = VARIANT if self.semi else TEXT
        return [*[(f"C{n + 1}", kind) for n in range(self.width)], (_FILE, TEXT), (_LINE, number(18))]

    def relation(self) -> exp.Subquery:
        """One text of JSON that DuckDB takes apart: a literal for each field would be far slower to translate."""
        if self.semi:
            body = ",".join(f"[{row[0]},{json.dumps(row[1])},{row[2]}]" for row in self.rows)
            data = f"[{body}]"
        else:
            data = json.dumps(self.rows, ensure_ascii=False)
        arrow = "->" if self.semi else "->>"
        fields = [f"(R {arrow} {n}) AS C{n + 1}" for n in range(self.width)]
        fields += [f'(R ->> {self.width}) AS "{_FILE}"', f'CAST(R ->> {self.width + 1} AS BIGINT) AS "{_LINE}"']
        query = parse_one(
            f"SELECT {', '.join(fields)} FROM (SELECT UNNEST(CAST('DATA' AS JSON[])) AS R)", read="duckdb"
        )
        next(n for n in query.find_all(exp.Literal) if n.name == "DATA").replace(string(data))
        return exp.Subquery(this=query)


def is_staged(table: exp.Expr) -> bool:
    this = table.this
    text = this.name if isinstance(this, (exp.Var, exp.Literal)) else ""
    return isinstance(table, exp.Table) and text.startswith("@")


def staged(table: exp.Table, eyes: Eyes) -> Staged:
    """What the relation reads, found once: COPY puts a single file's rows there before."""
    found = table.meta.get(STAGED)
    if not isinstance(found, Staged):
        found = _read(table, eyes)
        table.meta[STAGED] = found
    return found


def _read(table: exp.Table, eyes: Eyes) -> Staged:
    place = locate(table.this.name, eyes)
    form = table.args.get("format")
    options = format_of(eyes, {"FORMAT_NAME": form.name} if form is not None else None, place.stage)
    pattern = table.args.get("pattern")
    names = [(n, p) for n, p in place.files() if pattern is None or re.fullmatch(pattern.name, n)]
    if not names and not place.folder.is_dir():
        raise fail("file_missing", name=table.this.name)
    return Staged([(name, read_file(path, options)) for name, path in names])
