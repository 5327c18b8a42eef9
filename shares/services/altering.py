"""Ask for a change of a live share, or for a later end: a request of its own, while what is granted stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.guards import user_may
from portal.people.models import User
from portal.people.permissions import Act
from shares import mails
from shares.core.states import RequestKind, RequestState
from shares.models import RequestLine, Share, ShareRequest
from shares.services import endings, move_facts, pairs, requests
from shares.services.clock import moment
from shares.services.entitling import carry_out
from shares.services.pairs import Difference, Pair
from shares.services.requests import Refused
from shares.services.windows import end_of, last_day


@dataclass(frozen=True)
class Alteration:
    """What somebody made of a share's form. `wanted` is what they ticked, `seen` the stamp of what it had then."""

    share: Share
    requester: User
    wanted: frozenset[Pair]
    reason: str
    valid_until: date | None
    seen: str


def change(draft: Alteration) -> ShareRequest:
    """Ask for what is new. What only leaves needs nobody's approval, and leaves at once. Raises Refused."""
    with transaction.atomic():
        share, now, had = _hold(draft)
        difference = pairs.between(had, draft.wanted)
        _check_change(draft, difference)
        if not difference.added:
            return _take_out(draft, share, now, difference)
        _check_added(draft, share, difference.added, now)
        datasets = [dataset for dataset, _ in difference.put_in]
        requests.refuse_twin(share, datasets, (RequestKind.NEW, RequestKind.CHANGE))
        request = _store(draft, share, RequestKind.CHANGE, difference)
        requests.announce(request)
    return request


def renew(draft: Alteration) -> ShareRequest:
    """Ask for a later end of what has one. Until the answer, and after a no, nothing changes. Raises Refused."""
    with transaction.atomic():
        share, now, _held = _hold(draft)
        ends = pairs.ending(share, now)
        kept = Difference(pairs.in_order(pair for pair in draft.wanted if pair in ends))
        if not kept.added:
            raise Refused("wanted", _("Choose at least one dataset that should go on."))
        _check_added(draft, share, kept.added, now)
        last = max(ends[pair] for pair in kept.added)
        later = end_of(draft.valid_until)
        if later is not None and later <= last:
            raise Refused(
                "valid_until",
                _("It goes on until %(day)s anyway: choose a later day.") % {"day": f"{last_day(last):%Y-%m-%d}"},
            )
        requests.refuse_twin(share, [dataset for dataset, _rows in kept.put_in], (RequestKind.RENEWAL,))
        request = _store(draft, share, RequestKind.RENEWAL, kept)
        requests.announce(request)
    return request


def _hold(draft: Alteration) -> tuple[Share, datetime, set[Pair]]:
    """The share, locked, and what is granted on it now."""
    share = Share.objects.select_for_update(no_key=True).get(pk=draft.share.pk)
    now = moment(share)
    had = pairs.granted(share, now)
    if not had:
        raise Refused("", _("This share has ended. Send a new request instead."))
    if objection := endings.objection(share) or move_facts.objection(share):
        raise Refused("", objection)
    if draft.seen != pairs.stamp(had):
        raise Refused("", _("The share changed while this page was open. Look at it as it is now, and send it again."))
    return share, now, had


def _check_change(draft: Alteration, difference: Difference) -> None:
    if not draft.wanted:
        raise Refused(
            "wanted", _("This would take everything out. End the share instead: that can be undone for a while.")
        )
    if not (difference.added or difference.removed):
        raise Refused(
            "wanted", _("Nothing is different yet. Tick what should be in the share, and untick what should not.")
        )
    if difference.removed and not user_may(draft.requester, Act.SHARE_TAKE_OUT, draft.share.organization):
        words = _("Only an owner may take something out of a share. Leave it ticked, or ask an owner to send this.")
        raise Refused("wanted", words)


def _check_added(draft: Alteration, share: Share, added: Iterable[Pair], now: datetime) -> None:
    datasets = {dataset for dataset, _ in added}
    gone = sorted(item.name for item in datasets if not item.is_published or item.version_id is None)
    if gone:
        raise Refused("wanted", _("Not offered any more: %(datasets)s. Leave it out.") % {"datasets": ", ".join(gone)})
    here = set(share.provider_account.datasets.values_list("pk", flat=True))
    away = sorted(item.name for item in datasets if item.pk not in here)
    if away:
        words = _("Not published in %(region)s: %(datasets)s. Leave it out for now.") % {
            "region": share.provider_account.region_label,
            "datasets": ", ".join(away),
        }
        raise Refused("wanted", words)
    if any(item.organization_id != share.organization_id or not item.is_active for _, item in added):
        raise Refused("wanted", _("Choose among your own workspaces."))
    if not draft.reason.strip():
        raise Refused("reason", _("Say in a sentence what the data is for: the data owner decides by it."))
    if draft.valid_until and draft.valid_until <= now.date():
        raise Refused("valid_until", _("Choose a day after today, or leave it empty for no end."))


def _store(draft: Alteration, share: Share, kind: RequestKind, difference: Difference) -> ShareRequest:
    steps = requests.planned(lambda: requests.dry_run(share, difference))
    request = ShareRequest.objects.create(
        kind=kind.value,
        organization=share.organization,
        requester=draft.requester,
        consumer_account=share.consumer_account,
        provider_account=share.provider_account,
        reason=draft.reason.strip(),
        valid_until=draft.valid_until if difference.added else None,
        plan_sql=steps,
        plan_digest=requests.digest(steps),
    )
    request.datasets.set({dataset for dataset, _ in difference.added})
    request.workspaces.set({workspace for _, workspace in difference.added})
    sides = ((difference.added, True), (difference.removed, False))
    RequestLine.objects.bulk_create(
        RequestLine(request=request, dataset=dataset, workspace=workspace, adds=adds)
        for side, adds in sides
        for dataset, workspace in side
    )
    return request


def _take_out(draft: Alteration, share: Share, now: datetime, difference: Difference) -> ShareRequest:
    request = _store(draft, share, RequestKind.CHANGE, difference)
    decided = {"state": RequestState.APPROVED.value, "decided_at": now, "decided_by": draft.requester}
    ShareRequest.objects.filter(pk=request.pk).update(**decided)
    request.refresh_from_db()
    entries = carry_out(request, draft.requester)
    mails.taken_out(request, share)
    data = {**requests.told(difference), "plan_digest": request.plan_digest}
    record("request.taken_out", actor=draft.requester, target=request, organization=share.organization, data=data)
    for action, target, more in entries:
        record(action, actor=draft.requester, target=target, organization=share.organization, data=more)
    return request
