"""What an approver reads besides the request itself: how many rows it would show, and what others answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from shares.core.published import Item
from shares.models import Dataset, Reading, ShareRequest, Vote, Workspace
from shares.services import pairs, versions

# A mail shows as much of a reason as fits a phone's screen beside the rest; the page shows all of it.
REASON_SHOWN = 110


Contents = Sequence[tuple[Dataset, Sequence[Item], list[Workspace]]]


def contents(request: ShareRequest) -> Contents:
    """What the request would show: each dataset, its objects, and whose rows of it."""
    return [(dataset, versions.exposed(dataset), spaces) for dataset, spaces in pairs.asked(request).put_in]


def rows(contents: Contents) -> str:
    """How many rows of the customer's own that is, how far back they go where that is known, and when they were
    counted; "" for reference data and functions alone.
    """
    wanted, found = 0, Q(pk__in=[])
    for _dataset, items, workspaces in contents:
        own = [item.pk for item in items if not item.is_function and not item.is_reference]
        wanted += len(own) * len(workspaces)
        found |= Q(object_id__in=own, workspace__in=workspaces)
    if not wanted:
        return ""
    known = list(Reading.objects.filter(found, rows__isnull=False).values_list("rows", "oldest", "measured_at"))
    if len(known) < wanted:
        return _("being counted; the page shows them")
    total = sum(count or 0 for count, _oldest, _at in known)
    oldest = min((oldest for _count, oldest, _at in known if oldest), default=None)
    words = {
        "number": number_format(total, force_grouping=True),
        "day": date_format(min(at for _count, _oldest, at in known if at), "d M Y"),
    }
    if oldest is None:
        return _("%(number)s, counted on %(day)s") % words
    return _("%(number)s since %(first)s, counted on %(day)s") % {**words, "first": date_format(oldest, "d M Y")}


def answers(request: ShareRequest) -> str:
    """What others answered this revision so far; "" while nobody did."""
    votes = request.votes.filter(revision=request.revision).select_related("approver").order_by("created_at")
    said = {Vote.Answer.APPROVE.value: _("%(who)s approved"), Vote.Answer.DECLINE.value: _("%(who)s declined")}
    return ", ".join(said[vote.answer] % {"who": vote.approver.display_name} for vote in votes)


def short(reason: str) -> str:
    """The reason on one line, cut at a word where it is long."""
    line = " ".join(reason.split())
    return line if len(line) <= REASON_SHOWN else line[:REASON_SHOWN].rsplit(" ", 1)[0] + " …"
