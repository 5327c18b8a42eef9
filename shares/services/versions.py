"""Which version of a dataset holds for whom. Reads only; shares.services.publishing makes and withdraws versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from shares.core.published import Column, Item, in_force
from shares.models import (
    Acknowledgement,
    Dataset,
    DatasetColumn,
    DatasetObject,
    DatasetVersion,
    Grant,
    Share,
    Treatment,
)

# dataset id -> its objects
Contents = Mapping[int, Sequence[Item]]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def draft_items(dataset: Dataset) -> tuple[Item, ...]:
    """The draft as publishing would take it now."""
    # Not through `dataset`: a page may have handed it over with only a part of its objects prefetched.
    found = DatasetObject.objects.filter(dataset=dataset).order_by("kind", "shared_name").prefetch_related("columns")
    return tuple(as_item(item) for item in found)


def as_item(row: DatasetObject) -> Item:
    """One object of the draft as a value."""
    return Item(
        pk=row.pk,
        kind=str(row.kind),
        shared_name=row.shared_name,
        description=row.description,
        is_exposed=row.is_exposed,
        source=row.source,
        is_reference=row.is_reference,
        tenant_column=row.tenant_column,
        freshness_column=row.freshness_column,
        arguments=row.arguments,
        returns=row.returns,
        body=row.body,
        columns=tuple(_column(cell) for cell in row.columns.all() if cell.treatment != Treatment.LEAVE_OUT),
    )


def _column(cell: DatasetColumn) -> Column:
    masked = cell.treatment == Treatment.MASK
    return Column(cell.name, cell.data_type, cell.description, personal=cell.is_personal, masked=masked)


def shown(dataset: Dataset) -> tuple[Item, ...]:
    """What the catalog tells of a dataset: what a new share would get; of one that never was published, the draft."""
    return dataset.version.items if dataset.version else draft_items(dataset)


def exposed(dataset: Dataset) -> list[Item]:
    """The part of `shown` that customers see, views first."""
    return sorted((item for item in shown(dataset) if item.is_exposed), key=lambda item: item.is_function)


def standing(datasets: Iterable[int]) -> dict[int, list[DatasetVersion]]:
    """By dataset id, the versions that were not withdrawn, oldest first."""
    return _of(datasets, DatasetVersion.objects.filter(withdrawn_at=None))


def all_of(dataset: Dataset) -> list[DatasetVersion]:
    """The same of one dataset that was read with its newest. Before the first there was none to ask for."""
    newest = dataset.version
    if newest is None or newest.number == 1:
        return [newest] if newest else []
    return standing([dataset.pk])[dataset.pk]


def _of(datasets: Iterable[int], versions: QuerySet[DatasetVersion]) -> dict[int, list[DatasetVersion]]:
    found: dict[int, list[DatasetVersion]] = defaultdict(list)
    for version in versions.filter(dataset__in=list(datasets)).select_related("dataset").order_by("number"):
        found[version.dataset_id].append(version)
    return found


# What moved here from another share goes on with the version that it had there.
_BEGAN = Coalesce("held_since", "valid_from")


@dataclass(frozen=True)
class Held:
    """What a share has: by dataset id the version in force, and those that it is still to move to, oldest first."""

    current: dict[int, DatasetVersion]
    later: list[DatasetVersion]


def held(shares: Iterable[Share], datasets: Iterable[Dataset], now: datetime) -> dict[int, Held]:
    """By share id, in three queries for all of them. Raises ValueError for a dataset that never was published."""
    keys, wanted = [share.pk for share in shares], {dataset.pk: dataset for dataset in datasets}
    known = standing(wanted)
    for pk, dataset in wanted.items():
        if not known.get(pk):
            raise ValueError(f"{dataset} was never published.")
    grants = Grant.objects.filter(share__in=keys, dataset__in=wanted).order_by()
    began = grants.values("share", "dataset").annotate(began=Min(_BEGAN))
    first = {(share, pk): at for share, pk, at in began.values_list("share", "dataset", "began")}
    mine = Acknowledgement.objects.filter(share__in=keys, version__withdrawn_at=None).order_by()
    numbers = mine.values_list("share", "version__dataset").annotate(Max("version__number"))
    adapted = {(share, pk): number for share, pk, number in numbers}
    return {
        key: _held(known, {pk: (adapted.get((key, pk), 0), first.get((key, pk))) for pk in wanted}, now) for key in keys
    }


def _held(
    known: Mapping[int, list[DatasetVersion]], facts: dict[int, tuple[int, datetime | None]], now: datetime
) -> Held:
    numbers = {
        pk: in_force([version.edition for version in known[pk]], adapted, first, now)
        for pk, (adapted, first) in facts.items()
    }
    current = {pk: next(one for one in known[pk] if one.number == number) for pk, number in numbers.items()}
    return Held(current, [one for pk, number in numbers.items() for one in known[pk] if one.number > number])


def is_moving(dataset: str) -> Exists:
    """For a query: whether a version of the dataset to which `dataset` leads is still to come to somebody."""
    told = DatasetVersion.objects.filter(withdrawn_at=None, notice_until__gt=timezone.now())
    return Exists(told.filter(dataset=OuterRef(dataset)))


def with_held(shares: QuerySet[Share], dataset: Dataset) -> QuerySet[Share]:
    """Each with what `held_of` goes by: since when it has the dataset, and to which version it has adapted."""
    grants = Grant.objects.filter(share=OuterRef("pk"), dataset=dataset).order_by().values("share")
    mine = Acknowledgement.objects.filter(share=OuterRef("pk"), version__dataset=dataset, version__withdrawn_at=None)
    return shares.annotate(
        began=Subquery(grants.annotate(began=Min(_BEGAN)).values("began")),
        adapted=Subquery(mine.order_by("-version__number").values("version__number")[:1]),
    )


def held_of(share: Share, known: list[DatasetVersion], now: datetime) -> Held:
    """What a share from `with_held` has of the dataset whose versions that stand are `known`, oldest first."""
    pk = known[0].dataset_id
    facts = (getattr(share, "adapted", None) or 0, getattr(share, "began", None))
    return _held({pk: known}, {pk: facts}, now)


def are_moving(versions: Iterable[DatasetVersion], now: datetime) -> bool:
    """The same of versions that were read already."""
    return any(version.notice_until and version.notice_until > now for version in versions)


def held_by(share: Share, datasets: Iterable[Dataset], grants: Iterable[Grant], now: datetime) -> Held:
    """What `share` has of these datasets, of all grants that it ever had, read with `is_moving`. One query; none where
    nothing is still to come to anybody, for then it has the newest. Raises ValueError as `held` does."""
    wanted = {dataset.pk: dataset for dataset in datasets}
    first: dict[int, datetime] = {}
    moving = set()
    for grant in grants:
        pk, began = grant.dataset_id, grant.held_since or grant.valid_from
        first[pk] = min(began, first.get(pk, began))
        if pk in wanted and getattr(grant, "is_moving", True):
            moving.add(pk)
    known = _known_to(share, moving) if moving else {}
    held = _held(known, {pk: (_adapted(known[pk]), first[pk]) for pk in wanted if pk in moving}, now)
    return Held({pk: _newest(wanted[pk]) for pk in wanted if pk not in moving} | held.current, held.later)


def _known_to(share: Share, datasets: Iterable[int]) -> dict[int, list[DatasetVersion]]:
    """The versions that stand, each with whether `share` has adapted to it."""
    adapted = Exists(Acknowledgement.objects.filter(version=OuterRef("pk"), share=share))
    return _of(datasets, DatasetVersion.objects.filter(withdrawn_at=None).annotate(is_adapted=adapted))


def _adapted(versions: list[DatasetVersion]) -> int:
    return max((one.number for one in versions if getattr(one, "is_adapted", False)), default=0)


def _newest(dataset: Dataset) -> DatasetVersion:
    if dataset.version is None:
        raise ValueError(f"{dataset} was never published.")
    return dataset.version


def of_share(share: Share, datasets: Iterable[Dataset], now: datetime) -> dict[int, DatasetVersion]:
    """By dataset id, the version in force for `share`. Raises ValueError for a dataset that never was published."""
    return held([share], datasets, now)[share.pk].current


def contents(share: Share, datasets: Iterable[Dataset], now: datetime) -> Contents:
    """By dataset id, the objects in force for `share`. Raises ValueError as `of_share` does."""
    return {pk: version.items for pk, version in of_share(share, datasets, now).items()}


def in_use(datasets: Iterable[int], now: datetime) -> list[DatasetVersion]:
    """The versions that some share may be on: the oldest that one can be held back to, and all after it."""
    found = []
    for versions in standing(datasets).values():
        oldest = in_force([version.edition for version in versions], 0, LONG_AGO, now)
        found += [version for version in versions if version.number >= oldest]
    return found


def coming(share: Share, datasets: Iterable[Dataset], now: datetime) -> list[DatasetVersion]:
    """Versions that `share` is still to move to, oldest first."""
    return held([share], datasets, now)[share.pk].later
