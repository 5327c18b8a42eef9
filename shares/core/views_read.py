"""What a view of somebody else's shows, as far as its own text tells."""

from __future__ import annotations

import re

_FROM = re.compile(r"\bFROM\s+((?:\"[^\"]+\"|[\w$]+)(?:\.(?:\"[^\"]+\"|[\w$]+))*)", re.IGNORECASE)
_LITERAL = r"'(?:[^'\\]|'')*'"
_WHERE = re.compile(
    rf"\s+WHERE\s+(\"[^\"]+\"|[\w$]+)\s*(?:=\s*({_LITERAL})|IN\s*\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)\s*\))\s*;?\s*\Z",
    re.IGNORECASE,
)


def read_view(text: str, at: tuple[str, ...]) -> tuple[tuple[str, ...], str, frozenset[str] | None]:
    """The one table behind a view, and the tenants that its filter names; None for `keys` where the text says more or
    something else than a plain filter does."""
    sources = list(_FROM.finditer(text))
    if len(sources) != 1:
        return (), "", None
    parts = _parts(sources[0][1])
    source = (*at[: 3 - len(parts)], *parts)
    # Not where its name stands first: the view itself may be called like it.
    rest = text[sources[0].end() :]
    if not rest.strip(" ;\n\t"):
        return source, "", frozenset()
    where = _WHERE.match(rest)
    if where is None:
        return source, "", None
    column = where[1][1:-1] if where[1].startswith('"') else where[1].upper()
    literals = re.findall(_LITERAL, where[2] or where[3])
    return source, column, frozenset(one[1:-1].replace("''", "'") for one in literals)


def _parts(text: str) -> tuple[str, ...]:
    marks = re.findall(r"\"[^\"]+\"|[\w$]+", text)
    return tuple(mark[1:-1] if mark.startswith('"') else mark.upper() for mark in marks)
