"""SQL functions."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client


def test_a_scalar_function(admin: Client, database: str) -> None:
    admin.run("CREATE FUNCTION PLUS(A NUMBER, B NUMBER) RETURNS NUMBER AS $$ A + B $$")
    assert admin.one("SELECT PLUS(1, 2) * 10") == 30
    assert admin.one(f"SELECT {database}.PUBLIC.PLUS(PLUS(1, 1), 2)") == 4


def test_a_body_in_quotes_with_quotes_in_it(admin: Client, database: str) -> None:
    admin.run(
        "CREATE OR REPLACE SECURE FUNCTION G(N VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS 'SELECT ''it''''s '' || N'"
    )
    assert admin.one("SELECT G('me')") == "it's me"


def test_a_scalar_function_over_rows(admin: Client, database: str) -> None:
    admin.run(
        "CREATE FUNCTION N(C VARCHAR) RETURNS NUMBER AS 'SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS WHERE CARRIER = C'"
    )
    assert admin.one("SELECT N('UA')") == 3
    rows = admin.rows("SELECT CARRIER, N(CARRIER) FROM (SELECT DISTINCT CARRIER FROM LAKE.NYC.FLIGHTS) ORDER BY 1")
    assert rows == [("AA", 1), ("DL", 2), ("UA", 3)]


def test_a_table_function(admin: Client, database: str) -> None:
    admin.run(
        "CREATE SECURE FUNCTION LATE_ONES(C VARCHAR, M NUMBER) RETURNS TABLE (NUMBER_ NUMBER(10,0), LATE BOOLEAN) "
        "COMMENT = 'x' AS $$ SELECT FLIGHT, DEP_DELAY > M FROM LAKE.NYC.FLIGHTS WHERE CARRIER = C $$"
    )
    rows = admin.rows(f"SELECT NUMBER_, LATE FROM TABLE({database}.PUBLIC.LATE_ONES('UA', 3)) ORDER BY 1")
    assert rows == [(1545, False), (1696, False), (1714, True)]
    assert admin.one("SELECT COUNT(*) FROM TABLE(LATE_ONES('DL', 0)) AS t WHERE t.LATE") == 0


def test_an_argument_is_never_sql(admin: Client, database: str) -> None:
    admin.run(
        "CREATE FUNCTION N(C VARCHAR) RETURNS NUMBER AS 'SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS WHERE CARRIER = C'"
    )
    assert admin.one("SELECT N('UA'' OR ''1''=''1')") == 0


def test_overloads_are_told_apart_by_their_arguments(admin: Client, database: str) -> None:
    admin.run("CREATE FUNCTION F() RETURNS NUMBER AS '1'", "CREATE FUNCTION F(A NUMBER) RETURNS NUMBER AS 'A'")
    assert admin.rows("SELECT F(), F(7)") == [(1, 7)]
    admin.refused("SELECT F(1, 2)", 1044)
    admin.run("DROP FUNCTION F(NUMBER)")
    assert len(admin.rows("SHOW USER FUNCTIONS LIKE 'F'")) == 1


def test_a_body_that_cannot_work_is_refused(admin: Client, database: str) -> None:
    admin.refused("CREATE FUNCTION F(A NUMBER) RETURNS NUMBER AS 'A + NOPE'", 904)
    admin.refused("CREATE FUNCTION F() RETURNS TABLE (A NUMBER) AS 'SELECT 1, 2'", 2000)
    admin.refused("CREATE FUNCTION F() RETURNS NUMBER LANGUAGE PYTHON AS 'x'", 2)


def test_show_and_describe(admin: Client, database: str) -> None:
    body = "SELECT FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = C"
    admin.run(f"CREATE SECURE FUNCTION L(C VARCHAR) RETURNS TABLE (F NUMBER) COMMENT = 'mark' AS '{body}'")
    (row,) = admin.table(f"SHOW USER FUNCTIONS IN SCHEMA {database}.PUBLIC")
    assert (row["name"], row["is_secure"], row["is_table_function"]) == ("L", "Y", "Y")
    assert (row["arguments"], row["description"]) == ("L(VARCHAR) RETURN TABLE (F NUMBER)", "mark")
    properties = {r["property"]: r["value"] for r in admin.table(f"DESCRIBE FUNCTION {database}.PUBLIC.L(VARCHAR)")}
    assert properties["body"] == body
    assert properties["signature"] == "(C VARCHAR)"


def test_a_function_is_named_with_its_argument_types(admin: Client, database: str) -> None:
    admin.run("CREATE FUNCTION F(A NUMBER) RETURNS NUMBER AS 'A'")
    admin.refused("DROP FUNCTION F", 90208)
    admin.refused("DROP FUNCTION F(VARCHAR)", 2003)


def test_a_function_that_calls_itself_for_ever_is_stopped(admin: Client, database: str) -> None:
    admin.run("CREATE FUNCTION A() RETURNS NUMBER AS '1'", "CREATE FUNCTION B() RETURNS NUMBER AS 'A()'")
    admin.run("CREATE OR REPLACE FUNCTION A() RETURNS NUMBER AS 'B()'")
    with pytest.raises(Exception, match="nesting"):
        admin.rows("SELECT A()")


def test_overloads_are_told_apart_by_their_types(admin: Client, database: str) -> None:
    admin.run(
        "CREATE FUNCTION KIND(X VARCHAR) RETURNS VARCHAR AS $$'text'$$",
        "CREATE FUNCTION KIND(X NUMBER) RETURNS VARCHAR AS $$'number'$$",
        "CREATE FUNCTION KIND(X DATE) RETURNS VARCHAR AS $$'date'$$",
        "CREATE FUNCTION PAIR(X FLOAT) RETURNS FLOAT AS 'X / 2'",
        "CREATE FUNCTION PAIR(X VARCHAR) RETURNS VARCHAR AS 'X || X'",
        "CREATE TABLE T (N INT, S VARCHAR, D DATE)",
        "INSERT INTO T VALUES (1, 'a', '2024-01-01')",
    )
    assert admin.rows("SELECT KIND(N), KIND(S), KIND(D), KIND(1), KIND('x') FROM T") == [
        ("number", "text", "date", "number", "text")
    ]
    assert admin.rows("SELECT PAIR(N), PAIR(S) FROM T") == [(0.5, "aa")]


def test_arguments_may_have_defaults_and_be_named(admin: Client, database: str) -> None:
    """Source: docs.snowflake.com/en/developer-guide/udf-stored-procedure-arguments and …-calling."""
    admin.run(
        "CREATE FUNCTION ONE() RETURNS NUMBER AS '1'",
        "CREATE FUNCTION F(A NUMBER, B NUMBER DEFAULT 10 + (2 * 5), C VARCHAR DEFAULT CONCAT('x', ',', ONE())) "
        "RETURNS VARCHAR AS $$A || '-' || B || '-' || C$$",
        "CREATE FUNCTION L(FROM_CARRIER VARCHAR DEFAULT 'UA', N NUMBER DEFAULT 2) RETURNS TABLE (FLIGHT NUMBER) "
        "AS 'SELECT FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = FROM_CARRIER ORDER BY 1 LIMIT 3'",
        "CREATE TABLE T (N INT)",
        "INSERT INTO T VALUES (5)",
    )
    assert admin.rows("SELECT F(1), F(1, 2), F(1, 2, 'z'), F(B => 4, A => 3), F(A => N, C => 'c') FROM T") == [
        ("1-20-x,1", "1-2-x,1", "1-2-z", "3-4-x,1", "5-20-c")
    ]
    flights = admin.rows("SELECT * FROM TABLE(L())")
    assert flights
    assert admin.rows("SELECT * FROM TABLE(L(FROM_CARRIER => 'UA'))") == flights
    (row,) = admin.table("SHOW USER FUNCTIONS LIKE 'F'")
    assert row["arguments"] == "F(NUMBER, DEFAULT NUMBER, DEFAULT VARCHAR) RETURN VARCHAR"
    assert (row["min_num_arguments"], row["max_num_arguments"]) == (1, 3)
    assert "DEFAULT 10 + (2 * 5)" in admin.one("SELECT GET_DDL('FUNCTION', 'F(NUMBER, NUMBER, VARCHAR)')")


def test_a_call_that_leaves_out_too_much_is_refused(admin: Client, database: str) -> None:
    admin.run("CREATE FUNCTION F(A NUMBER, B NUMBER DEFAULT 1) RETURNS NUMBER AS 'A + B'")
    for call in ("F()", "F(B => 2)", "F(1, 2, 3)", "F(1, B => 2)", "F(A => 1, A => 2)", "F(A => 1, C => 2)"):
        admin.refused(f"SELECT {call}", 1044)
    admin.refused("CREATE FUNCTION G(A NUMBER DEFAULT 1, B NUMBER) RETURNS NUMBER AS 'A + B'", 2000)
    admin.refused("CREATE FUNCTION G(A NUMBER DEFAULT NOPE) RETURNS NUMBER AS 'A'", 904)
    admin.refused("CREATE PROCEDURE P(A NUMBER DEFAULT 1) RETURNS NUMBER LANGUAGE SQL AS 'BEGIN RETURN A; END'", 2)
