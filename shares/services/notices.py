"""Tell people in time that a window closes: 14, 7 and 1 days before, once each, and after a pause the latest only."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from portal.audit.record import record
from shares import end_mails
from shares.core.marks import MARKS, due_mark
from shares.models import Grant, Share
from shares.services.clock import moment

BATCH = 50


def _due() -> Q:
    """Grants whose window has passed a mark that nobody was told of: what `due_mark` says, in the database's words."""
    found = Q()
    for days in MARKS:
        span = timedelta(days=days)
        soon = ExpressionWrapper(Now() + span, output_field=DateTimeField())
        opened = Q(valid_from__lte=ExpressionWrapper(F("valid_until") - span, output_field=DateTimeField()))
        untold = Q(told_until=None) | ~Q(told_until=F("valid_until")) | Q(told_mark__gt=days)
        found |= Q(valid_until__lte=soon) & opened & untold
    return Q(revoked_at=None, valid_from__lte=Now(), valid_until__gt=Now()) & found


def send_due() -> int:
    """How many shares people were told about. Any number of sweepers may call it at once."""
    due = Grant.objects.filter(_due()).order_by("valid_until").values_list("share_id", flat=True)
    return sum(_tell(share_id) for share_id in list(dict.fromkeys(due[: BATCH * 10]))[:BATCH])


def _tell(share_id: int) -> int:
    """One mail for all that ends soon in this share; 0 where nothing is left to tell."""
    with transaction.atomic():
        share = Share.objects.select_for_update(no_key=True).get(pk=share_id)
        now, ends = moment(share), []
        for grant in share.grants.filter(_due()).select_related("dataset").order_by("valid_until", "dataset__name"):
            mark = due_mark(grant.valid_from, grant.valid_until, now) if grant.valid_until else None
            Grant.objects.filter(pk=grant.pk).update(told_mark=mark, told_until=grant.valid_until)
            if mark is not None and not _goes_on(grant):
                ends.append((grant, mark))
        if not ends:
            return 0
        mark = min(mark for _, mark in ends)
        end_mails.expiring(share, [grant for grant, _ in ends], mark, now)
        told = sorted({grant.dataset.slug for grant, _ in ends})
        record(
            "share.expiry_told",
            target=share,
            organization=share.organization,
            data={"days": mark, "datasets": told, "until": min(str(grant.valid_until) for grant, _ in ends)},
        )
    return 1


def _goes_on(grant: Grant) -> bool:
    """Whether other grants carry the same dataset on beyond this window, without a gap, for all its workspaces."""
    longer = Q(valid_until__isnull=True) | Q(valid_until__gt=grant.valid_until)
    others = Grant.objects.filter(
        longer, share=grant.share_id, dataset=grant.dataset_id, revoked_at=None, valid_from__lte=grant.valid_until
    )
    kept = set(others.exclude(pk=grant.pk).values_list("workspaces", flat=True))
    return set(grant.workspaces.values_list("pk", flat=True)) <= kept
