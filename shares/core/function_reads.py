"""What a function reads besides views that are proved.

Snowflake does not simulate a consumer for functions, so a function is proved through the views that it reads. That
holds only while it reads nothing else: a table of the lake named in its body would show every customer's rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+ | (?:--|//)[^\n]* | /\*.*?\*/)
    | (?P<text>'(?:[^'\\]|\\.|'')*' | \$\$.*?\$\$)
    | (?P<name>"(?:[^"]|"")*" | [^\W\d][\w$]*)
    | (?P<other>::|.)
    """,
    re.DOTALL | re.VERBOSE,
)
# What ends a list of tables on its level.
_ENDS = frozenset(
    """
    SELECT WHERE GROUP ORDER HAVING QUALIFY LIMIT OFFSET FETCH WINDOW UNION INTERSECT EXCEPT MINUS CONNECT START WITH
    VALUES
    """.split()  # noqa: SIM905 - a list of eighteen strings reads worse
)
# FROM belongs to the call here: EXTRACT(YEAR FROM x).
_CALLS_WITH_FROM = frozenset({"EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "POSITION", "OVERLAY"})
# What may stand between FROM or JOIN and the table.
_BEFORE_A_TABLE = frozenset({"LATERAL", "TABLE"})

Name = tuple[str, ...]


@dataclass
class _Level:
    """One pair of parentheses: what called it, whether a list of tables is open, whether a table comes next."""

    call: str = ""
    listing: bool = False
    table_next: bool = False


def strays(body: str, allowed: Collection[Name]) -> tuple[str, ...]:
    """What `body` names where a table or a function of another schema stands, and which is not `allowed`, sorted.

    `allowed` are qualified names. Names of the body's own WITH, and functions without a schema (Snowflake's own, or
    the share's), are no strays.
    """
    tokens = _tokens(body)
    own = _named_by_with(tokens)
    found = {name for name in _names(tokens) if name not in allowed and name not in own}
    return tuple(sorted(".".join(name) for name in found))


def _tokens(body: str) -> list[tuple[str, str]]:
    """(kind, text) of each token; a bare name in capitals, as Snowflake reads it."""
    read = [(str(found.lastgroup), found.group()) for found in _TOKEN.finditer(body) if found.lastgroup != "skip"]
    return [(kind, text if kind != "name" or text.startswith('"') else text.upper()) for kind, text in read]


def _named_by_with(tokens: list[tuple[str, str]]) -> set[Name]:
    """The names before AS (…): only WITH has them."""
    found: set[Name] = set()
    for at, (kind, text) in enumerate(tokens):
        if (kind, text) != ("name", "AS") or [*tokens, ("", "")][at + 1][1] != "(":
            continue
        before = at - 1
        if before >= 0 and tokens[before][1] == ")":  # WITH one (its columns) AS (…)
            while before >= 0 and tokens[before][1] != "(":
                before -= 1
            before -= 1
        if before >= 0 and tokens[before][0] == "name":
            found.add((_bare(tokens[before][1]),))
    return found


def _names(tokens: list[tuple[str, str]]) -> set[Name]:
    found: set[Name] = set()
    levels, at = [_Level()], 0
    while at < len(tokens):
        kind, text = tokens[at]
        level = levels[-1]
        if text == "(":
            call = tokens[at - 1][1] if at and tokens[at - 1][0] == "name" else ""
            levels.append(_Level(call, table_next=level.table_next, listing=level.table_next))
            level.table_next = False
        elif text == ")":
            levels[-1:] = [] if len(levels) > 1 else [_Level()]
        elif kind == "name" and _is_word(tokens, at, level):
            pass
        elif kind == "name":
            name, at = _path(tokens, at)
            called = [*tokens, ("", "")][at + 1][1] == "("
            if name == ("IDENTIFIER",) or (len(name) > 1 if called else level.table_next):
                found.add(name)
            level.table_next = False
        elif text == "," and level.listing:
            level.table_next = True
        elif level.table_next:
            # A text, a stage or a variable where a table stands.
            found.add((text,))
            level.table_next = False
        at += 1
    return found


def _is_word(tokens: list[tuple[str, str]], at: int, level: _Level) -> bool:
    """Whether this name is one of the words that begin or end a list of tables; `level` is told."""
    word = tokens[at][1]
    if word == "FROM":
        of_a_call = level.call in _CALLS_WITH_FROM or (at and tokens[at - 1][1] == "DISTINCT")
        if not of_a_call:
            level.listing = level.table_next = True
    elif word == "JOIN":
        level.listing = level.table_next = True
    elif word in _ENDS:
        level.listing = level.table_next = False
        # A query of its own from here on, whatever called it.
        level.call = ""
    else:
        return level.table_next and word in _BEFORE_A_TABLE
    return True


def _path(tokens: list[tuple[str, str]], at: int) -> tuple[Name, int]:
    """The qualified name that begins at `at`, and where its last part stands."""
    parts = [_bare(tokens[at][1])]
    while at + 2 < len(tokens) and tokens[at + 1][1] == "." and tokens[at + 2][0] == "name":
        at += 2
        parts.append(_bare(tokens[at][1]))
    return tuple(parts), at


def _bare(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
