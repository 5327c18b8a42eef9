"""Snowflake's regions, and the addresses of accounts in them.

`data/regions.csv` is taken from docs.snowflake.com/en/user-guide/admin-account-identifier; a world file may add more.
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.store import Store, Thing

_FILE = Path(__file__).parent / "data" / "regions.csv"
PUBLIC = "PUBLIC"


@dataclass(frozen=True)
class Region:
    """`locator_suffix` stands behind a locator in host names: `us-east-2.aws`; nothing in AWS_US_WEST_2."""

    snowflake_region: str
    cloud: str
    cloud_region: str
    display_name: str
    locator_suffix: str = ""
    region_group: str = PUBLIC
    domain: str = "snowflakecomputing.com"


FIELDS = {field.name for field in fields(Region)}


@lru_cache(maxsize=1)
def table() -> dict[str, Region]:
    """Every region that is known without a world's help, by id in upper case."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [{key: row[key] for key in FIELDS} for row in csv.DictReader(file)]
    return {row["snowflake_region"]: Region(**row) for row in rows}


def of(account: Thing) -> Region:
    return Region(**account.props["place"])


def props_of(region: Region) -> dict[str, Any]:
    """How an account keeps its region."""
    return asdict(region)


def every(store: Store) -> list[Region]:
    """The known regions and those of this world's accounts."""
    found = table() | {region.snowflake_region: region for region in map(of, store.accounts())}
    return list(found.values())


def groups_of(store: Store, organization: str) -> set[str]:
    """The region groups that an organization's accounts lie in."""
    return {of(a).region_group for a in store.accounts() if a.props["organization"] == organization}


def shown(store: Store, account: Thing) -> str:
    """`AWS_US_WEST_2`, or `PUBLIC.AWS_US_WEST_2` when the organization spans region groups (CURRENT_REGION)."""
    region = of(account)
    if len(groups_of(store, account.props["organization"])) > 1:
        return f"{region.region_group.upper()}.{region.snowflake_region}"
    return region.snowflake_region


def url(account: Thing, name: str | None = None) -> str:
    """`https://org-name.domain`; underscores of the name become hyphens."""
    label = f"{account.props['organization']}-{name or account.props['name']}".lower().replace("_", "-")
    return f"https://{label}.{of(account).domain}"


def locator_url(account: Thing) -> str:
    region = of(account)
    parts = [account.props["locator"].lower(), region.locator_suffix, region.domain]
    return "https://" + ".".join(part for part in parts if part)


def named(region: Region, hint: str) -> bool:
    """Whether a hint from a host name, such as `us-east-2.aws` or `us-east-2`, or a region id means this region."""
    wanted = hint.lower()
    suffix = region.locator_suffix
    spelled = {region.snowflake_region.lower(), suffix, suffix.removesuffix(f".{region.cloud}")}
    if region.region_group == PUBLIC:
        spelled |= {region.cloud_region, f"{region.cloud_region}.{region.cloud}"}
    return wanted in spelled - {""}
