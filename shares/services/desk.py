"""What lies on an approver's desk; read once per request, for guard, menu and page alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from portal.people.models import User
from shares.models import ApproverGroup, Dataset, PolicyStage
from shares.services import pages

# No person's primary key.
_ANYBODY = -1


@dataclass(frozen=True)
class Desk:
    """Whether this person approves anything, and how many requests wait for their answer."""

    approves: bool
    waiting: int


def desk(request: HttpRequest) -> Desk:
    """The signed-in person's."""
    if not hasattr(request, "_firn_desk"):
        request._firn_desk = look(cast(User, request.user))  # type: ignore[attr-defined]
    return cast(Desk, request._firn_desk)  # type: ignore[attr-defined]


def look(user: User) -> Desk:
    """Of anybody, in one query; who looks at a customer's pages has none there."""
    if user.seeing:
        return Desk(False, 0)
    statement, values = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk if value == _ANYBODY else value for value in values])
        approver, number = cursor.fetchone()
    return Desk(bool(approver or number), number)


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """The query with `_ANYBODY` where the person stands. Every page asks it, and for Django to put it together takes
    ten times as long as for the database to answer."""
    asks = pages.open_asks(User(pk=_ANYBODY)).order_by()
    waiting = asks.values("approver").annotate(number=Count("pk")).values("number")
    named = Dataset.approvers.through.objects.filter(user=OuterRef("pk"))
    grouped = ApproverGroup.members.through.objects.filter(user=OuterRef("pk"))
    staged = PolicyStage.people.through.objects.filter(user=OuterRef("pk"))
    guarding = Dataset.privacy_approvers.through.objects.filter(user=OuterRef("pk"))
    any_of = Exists(named) | Exists(guarding) | Exists(grouped) | Exists(staged)
    approves = ExpressionWrapper(any_of, output_field=BooleanField())
    found = User.objects.filter(pk=_ANYBODY).values_list(
        approves, Coalesce(Subquery(waiting, output_field=IntegerField()), 0)
    )
    return found.query.sql_with_params()
