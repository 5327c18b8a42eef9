"""A dataset as it was published: plain values that never change, how two of them differ, and which one is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

FUNCTION = "function"


@dataclass(frozen=True)
class Column:
    """One column that leaves the lake. `personal`: it tells about persons; `masked`: it leaves without its values."""

    name: str
    data_type: str = ""
    description: str = ""
    personal: bool = False
    masked: bool = False

    @property
    def tells_of_persons(self) -> bool:
        """Whether whoever reads it learns something about a person."""
        return self.personal and not self.masked


@dataclass(frozen=True)
class Item:
    """One object of a dataset, with the columns in their order. `pk` is the draft's row, which may be gone by now."""

    pk: int
    kind: str
    shared_name: str
    description: str = ""
    is_exposed: bool = True
    source: tuple[str, str, str] = ("", "", "")
    is_reference: bool = False
    tenant_column: str = ""
    freshness_column: str = ""
    arguments: str = ""
    returns: str = ""
    body: str = ""
    columns: tuple[Column, ...] = ()

    @property
    def is_function(self) -> bool:
        return self.kind == FUNCTION

    @property
    def filter(self) -> str:
        """The column that separates customers; "" for rows that everybody gets."""
        return "" if self.is_reference else self.tenant_column


def personal(items: Iterable[Item]) -> tuple[str, ...]:
    """`VIEW.COLUMN` of each column that tells of persons; functions answer from what they read, exposed or not."""
    return tuple(
        f"{item.shared_name}.{column.name}" for item in items for column in item.columns if column.tells_of_persons
    )


def to_json(items: Iterable[Item]) -> list[dict[str, Any]]:
    """`items` as JSON takes them."""
    return [asdict(item) for item in items]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """What `to_json` wrote, after a way through a database."""
    return tuple(
        Item(**{**row, "source": tuple(row["source"]), "columns": tuple(Column(**cell) for cell in row["columns"])})
        for row in rows
    )


@dataclass(frozen=True)
class Edition:
    """What decides when a version comes: `notice_until` is None for one that breaks nothing."""

    number: int
    published_at: datetime
    notice_until: datetime | None = None


def in_force(editions: Sequence[Edition], acknowledged: int, since: datetime | None, now: datetime) -> int:
    """The number in force for one share, of editions in their order, withdrawn ones left out.

    `acknowledged` is the newest number that its organization has adapted to (0: none), `since` when it was first
    granted the dataset (None: not yet). Each version contains the ones before it, so nobody passes one
    that is still to come.
    """
    current = editions[0].number
    for edition in editions[1:]:
        began_with_it = since is None or edition.published_at <= since
        told_long_enough = edition.notice_until is None or edition.notice_until <= now
        if not (began_with_it or told_long_enough or edition.number <= acknowledged):
            break
        current = edition.number
    return current
