"""What customers are told of versions: a dataset's changelog, and what is still to come to a share. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from shares.core.differences import Difference, told
from shares.models import Dataset, DatasetVersion, Share
from shares.services import versions


@dataclass(frozen=True)
class Entry:
    """One version in a changelog, with its differences from the one before it."""

    version: DatasetVersion
    changes: tuple[Difference, ...]
    is_first: bool


@dataclass(frozen=True)
class Coming:
    """A version that `share` is still to move to, with the differences from what it has. `at` is the latest moment:
    that of the slowest of the versions that come before it."""

    share: Share
    version: DatasetVersion
    changes: tuple[Difference, ...]
    at: datetime


def changelog(dataset: Dataset) -> list[Entry]:
    """The versions that stand, newest first."""
    standing = versions.standing([dataset.pk])[dataset.pk] if dataset.version else []
    entries = [
        Entry(version, told(before.items, version.items), is_first=False) for before, version in pairwise(standing)
    ]
    return [*reversed(entries), *(Entry(version, (), is_first=True) for version in standing[:1])]


def coming(share: Share, datasets: Iterable[Dataset], now: datetime) -> list[Coming]:
    """What comes to `share`, in its order. Raises ValueError for a dataset that never was published."""
    datasets = list(datasets)
    current = versions.of_share(share, datasets, now)
    latest: dict[int, datetime] = {}
    found = []
    for version in versions.coming(share, datasets, now):
        pk = version.dataset_id
        latest[pk] = max(latest.get(pk, now), version.notice_until or now)
        found.append(Coming(share, version, told(current[pk].items, version.items), latest[pk]))
    return found


def coming_to(shares: Iterable[Share], dataset: Dataset, now: datetime) -> list[Coming]:
    """What comes of one dataset to each of these shares."""
    return [item for share in shares for item in coming(share, [dataset], now)]
