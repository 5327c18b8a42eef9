"""The reason of a decision: a person's own words as they were written, Firn's in the language of whoever reads them."""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop

from shares.models import ShareRequest

EXPIRED = gettext_noop("Nobody decided it within %(days)s days.")
OVER = gettext_noop("The last day that it asked for was over before it was decided.")
_EXPIRED = re.compile(re.escape(EXPIRED).replace(re.escape("%(days)s"), r"(?P<days>\d+)"))


def told(request: ShareRequest) -> str:
    """Rows keep Firn's own reasons in English."""
    reason = request.decision_reason
    if request.decided_by_id or request.decided_rule or not reason:
        return reason
    if found := _EXPIRED.fullmatch(reason):
        return gettext(EXPIRED) % found.groupdict()
    return gettext(reason)
