"""LIKE, STARTS WITH, LIMIT … FROM and IN of the SHOW statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sandbox.errors import fail
from sandbox.names import like_pattern
from sandbox.tokens import Tokens

T = TypeVar("T")
# More than these SHOW never answers: docs.snowflake.com/en/sql-reference/sql/show-views, "Usage notes".
MOST = 10_000


def _nowhere(thing: object) -> tuple[str, ...]:
    return ()


@dataclass
class Filter:
    """The clauses of one SHOW. `scope` is ACCOUNT, DATABASE, SCHEMA, TABLE, VIEW or None; `parts` its name."""

    like: str | None = None
    starts: str | None = None
    limit: int | None = None
    start_after: str | None = None
    scope: str | None = None
    parts: list[str] | None = None
    history: bool = False

    def pick(
        self,
        things: Iterable[T],
        name: Callable[[T], str],
        place: Callable[[T], tuple[str, ...]] = _nowhere,
        *,
        silently: bool = False,
    ) -> list[T]:
        """What passes, in order of its place (database, schema) and name, cut to the page. More than there may be is
        refused where no LIMIT is said, and passed over by the few statements that do so `silently`."""
        found = [t for t in things if self.wants(name(t))]
        if len(found) > MOST and self.limit is None and not silently:
            raise fail("show_too_many", most=MOST)
        found.sort(key=lambda t: (*place(t), name(t)))
        return found[: min(MOST, self.limit if self.limit is not None else MOST)]

    @cached_property
    def _like(self) -> Callable[[str], object] | None:
        """Looked up once: a statement may have many thousands of names to compare."""
        return like_pattern(self.like).fullmatch if self.like is not None else None

    def wants(self, name: str) -> bool:
        """Whether a thing of this name stands on the page or on one that follows it."""
        if self.start_after is not None and name <= self.start_after:
            return False
        if self._like is not None and self._like(name) is None:
            return False
        return self.starts is None or name.startswith(self.starts)


def read_filter(tokens: Tokens, scopes: tuple[str, ...] = (), history: bool = False) -> Filter:
    """All clauses up to the end, in any order that Snowflake takes."""
    found = Filter()
    if history:
        found.history = tokens.accept("HISTORY")
    while not tokens.done():
        if tokens.accept("LIKE"):
            found.like = tokens.string()
        elif tokens.accept("IN") and scopes:
            _read_scope(tokens, found, scopes)
        elif tokens.accept("STARTS", "WITH"):
            found.starts = tokens.string()
        elif tokens.accept("LIMIT"):
            found.limit = tokens.number()
            if tokens.accept("FROM"):
                found.start_after = tokens.string()
        else:
            raise tokens.unexpected()
    return found


def _read_scope(tokens: Tokens, found: Filter, scopes: tuple[str, ...]) -> None:
    """`IN ACCOUNT`, `IN DATABASE d`, `IN [SCHEMA] d.s`, `IN TABLE t`; a bare name is of the first of `scopes`."""
    word = tokens.accept_any("ACCOUNT", "DATABASE", "SCHEMA", "TABLE", "VIEW")
    if word == "ACCOUNT":
        found.scope = word
        return
    ends = tokens.done() or tokens.peek().text.upper() in ("LIKE", "STARTS", "LIMIT")
    if word is not None and ends:
        found.scope, found.parts = word, []
        return
    parts = tokens.qualified()
    found.scope = word or ("SCHEMA" if len(parts) == 2 else scopes[0])
    found.parts = parts


def yes_no(value: Any) -> str:
    """Booleans as most SHOW statements print them."""
    return "Y" if value else "N"


def true_false(value: Any) -> str:
    return "true" if value else "false"
