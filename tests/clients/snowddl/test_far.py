"""A share over two databases with a database role in it, in an environment of its own that is destroyed at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.snowddl.conftest import Run
from tests.clients.snowddl.tool import Outcome
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect

FAR = Path(__file__).parent / "config_far"
REFERENCE = 'GRANT REFERENCE_USAGE ON DATABASE "DEV__LAKE" TO SHARE "DEV__FAR"'


@pytest.fixture(scope="module")
def dev(run: Run) -> Run:
    """Everything under the prefix DEV__, also the role that owns it."""

    def once(action: str, *options: str) -> Outcome:
        return run(action, "--env-prefix", "DEV", *options, config=FAR)

    return once


@pytest.fixture(scope="module", autouse=True)
def applied(dev: Run) -> None:
    outcome = dev("apply")
    assert (outcome.code, outcome.warnings, outcome.suggested) == (0, [], [])


def test_only_the_grant_that_no_show_returns_is_planned_again(dev: Run) -> None:
    """So it is with Snowflake, too: REFERENCE_USAGE stands in no listing."""
    assert dev("plan").suggested == [REFERENCE]
    again = dev("apply")
    assert (again.code, again.warnings, again.executed) == (0, [], [REFERENCE])


def test_the_share_holds_a_database_role(admin: Client) -> None:
    shown = {(r["privilege"], r["granted_on"], r["name"]) for r in admin.table("SHOW GRANTS TO SHARE DEV__FAR")}
    assert shown == {
        ("USAGE", "DATABASE", "DEV__OUT"),
        ("USAGE", "SCHEMA", "DEV__OUT.FAR"),
        ("SELECT", "VIEW", "DEV__OUT.FAR.FLIGHTS"),
        ("USAGE", "DATABASE_ROLE", "DEV__OUT.NEAR_READER"),
    }
    (share,) = admin.table("SHOW SHARES LIKE 'DEV__FAR'")
    assert (share["owner"], share["database_name"]) == ("DEV__SNOWDDL_ADMIN", "DEV__OUT")


def test_a_database_role_taken_out_is_put_back(dev: Run, admin: Client) -> None:
    admin.run("REVOKE DATABASE ROLE DEV__OUT.NEAR_READER FROM SHARE DEV__FAR")
    assert sorted(dev("plan").suggested) == [
        'GRANT DATABASE ROLE "DEV__OUT"."NEAR_READER" TO SHARE "DEV__FAR"',
        REFERENCE,
    ]
    assert dev("apply").warnings == []
    assert dev("plan").suggested == [REFERENCE]


def test_a_database_roles_privilege_is_put_back(dev: Run, admin: Client) -> None:
    admin.run("REVOKE SELECT ON VIEW DEV__OUT.NEAR.AIRPORTS_V FROM DATABASE ROLE DEV__OUT.NEAR_READER")
    expected = 'GRANT SELECT ON VIEW "DEV__OUT"."NEAR"."AIRPORTS_V" TO DATABASE ROLE "DEV__OUT"."NEAR_READER"'
    assert sorted(dev("plan").suggested) == [REFERENCE, expected]
    assert dev("apply").warnings == []
    assert dev("plan").suggested == [REFERENCE]


def test_the_consumer_grants_the_database_role(admin: Client, server: Server) -> None:
    admin.run("INSERT INTO DEV__LAKE.NYC.FLIGHTS VALUES ('UA', 1), ('DL', 2)")
    admin.run("INSERT INTO DEV__OUT.NEAR.AIRPORTS VALUES ('Newark')")
    guest = Client(connect(server.port, "CUST-ONE"))
    try:
        guest.run("CREATE DATABASE FAR FROM SHARE ACME.DATA.DEV__FAR")
        assert guest.rows("SELECT * FROM FAR.FAR.FLIGHTS") == [(1,)]
        guest.run(
            "CREATE ROLE NEAR", "GRANT DATABASE ROLE FAR.NEAR_READER TO ROLE NEAR", "GRANT ROLE NEAR TO USER ADMIN"
        )
        guest.run("USE ROLE NEAR", "USE SECONDARY ROLES NONE")
        assert guest.rows("SELECT * FROM FAR.NEAR.AIRPORTS_V") == [("Newark",)]
        guest.refused("SELECT * FROM FAR.FAR.FLIGHTS", 2003)
    finally:
        guest.connection.close()


def test_destroy_leaves_nothing(dev: Run, admin: Client) -> None:
    destroyed = dev("destroy", "--apply-unsafe", "--apply-outbound-share")
    assert (destroyed.code, destroyed.warnings, destroyed.suggested) == (0, [], [])
    for kind in ("SHARES", "DATABASES", "ROLES"):
        assert admin.table(f"SHOW {kind} LIKE 'DEV%'") == []
