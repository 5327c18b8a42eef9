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


def changelog(standing: list[DatasetVersion]) -> list[Entry]:
    """The versions of a dataset that stand, newest first; `standing` has them oldest first."""
    entries = [
        Entry(version, told(before.items, version.items), is_first=False) for before, version in pairwise(standing)
    ]
    return [*reversed(entries), *(Entry(version, (), is_first=True) for version in standing[:1])]


def coming(share: Share, datasets: Iterable[Dataset], now: datetime) -> list[Coming]:
    """What comes to `share`, in its order. Raises ValueError for a dataset that never was published."""
    return coming_of(share, versions.held([share], datasets, now)[share.pk], now)


def coming_to(shares: Iterable[Share], standing: list[DatasetVersion], now: datetime) -> list[Coming]:
    """What comes of the dataset whose versions that stand are given to each of these shares, which `with_held` read."""
    return [item for share in shares for item in coming_of(share, versions.held_of(share, standing, now), now)]


def coming_of(share: Share, held: versions.Held, now: datetime) -> list[Coming]:
    """The same, where what the share has was read already."""
    latest: dict[int, datetime] = {}
    found = []
    for version in held.later:
        pk = version.dataset_id
        latest[pk] = max(latest.get(pk, now), version.notice_until or now)
        found.append(Coming(share, version, told(held.current[pk].items, version.items), latest[pk]))
    return found
