"""An approver hands over while they are away: what waits for them, and what comes, is another's to answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import User
from shares.core.states import RequestState
from shares.models import Ask, Delegation, ShareRequest
from shares.services import policies, requests
from shares.services.requests import Refused

BATCH = 50


def today() -> date:
    return datetime.now(UTC).date()


def deputies(user: User) -> QuerySet[User]:
    """To whom they may hand over: other approvers, and the provider's staff."""
    able = User.objects.filter(policies.may_stand_in(), is_active=True)
    return able.exclude(pk=user.pk).distinct().order_by("name", "email")


def standing(user: User) -> list[Delegation]:
    """What they have handed over now or from a day to come."""
    found = Delegation.objects.filter(approver=user, ended_at=None, last_day__gte=today())
    return list(found.select_related("to"))


def hand_over(user: User, to: User, first: date, last: date) -> Delegation:
    """From `first` to `last`, both included. Raises Refused."""
    with transaction.atomic():
        # Locked, so that of two at the same moment the second finds the first.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _check(user, to, first, last)
        made = Delegation.objects.create(approver=user, to=to, first_day=first, last_day=last)
        data = {"to": to.email, "from": first, "until": last}
        record("approver.handed_over", actor=user, target=user, data=data)
    begin_due()
    return made


def _check(user: User, to: User, first: date, last: date) -> None:
    if last < first:
        raise Refused("last_day", _("The last day is before the first. Choose a later one."))
    if last < today():
        raise Refused("last_day", _("That day is over. Choose today or a later one."))
    if not deputies(user).filter(pk=to.pk).exists():
        raise Refused("to", _("Choose somebody who may decide requests."))
    meanwhile = Delegation.objects.filter(first_day__lte=last, last_day__gte=first, ended_at=None)
    if meanwhile.filter(approver=user).exists():
        raise Refused("first_day", _("You have handed over for some of these days already. End that first."))
    if meanwhile.filter(approver=to).exists():
        raise Refused("to", _("They are away themselves in these days. Choose somebody else."))
    if meanwhile.filter(to=user).exists():
        raise Refused(
            "first_day", _("Somebody has handed over to you for some of these days. Ask them to choose another.")
        )


def end(user: User) -> int:
    """They are back: whatever they have handed over is theirs again. How many were ended."""
    with transaction.atomic():
        ended = Delegation.objects.filter(approver=user, ended_at=None, last_day__gte=today()).update(
            ended_at=timezone.now()
        )
        if ended:
            record("approver.returned", actor=user, target=user)
    begin_due()
    return ended


def begin_due() -> int:
    """Ask those who answer now, where a delegation began or ended since; how many did."""
    begun = Delegation.objects.in_force(today()).filter(begun_at=None)
    over = Q(last_day__lt=today()) | Q(ended_at__isnull=False)
    back = Delegation.objects.filter(over, begun_at__isnull=False, returned_at=None)
    count = 0
    for found, field in ((begun, "begun_at"), (back, "returned_at")):
        for item in list(found.select_related("approver")[:BATCH]):
            taken = Delegation.objects.filter(pk=item.pk, **{field: None}).update(**{field: timezone.now()})
            if taken:
                _ask_anew(item)
            count += taken
    return count


def _ask_anew(item: Delegation) -> None:
    concerned = Ask.objects.filter(approver__in=(item.approver_id, item.to_id)).values("request")
    waiting = ShareRequest.objects.filter(state=RequestState.SUBMITTED, pk__in=concerned)
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            # Locked like a vote, so that nobody is asked about what is decided at this moment.
            request = ShareRequest.objects.select_for_update(no_key=True).get(pk=pk)
            if request.is_open:
                requests.ask_approvers(request)
