"""An outbound share of five secure views: planned, applied, planned again, and seen by its consumer."""

from __future__ import annotations

import re

from tests.clients.snowddl.conftest import Run
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect

VIEWS = ["DAILY", "DELAYS", "FLIGHTS", "LATEST", "NUMBERS"]


def first_words(statements: list[str]) -> list[str]:
    return sorted(" ".join(re.findall(r"\w+", sql)[:4]) for sql in statements)


def test_a_plan_changes_nothing(best: Run, admin: Client) -> None:
    planned = best("plan")
    assert (planned.code, planned.warnings, planned.executed) == (0, [], [])
    assert "CREATE SHARE \"CARRIER_UA\"\nCOMMENT = 'What United may see'" in planned.suggested
    assert admin.table("SHOW SHARES LIKE 'CARRIER_UA'") == []


def test_apply_makes_the_share_and_the_second_plan_is_empty(best: Run, owner: Client) -> None:
    applied = best("apply")
    assert (applied.code, applied.warnings, applied.suggested) == (0, [], [])
    assert [sql.split()[:3] for sql in applied.executed].count(["GRANT", "SELECT", "ON"]) == 5
    again = best("plan")
    assert (again.code, again.warnings, again.executed, again.suggested) == (0, [], [], [])
    share = owner.table("SHOW SHARES LIKE 'CARRIER_UA'")[0]
    assert share["database_name"] == "FIRN_OUT"
    assert share["to"].replace(" ", "") == "CUST.ONE,CUST.TWO"
    assert (share["owner"], share["comment"]) == ("SNOWDDL_ADMIN", "What United may see")
    grants = {(r["privilege"], r["granted_on"], r["name"]) for r in owner.table("SHOW GRANTS TO SHARE CARRIER_UA")}
    views = {("SELECT", "VIEW", f"FIRN_OUT.DATA.{name}") for name in VIEWS}
    assert grants == {("USAGE", "DATABASE", "FIRN_OUT"), ("USAGE", "SCHEMA", "FIRN_OUT.DATA")} | views
    shown = owner.table("SHOW VIEWS IN SCHEMA FIRN_OUT.DATA")
    assert [(r["name"], r["is_secure"]) for r in shown] == [(name, "true") for name in VIEWS]
    assert {r["name"]: r["retention_time"] for r in owner.table("SHOW SCHEMAS IN DATABASE FIRN_OUT")}["DATA"] == "0"


def test_a_second_apply_does_nothing(best: Run) -> None:
    again = best("apply")
    assert (again.code, again.warnings, again.executed, again.suggested) == (0, [], [], [])


def test_the_consumer_reads_what_snowddl_shared(owner: Client, server: Server) -> None:
    owner.run(
        "INSERT INTO FIRN_OUT.RAW.FLIGHTS VALUES "
        "('UA', 1545, 2, '2013-01-01 10:00:00'), ('UA', 1696, -4, '2013-01-02 11:00:00'), ('DL', 461, -6, NULL)"
    )
    consumer = Client(connect(server.port, "CUST-ONE"))
    try:
        consumer.run("CREATE DATABASE UNITED FROM SHARE ACME.DATA.CARRIER_UA")
        assert consumer.rows("SELECT FLIGHT, DEP_DELAY FROM UNITED.DATA.DELAYS") == [(1545, 2)]
        assert consumer.rows("SELECT FLIGHT FROM UNITED.DATA.NUMBERS ORDER BY 1") == [(1545,), (1696,)]
        consumer.refused("SELECT * FROM UNITED.RAW.FLIGHTS", 2003)
    finally:
        consumer.connection.close()


def test_views_that_no_longer_compile_are_noticed(best: Run, owner: Client) -> None:
    """Their text is as it was: SnowDDL finds out by asking for the columns of each."""
    owner.run("ALTER TABLE FIRN_OUT.RAW.FLIGHTS DROP COLUMN TIME_HOUR")
    planned = best("plan")
    assert sorted(first_words(planned.suggested)) == [
        "ALTER TABLE FIRN_OUT RAW",
        "COMMENT ON VIEW FIRN_OUT",
        *["CREATE OR REPLACE SECURE"] * 3,
    ]
    assert {re.findall(r'"DATA"\."(\w+)"', sql)[0] for sql in planned.suggested[1:]} == {"DAILY", "FLIGHTS", "LATEST"}
    repaired = best("apply")
    assert (repaired.code, repaired.warnings) == (0, [])
    assert best("plan").suggested == []
    assert owner.rows("SELECT NEWEST FROM FIRN_OUT.DATA.LATEST") == [(None,)]
