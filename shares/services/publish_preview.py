"""What publishing would do, before anybody does it: what of the old version is gone from the lake, and what each share
will see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shares.core.plan import plan
from shares.core.published import Item
from shares.core.spec import Phase, converged
from shares.models import Dataset, DatasetVersion, Share
from shares.services import catalog_import, desired, publishing, retyped, versions
from shares.services.publishing import Proposal
from shares.snowflake import inspect
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError


@dataclass(frozen=True)
class Outlook:
    """One share: the version that it is on, and the steps from there to the draft (`trouble`: why there are none)."""

    share: Share
    version: DatasetVersion
    steps: tuple[str, ...] = ()
    trouble: str = ""


def lost(client: Client, dataset: Dataset, proposal: Proposal) -> list[str]:
    """What the proposal takes away and the lake does not have any more, in sentences: it cannot be kept for anybody.

    Raises SnowflakeError for anything else than a source that is not there.
    """
    if dataset.version is None:
        return []
    touched = {change.name for change in proposal.changes if change.breaking}
    old = [item for item in dataset.version.items if item.shared_name in touched and not item.is_function]
    return [words for item in old for words in _lost(client, item)]


def _lost(client: Client, item: Item) -> list[str]:
    source = ".".join(item.source)
    try:
        there = {column.name: column.data_type for column in catalog_import.columns(client, item.source)}
    except SnowflakeError as error:
        if error.code not in inspect.NOT_THERE:
            raise
        return [f"{source}, from which {item.shared_name} comes, is not in the lake any more."]
    gone = [f"{source} has no column {cell.name} any more." for cell in item.columns if cell.name not in there]
    return gone + retyped.words(item, there)


def outlooks(dataset: Dataset, items: Sequence[Item], now: datetime, most: int) -> list[Outlook]:
    """What would come to each affected share, for the first `most` of them."""
    return [_outlook(share, dataset, items, now) for share in publishing.affected(dataset, now)[:most]]


def _outlook(share: Share, dataset: Dataset, items: Sequence[Item], now: datetime) -> Outlook:
    allowed = desired.entitlement(share, now)
    current = versions.of_share(share, {*allowed, dataset}, now)
    before = {pk: version.items for pk, version in current.items()}
    try:
        old = desired.build(share, allowed, before, Phase.LIVE, may_add=True)
        new = desired.build(share, allowed, {**before, dataset.pk: items}, Phase.LIVE, may_add=True)
    except ValueError as error:
        return Outlook(share, current[dataset.pk], trouble=str(error))
    steps = tuple(step.purpose for step in plan(new, converged(old)).steps)
    return Outlook(share, current[dataset.pk], steps)
