"""Remind approvers who have not answered, and ask others after the second reminder."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares import request_mails
from shares.core.states import RequestState
from shares.core.working import is_office_hour, worked
from shares.models import Ask, ShareRequest, Vote
from shares.models.requests import ESCALATED
from shares.services import policies, requests

# Of working time in the approver's zone, one reminder each.
MARKS = (timedelta(hours=24), timedelta(hours=72))
BATCH = 200


def zone_of(user: User) -> tzinfo:
    return ZoneInfo(user.zone or "UTC")


def due_mark(asked_at: datetime, now: datetime, zone: tzinfo) -> int:
    """How many marks have passed; at night and on weekends none is noticed."""
    if not is_office_hour(now, zone):
        return 0
    return sum(worked(asked_at, now, zone) >= mark for mark in MARKS)


def send_due() -> int:
    """How many reminders were sent, BATCH at most. Any number of sweepers may call it at once."""
    now, sent = timezone.now(), 0
    # Cut only after it is known which are due. What would run is not read: of all that wait it is long.
    for ask in list(_open().defer("request__plan_sql")):
        sent += _remind(ask, due_mark(ask.created_at, now, zone_of(ask.approver)))
        if sent == BATCH:
            break
    return sent


def _open() -> QuerySet[Ask]:
    """Unanswered asks of the newest revision that are a day old."""
    voted = Vote.objects.filter(
        request=OuterRef("request"), approver=OuterRef("approver"), revision=OuterRef("revision")
    )
    old = ExpressionWrapper(Now() - MARKS[0], output_field=DateTimeField())
    found = Ask.objects.filter(
        request__state=RequestState.SUBMITTED,
        revision=F("request__revision"),
        created_at__lte=old,
        reminded__lt=len(MARKS),
    )
    return found.exclude(Exists(voted)).select_related("approver", "request").order_by("created_at", "pk")


def _remind(ask: Ask, mark: int) -> int:
    if mark <= ask.reminded:
        return 0
    with transaction.atomic():
        # Locked like a vote, so that nobody is reminded of what is answered at this moment.
        request = ShareRequest.objects.select_for_update(no_key=True).get(pk=ask.request_id)
        if not request.is_open or not _open().filter(pk=ask.pk).exists():
            return 0
        if ask.approver not in policies.asked_now(request):
            return 0
        if not Ask.objects.filter(pk=ask.pk, reminded=ask.reminded).update(reminded=mark):
            return 0
        request_mails.reminder(ask, mark)
        data = {"reminded": ask.approver.email, "mark": mark}
        if mark >= ESCALATED:
            before = set(request.asks.filter(revision=request.revision).values_list("pk", flat=True))
            asks = requests.ask_approvers(request)
            data["asked_besides"] = [item.approver.email for item in asks if item.pk not in before]
        record("request.reminded", target=request, organization=request.organization, data=data)
    return 1
