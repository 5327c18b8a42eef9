"""What the catalog's pages show: datasets as one customer sees them. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organization, User
from shares.core import regions
from shares.core.published import Item
from shares.models import Dataset, Reading
from shares.services import readings, versions, visible
from shares.services.samples import FEW

ROWS, REFERENCE, FUNCTION = "rows", "reference", "function"
KINDS = {ROWS: _("your rows"), REFERENCE: _("reference"), FUNCTION: _("function")}
# How old the newest row may be, for the filter.
AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


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

    @property
    def regions(self) -> list[str]:
        """Where it can be had at once. A query each, unless `provider_accounts` was fetched before."""
        return sorted({account.region for account in self.dataset.provider_accounts.all() if account.is_active})


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


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the catalog; an empty field filters nothing."""

    text: str = ""
    topic: str = ""
    kind: str = ""
    region: str = ""
    age: str = ""

    def __bool__(self) -> bool:
        return any((self.text, self.topic, self.kind, self.region, self.age))


def catalog(user: User, organization: Organization | None) -> list[CatalogRow]:
    """Everything that this person may see, in a fixed number of queries."""
    found = with_version(visible.datasets(user)).prefetch_related("provider_accounts")
    return catalog_rows(found, organization)


def matching(rows: Iterable[CatalogRow], wanted: Wanted) -> list[CatalogRow]:
    words = wanted.text.lower().split()
    since = timezone.now() - AGES[wanted.age] if wanted.age else None
    return [
        row
        for row in rows
        if _matches(row.dataset, words)
        and wanted.topic in ("", row.dataset.topic)
        and wanted.kind in ("", row.kind)
        and (not wanted.region or wanted.region in row.regions)
        and (since is None or (row.newest is not None and row.newest >= since))
    ]


def facets(rows: Iterable[CatalogRow]) -> dict[str, list[tuple[str, str, int]]]:
    """By filter: what may be chosen, how it is called, and how many datasets it leaves of `rows`."""
    listed = list(rows)
    topics = Counter(row.dataset.topic for row in listed if row.dataset.topic)
    kinds = Counter(row.kind for row in listed)
    places = Counter(region for row in listed for region in row.regions)
    return {
        "topic": [(topic, topic, number) for topic, number in sorted(topics.items())],
        "kind": [(kind, str(words), kinds[kind]) for kind, words in KINDS.items() if kinds[kind]],
        "region": [(region, regions.label(region), number) for region, number in sorted(places.items())],
    }


def _matches(dataset: Dataset, words: list[str]) -> bool:
    """Whether each word is in the name, the summary or a column of what is published."""
    if not words:
        return True
    columns = [column.name for item in versions.exposed(dataset) for column in item.columns]
    told = "\n".join([dataset.name, dataset.summary, *columns]).lower()
    return all(word in told for word in words)


def catalog_rows(datasets: Iterable[Dataset], organization: Organization | None) -> list[CatalogRow]:
    """List rows of datasets, with the customer's counts."""
    objects = {dataset: versions.exposed(dataset) for dataset in datasets}
    counts = counts_of([item for items in objects.values() for item in items], organization)
    return [
        CatalogRow(dataset, kind_of(items), _sum(items, counts), _newest(items, counts))
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
    if organization is None:
        return {}
    views = [item.pk for item in objects if not item.is_function]
    mine = Q(workspace__organization=organization, workspace__is_active=True) | Q(workspace__isnull=True)
    grouped: dict[int, list[Reading]] = defaultdict(list)
    for reading in Reading.objects.filter(mine, object_id__in=views):
        grouped[reading.object_id].append(reading)
    return {pk: _together(found) for pk, found in grouped.items()}


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


def _sum(objects: Iterable[Item], counts: dict[int, ObjectCount]) -> int | None:
    known = [counts[item.pk].rows for item in objects if item.pk in counts]
    rows = [count for count in known if count is not None]
    return sum(rows) if rows else None


def _newest(objects: Iterable[Item], counts: dict[int, ObjectCount]) -> datetime | None:
    known = [counts[item.pk].newest for item in objects if item.pk in counts]
    return max((newest for newest in known if newest), default=None)
