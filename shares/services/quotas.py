"""How much of what everybody shares one customer may take."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import ngettext

from portal.people.models import Organization
from shares.core.states import RequestState


def too_many(organization: Organization) -> str:
    """In words, where a customer may not ask for more just now: one must not bury the approvers of all. Else ""."""
    most = settings.FIRN_OPEN_REQUESTS
    waiting = organization.share_requests.filter(state=RequestState.SUBMITTED)
    if not most or waiting.count() < most:
        return ""
    words = ngettext(
        "%(number)s request of yours waits for an answer, which is as many as may wait at once.",
        "%(number)s requests of yours wait for an answer, which is as many as may wait at once.",
        most,
    )
    return words % {"number": most}
