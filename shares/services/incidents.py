"""Incidents of a share: opened at first sight, told once, kept while the trouble is seen, closed when it is not."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares import mails
from shares.core.findings import BY_LOOKING, ELSEWHERE, Finding
from shares.core.said import Said
from shares.core.steps import Problem
from shares.models import Incident, Share


def looked(share: Share, found: Iterable[Finding], *, is_well: bool) -> None:
    """After a look that showed all that can be seen: these are there, the others are over. `is_well`: nothing stops the
    share any more. In the caller's transaction."""
    listed = list(found)
    _see(share, listed, told=False)
    known = share.incidents.all() if is_well else share.incidents.filter(code__in=BY_LOOKING)
    _close(share, known.exclude(code__in=[*ELSEWHERE, *(item.code for item in listed)]))


def stopped(share: Share, problems: Iterable[Problem]) -> None:
    """These stop the share now, and people were told by the caller; what stopped it before is over."""
    found = [Finding(problem.code, problem.words, problem.what_to_do) for problem in problems]
    _see(share, found, told=True)
    codes = [*BY_LOOKING, *ELSEWHERE, *(item.code for item in found)]
    _close(share, Incident.objects.filter(share=share).exclude(code__in=codes))


def apart(share: Share, code: str, found: Finding | None) -> None:
    """What is found elsewhere than at the share: it is there, or it is over. Whoever finds it tells people."""
    if found:
        _see(share, [found], told=True)
    else:
        _close(share, share.incidents.filter(code=code))


def settle(incident: Incident, by: User) -> bool:
    """A person says that it is over; whether it was still open."""
    return bool(_close(incident.share, Incident.objects.filter(pk=incident.pk), by))


def is_open(share: Share, code: str) -> bool:
    return share.incidents.filter(code=code, closed_at=None).exists()


def open_ones(share: Share, *, for_staff: bool) -> QuerySet[Incident]:
    """What a share's page shows: to the customer what only they can mend. What stops the share stands there anyway."""
    if not getattr(share, "has_incidents", True):
        return Incident.objects.none()
    found = share.incidents.filter(closed_at=None).exclude(words=share.blocked_reason)
    return found if for_staff else found.filter(for_customer=True)


def _see(share: Share, found: Iterable[Finding], *, told: bool) -> None:
    now = timezone.now()
    for item in found:
        seen = {"words": item.words, "what_to_do": item.what_to_do, "seen_at": now}
        if Incident.objects.filter(share=share, code=item.code[:40], closed_at=None).update(**seen):
            continue
        incident = Incident.objects.create(
            share=share, code=item.code[:40], for_customer=item.for_customer, opened_at=now, **seen
        )
        if not told:
            _tell(incident)
        record(
            "share.incident_opened",
            target=share,
            organization=share.organization,
            data={"code": incident.code, "words": incident.words},
        )


def _tell(incident: Incident) -> None:
    if incident.for_customer:
        mails.incident(incident)
    else:
        subject = Said("Firn found something at the share %(share)s that it may not mend", share=incident.share.name)
        mails.alert(incident.share, subject, incident.words, incident.what_to_do, key=f"incident:{incident.pk}")


def _close(share: Share, incidents: QuerySet[Incident], by: User | None = None) -> int:
    closed = 0
    for incident in incidents.filter(closed_at=None):
        if Incident.objects.filter(pk=incident.pk, closed_at=None).update(closed_at=timezone.now()):
            closed += 1
            data = {"code": incident.code, "words": incident.words}
            record("share.incident_closed", actor=by, target=share, organization=share.organization, data=data)
    return closed
