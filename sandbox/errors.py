"""Refusals on their way to the client. The one table of them is sandbox/refusals."""

from __future__ import annotations

from sandbox.refusals.form import Refusal
from sandbox.refusals.language import LANGUAGE
from sandbox.refusals.rules import RULES

REFUSALS: dict[str, Refusal] = {**LANGUAGE, **RULES}


class SandboxError(Exception):
    """A refusal on its way to the client."""

    def __init__(self, key: str, code: int, sqlstate: str, text: str) -> None:
        super().__init__(text)
        self.key = key
        self.code = code
        self.sqlstate = sqlstate
        self.text = text


def fail(key: str, **values: object) -> SandboxError:
    """The error `key` with its text filled in, ready to be raised."""
    refusal = REFUSALS[key]
    return SandboxError(key, refusal.code, refusal.sqlstate, refusal.text.format(**values))
