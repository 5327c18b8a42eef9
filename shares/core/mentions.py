"""Who is named with an @ in what somebody wrote."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping


def mentioned(text: str, names: Mapping[int, str]) -> set[int]:
    """The keys of the `names` that stand in `text` behind an @, in whatever case.

    A name counts whole, or by its first word where nobody else has that: the longest that fits. An @ inside a word, as
    in an address, names nobody.
    """
    known = _known(names)
    flat = _flat(text)
    found: set[int] = set()
    for at, char in enumerate(flat):
        if char == "@" and not (at and _is_word(flat[at - 1])):
            found |= known.get(_longest(flat[at + 1 :], known), set())
    return found


def _known(names: Mapping[int, str]) -> dict[str, set[int]]:
    whole, first = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
    for key, name in names.items():
        if flat := _flat(name):
            whole[flat].add(key)
            first[flat.split()[0]].add(key)
    return {**{word: keys for word, keys in first.items() if len(keys) == 1}, **whole}


def _longest(rest: str, known: Mapping[str, set[int]]) -> str:
    """The longest name that `rest` begins with and that ends there; "" where none does."""
    fitting = (name for name in known if rest.startswith(name) and not _is_word(rest[len(name) : len(name) + 1]))
    return max(fitting, key=len, default="")


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
