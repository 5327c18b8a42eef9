"""The list of the catalog: searched, narrowed, counted by filter. Reads only.

Of all datasets it reads no more than search and filters ask for; rows and counts of the one page that is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from portal.people.models import Organization, User
from shares.core import regions
from shares.core.published import Item
from shares.models import Dataset, DatasetObject, DatasetVersion
from shares.services import versions, visible
from shares.services.catalog_pages import KINDS, CatalogRow, counts_of_views, kind_of, newest_of, sum_of

# How old the newest row may be, for the filter.
AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
# More versions than a process keeps in mind at once.
_MOST_KNOWN = 10_000


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


@dataclass(frozen=True)
class Content:
    """What the list tells of the objects that customers see: `views` are their ids, `columns` names to search in."""

    kind: str
    views: tuple[int, ...]
    columns: str


@dataclass(frozen=True)
class Entry:
    """One dataset of the list; `regions` is where it can be had at once."""

    pk: int
    slug: str
    name: str
    summary: str
    topic: str
    content: Content
    regions: tuple[str, ...]


# By the version's id and the moment of its publishing. A version never changes, so neither does what is told of it.
_known: dict[tuple[int, datetime], Content] = {}


def entries(user: User) -> list[Entry]:
    """Everything that this person may see, by name, in two queries, and two more where drafts or new versions are."""
    fields = ("pk", "slug", "name", "summary", "topic", "version", "version__published_at")
    found = list(visible.datasets(user).order_by("name").values_list(*fields))
    published = _published({row[0]: (row[5], row[6]) for row in found if row[5]})
    drafts = _drafts([row[0] for row in found if not row[5]])
    offered = _offered()
    told = published | drafts
    return [
        Entry(pk, slug, name, summary, topic, told[pk], tuple(sorted(offered[pk])))
        for pk, slug, name, summary, topic, _version, _published_at in found
    ]


def matching(found: Iterable[Entry], wanted: Wanted, organization: Organization | None) -> list[Entry]:
    words = wanted.text.lower().split()
    kept = [
        entry
        for entry in found
        if _matches(entry, words)
        and wanted.topic in ("", entry.topic)
        and wanted.kind in ("", entry.content.kind)
        and (not wanted.region or wanted.region in entry.regions)
    ]
    return _young(kept, timezone.now() - AGES[wanted.age], organization) if wanted.age else kept


def facets(found: Collection[Entry]) -> dict[str, list[tuple[str, str, int]]]:
    """By filter: what may be chosen, how it is called, and how many datasets it leaves of `found`."""
    topics = Counter(entry.topic for entry in found if entry.topic)
    kinds = Counter(entry.content.kind for entry in found)
    places = Counter(region for entry in found for region in entry.regions)
    return {
        "topic": [(topic, topic, number) for topic, number in sorted(topics.items())],
        "kind": [(kind, str(words), kinds[kind]) for kind, words in KINDS.items() if kinds[kind]],
        "region": [(region, regions.label(region), number) for region, number in sorted(places.items())],
    }


def rows(shown: Sequence[Entry], organization: Organization | None) -> list[CatalogRow]:
    """What the tiles of these show, in their order, with the customer's counts."""
    datasets = Dataset.objects.only("slug", "name", "summary", "topic", "is_published")
    found = datasets.in_bulk([entry.pk for entry in shown])
    counts = counts_of_views([view for entry in shown for view in entry.content.views], organization)
    return [
        CatalogRow(
            found[entry.pk],
            entry.content.kind,
            sum_of(entry.content.views, counts),
            newest_of(entry.content.views, counts),
        )
        for entry in shown
        if entry.pk in found
    ]


def _matches(entry: Entry, words: list[str]) -> bool:
    """Whether each word is in the name, the summary or a column of what is published."""
    if not words:
        return True
    told = f"{entry.name}\n{entry.summary}\n{entry.content.columns}".lower()
    return all(word in told for word in words)


def _young(found: list[Entry], since: datetime, organization: Organization | None) -> list[Entry]:
    counts = counts_of_views([view for entry in found for view in entry.content.views], organization)
    newest = ((entry, newest_of(entry.content.views, counts)) for entry in found)
    return [entry for entry, moment in newest if moment is not None and moment >= since]


def _offered() -> Mapping[int, set[str]]:
    """By dataset id, the regions of its provider accounts in use."""
    through = Dataset.provider_accounts.through.objects.filter(provideraccount__is_active=True)
    found: dict[int, set[str]] = defaultdict(set)
    for pk, region in through.values_list("dataset", "provideraccount__region"):
        found[pk].add(region)
    return found


def _published(shown: Mapping[int, tuple[int, datetime]]) -> dict[int, Content]:
    """By dataset id, of the versions shown; only those that this process has not met are read."""
    unknown = {key[0] for key in shown.values() if key not in _known}
    if len(_known) + len(unknown) > _MOST_KNOWN:
        _known.clear()
        unknown = {key[0] for key in shown.values()}
    fresh = DatasetVersion.objects.filter(pk__in=unknown) if unknown else ()
    _known.update({(version.pk, version.published_at): _content(version.items) for version in fresh})
    return {pk: _known[key] for pk, key in shown.items()}


def _drafts(datasets: list[int]) -> dict[int, Content]:
    """By dataset id, of those that never were published: their drafts."""
    if not datasets:
        return {}
    items: dict[int, list[Item]] = {pk: [] for pk in datasets}
    for item in DatasetObject.objects.filter(dataset__in=datasets).order_by("pk").prefetch_related("columns"):
        items[item.dataset_id].append(versions.as_item(item))
    return {pk: _content(found) for pk, found in items.items()}


def _content(items: Iterable[Item]) -> Content:
    exposed = [item for item in items if item.is_exposed]
    columns = "\n".join(column.name for item in exposed for column in item.columns)
    return Content(kind_of(exposed), tuple(item.pk for item in exposed if not item.is_function), columns)
