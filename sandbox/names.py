"""Identifier rules: Snowflake's folding and quoting, and how names travel through case-insensitive DuckDB."""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile(r"[A-Z_][A-Z0-9_$]*")


def fold(text: str, quoted: bool) -> str:
    """The name that an identifier stands for: as written when quoted, upper-cased otherwise."""
    return text if quoted else text.upper()


def quoted(name: str) -> str:
    """The name as SHOW prints it inside a qualified name: in quotes only when it needs them."""
    return name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def dotted(*parts: str) -> str:
    """A qualified name made of its parts."""
    return ".".join(quoted(part) for part in parts)


def to_lake(name: str) -> str:
    """The name under which DuckDB, which ignores case, knows this name: every lower-case letter is marked with `~`."""
    if name.isupper() and "~" not in name:
        return name
    return "".join("~" + c.upper() if c.islower() else "~~" if c == "~" else c for c in name)


def from_lake(name: str) -> str:
    """The inverse of `to_lake`."""
    if "~" not in name:
        return name
    return re.sub(r"~(.)", lambda m: "~" if m[1] == "~" else m[1].lower(), name)


@lru_cache(maxsize=1024)
def like_pattern(pattern: str) -> re.Pattern[str]:
    """What `like` compares with."""
    parts: list[str] = []
    escaped = False
    for char in pattern:
        if escaped or char not in "\\%_":
            parts.append(re.escape(char))
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            parts.append(".*" if char == "%" else ".")
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def like(name: str, pattern: str) -> bool:
    """SHOW's LIKE: `%` and `_` as wild cards, case ignored, `\\` escapes."""
    return like_pattern(pattern).fullmatch(name) is not None
