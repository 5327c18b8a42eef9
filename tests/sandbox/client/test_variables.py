"""Session variables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open

VALUES: list[tuple[str, Any]] = [
    ("1", 1), ("-7", -7), ("1.50", Decimal("1.50")), ("'it''s \\\\ x'", "it's \\ x"), ("TRUE", True), ("NULL", None),
    ("'2024-02-29'::DATE", dt.date(2024, 2, 29)), ("'2024-01-02 03:04:05.5'::TIMESTAMP_NTZ",
     dt.datetime(2024, 1, 2, 3, 4, 5, 500000)), ("2.5::FLOAT", 2.5), ("(SELECT COUNT(*) FROM LAKE.NYC.PLANES)", 5),
    ("10 * 2 + 1", 21), ("CURRENT_ROLE()", "ACCOUNTADMIN"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_a_variable_keeps_value_and_type(admin: Client, sql: str, value: Any) -> None:
    admin.run(f"SET V = {sql}")
    found = admin.one("SELECT $V")
    assert (found, type(found)) == (value, type(value))


def test_names_ignore_case_and_values_are_used_in_expressions(admin: Client) -> None:
    admin.run("SET (Low, HIGH) = (2, 'UA')", "SET sum = $low + 1")
    assert admin.rows("SELECT $LOW + $sum, COUNT(*) FROM LAKE.NYC.FLIGHTS WHERE CARRIER = $high") == [(5, 3)]


def test_several_come_from_one_query(admin: Client) -> None:
    admin.run("SET (A, B) = (SELECT MIN(SEATS), MAX(SEATS) FROM LAKE.NYC.PLANES)")
    assert admin.rows("SELECT $A, $B") == [(149, 191)]


def test_a_wrong_number_of_values_sets_nothing(admin: Client) -> None:
    admin.refused("SET (A, B) = (1, 2, 3)", 2212)
    admin.refused("SELECT $A", 2211, "02000")


def test_a_variable_that_is_not_set_is_refused_by_name(admin: Client) -> None:
    assert "Session variable '$NOWHERE' does not exist" in admin.refused("SELECT $nowhere", 2211)


def test_unset_forgets(admin: Client) -> None:
    admin.run("SET (A, B, C) = (1, 2, 3)", "UNSET A", "UNSET (B, NEVER)")
    assert [row["name"] for row in admin.table("SHOW VARIABLES")] == ["C"]


def test_variables_belong_to_their_session(admin: Client, log_in: Open) -> None:
    admin.run("SET MINE = 1")
    log_in().refused("SELECT $MINE", 2211)


def test_show_variables(admin: Client) -> None:
    admin.run("SET (N, T) = (7, 'x')", "SET N = 8")
    rows = admin.table("SHOW VARIABLES")
    assert [(r["name"], r["value"], r["type"]) for r in rows] == [("N", "8", "fixed"), ("T", "x", "text")]
    assert list(rows[0]) == ["session_id", "created_on", "updated_on", "name", "value", "type", "comment"]
    assert rows[0]["created_on"] <= rows[0]["updated_on"]
    assert [r["name"] for r in admin.table("SHOW VARIABLES LIKE 't%'")] == ["T"]


def test_a_name_in_a_variable(admin: Client, database: str) -> None:
    admin.run(f"SET T = '{database}.PUBLIC.NEW'", f"SET D = '{database}'")
    admin.run(
        "CREATE TABLE IDENTIFIER($T) (A INT)", "INSERT INTO IDENTIFIER($T) VALUES (3)", "USE DATABASE IDENTIFIER($D)"
    )
    assert admin.one("SELECT A FROM IDENTIFIER($T)") == 3
    assert admin.one("SELECT IDENTIFIER('A') FROM NEW") == 3
    admin.run("DROP TABLE IDENTIFIER($T)")


def test_a_name_is_only_a_name(admin: Client) -> None:
    admin.run("SET T = 'LAKE.NYC.PLANES WHERE 1 = 0'")
    admin.refused("SELECT * FROM IDENTIFIER($T)", 1003)


def test_dollars_in_texts_are_no_variables(admin: Client) -> None:
    assert admin.rows('SELECT \'$A\', $$ $B $$, "$C" FROM (SELECT 1 AS "$C")') == [("$A", " $B ", 1)]


def test_a_value_too_long_is_refused(admin: Client) -> None:
    admin.run("SET OK = REPEAT('x', 16384)")
    admin.refused("SET LONG = REPEAT('x', 16385)", 1)


def test_a_variable_is_no_setting_of_the_engine_below(admin: Client) -> None:
    admin.run("SET TIMEZONE = 'Asia/Tokyo'")
    assert (
        admin.one("SELECT '2024-01-01 00:00:00'::TIMESTAMP_NTZ::TIMESTAMP_LTZ").isoformat()
        == "2024-01-01T00:00:00+00:00"
    )
    assert admin.one("SELECT $TIMEZONE") == "Asia/Tokyo"
