"""Tables that leave the portal as CSV, and that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

# What makes a spreadsheet calculate (owasp.org/www-community/attacks/CSV_Injection).
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMULA = (*_SIGNS, "\t", "\r", "\n")
# Where a spreadsheet separates by semicolons, as in Italian, or by tabs, a cell begins after each of them; and, since
# our quotes then stand in the middle of a cell, after the end of a line, too.
_NEXT_CELL = re.compile(rf"([;\t\r\n])(?=[ \"]*[{re.escape(''.join(_SIGNS))}])")


class _Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """A value as text that a spreadsheet shows as it is: an apostrophe goes before what it would calculate."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value).replace("\0", "")
    risky = not isinstance(value, (int, float)) and text.lstrip(" ").startswith(_FORMULA)
    text = _NEXT_CELL.sub(r"\1'", text)
    return f"'{text}" if risky else text


def lines(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """RFC 4180, line by line, so that a long table never stands in memory whole."""
    writer = csv.writer(_Echo())
    yield writer.writerow(heading)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
