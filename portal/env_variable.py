"""What is said about one environment variable."""

from __future__ import annotations

from typing import NamedTuple


class Variable(NamedTuple):
    """`default` None means that there is none; `secret` variables may also come from the file named by
    NAME_FILE.
    """

    name: str
    default: str | None
    allowed: str
    purpose: str
    secret: bool = False
