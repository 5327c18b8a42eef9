"""Publish what the draft of a dataset holds as its next version, and take that back before anybody moved to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares import mails
from shares.core.differences import Difference, differences, is_breaking, told
from shares.core.published import Item, to_json
from shares.core.said import Said, together
from shares.models import Dataset, DatasetVersion, Grant, Run, Share
from shares.services import privacy, versions
from shares.services.bell import wake
from shares.services.soundness import flaws

# Who decides and where it is stored are no part of a version, and may be put right at any time.
OF_NO_VERSION = frozenset({"W001", "W003", "W011"})


class NotPublished(Exception):
    """It cannot be published or withdrawn; the message says why and what to do."""


@dataclass(frozen=True)
class Proposal:
    """The draft beside the newest version: what publishing would do."""

    items: tuple[Item, ...]
    changes: tuple[Difference, ...]
    is_first: bool

    @property
    def breaking(self) -> bool:
        return is_breaking(self.changes)

    @property
    def is_new(self) -> bool:
        return self.is_first or bool(self.changes)


def propose(dataset: Dataset) -> Proposal:
    """What stands in the draft, compared with the newest version."""
    items = versions.draft_items(dataset)
    newest = dataset.version.items if dataset.version else ()
    return Proposal(items, differences(newest, items), is_first=dataset.version is None)


def obstacles(dataset: Dataset, items: tuple[Item, ...]) -> list[str]:
    """Why the draft may not be published; empty when it may."""
    found = [f"{flaw.words} {flaw.hint}" for flaw in flaws(dataset) if flaw.code not in OF_NO_VERSION]
    names = {item.shared_name for item in items}
    others = versions.in_use(Dataset.objects.exclude(pk=dataset.pk).values_list("pk", flat=True), timezone.now())
    for version in others:
        taken = sorted(names & {item.shared_name for item in version.items})
        if taken:
            found.append(f"{version} has {', '.join(taken)} already. One share may hold both: choose another name.")
    return found


def affected(dataset: Dataset, now: datetime) -> list[Share]:
    """Shares on which the dataset is granted, now or from a later day on."""
    live = Grant.objects.filter(dataset=dataset, revoked_at=None).exclude(valid_until__lte=now)
    found = Share.objects.filter(grants__in=live, taken_back_at=None).distinct().order_by("pk")
    return list(found.select_related("organization", "consumer_account", "provider_account"))


def publish(dataset: Dataset, by: User | None, note: str = "", *, hurried: str = "") -> DatasetVersion:
    """Make the draft the next version. Raises NotPublished.

    What breaks nothing holds for every share from now on. What does comes to each share when its organization says that
    it has adapted, or when the notice is over. `hurried` says why it cannot wait: then it comes at once.
    """
    with transaction.atomic():
        # Locked, so that of two who publish at once the second sees what the first made.
        dataset = Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
        proposal = propose(dataset)
        if not proposal.is_new:
            raise NotPublished("Nothing differs from the newest version. Edit the objects first.")
        against = obstacles(dataset, proposal.items)
        if against:
            raise NotPublished(" ".join(against))
        had = _had(dataset)
        if words := privacy.obstacle(dataset, proposal.items, [before for _, before in had], by):
            raise NotPublished(words)
        version = _make(dataset, proposal, by, note.strip(), hurried)
        for share, before in had:
            if version.notice_until:
                mails.changing(share, version, told(before.items, version.items))
            wake(share.pk, Run.Trigger.DECISION)
        if version.hurried:
            alert(version, version.hurried)
        data: dict[str, object] = {
            "changes": [item.words for item in proposal.changes],
            "notice_until": version.notice_until,
        }
        data |= {"version": version.number, "note": version.note, "hurried": version.hurried}
        record("dataset.version_published", actor=by, target=dataset, data=data)
    return version


def _had(dataset: Dataset) -> list[tuple[Share, DatasetVersion]]:
    """The affected shares with the versions that they are on."""
    now = timezone.now()
    return [(share, versions.of_share(share, [dataset], now)[dataset.pk]) for share in affected(dataset, now)]


def _make(dataset: Dataset, proposal: Proposal, by: User | None, note: str, hurried: str) -> DatasetVersion:
    now = timezone.now()
    notice = None
    if proposal.breaking and not proposal.is_first:
        notice = now if hurried else now + timedelta(days=dataset.notice_days)
    if notice and hurried:
        # Versions are passed in their order: what still waits before this one has to come as well.
        dataset.versions.filter(withdrawn_at=None, notice_until__gt=now).update(notice_until=now, hurried=hurried)
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=last + 1,
        content=to_json(proposal.items),
        note=note,
        published_at=now,
        published_by=by,
        notice_until=notice,
        hurried=hurried if notice else "",
    )
    Dataset.objects.filter(pk=dataset.pk).update(version=version, updated_at=now)
    return version


def alert(version: DatasetVersion, words: str) -> None:
    """To the provider's superusers: a notice was cut short."""
    mails.alert(
        version.dataset,
        Said("%(version)s came without its notice", version=str(version)),
        together(
            words,
            Said(
                "What is not in the lake cannot be kept, so every share moves to %(version)s at once.",
                version=str(version),
            ),
        ),
        Said("Customers were told by mail. Call those who depend on it."),
        key=f"hurried:{version.dataset_id}:{version.number}",
    )


def withdraw(version: DatasetVersion, by: User, reason: str = "") -> None:
    """Take the newest version back, before any share is on it. Raises NotPublished."""
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update(no_key=True).get(pk=version.dataset_id)
        if dataset.version_id != version.pk:
            raise NotPublished("Only the newest version can be withdrawn.")
        before = dataset.versions.filter(withdrawn_at=None).exclude(pk=version.pk).first()
        if before is None:
            raise NotPublished("The first version cannot be withdrawn: unpublish the dataset instead.")
        now = timezone.now()
        there = [share for share in affected(dataset, now) if is_on(share, version, now)]
        if there:
            raise NotPublished(f"{len(there)} shares have it already. Publish another version instead.")
        DatasetVersion.objects.filter(pk=version.pk).update(withdrawn_at=now, withdrawn_by=by)
        Dataset.objects.filter(pk=dataset.pk).update(version=before, updated_at=now)
        if version.notice_until:
            for share in affected(dataset, now):
                mails.change_withdrawn(share, version)
        withdrawn = {"version": version.number, "reason": reason.strip()}
        record("dataset.version_withdrawn", actor=by, target=dataset, data=withdrawn)


def is_on(share: Share, version: DatasetVersion, now: datetime) -> bool:
    """Whether `share` has moved to `version` or beyond."""
    return versions.of_share(share, [version.dataset], now)[version.dataset_id].number >= version.number
