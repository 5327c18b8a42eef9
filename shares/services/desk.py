"""What lies on an approver's desk; read once per request, for guard, menu and page alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from portal.people import second
from portal.people.models import User
from portal.prepared import ANYBODY, Prepared
from shares.models import ApproverGroup, Dataset, PolicyStage
from shares.services import pages


@dataclass(frozen=True)
class Desk:
    """Whether this person approves anything, and how many requests wait for their answer; and, because it costs nothing
    to be asked along, whether they have a second step of signing in."""

    approves: bool
    waiting: int
    has_second_step: bool = False


def desk(request: HttpRequest) -> Desk:
    """The signed-in person's; who looks at a customer's pages has none there."""
    user = cast(User, request.user)
    if user.seeing:
        return Desk(False, 0)
    if not hasattr(request, "_firn_desk"):
        request._firn_desk = look(user)  # type: ignore[attr-defined]
    return cast(Desk, request._firn_desk)  # type: ignore[attr-defined]


def look(user: User) -> Desk:
    """Of anybody, in one query."""
    row = _ASKED.row(user.pk)
    return Desk(bool(row[0] or row[1]), row[1], bool(row[2])) if row else Desk(False, 0)


def _query() -> QuerySet[Any, Any]:
    asks = pages.open_asks(User(pk=ANYBODY)).order_by()
    waiting = asks.values("approver").annotate(number=Count("pk")).values("number")
    named = Dataset.approvers.through.objects.filter(user=OuterRef("pk"))
    grouped = ApproverGroup.members.through.objects.filter(user=OuterRef("pk"))
    staged = PolicyStage.people.through.objects.filter(user=OuterRef("pk"))
    guarding = Dataset.privacy_approvers.through.objects.filter(user=OuterRef("pk"))
    any_of = Exists(named) | Exists(guarding) | Exists(grouped) | Exists(staged)
    approves = ExpressionWrapper(any_of, output_field=BooleanField())
    number = Coalesce(Subquery(waiting, output_field=IntegerField()), 0)
    return User.objects.filter(pk=ANYBODY).values_list(approves, number, Exists(second.steps_of(OuterRef("pk"))))


# Every page asks it.
_ASKED = Prepared(_query)
