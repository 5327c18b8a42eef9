"""How a share comes to a version before its notice is over: its owner has adapted, or the lake cannot wait."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import User
from shares import mails
from shares.core.differences import told
from shares.core.published import Item
from shares.core.said import Said
from shares.models import Acknowledgement, Dataset, DatasetVersion, Run, Share
from shares.services import publishing, versions
from shares.services.bell import wake
from shares.services.grants import NotNow


def acknowledge(share: Share, version: DatasetVersion, by: User) -> None:
    """The organization has adapted: the share moves to `version`, and to all before it, now. Raises NotNow."""
    now = timezone.now()
    with transaction.atomic():
        # The same lock as a withdrawal takes: a version is either withdrawn or acknowledged.
        dataset = Dataset.objects.select_for_update(no_key=True).get(pk=version.dataset_id)
        waiting = {item.pk for item in versions.coming(share, [dataset], now)}
        if version.pk not in waiting:
            raise NotNow(_("This change does not wait any more: the share has it, or it was withdrawn."))
        Acknowledgement.objects.get_or_create(version=version, share=share, defaults={"acknowledged_by": by})
        wake(share.pk, Run.Trigger.DECISION)
        data = {"dataset": dataset.slug, "version": version.number}
        record("share.change_acknowledged", actor=by, target=share, organization=share.organization, data=data)


def hurry(version: DatasetVersion, item: Item, missing: set[str]) -> bool:
    """The lake has lost `missing` columns of an object in `version` (all of them: the source itself). When a later
    version does without, every share moves to it now, and both sides are told. False when there is none."""
    now = timezone.now()
    words = Said(
        "%(source)s has lost %(names)s in the lake.", source=".".join(item.source), names=", ".join(sorted(missing))
    )
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update(no_key=True).get(pk=version.dataset_id)
        later = [other for other in versions.standing([dataset.pk])[dataset.pk] if other.number > version.number]
        cure = next((other for other in later if not _needs(other, item, missing)), None)
        if cure is None:
            return False
        waiting = DatasetVersion.objects.filter(pk__in=[other.pk for other in later if other.number <= cure.number])
        if not waiting.filter(notice_until__gt=now).update(notice_until=now, hurried=words):
            return False
        publishing.alert(cure, words)
        for share in publishing.affected(dataset, now):
            cure.notice_until, cure.hurried = now, words
            mails.changing(share, cure, told(version.items, cure.items), event="now")
            wake(share.pk, Run.Trigger.DECISION)
        record("dataset.version_hurried", target=dataset, data={"version": cure.number, "words": words})
    return True


def _needs(version: DatasetVersion, lost: Item, missing: set[str]) -> bool:
    """Whether `version` still reads one of the missing columns of that source."""
    return any(
        item.source == lost.source and not item.is_function and missing & {column.name for column in item.columns}
        for item in version.items
    )
