"""Queries that pages ask all the time with other values: put together once, which takes Django far longer than it
takes the database to answer.

A query is built with stand-ins, `ANYBODY` for a person's key and `ANYTHING` for a public id, or others that no row has,
and asked with what stands in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db import connection, connections
from django.db.models import DateTimeField, Model, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)

# No row has them.
ANYBODY = -1
ANYTHING = UUID("00000000-0000-4000-8000-00000000f1a4")


class Prepared:
    """The query that `build` makes when it is first asked; it answers rows as the database gives them."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        return self._build().query.sql_with_params()

    def row(self, person: int, public_id: UUID | None = None) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        statement, values = self._statement
        with connection.cursor() as cursor:
            cursor.execute(statement, _sent(values, {ANYBODY: person, ANYTHING: public_id}))
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found


class PreparedModels(Generic[M]):
    """The query that `build` makes when it is first asked; it answers models, as its queryset would, with all that was
    selected along."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build

    @cached_property
    def _compiled(self) -> tuple[QuerySet[M], SQLCompiler, str, tuple[Any, ...]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(connection.alias)
        statement, values = compiler.as_sql()
        return queryset, compiler, statement, tuple(values)

    def first(self, meant: Mapping[Any, Any]) -> M | None:
        """The first row with what is meant by each stand-in, None where there is none."""
        return next(iter(self.all(meant)), None)

    def all(self, meant: Mapping[Any, Any]) -> QuerySet[M]:
        """All rows with what is meant by each stand-in, asked for when they are read."""
        queryset, compiler, statement, values = self._compiled
        # It knows already what it selects, and how rows become models: only what it sends is another.
        mine: Any = copy(compiler)
        mine.connection = connections[connection.alias]
        mine.as_sql = lambda *_args, **_kwargs: (statement, _sent(values, meant))
        asked: Any = queryset.all()
        asked.query.get_compiler = lambda *_args, **_kwargs: mine
        return cast("QuerySet[M]", asked)


def _sent(values: Iterable[Any], meant: Mapping[Any, Any]) -> tuple[Any, ...]:
    """What a statement is sent with: values as the database takes them, with what is meant by the stand-ins."""
    told = {_as_sent(stand_in): _as_sent(value) for stand_in, value in meant.items()}
    return tuple(told.get(value, value) for value in values)


def _as_sent(value: Any) -> Any:
    if isinstance(value, UUID):
        return UUIDField().get_db_prep_value(value, connection)
    if isinstance(value, datetime):
        return DateTimeField().get_db_prep_value(value, connection)
    return value
