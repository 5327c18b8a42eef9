"""What a provider and a customer declare to snowcap."""

from __future__ import annotations

from typing import Any

from snowcap import Blueprint
from snowcap.resources import (
    Database,
    Grant,
    Role,
    RoleGrant,
    Schema,
    Share,
    SharedDatabase,
    View,
)

COLUMNS = {
    "FLIGHTS": "carrier, flight, dep_delay",
    "NUMBERS": "flight",
    "DELAYS": "flight, dep_delay",
}


def _view(name: str) -> View:
    return View(
        name=name,
        database="OUT_DB",
        schema="DATA",
        owner="ACCOUNTADMIN",
        secure=True,
        comment=f"{name} of United",
        as_=f"SELECT {COLUMNS[name]} FROM LAKE.NYC.FLIGHTS WHERE carrier = 'UA'",
    )


def provider() -> Blueprint:
    """A database with three secure views, a share, and a role that reads the views."""
    views = [_view(name) for name in COLUMNS]
    resources: list[Any] = [
        Database(name="OUT_DB", owner="ACCOUNTADMIN", comment="what customers get", data_retention_time_in_days=1),
        Schema(name="DATA", database="OUT_DB", owner="ACCOUNTADMIN", managed_access=True, comment="secure views"),
        *views,
        Share(name="UNITED", comment="what United may see"),
        Role(name="LOOKER", owner="ACCOUNTADMIN", comment="reads what is shared"),
        RoleGrant(role="LOOKER", to_role="SYSADMIN"),
        Grant(priv="USAGE", on_database="OUT_DB", to="LOOKER"),
        Grant(priv="USAGE", on_schema="OUT_DB.DATA", to="LOOKER"),
        *[Grant(priv="SELECT", on_view=f"OUT_DB.DATA.{name}", to="LOOKER") for name in COLUMNS],
    ]
    return Blueprint(name="provider", resources=resources)


def customer() -> Blueprint:
    """A database from the provider's share, and a role that may use it."""
    return Blueprint(
        name="customer",
        resources=[
            SharedDatabase(name="UNITED_DATA", from_share="ACME.DATA.UNITED"),
            Role(name="READER", owner="ACCOUNTADMIN"),
            Grant(priv="IMPORTED PRIVILEGES", on_database="UNITED_DATA", to="READER"),
        ],
    )
