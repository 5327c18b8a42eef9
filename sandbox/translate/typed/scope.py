"""What a name inside a query refers to: its type, by relation and column, through outer queries and aliases."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from sandbox.errors import fail
from sandbox.rights import Eyes
from sandbox.sftypes import SqlType
from sandbox.translate.shape import name_of
from sandbox.translate.typed.kinds import LAKE, Columns, kind_of


@dataclass
class Scope:
    """The relations that one SELECT reads, in order. `open` relations have columns that are not known."""

    eyes: Eyes
    outer: Scope | None = None
    sources: dict[str, Columns] = field(default_factory=dict)
    aliases: dict[str, exp.Expr] = field(default_factory=dict)
    ctes: dict[str, Columns] = field(default_factory=dict)
    parameters: dict[str, SqlType] = field(default_factory=dict)

    def child(self) -> Scope:
        return Scope(self.eyes, self, parameters=self.parameters)

    def cte(self, name: str) -> Columns | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.ctes:
                return scope.ctes[name]
            scope = scope.outer
        return None

    def add(self, name: str, columns: Columns) -> None:
        """A relation; one without an alias of its own still lends its columns."""
        while name in self.sources:
            name += "'"
        self.sources[name] = columns

    def columns(self) -> Columns:
        return [column for columns in self.sources.values() for column in columns]

    def of(self, relation: str) -> Columns | None:
        scope: Scope | None = self
        while scope is not None:
            if relation in scope.sources:
                return scope.sources[relation]
            scope = scope.outer
        return None


def kind_of_column(column: exp.Column, scope: Scope, aliases_first: bool = False) -> SqlType | None:
    """The type of a column, or None when nothing here knows it."""
    name = name_of(column.this)
    if column.table:
        columns = scope.of(name_of(column.args["table"]))
        return _pick(columns, name) if columns is not None else None
    at: Scope | None = scope
    while at is not None:
        if aliases_first and name in at.aliases:
            return kind_of(at.aliases[name])
        columns = at.columns()
        if any(n == name for n, _ in columns):
            return _pick(columns, name)
        if name in at.aliases:
            return kind_of(at.aliases[name])
        at = at.outer
    return scope.parameters.get(name)


def meant_by_alias(column: exp.Column, scope: Scope) -> exp.Expr | None:
    """The expression behind an alias of the same SELECT, when it may raise an error: DuckDB refuses such references."""
    if column.table or not all(scope.sources.values()):
        return None
    name = name_of(column.this)
    if name not in scope.aliases or any(n == name for n, _ in scope.columns()):
        return None
    found = scope.aliases[name]
    if found.find(exp.Window, exp.AggFunc) or not any(n.meta.get(LAKE) for n in found.walk()):
        return None
    return exp.paren(found.copy(), copy=False)


def _pick(columns: Columns, name: str) -> SqlType | None:
    return next((kind for n, kind in columns if n == name), None)


def positional(parameter: exp.Parameter, table: exp.Expr | None, scope: Scope) -> exp.Column:
    """`$n`: the n-th column of the relation, or of the only one that is read."""
    literal = parameter.this
    columns = scope.of(name_of(table)) if table is not None else scope.columns()
    if not isinstance(literal, exp.Literal) or not literal.name.isdigit():
        raise fail("unsupported", feature=parameter.sql("snowflake"))
    number = int(literal.name)
    if columns is None or not 0 < number <= len(columns):
        raise fail("identifier", line=1, position=0, name=f"${number}")
    made = exp.Column(this=exp.Identifier(this=columns[number - 1][0], quoted=True))
    if table is not None:
        made.set("table", table.copy())
    return made


def star_columns(star: exp.Expr, scope: Scope) -> Columns | None:
    """The columns that `*` or `t.*` stands for, after EXCLUDE, ILIKE and RENAME; None when one is unknown."""
    bare = star.this if isinstance(star, exp.Column) else star
    table = star.args.get("table") if isinstance(star, exp.Column) else None
    columns = scope.of(name_of(table)) if table is not None else scope.columns()
    if not columns:
        return None
    excluded = {name_of(e.this if isinstance(e, exp.Column) else e) for e in bare.args.get("except_") or []}
    renamed = {name_of(a.this.this): a.alias for a in bare.args.get("rename") or [] if isinstance(a, exp.Alias)}
    return [(renamed.get(n, n), k) for n, k in columns if n not in excluded]
