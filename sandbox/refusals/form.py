"""What an entry of the table is made of."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """One kind of error. `confirmed` is False when no public source shows code, SQLSTATE and text together."""

    code: int
    sqlstate: str
    text: str
    confirmed: bool = True


COMPILATION = "SQL compilation error:\n"
ACCESS = "SQL access control error:\n"
