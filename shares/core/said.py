"""Sentences of the core that people read. The core knows no language: a sentence remembers the message and the values
that it was made of, so that whoever shows it can say it in the reader's (shares.services.translated), now or when a
row is read again (shares.models.said)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

# As many names as a sentence bears.
NAMED = 5
_TOGETHER, _ROW, _COUNTED = "%(first)s %(then)s", "%(first)s, %(then)s", "%(name)s (%(number)s)"


class Said(str):
    """`message` in English with `values` in it. A value may be said itself; a number is written as its language groups
    digits. The catalogs take every `Said("…")`."""

    message: str
    values: Mapping[str, str | int]

    def __new__(cls, message: str, /, **values: str | int) -> Said:
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        made = super().__new__(cls, message % shown if values else message)
        made.message, made.values = message, values
        return made


def few(names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    first = ", ".join(names[:NAMED])
    return Said("%(names)s and %(number)s more", names=first, number=len(names) - NAMED) if names[NAMED:] else first


def counted(numbers: Sequence[tuple[str, int]]) -> Said:
    """Each name with its number."""
    found = [Said(_COUNTED, name=name, number=number) for name, number in numbers]
    return reduce(lambda first, then: Said(_ROW, first=first, then=then), found)


def together(first: str, then: str) -> Said:
    """Two sentences, one after the other."""
    return Said(_TOGETHER, first=first, then=then)


def packed(text: str | int) -> str | int | dict[str, Any]:
    """For JSON: {"said": message, "with": values} of what is said, anything else as it is."""
    if not isinstance(text, Said):
        return text
    return {"said": text.message, "with": {name: packed(value) for name, value in text.values.items()}}


def unpacked(kept: Any) -> Any:
    """What was packed."""
    if not isinstance(kept, dict):
        return kept
    message, values = kept["said"], kept["with"]
    return Said(message, **{name: unpacked(value) for name, value in values.items()})
