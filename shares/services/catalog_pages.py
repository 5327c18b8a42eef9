"""What the catalog's pages show: datasets as one customer sees them. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from portal.people.models import Organization, User
from shares.models import Dataset, DatasetColumn, DatasetObject, Reading
from shares.services import readings, visible

ROWS, REFERENCE, FUNCTION = "rows", "reference", "function"
KINDS = {ROWS: "your rows", REFERENCE: "reference", FUNCTION: "function"}


@dataclass(frozen=True)
class CatalogRow:
    """One dataset in a list. `rows` is None where nothing was counted for this customer yet."""

    dataset: Dataset
    kind: str
    rows: int | None

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class ObjectCount:
    """What is known of one object for one customer; `counting`: an answer is on its way, `fresh`: it is still good."""

    rows: int | None = None
    newest: datetime | None = None
    measured_at: datetime | None = None
    counting: bool = False
    fresh: bool = False
    error: str = ""


def catalog(
    user: User, organization: Organization | None, *, text: str = "", topic: str = "", kind: str = ""
) -> list[CatalogRow]:
    """Datasets that match, in a fixed number of queries."""
    found = _with_objects(visible.datasets(user))
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(summary__icontains=word)
            | Q(
                pk__in=DatasetColumn.objects.filter(object__is_exposed=True, name__icontains=word).values(
                    "object__dataset"
                )
            )
        )
    if topic:
        found = found.filter(topic=topic)
    rows = catalog_rows(found, organization)
    return [row for row in rows if not kind or row.kind == kind]


def topics(user: User) -> list[str]:
    """The topics in use, for the filter."""
    return sorted(set(visible.datasets(user).exclude(topic="").values_list("topic", flat=True)))


def catalog_rows(datasets: Iterable[Dataset], organization: Organization | None) -> list[CatalogRow]:
    """List rows of datasets whose objects are prefetched, with the customer's counts."""
    datasets = list(datasets)
    counts = counts_of([item for dataset in datasets for item in dataset.dataset_objects.all()], organization)
    return [CatalogRow(dataset, kind_of(dataset), _sum(dataset, counts)) for dataset in datasets]


def for_request(user: User) -> QuerySet[Dataset]:
    """What a customer may ask for: published, in at least one account in use, with objects."""
    offered = visible.datasets(user).filter(
        is_published=True, provider_accounts__is_active=True, dataset_objects__is_exposed=True
    )
    return _with_objects(Dataset.objects.filter(pk__in=offered.values("pk")))


def _with_objects(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    exposed = DatasetObject.objects.filter(is_exposed=True).order_by("kind", "shared_name")
    return datasets.prefetch_related(Prefetch("dataset_objects", queryset=exposed)).order_by("name")


def with_columns(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Datasets with their exposed objects and the objects' columns."""
    exposed = DatasetObject.objects.filter(is_exposed=True).order_by("-kind", "shared_name").prefetch_related("columns")
    return datasets.prefetch_related(Prefetch("dataset_objects", queryset=exposed))


def kind_of(dataset: Dataset) -> str:
    """Rows of the customer's own when any object has them; else reference data; else functions."""
    objects = list(dataset.dataset_objects.all())
    if any(not item.is_function and not item.is_reference for item in objects):
        return ROWS
    return REFERENCE if any(item.is_reference for item in objects) else FUNCTION


def counts_of(objects: Iterable[DatasetObject], organization: Organization | None) -> dict[int, ObjectCount]:
    """By object id: the readings of this customer's workspaces together; reference data counts for everybody."""
    if organization is None:
        return {}
    views = [item.pk for item in objects if not item.is_function]
    mine = Q(workspace__organization=organization, workspace__is_active=True) | Q(workspace__isnull=True)
    grouped: dict[int, list[Reading]] = defaultdict(list)
    for reading in Reading.objects.filter(mine, object_id__in=views):
        grouped[reading.object_id].append(reading)
    return {pk: _together(found) for pk, found in grouped.items()}


def stale(objects: Iterable[DatasetObject], counts: dict[int, ObjectCount]) -> bool:
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
    )


def _sum(dataset: Dataset, counts: dict[int, ObjectCount]) -> int | None:
    known = [counts[item.pk].rows for item in dataset.dataset_objects.all() if item.pk in counts]
    rows = [count for count in known if count is not None]
    return sum(rows) if rows else None
