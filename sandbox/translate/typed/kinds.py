"""The Snowflake type of each node of a tree, and how types of several values become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from sandbox.sftypes import FLOAT, TEXT, SqlType, parse_type

Columns = list[tuple[str, SqlType | None]]
_KIND = "kind"
# Under this key a translated query keeps the names and types of its columns.
COLUMNS = "columns"
LAKE = "sandbox_lake"


@dataclass(frozen=True)
class Given:
    """Types of names that a query does not explain itself: parameters of a function, columns of outer relations."""

    parameters: dict[str, SqlType] = field(default_factory=dict)
    sources: dict[str, Columns] = field(default_factory=dict)


VARIANT, OBJECT, ARRAY = SqlType("VARIANT"), SqlType("OBJECT"), SqlType("ARRAY")
DATE, TIME = SqlType("DATE"), SqlType("TIME", None, 9)
SEMI = ("VARIANT", "OBJECT", "ARRAY")
STAMPS = ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")


def number(precision: int, scale: int = 0) -> SqlType:
    return SqlType("NUMBER", max(1, min(38, precision)), max(0, min(37, scale)))


def kind_of(node: exp.Expr | None) -> SqlType | None:
    """The type found for the node, or None when it is not known."""
    while isinstance(node, (exp.Paren, exp.Alias)) and _KIND not in node.meta:
        node = node.this
    return node.meta.get(_KIND) if node is not None else None


def is_kind(node: exp.Expr | None, *names: str) -> bool:
    kind = kind_of(node)
    return kind is not None and kind.name in names


def set_kind(node: exp.Expr, kind: SqlType | None) -> exp.Expr:
    node.meta[_KIND] = kind
    return node


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A call of one of our own macros, or of a DuckDB function, that needs no further look."""
    made = exp.Anonymous(this=name, expressions=list(arguments))
    made.meta[LAKE] = True
    return made


def lake_cast(node: exp.Expr, lake_type: str, safe: bool = False) -> exp.Expr:
    """A cast to a DuckDB type."""
    to = exp.DataType.build(lake_type, dialect="duckdb")
    made: exp.Expr = exp.TryCast(this=node, to=to) if safe else exp.Cast(this=node, to=to)
    made.meta[LAKE] = True
    return made


def num(value: int) -> exp.Expr:
    literal = exp.Literal.number(abs(value))
    return exp.paren(exp.Neg(this=literal)) if value < 0 else literal


def string(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def type_of_literal(literal: exp.Literal) -> SqlType | None:
    """NUMBER as wide as it is written; text as long as it is; FLOAT with an exponent."""
    if literal.is_string:
        return SqlType("VARCHAR", len(literal.name))
    text = literal.name
    if "e" in text.lower():
        return FLOAT
    whole, _, fraction = text.partition(".")
    digits = len(whole.lstrip("0")) + len(fraction)
    return number(digits, len(fraction)) if digits <= 38 else FLOAT


def declared(to: exp.DataType) -> SqlType | None:
    """The Snowflake type that a cast names."""
    return parse_type(to.sql("snowflake"))


def common(nodes: Sequence[exp.Expr]) -> SqlType | None:
    """The type of a value that comes from one of these: CASE, COALESCE, the branches of a set operation."""
    return unified(kind_of(n) for n in nodes if not isinstance(n, exp.Null))


def unified(kinds: Iterable[SqlType | None]) -> SqlType | None:
    found: SqlType | None = None
    for kind in kinds:
        if kind is None:
            return None
        found = kind if found is None else _pair(found, kind)
        if found is None:
            return None
    return found


def _pair(a: SqlType, b: SqlType) -> SqlType | None:
    if a == b:
        return a
    names = {a.name, b.name}
    if names == {"NUMBER"}:
        scale = max(a.scale or 0, b.scale or 0)
        whole = max((a.size or 38) - (a.scale or 0), (b.size or 38) - (b.scale or 0))
        return number(whole + scale, scale)
    if names == {"NUMBER", "FLOAT"}:
        return FLOAT
    if names == {"VARCHAR"}:
        return SqlType("VARCHAR", max(a.size or 0, b.size or 0)) if a.size and b.size else TEXT
    if len(names) == 1:
        return a
    if names <= set(SEMI):
        return VARIANT
    if "VARIANT" in names:
        return VARIANT
    if names <= {"DATE", *STAMPS}:
        return next(SqlType(n, None, 9) for n in ("TIMESTAMP_TZ", "TIMESTAMP_LTZ", "TIMESTAMP_NTZ") if n in names)
    return None
