"""Stored procedures in SQL."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client, Open


@pytest.fixture
def schema(admin: Client, database: str) -> str:
    admin.run("CREATE TABLE T (A INT, B VARCHAR)")
    return f"{database}.PUBLIC"


def test_a_procedure_is_called(admin: Client, schema: str) -> None:
    admin.run(
        "CREATE PROCEDURE ADD_ROW(n INT, t VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS $$\n"
        "BEGIN\n  INSERT INTO T VALUES (:n, :t);\n  RETURN 'added ' || n;\nEND$$"
    )
    assert admin.table("CALL ADD_ROW(3, 'x')") == [{"ADD_ROW": "added 3"}]
    assert admin.table(f"CALL {schema}.ADD_ROW(t => 'y', n => 2 + 2)") == [{"ADD_ROW": "added 4"}]
    assert admin.rows("SELECT * FROM T ORDER BY A") == [(3, "x"), (4, "y")]


def test_a_body_may_stand_without_quotes(admin: Client, schema: str) -> None:
    admin.run("CREATE OR REPLACE PROCEDURE P() RETURNS INT LANGUAGE SQL AS BEGIN LET x := 1; RETURN x + 1; END;")
    assert admin.one("CALL P()") == 2


def test_what_is_returned_gets_the_declared_type(admin: Client, schema: str) -> None:
    admin.run("CREATE PROCEDURE P(x FLOAT) RETURNS NUMBER(5,1) LANGUAGE SQL AS 'BEGIN RETURN x; END'")
    with admin.connection.cursor() as cursor:
        cursor.execute("CALL P(2.25)")
        assert (cursor.description[0][0], cursor.description[0][4], cursor.description[0][5]) == ("P", 5, 1)


def test_a_table_is_returned(admin: Client, schema: str) -> None:
    admin.run(
        "CREATE PROCEDURE P(least INT) RETURNS TABLE (S INT) LANGUAGE SQL AS $$ DECLARE rs RESULTSET; "
        "BEGIN rs := (SELECT SEATS AS S FROM LAKE.NYC.PLANES WHERE SEATS > :least ORDER BY 1); RETURN TABLE(rs); END$$"
    )
    assert admin.table("CALL P(180)") == [{"S": 188}, {"S": 191}]


def test_a_procedure_in_a_block(admin: Client, schema: str) -> None:
    admin.run("CREATE PROCEDURE TWICE(n INT) RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN n * 2; END'")
    assert admin.one("BEGIN LET x INT := 0; CALL TWICE(4) INTO :x; RETURN x + 1; END") == 9


def test_an_error_in_a_procedure(admin: Client, schema: str) -> None:
    admin.run("CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS 'BEGIN\n  DROP TABLE NOPE;\nEND'")
    text = admin.refused("CALL P()", 2003)
    assert "Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : SQL compilation error:" in text


def test_overloads(admin: Client, schema: str) -> None:
    admin.run(
        "CREATE PROCEDURE P(a INT) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN \\'number\\'; END'",
        "CREATE PROCEDURE P(a VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN \\'text\\'; END'",
    )
    assert (admin.one("CALL P(1)"), admin.one("CALL P('1')")) == ("number", "text")
    admin.run("DROP PROCEDURE P(INT)")
    assert admin.one("CALL P('1')") == "text"
    admin.refused("DROP PROCEDURE P(INT)", 2003)
    admin.run("DROP PROCEDURE IF EXISTS P(INT)")


def rights(admin: Client, schema: str, how: str) -> None:
    database = schema.partition(".")[0]
    admin.run(
        f"INSERT INTO {schema}.T VALUES (1, 'secret')",
        f"CREATE PROCEDURE {schema}.LOOK() RETURNS VARCHAR LANGUAGE SQL EXECUTE AS {how} AS "
        f"'BEGIN LET n INT; SELECT COUNT(*) INTO :n FROM {schema}.T; RETURN CURRENT_ROLE() || n; END'",
        "CREATE ROLE IF NOT EXISTS CALLS",
        "GRANT ROLE CALLS TO USER ADMIN",
        f"GRANT USAGE ON DATABASE {database} TO ROLE CALLS",
        f"GRANT USAGE ON SCHEMA {schema} TO ROLE CALLS",
    )


def test_with_its_owners_rights(admin: Client, schema: str, log_in: Open) -> None:
    rights(admin, schema, "OWNER")
    caller = log_in(role="CALLS")
    caller.refused(f"CALL {schema}.LOOK()", 2140)
    admin.run(f"GRANT USAGE ON PROCEDURE {schema}.LOOK() TO ROLE CALLS")
    caller.run("SET X = 1")
    assert caller.one(f"CALL {schema}.LOOK()") == "ACCOUNTADMIN1"
    assert caller.rows("SELECT CURRENT_ROLE(), $X") == [("CALLS", 1)]
    caller.refused(f"SELECT * FROM {schema}.T", 2003)


def test_with_its_callers_rights(admin: Client, schema: str, log_in: Open) -> None:
    rights(admin, schema, "CALLER")
    admin.run(f"GRANT USAGE ON PROCEDURE {schema}.LOOK() TO ROLE CALLS")
    caller = log_in(role="CALLS")
    caller.run("USE SECONDARY ROLES NONE")
    caller.refused(f"CALL {schema}.LOOK()", 2003)
    admin.run(f"GRANT SELECT ON TABLE {schema}.T TO ROLE CALLS")
    assert caller.one(f"CALL {schema}.LOOK()") == "CALLS1"


def test_procedures_are_listed(admin: Client, schema: str) -> None:
    admin.run("CREATE PROCEDURE P(a INT, b VARCHAR) RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN 1; END'")
    (row,) = admin.table(f"SHOW PROCEDURES IN SCHEMA {schema}")
    assert (row["name"], row["arguments"]) == ("P", "P(NUMBER, VARCHAR) RETURN NUMBER")
    assert (row["schema_name"], row["min_num_arguments"]) == ("PUBLIC", 2)


REFUSED = [
    ("CREATE PROCEDURE P() RETURNS INT LANGUAGE PYTHON AS ''", 2),
    ("CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL EXECUTE AS RESTRICTED CALLER AS 'BEGIN RETURN 1; END'", 2),
    ("CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN 1;'", 1003),
    ("CALL NO_SUCH_PROCEDURE(1)", 2140),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql[:60] for sql, _ in REFUSED])
def test_what_is_not_carried_out_is_refused(admin: Client, schema: str, sql: str, code: int) -> None:
    admin.refused(sql, code)


def test_describe_procedure(admin: Client, database: str) -> None:
    body = "BEGIN RETURN B; END"
    admin.run(f"CREATE PROCEDURE P(A INT, B VARCHAR) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS $${body}$$")
    found = {row["property"]: row["value"] for row in admin.table("DESC PROCEDURE P(INT, VARCHAR)")}
    assert found["signature"] == "(A NUMBER, B VARCHAR)"
    assert (found["language"], found["execute as"], found["body"]) == ("SQL", "CALLER", body)
    admin.refused("DESC PROCEDURE P(INT)", 2003)
