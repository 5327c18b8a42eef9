"""SnowDDL's default run: warehouses, roles with present and future grants, users, and everything else it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.snowddl.conftest import Run
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect

READ, WRITE, OWNER = (f"FIRN_OUT__DATA__{kind}__S_ROLE" for kind in ("READ", "WRITE", "OWNER"))
ROLES = {
    *(f"FIRN_OUT__{schema}__{kind}__S_ROLE" for schema in ("RAW", "DATA") for kind in ("OWNER", "READ", "WRITE")),
    "SHARE_WH__MONITOR__W_ROLE",
    "SHARE_WH__USAGE__W_ROLE",
    "FIRST_LOOK__T_ROLE",
    "SHARE_ANALYST__B_ROLE",
    "SHARE_KEEPER__B_ROLE",
    "KEEPER__U_ROLE",
}


@pytest.fixture(scope="module", autouse=True)
def applied(run: Run) -> None:
    outcome = run("apply")
    assert (outcome.code, outcome.warnings, outcome.suggested) == (0, [], [])
    assert len(outcome.executed) > 150


@pytest.fixture
def keeper(server: Server, folder: Path) -> Iterator[Client]:
    """The user that SnowDDL made, with the role that SnowDDL gave it."""
    key = str(folder / "snowddl.pem")
    client = Client(connect(server.port, user="KEEPER", private_key_file=key, authenticator="SNOWFLAKE_JWT"))
    yield client
    client.connection.close()


def grants_to(client: Client, role: str) -> set[tuple[str, str, str]]:
    return {(r["privilege"], r["granted_on"], r["name"]) for r in client.table(f"SHOW GRANTS TO ROLE {role}")}


def user(client: Client) -> dict[str, Any]:
    (row,) = client.table("SHOW USERS LIKE 'KEEPER'")
    return row


def test_the_second_run_does_nothing(run: Run) -> None:
    again = run("apply")
    assert (again.code, again.warnings, again.executed, again.suggested) == (0, [], [], [])


def test_the_roles_are_there_with_what_they_may(run: Run, owner: Client) -> None:
    owned = {r["name"] for r in owner.table("SHOW ROLES") if r["owner"] == "SNOWDDL_ADMIN"}
    assert owned == ROLES
    assert grants_to(owner, "SHARE_WH__USAGE__W_ROLE") == {
        ("USAGE", "WAREHOUSE", "SHARE_WH"),
        ("OPERATE", "WAREHOUSE", "SHARE_WH"),
    }
    assert ("SELECT", "VIEW", "FIRN_OUT.DATA.DAILY") in grants_to(owner, "FIRST_LOOK__T_ROLE")
    assert ("SELECT", "VIEW", "FIRN_OUT.DATA.FLIGHTS") not in grants_to(owner, "FIRST_LOOK__T_ROLE")
    assert ("USAGE", "ROLE", READ) in grants_to(owner, "SHARE_ANALYST__B_ROLE")


def test_what_was_promised_came_true(owner: Client) -> None:
    """Views came after the future grants on them: the owner's role owns them, the reader's role may select."""
    assert ("OWNERSHIP", "VIEW", "FIRN_OUT.DATA.DELAYS") in grants_to(owner, OWNER)
    assert {("SELECT", "VIEW", "FIRN_OUT.DATA.DELAYS"), ("REFERENCES", "VIEW", "FIRN_OUT.DATA.DELAYS")} <= grants_to(
        owner, READ
    )
    promised = {(r["privilege"], r["grant_on"]) for r in owner.table(f"SHOW FUTURE GRANTS TO ROLE {READ}")}
    assert {("SELECT", "VIEW"), ("SELECT", "TABLE"), ("USAGE", "FUNCTION")} <= promised


def test_the_user_may_what_its_business_role_says_and_no_more(keeper: Client) -> None:
    assert keeper.rows("SELECT CURRENT_USER(), CURRENT_ROLE()") == [("KEEPER", "KEEPER__U_ROLE")]
    assert keeper.one("SELECT CURRENT_SECONDARY_ROLES()") is not None
    keeper.run("INSERT INTO FIRN_OUT.RAW.FLIGHTS VALUES ('UA', 7, 30, '2013-02-01 10:00:00')")
    assert keeper.rows("SELECT FLIGHT, DEP_DELAY FROM FIRN_OUT.DATA.DELAYS") == [(7, 30)]
    keeper.run("USE WAREHOUSE SHARE_WH")
    keeper.refused("DROP VIEW FIRN_OUT.DATA.DELAYS", 3001)
    keeper.refused("CREATE VIEW FIRN_OUT.DATA.MINE AS SELECT 1 AS A", 3001)
    keeper.refused("SELECT * FROM LAKE.NYC.FLIGHTS", 2003)
    tag = keeper.table("SHOW PARAMETERS LIKE 'QUERY_TAG' IN SESSION")[0]
    assert (tag["value"], tag["level"]) == ("keeper", "USER")


DRIFTS = {
    "a role's grant revoked": (
        f"REVOKE SELECT ON FUTURE VIEWS IN SCHEMA FIRN_OUT.DATA FROM ROLE {READ}",
        {f'GRANT SELECT ON FUTURE VIEWS IN SCHEMA "FIRN_OUT"."DATA" TO ROLE "{READ}"'},
    ),
    "a membership revoked": (
        f"REVOKE ROLE {READ} FROM ROLE SHARE_ANALYST__B_ROLE",
        {f'GRANT ROLE "{READ}" TO ROLE "SHARE_ANALYST__B_ROLE"'},
    ),
    "a membership too many": (
        f"GRANT ROLE {WRITE} TO ROLE SHARE_ANALYST__B_ROLE",
        {f'REVOKE ROLE "{WRITE}" FROM ROLE "SHARE_ANALYST__B_ROLE"'},
    ),
    "a right on a warehouse too many": (
        "GRANT MODIFY ON WAREHOUSE SHARE_WH TO ROLE SHARE_WH__USAGE__W_ROLE",
        {'REVOKE MODIFY ON WAREHOUSE "SHARE_WH" FROM ROLE "SHARE_WH__USAGE__W_ROLE"'},
    ),
    "a role's comment": (
        "ALTER ROLE SHARE_KEEPER__B_ROLE SET COMMENT = 'mine'",
        {"ALTER ROLE \"SHARE_KEEPER__B_ROLE\" SET COMMENT = 'Fills the table'"},
    ),
    "a warehouse's size": (
        "ALTER WAREHOUSE SHARE_WH SET WAREHOUSE_SIZE = LARGE",
        {"ALTER WAREHOUSE \"SHARE_WH\" SET\nWAREHOUSE_SIZE = 'XSMALL'"},
    ),
    "a warehouse's parameter": (
        "ALTER WAREHOUSE SHARE_WH SET MAX_CONCURRENCY_LEVEL = 2",
        {'ALTER WAREHOUSE "SHARE_WH" SET\nMAX_CONCURRENCY_LEVEL = NULL'},
    ),
    "a user's address": (
        "ALTER USER KEEPER SET EMAIL = 'other@example.com'",
        {"ALTER USER \"KEEPER\" SET\nEMAIL = 'keeper@example.com'"},
    ),
    "a disabled user": ("ALTER USER KEEPER SET DISABLED = TRUE", {'ALTER USER "KEEPER" SET\nDISABLED = FALSE'}),
    "a dropped future grant of ownership": (
        f"REVOKE OWNERSHIP ON FUTURE TABLES IN SCHEMA FIRN_OUT.DATA FROM ROLE {OWNER}",
        {f'GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA "FIRN_OUT"."DATA" TO ROLE "{OWNER}"'},
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_is_noticed_and_repaired(name: str, run: Run, owner: Client) -> None:
    done, expected = DRIFTS[name]
    owner.run(done)
    planned = run("plan")
    assert (planned.code, planned.warnings, planned.executed) == (0, [], [])
    assert expected <= {sql.strip() for sql in planned.suggested}, planned.suggested
    repaired = run("apply")
    assert (repaired.code, repaired.warnings) == (0, [])
    assert run("plan").suggested == []
