"""Snowflake's regions, read from the table beside this file, and from a provider's own where there is one.

Source: docs.snowflake.com/en/user-guide/admin-account-identifier, "Non-VPS account locator formats".
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("snowflake_regions.csv")


@dataclass(frozen=True)
class Region:
    """One region. `locator_suffix` is what follows a locator in a URL, "" for AWS US West (Oregon)."""

    id: str
    cloud: str
    cloud_region: str
    name: str
    locator_suffix: str
    group: str
    domain: str

    @property
    def is_public(self) -> bool:
        """Whether the region is one of the ordinary ones; a government region may share a cloud region with one."""
        return self.group == "PUBLIC"


class BadTable(ValueError):
    """A provider's own table cannot be used; the message says which row and why."""


_own: list[Path] = []
_ID, _HOST = re.compile(r"[A-Z][A-Z0-9_]*\Z"), re.compile(r"[a-z0-9.-]*\Z")


def extend(table: Path | None) -> None:
    """Take the regions of `table`, which has the columns of ours, besides ours: a row of a known id takes its place.

    Raises BadTable, and then nothing has changed. None forgets an earlier one.
    """
    if table is not None:
        try:
            rows = _read(table)
        except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
            raise BadTable(f"{table}: {type(error).__name__}: {error}") from error
        for number, row in enumerate(rows, start=2):
            if not _is_sound(row):
                raise BadTable(f"{table}, line {number}: {row.id or 'no id'} is not the row of a region.")
    _own[:] = [table] if table else []
    all_regions.cache_clear()
    find.cache_clear()


def _is_sound(row: Region) -> bool:
    # A suffix without a hyphen or a dot could be an account's name; one region alone has none at all.
    suffix = row.locator_suffix
    spelt = bool(_ID.match(row.id) and _HOST.match(suffix) and _HOST.match(row.domain) and row.domain)
    return spelt and row.cloud in CLOUDS and bool(row.name and row.group) and bool({"-", "."} & set(suffix))


@cache
def all_regions() -> tuple[Region, ...]:
    """Every known region, in the table's order."""
    found = {region.id: region for table in (TABLE, *_own) for region in _read(table)}
    return tuple(found.values())


def _read(table: Path) -> list[Region]:
    with table.open(encoding="utf-8", newline="") as file:
        return [
            Region(
                id=row["snowflake_region"],
                cloud=row["cloud"],
                cloud_region=row["cloud_region"],
                name=row["display_name"],
                locator_suffix=row["locator_suffix"] or "",
                group=row["region_group"],
                domain=row["domain"],
            )
            for row in csv.DictReader(file)
        ]


@lru_cache(maxsize=1000)
def find(region_id: str) -> Region | None:
    """The region called `region_id` (`AWS_US_EAST_1`, also `PUBLIC.AWS_US_EAST_1` or `aws-us-east-1`)."""
    wanted = region_id.strip().upper().rpartition(".")[2].replace("-", "_")
    return next((region for region in all_regions() if region.id == wanted), None)


def by_suffix(suffix: str) -> Region | None:
    """The region of a locator URL's suffix (`us-east-2.aws`, `eu-central-1`); "" is AWS US West (Oregon).

    Also the cloud's own name for it, with or without `.aws` (`us-west-2`, `eu-central-1.aws`, `westus2.azure`).
    """
    wanted = suffix.strip().lower()
    exact = next((region for region in all_regions() if region.locator_suffix == wanted), None)
    if exact:
        return exact
    name, _, cloud = wanted.partition(".")
    return next((r for r in all_regions() if (r.cloud_region, r.cloud) == (name, cloud or "aws") and r.is_public), None)


def label(region_id: str) -> str:
    """How people call a region: "US East (N. Virginia), AWS"; the id itself when it is not in the table."""
    region = find(region_id)
    return f"{region.name}, {CLOUDS[region.cloud]}" if region else region_id


CLOUDS = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}
