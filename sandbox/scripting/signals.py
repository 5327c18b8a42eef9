"""How control leaves a statement of a block: by an error, a RETURN, a BREAK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from sandbox.errors import SandboxError, fail
from sandbox.results import Result
from sandbox.running import translated

STATEMENT, EXPRESSION = "STATEMENT_ERROR", "EXPRESSION_ERROR"
# A handler catches errors, not the wish of somebody outside that the block ends.
_FINAL = {"canceled", "timeout"}


class ScriptError(Exception):
    """An exception of a block: its name, and SQLCODE, SQLSTATE, SQLERRM as handlers see them."""

    def __init__(self, name: str, at: tuple[int, int], code: int, sqlstate: str, text: str) -> None:
        super().__init__(text)
        self.name = name
        self.at = at
        self.code = code
        self.sqlstate = sqlstate
        self.text = text

    def uncaught(self) -> SandboxError:
        """As the client sees it: with the code and state of what went wrong."""
        detail = f" : {self.text}" if self.text else ""
        error = fail("uncaught", name=self.name, line=self.at[0], position=self.at[1], detail=detail)
        return SandboxError(error.key, self.code, self.sqlstate, error.text)


class Returned(Exception):
    """RETURN, with the result that the block answers."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


class Left(Exception):
    """BREAK or CONTINUE, of the innermost loop or of the one with the label."""

    def __init__(self, again: bool, label: str) -> None:
        super().__init__()
        self.again = again
        self.label = label


@contextmanager
def named(name: str, at: tuple[int, int]) -> Iterator[None]:
    """What fails inside becomes an exception of the block with this name and place."""
    try:
        yield
    except (SandboxError, duckdb.Error) as caught:
        error = translated(caught) if isinstance(caught, duckdb.Error) else caught
        if error.key in _FINAL:
            raise error from caught
        raise ScriptError(name, at, error.code, error.sqlstate, error.text) from caught
