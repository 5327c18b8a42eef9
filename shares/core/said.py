"""Sentences of the core that people read. The core knows no language: a sentence remembers the message and the values
that it was made of, so that whoever shows it can say it in the reader's (shares.services.translated)."""

from __future__ import annotations

from collections.abc import Mapping


class Said(str):
    """`message` in English with `values` in it. A value may be said itself. The catalogs take every `Said("…")`."""

    message: str
    values: Mapping[str, str]

    def __new__(cls, message: str, **values: str) -> Said:
        made = super().__new__(cls, message % values if values else message)
        made.message, made.values = message, values
        return made
