"""Queries that pages ask all the time with other values: put together once, which takes Django far longer than it
takes the database to answer.

A query is built with stand-ins, `ANYBODY` for a person's key and `ANYTHING` for a public id, and asked with what stands
in their place. It answers rows as the database gives them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, UUIDField

# No row has them.
ANYBODY = -1
ANYTHING = UUID("00000000-0000-4000-8000-00000000f1a4")


class Prepared:
    """The query that `build` makes when it is first asked."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        return self._build().query.sql_with_params()

    def row(self, person: int, public_id: UUID | None = None) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        statement, values = self._statement
        anything, told = _as_sent(ANYTHING), _as_sent(public_id)
        sent = [person if value == ANYBODY else told if value == anything else value for value in values]
        with connection.cursor() as cursor:
            cursor.execute(statement, sent)
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def _as_sent(value: UUID | None) -> Any:
    return UUIDField().get_db_prep_value(value, connection)
