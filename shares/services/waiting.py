"""What time does to requests that nobody answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares import request_mails
from shares.core.states import RequestKind, RequestState
from shares.models import ShareRequest
from shares.services import decision_words

BATCH = 50


def unanswered(request: ShareRequest) -> set[User]:
    """Who was asked about its newest revision and has not answered."""
    voted = request.votes.filter(revision=request.revision).values("approver")
    asks = request.asks.filter(revision=request.revision).exclude(approver__in=voted)
    return {ask.approver for ask in asks.select_related("approver")}


def answer_by(request: ShareRequest) -> datetime:
    """When an answer is due, as everybody concerned may read it."""
    return request.submitted_at + timedelta(hours=settings.FIRN_ANSWER_HOURS)


def is_late(request: ShareRequest) -> bool:
    return request.is_open and timezone.now() > answer_by(request)


def is_over(request: ShareRequest) -> bool:
    """Whether the last day that it asks for has passed. What moves keeps the windows that it has."""
    last = request.valid_until
    return request.kind != RequestKind.MOVE and last is not None and last < timezone.now().date()


def expire_due() -> int:
    """Close requests that nobody has decided in time since their approvers were last asked, and those that ask for days
    that are over; how many that were."""
    due = [*_over().values_list("pk", flat=True)[:BATCH], *_unheard().values_list("pk", flat=True)[:BATCH]]
    return sum(expire(pk) for pk in dict.fromkeys(due))


def _over() -> QuerySet[ShareRequest]:
    """What `is_over` says, asked of the database."""
    waiting = ShareRequest.objects.filter(state=RequestState.SUBMITTED, valid_until__lt=timezone.now().date())
    return waiting.exclude(kind=RequestKind.MOVE).order_by("pk")


def _unheard() -> QuerySet[ShareRequest]:
    if not settings.FIRN_REQUEST_DAYS:
        return ShareRequest.objects.none()
    since = ExpressionWrapper(Now() - timedelta(days=settings.FIRN_REQUEST_DAYS), output_field=DateTimeField())
    waiting = ShareRequest.objects.filter(state=RequestState.SUBMITTED, submitted_at__lte=since)
    asked = Coalesce(Max("asks__created_at"), F("submitted_at"))
    return waiting.annotate(last_asked=asked).filter(last_asked__lte=since).order_by("pk")


def expire(pk: int) -> int:
    """Close one that is due; 0 where it is not, or not any more."""
    with transaction.atomic():
        # Locked like a vote: an answer at the same moment comes before or after.
        request = ShareRequest.objects.select_for_update(no_key=True).get(pk=pk)
        days = settings.FIRN_REQUEST_DAYS if _unheard().filter(pk=pk).exists() else None
        if days is None and not is_over(request):
            return 0
        words = decision_words.expired(days) if days else decision_words.OVER
        closed = ShareRequest.objects.filter(pk=pk, state=RequestState.SUBMITTED).update(
            state=RequestState.EXPIRED, decided_at=timezone.now(), decision_reason=words
        )
        if closed != 1:
            return 0
        request.refresh_from_db()
        request_mails.expired(request, days)
        request_mails.called_off(request, unanswered(request), "expired")
        data = {"days": days} if days else {"until": request.valid_until}
        record("request.expired", target=request, organization=request.organization, data=data)
    return 1
