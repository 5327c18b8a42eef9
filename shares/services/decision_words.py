"""The reason of a decision: a person's own words as they were written, Firn's in the language of whoever reads them."""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop, ngettext, override

from shares.models import ShareRequest

OVER = gettext_noop("The last day that it asked for was over before it was decided.")
# "1 days" stands in rows of before.
_EXPIRED = re.compile(r"Nobody decided it within (\d+) days?\.")


def expired(days: int) -> str:
    """Why Firn closes a request that nobody decided, as rows keep it."""
    with override("en"):
        return _expired(days)


def _expired(days: int) -> str:
    words = ngettext("Nobody decided it within %(days)s day.", "Nobody decided it within %(days)s days.", days)
    return words % {"days": days}


def told(request: ShareRequest) -> str:
    """Rows keep Firn's own reasons in English."""
    reason = request.decision_reason
    if request.decided_by_id or request.decided_rule or not reason:
        return reason
    if found := _EXPIRED.fullmatch(reason):
        return _expired(int(found[1]))
    return gettext(reason)
