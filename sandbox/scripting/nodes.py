"""The parts of a block of Snowflake Scripting, as they are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.sftypes import SqlType


@dataclass
class Node:
    """A statement of a block. `at` is its line, from 1, and its position in the line, from 0."""

    at: tuple[int, int]


@dataclass
class Sql(Node):
    """A statement for the engine; `into` are the variables that a SELECT … INTO fills."""

    text: str
    into: list[str] = field(default_factory=list)


@dataclass
class Execute(Node):
    """EXECUTE IMMEDIATE: an expression that gives the statement, and the expressions for its question marks."""

    text: str
    using: str = ""


@dataclass
class Job(Node):
    """ASYNC ( statement )"""

    statement: Sql | Execute


@dataclass
class Declare(Node):
    """A variable (`kind` is value, cursor, resultset or exception) and what it holds at first.

    `text` is an expression, a cursor's query or the name of its RESULTSET, or a RESULTSET's statement in parentheses.
    """

    name: str
    kind: str
    type: SqlType | None = None
    text: str = ""
    number: int = -20000


@dataclass
class Assign(Node):
    name: str
    text: str


@dataclass
class Return(Node):
    """`table` when the value is TABLE(name)."""

    text: str = ""
    table: str = ""


@dataclass
class If(Node):
    branches: list[tuple[str, list[Node]]]
    otherwise: list[Node]


@dataclass
class Loop(Node):
    """LOOP, WHILE (`test` before each round) and REPEAT (`until` after each round)."""

    body: list[Node]
    test: str = ""
    until: str = ""
    label: str = ""


@dataclass
class ForRange(Node):
    name: str
    first: str
    last: str
    reverse: bool
    body: list[Node]
    label: str = ""


@dataclass
class ForRows(Node):
    name: str
    source: str
    body: list[Node]
    label: str = ""


@dataclass
class Leave(Node):
    """BREAK, or CONTINUE when `again`."""

    again: bool
    label: str = ""


@dataclass
class Raise(Node):
    name: str = ""


@dataclass
class Open(Node):
    name: str
    using: str = ""


@dataclass
class Fetch(Node):
    name: str
    into: list[str] = field(default_factory=list)


@dataclass
class Close(Node):
    name: str


@dataclass
class Await(Node):
    """Without a name: ALL. `cancel` stops the job instead of waiting for it."""

    name: str = ""
    cancel: bool = False


@dataclass
class Nothing(Node):
    """NULL;"""


@dataclass
class Handler:
    """WHEN … THEN; `go_on` continues behind the statement that failed instead of leaving the block."""

    names: list[str]
    go_on: bool
    body: list[Node]


@dataclass
class Block(Node):
    declarations: list[Declare]
    body: list[Node]
    handlers: list[Handler]
