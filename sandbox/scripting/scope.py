"""What the names of a running block stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import fail
from sandbox.results import Result
from sandbox.scripting.values import Value
from sandbox.sftypes import BOOLEAN, INTEGER, TEXT, SqlType


@dataclass
class Variable:
    """`type` when it was declared with one: then every value is cast to it."""

    value: Value
    type: SqlType | None = None


@dataclass
class Record:
    """The row of a FOR loop over rows, by upper-case column name."""

    fields: dict[str, Value]


@dataclass
class Resultset:
    """Rows, or the job that is still bringing them. `query` is the id of the statement."""

    result: Result | None = None
    job: Any = None
    query: str = ""


@dataclass
class Cursor:
    """`source` is a query, or the name of a RESULTSET; `rows` are what is left of it once it is open."""

    source: str
    result: Result | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Exception_:
    """A declared exception."""

    number: int
    text: str


Held = Variable | Record | Resultset | Cursor | Exception_


class Scope:
    """The names of one block; what it does not know the block around it does."""

    def __init__(self, outer: Scope | None = None) -> None:
        self.outer = outer
        self.names: dict[str, Held] = {}

    def find(self, name: str) -> Held | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def hold(self, name: str, value: Value) -> None:
        """A built-in variable of this block."""
        self.names[name] = Variable(value)

    def variable(self, name: str) -> Variable:
        found = self.find(name)
        if not isinstance(found, Variable):
            raise fail("identifier", line=0, position=-1, name=name)
        return found

    def resultset(self, name: str) -> Resultset:
        found = self.find(name)
        if not isinstance(found, Resultset):
            raise fail("identifier", line=0, position=-1, name=name)
        return found

    def cursor(self, name: str) -> Cursor:
        found = self.find(name)
        if not isinstance(found, Cursor):
            raise fail("identifier", line=0, position=-1, name=name)
        return found

    def look_up(self, path: list[str]) -> Value | None:
        """The value of a variable, or of a field of a record."""
        found = self.find(path[0])
        if isinstance(found, Variable) and len(path) == 1:
            return found.value
        if isinstance(found, Record) and len(path) == 2:
            return found.fields.get(path[1])
        return None

    def hold_counts(self, rows: int | None) -> None:
        """SQLROWCOUNT, SQLFOUND and SQLNOTFOUND after a change; NULL after anything else."""
        root = self
        while root.outer is not None:
            root = root.outer
        root.hold("SQLROWCOUNT", Value(rows, INTEGER))
        root.hold("SQLFOUND", Value(None if rows is None else rows > 0, BOOLEAN))
        root.hold("SQLNOTFOUND", Value(None if rows is None else rows == 0, BOOLEAN))

    def hold_query(self, query: str) -> None:
        root = self
        while root.outer is not None:
            root = root.outer
        root.hold("SQLID", Value(query, TEXT))


def record(result: Result, row: tuple[Any, ...]) -> Record:
    return Record({c.name.upper(): Value(v, c.type) for c, v in zip(result.columns, row, strict=True)})
