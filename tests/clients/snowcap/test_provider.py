"""The provider's side: a share and what goes into it, declared; drift by hand noticed and repaired."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.clients.snowcap.conftest import Manager
from tests.sandbox.conftest import Client

VIEWS = ["DELAYS", "FLIGHTS", "NUMBERS"]
GRANT = "grant/GRANT?grant_type=OBJECT&priv="


@pytest.fixture(scope="module", autouse=True)
def applied(sender: Manager, admin: Client) -> None:
    planned = sender.plan()
    assert admin.table("SHOW SHARES LIKE 'UNITED'") == []
    assert all(words.startswith("CREATE ") for words in planned)
    assert {f"CREATE view/OUT_DB.DATA.{name}" for name in VIEWS} <= set(planned)
    assert {"CREATE share/UNITED", "CREATE database/OUT_DB", "CREATE schema/OUT_DB.DATA", "CREATE role/LOOKER"} <= set(
        planned
    )
    sender.apply()


def test_the_second_plan_is_empty(sender: Manager) -> None:
    assert sender.plan() == []


def test_what_was_declared_is_there(admin: Client) -> None:
    (share,) = admin.table("SHOW SHARES LIKE 'UNITED'")
    assert (share["kind"], share["owner"], share["comment"]) == ("OUTBOUND", "ACCOUNTADMIN", "what United may see")
    (schema,) = admin.table("SHOW SCHEMAS LIKE 'DATA' IN DATABASE OUT_DB")
    assert (schema["options"], schema["owner"]) == ("MANAGED ACCESS", "ACCOUNTADMIN")
    shown = admin.table("SHOW VIEWS IN SCHEMA OUT_DB.DATA")
    assert [(r["name"], r["is_secure"], r["owner"]) for r in shown] == [(n, "true", "ACCOUNTADMIN") for n in VIEWS]
    grants = {(r["privilege"], r["name"]) for r in admin.table("SHOW GRANTS TO ROLE LOOKER")}
    views = {("SELECT", f"OUT_DB.DATA.{name}") for name in VIEWS}
    assert grants == {("USAGE", "OUT_DB"), ("USAGE", "OUT_DB.DATA")} | views
    assert {r["grantee_name"] for r in admin.table("SHOW GRANTS OF ROLE LOOKER")} >= {"SYSADMIN"}


class Drift(NamedTuple):
    """What was done by hand, and what snowcap then plans."""

    done: list[str]
    planned: list[str]


DRIFTS = {
    "a dropped view": Drift(
        ["DROP VIEW OUT_DB.DATA.DELAYS"],
        [
            f"CREATE {GRANT}SELECT&on=view/OUT_DB.DATA.DELAYS&to=role/LOOKER",
            "CREATE view/OUT_DB.DATA.DELAYS",
        ],
    ),
    "a view that is no longer secure": Drift(
        ["ALTER VIEW OUT_DB.DATA.DELAYS UNSET SECURE"], ["UPDATE view/OUT_DB.DATA.DELAYS ['secure']"]
    ),
    "a view's comment": Drift(
        ["COMMENT ON VIEW OUT_DB.DATA.DELAYS IS 'mine'"], ["UPDATE view/OUT_DB.DATA.DELAYS ['comment']"]
    ),
    "a share's comment": Drift(["ALTER SHARE UNITED SET COMMENT = 'mine'"], ["UPDATE share/UNITED ['comment']"]),
    "a dropped share": Drift(["DROP SHARE UNITED"], ["CREATE share/UNITED"]),
    "a revoked grant": Drift(
        ["REVOKE SELECT ON VIEW OUT_DB.DATA.NUMBERS FROM ROLE LOOKER"],
        [f"CREATE {GRANT}SELECT&on=view/OUT_DB.DATA.NUMBERS&to=role/LOOKER"],
    ),
    "a database's retention": Drift(
        ["ALTER DATABASE OUT_DB SET DATA_RETENTION_TIME_IN_DAYS = 7"],
        [
            "UPDATE database/OUT_DB ['data_retention_time_in_days']",
            "UPDATE schema/OUT_DB.PUBLIC ['data_retention_time_in_days']",
        ],
    ),
    "a role's comment": Drift(["ALTER ROLE LOOKER SET COMMENT = 'mine'"], ["UPDATE role/LOOKER ['comment']"]),
    "a view's owner": Drift(
        ["GRANT OWNERSHIP ON VIEW OUT_DB.DATA.FLIGHTS TO ROLE SYSADMIN COPY CURRENT GRANTS"],
        ["TRANSFER view/OUT_DB.DATA.FLIGHTS"],
    ),
    "a membership": Drift(["REVOKE ROLE LOOKER FROM ROLE SYSADMIN"], ["CREATE role_grant/LOOKER?role=SYSADMIN"]),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_is_noticed_and_repaired(name: str, sender: Manager, admin: Client) -> None:
    drift = DRIFTS[name]
    admin.run(*drift.done)
    assert sender.plan() == drift.planned
    sender.apply()
    assert sender.plan() == []
