"""JSON text the way Snowflake prints a VARIANT, OBJECT or ARRAY: two blanks deep, one element a line."""

from __future__ import annotations

import re

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def pretty(text: str) -> str:
    """The same JSON, indented; digits stay as they are written."""
    if text[:1] not in "[{":
        return text
    out: list[str] = []
    depth = 0
    pieces = _PIECE.findall(text)
    for n, piece in enumerate(pieces):
        following = pieces[n + 1] if n + 1 < len(pieces) else ""
        if piece in "{[":
            depth += 1
            empty = following in ("}", "]")
            out.append(piece if empty else piece + "\n" + "  " * depth)
        elif piece in "}]":
            depth -= 1
            opened = n > 0 and pieces[n - 1] in ("{", "[")
            out.append(piece if opened else "\n" + "  " * depth + piece)
        elif piece == ",":
            out.append(",\n" + "  " * depth)
        else:
            out.append(": " if piece == ":" else piece)
    return "".join(out)
