"""What a request puts in and takes out: pairs of a dataset and the workspace whose rows it shows. Reads only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from shares.core.states import RequestKind
from shares.models import Dataset, Grant, RequestLine, Share, ShareRequest, Workspace

Pair = tuple[Dataset, Workspace]


@dataclass(frozen=True)
class Difference:
    """What comes to a share and what leaves it."""

    added: tuple[Pair, ...] = ()
    removed: tuple[Pair, ...] = ()

    @property
    def put_in(self) -> list[tuple[Dataset, list[Workspace]]]:
        return by_dataset(self.added)

    @property
    def taken_out(self) -> list[tuple[Dataset, list[Workspace]]]:
        return by_dataset(self.removed)


def in_force(share: Share, now: datetime) -> QuerySet[Grant]:
    """The grants in force at `now`, with what they are about."""
    return share.grants.in_force(now).select_related("dataset").prefetch_related("workspaces")


def granted(share: Share, now: datetime) -> set[Pair]:
    """What the grants in force at `now` allow."""
    return of_grants(in_force(share, now))


def ending(share: Share, now: datetime) -> dict[Pair, datetime]:
    """What of that has an end, and when it comes: the latest where two windows overlap."""
    return ends_of(in_force(share, now))


def first_end(grants: Iterable[Grant], now: datetime) -> datetime | None:
    """When the first of what these grants allow ends, None where nothing has an end. Whose rows a grant shows matters,
    and is read, only where another one of the same dataset is in force."""
    found: dict[int, list[Grant]] = defaultdict(list)
    for grant in grants:
        if grant.is_in_force(now):
            found[grant.dataset_id].append(grant)
    alone = [one.valid_until for one, *others in found.values() if one.valid_until and not others]
    beside = [grant for several in found.values() if len(several) > 1 for grant in several]
    prefetch_related_objects(beside, "workspaces")
    return min([*alone, *ends_of(beside).values()], default=None)


def ends_of(grants: Iterable[Grant]) -> dict[Pair, datetime]:
    """The same of grants in force that were read already."""
    ends: dict[Pair, datetime] = {}
    endless: set[Pair] = set()
    for grant in grants:
        for pair in of_grants([grant]):
            if grant.valid_until is None:
                endless.add(pair)
            else:
                ends[pair] = max(grant.valid_until, ends.get(pair, grant.valid_until))
    return {pair: end for pair, end in ends.items() if pair not in endless}


def between(had: Iterable[Pair], wanted: Iterable[Pair]) -> Difference:
    before, after = set(had), set(wanted)
    return Difference(in_order(after - before), in_order(before - after))


def asked(request: ShareRequest) -> Difference:
    """What the request says."""
    if request.kind in (RequestKind.NEW, RequestKind.ADOPTION):
        return Difference(in_order(product(request.datasets.all(), request.workspaces.all())))
    return in_lines(request.lines.select_related("dataset", "workspace"))


def in_lines(found: Iterable[RequestLine]) -> Difference:
    """What the lines of a request say."""
    known = list(found)
    return Difference(
        in_order((line.dataset, line.workspace) for line in known if line.adds),
        in_order((line.dataset, line.workspace) for line in known if not line.adds),
    )


def lines(way: str = "lines") -> Prefetch[str]:
    """For a query: the lines of requests with what they are about. `way` leads to them."""
    return Prefetch(way, RequestLine.objects.select_related("dataset", "workspace"))


def read_along(request: ShareRequest) -> None:
    """The lines of a change, once for title and difference; the others' titles need none."""
    if request.kind == RequestKind.CHANGE:
        prefetch_related_objects([request], lines())


def shown(request: ShareRequest) -> Difference:
    """What the request says, for a page: its lines are read once, and the request keeps them."""
    read_along(request)
    return in_lines(request.lines.all()) if request.kind == RequestKind.CHANGE else asked(request)


def due(request: ShareRequest, share: Share) -> Difference:
    """What of it an approval would still do: a renewal brings nothing back that somebody took away since."""
    said = asked(request)
    if request.kind != RequestKind.RENEWAL:
        return said
    standing = share.grants.filter(revoked_at=None).select_related("dataset").prefetch_related("workspaces")
    kept = of_grants(standing)
    return Difference(tuple(pair for pair in said.added if pair in kept))


def by_dataset(pairs: Iterable[Pair]) -> list[tuple[Dataset, list[Workspace]]]:
    grouped: dict[Dataset, list[Workspace]] = defaultdict(list)
    for dataset, workspace in pairs:
        grouped[dataset].append(workspace)
    return list(grouped.items())


def in_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair[0].name, pair[0].pk, pair[1].name, pair[1].pk)))


def stamp(pairs: Iterable[Pair]) -> str:
    """Short, and another one for other pairs: what somebody saw when they opened the form."""
    text = ",".join(f"{dataset.pk}:{workspace.pk}" for dataset, workspace in in_order(pairs))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def of_grants(grants: Iterable[Grant]) -> set[Pair]:
    """What grants that were read already allow."""
    return {(grant.dataset, workspace) for grant in grants for workspace in grant.workspaces.all()}
