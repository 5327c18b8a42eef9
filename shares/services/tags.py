"""Snowflake's classification of the provider's columns: noted in the catalog, an incident where it came too late."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.record import record
from shares import mails
from shares.core.findings import PERSONAL_TAG, tagged
from shares.core.published import Item
from shares.core.said import Said
from shares.models import Dataset, DatasetColumn, DatasetObject, DatasetVersion, ProviderAccount, Share
from shares.services import incidents, versions
from shares.snowflake import lake_sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

logger = logging.getLogger(__name__)

Source = tuple[str, str, str]
# source -> column -> `TAG: VALUE`
Tags = Mapping[Source, Mapping[str, str]]


def read(client: Client, sources: Iterable[Source]) -> Tags:
    """The tags of FIRN_PERSONAL_TAGS on the columns of each source. A source whose tags may not be read is left out."""
    wanted = {name.upper() for name in settings.FIRN_PERSONAL_TAGS}
    found: dict[Source, dict[str, str]] = {}
    for source in sorted(set(sources)):
        try:
            rows = client.run(lake_sql.column_tags(source)).rows
        except SnowflakeError as error:
            logger.info("the tags of %s cannot be read: %s", ".".join(source), error.message)
            continue
        found[source] = {
            str(row["column_name"]): f"{row['tag_name']}: {row['tag_value']}"
            for row in rows
            if str(row["tag_name"]).upper() in wanted
        }
    return found


def note(tags: Tags) -> None:
    """Write them down beside the draft's columns; a column that is shared and tagged now counts as about persons."""
    with transaction.atomic():
        items = DatasetObject.objects.exclude(source_name="").prefetch_related("columns").select_related("dataset")
        new = {item: _note(item, tags[item.source]) for item in items if item.source in tags}
        for item, columns in new.items():
            if columns:
                data = {"object": item.shared_name, "columns": columns}
                record("dataset.columns_tagged", target=item.dataset, data=data)


def _note(item: DatasetObject, now: Mapping[str, str]) -> list[str]:
    """Which of its columns became personal now."""
    new = []
    for column in item.columns.all():
        words = now.get(column.name, "")[:240]
        if column.tags == words:
            continue
        DatasetColumn.objects.filter(pk=column.pk).update(tags=words, is_personal=bool(words) or column.is_personal)
        if words and not column.is_personal:
            new.append(f"{column.name} ({words})")
    return new


def compare(account: ProviderAccount, held: Iterable[DatasetVersion], tags: Tags) -> None:
    """Open an incident at each share of the account that shows a tagged column as if it were not about persons, and
    close those that are over."""
    late = {version.pk: _late(version.items, tags) for version in held}
    now = timezone.now()
    shares = list(Share.data.filter(provider_account=account, taken_back_at=None).select_related("organization"))
    datasets = list(Dataset.objects.filter(versions__in=late).distinct())
    told: dict[Dataset, set[str]] = defaultdict(set)
    current = versions.held(shares, datasets, now) if shares and datasets else {}
    for share in shares:
        granted = set(share.grants.in_force(now).values_list("dataset_id", flat=True))
        on = [version for pk, version in current[share.pk].current.items() if pk in granted] if current else []
        columns = sorted({name for version in on for name in late.get(version.pk, ())})
        for version in on:
            told[version.dataset].update(late.get(version.pk, ()))
        incidents.apart(share, PERSONAL_TAG, tagged(columns) if columns else None)
    for dataset, columns_of in told.items():
        if columns_of:
            _tell(dataset, sorted(columns_of))


def _late(items: Sequence[Item], tags: Tags) -> tuple[str, ...]:
    return tuple(
        f"{item.shared_name}.{column.name} ({tags[item.source][column.name]})"
        for item in items
        for column in item.columns
        if not column.personal and not column.masked and column.name in tags.get(item.source, {})
    )


def _tell(dataset: Dataset, columns: list[str]) -> None:
    """Once for the same columns, however many shares show them."""
    found = tagged(columns)
    of = hashlib.sha256(",".join(columns).encode()).hexdigest()[:16]
    subject = Said("%(dataset)s shows columns that are tagged as personal now", dataset=str(dataset))
    mails.alert(dataset, subject, found.words, found.what_to_do, key=f"tags:{dataset.pk}:{of}")
