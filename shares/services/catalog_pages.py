"""What the catalog's pages show: datasets as one customer sees them. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organization, User
from shares.core.published import Item
from shares.models import Dataset, Reading
from shares.services import readings, versions, visible
from shares.services.samples import FEW

ROWS, REFERENCE, FUNCTION = "rows", "reference", "function"
KINDS = {ROWS: _("your rows"), REFERENCE: _("reference"), FUNCTION: _("function")}


@dataclass(frozen=True)
class CatalogRow:
    """One dataset in a list. `rows` and `newest` are None where nothing was counted for this customer yet."""

    dataset: Dataset
    kind: str
    rows: int | None
    newest: datetime | None = None

    @property
    def kind_words(self) -> Promise:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Sample:
    """A few of this customer's rows as text. `account` is whom they were read as, empty when read from the source."""

    columns: list[str]
    rows: list[list[str | None]]
    account: str
    at: datetime | None


@dataclass(frozen=True)
class ObjectCount:
    """What is known of one object for one customer; `counting`: an answer is on its way, `fresh`: it is still good."""

    rows: int | None = None
    newest: datetime | None = None
    measured_at: datetime | None = None
    counting: bool = False
    fresh: bool = False
    error: str = ""
    sample: Sample | None = None


def catalog_rows(datasets: Iterable[Dataset], organization: Organization | None) -> list[CatalogRow]:
    """List rows of datasets, with the customer's counts."""
    objects = {dataset: versions.exposed(dataset) for dataset in datasets}
    counts = counts_of([item for items in objects.values() for item in items], organization)
    return [
        CatalogRow(dataset, kind_of(items), sum_of(_views(items), counts), newest_of(_views(items), counts))
        for dataset, items in objects.items()
    ]


def for_request(user: User) -> QuerySet[Dataset]:
    """What a customer may ask for: published, in at least one account in use."""
    offered = visible.datasets(user).filter(is_published=True, provider_accounts__is_active=True, version__isnull=False)
    return with_version(Dataset.objects.filter(pk__in=offered.values("pk")))


def with_version(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Datasets with what is published of them."""
    return datasets.select_related("version").order_by("name")


def kind_of(objects: Iterable[Item]) -> str:
    """Rows of the customer's own when any object has them; else reference data; else functions."""
    objects = list(objects)
    if any(not item.is_function and not item.is_reference for item in objects):
        return ROWS
    return REFERENCE if any(item.is_reference for item in objects) else FUNCTION


def counts_of(objects: Iterable[Item], organization: Organization | None) -> dict[int, ObjectCount]:
    """By object id: the readings of this customer's workspaces together; reference data counts for everybody."""
    return counts_of_views(_views(objects), organization)


def counts_of_views(views: Collection[int], organization: Organization | None) -> dict[int, ObjectCount]:
    """The same of objects that have rows, by their ids."""
    if organization is None:
        return {}
    mine = Q(workspace__organization=organization, workspace__is_active=True) | Q(workspace__isnull=True)
    grouped: dict[int, list[Reading]] = defaultdict(list)
    for reading in Reading.objects.filter(mine, object_id__in=views):
        grouped[reading.object_id].append(reading)
    return {pk: _together(found) for pk, found in grouped.items()}


def _views(objects: Iterable[Item]) -> list[int]:
    return [item.pk for item in objects if not item.is_function]


def without_rows(counts: dict[int, ObjectCount]) -> dict[int, ObjectCount]:
    """The same without a customer's rows to look at, for the provider's people."""
    return {pk: replace(count, sample=None) for pk, count in counts.items()}


def stale(objects: Iterable[Item], counts: dict[int, ObjectCount]) -> bool:
    """Whether the count of some view is missing or old, and nobody is counting it."""
    known = [counts.get(item.pk, ObjectCount()) for item in objects if not item.is_function]
    return any(not count.fresh and not count.counting for count in known)


def _together(found: list[Reading]) -> ObjectCount:
    rows = [item.rows for item in found if item.rows is not None]
    return ObjectCount(
        rows=sum(rows) if len(rows) == len(found) else None,
        newest=max((item.newest for item in found if item.newest), default=None),
        measured_at=min((item.measured_at for item in found if item.measured_at), default=None),
        counting=any(readings.waiting(item) for item in found),
        fresh=all(readings.fresh(item) for item in found),
        error=next((item.error for item in found if item.error), ""),
        sample=_sample(found),
    )


def _sample(found: list[Reading]) -> Sample | None:
    """Of several workspaces' samples, the rows in turn, for the columns of the first."""
    known = [item for item in found if item.sample.get("rows")]
    if not known:
        return None
    columns = known[0].sample["columns"]
    alike = [item.sample["rows"] for item in known if item.sample["columns"] == columns]
    mixed = [rows[place] for place in range(FEW) for rows in alike if place < len(rows)]
    return Sample(columns, mixed[:FEW], known[0].sample.get("as", ""), known[0].measured_at)


def sum_of(views: Iterable[int], counts: dict[int, ObjectCount]) -> int | None:
    """The rows of these views together; None where none was counted."""
    known = [counts[pk].rows for pk in views if pk in counts]
    rows = [count for count in known if count is not None]
    return sum(rows) if rows else None


def newest_of(views: Iterable[int], counts: dict[int, ObjectCount]) -> datetime | None:
    """The newest row in any of these views, where one is known."""
    known = [counts[pk].newest for pk in views if pk in counts]
    return max((newest for newest in known if newest), default=None)
