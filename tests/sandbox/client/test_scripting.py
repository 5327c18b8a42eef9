"""Blocks of Snowflake Scripting: several statements, decisions and errors in one round trip."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client.test_sessions import SLOW
from tests.sandbox.conftest import Client, Open


def block(client: Client, body: str) -> Any:
    """What a block returns."""
    return client.one(f"EXECUTE IMMEDIATE $${body}$$")


RETURNS: list[tuple[str, Any]] = [
    ("BEGIN RETURN 1 + 1; END", 2),
    ("BEGIN RETURN 'it''s'; END;", "it's"),
    ("BEGIN LET a := 2; LET b INT := a * 3; a := a + b; RETURN a; END", 8),
    ("DECLARE a INT DEFAULT 5; b VARCHAR; c NUMBER(5,2) := 1.239; "
     "BEGIN RETURN a || '/' || NVL(b, '-') || '/' || c; END", "5/-/1.24"),
    ("BEGIN LET x := 3; IF (x > 5) THEN RETURN 'big'; ELSEIF (x = 3) THEN RETURN 'three'; ELSE RETURN '?'; END IF; END",
     "three"),
    ("BEGIN LET x INT := NULL; IF (x > 5) THEN RETURN 'yes'; END IF; RETURN 'no'; END", "no"),
    ("BEGIN LET x := 2; CASE (x) WHEN 1 THEN RETURN 'a'; WHEN 1 + 1 THEN RETURN 'b'; END; END", "b"),
    ("BEGIN LET x := 2; CASE WHEN x > 3 THEN RETURN 'a'; ELSE RETURN 'c'; END CASE; END", "c"),
    ("BEGIN RETURN CASE WHEN 1 = 1 THEN 'x' ELSE 'y' END; END", "x"),
    ("BEGIN LET s := 0; FOR i IN 1 TO 4 DO s := s + i; END FOR; RETURN s; END", 10),
    ("BEGIN LET s := ''; FOR i IN REVERSE 1 TO 3 DO s := s || i; END FOR; RETURN s; END", "321"),
    ("BEGIN LET n := 0; WHILE (n < 5) DO n := n + 2; END WHILE; RETURN n; END", 6),
    ("BEGIN LET n := 0; REPEAT n := n + 1; UNTIL (n >= 3) END REPEAT; RETURN n; END", 3),
    ("BEGIN LET n := 0; LOOP n := n + 1; IF (n = 7) THEN BREAK; END IF; END LOOP; RETURN n; END", 7),
    ("BEGIN LET s := 0; FOR i IN 1 TO 5 DO IF (i = 3) THEN CONTINUE; END IF; s := s + i; END FOR; RETURN s; END", 12),
    ("BEGIN LET n := 0; FOR i IN 1 TO 3 DO FOR j IN 1 TO 3 DO n := n + 1; IF (j = 2) THEN BREAK outer_loop; END IF; "
     "END FOR; END FOR outer_loop; RETURN n; END", 2),
    ("BEGIN LET s := 0; FOR r IN (SELECT 1) DO s := 1; END FOR; RETURN s; END", None),
    ("DECLARE c CURSOR FOR SELECT SEATS AS S FROM LAKE.NYC.PLANES ORDER BY 1; t INT := 0; "
     "BEGIN FOR r IN c DO t := t + r.s; END FOR; RETURN t; END", 855),
    ("BEGIN LET rs RESULTSET := (SELECT SEATS FROM LAKE.NYC.PLANES WHERE SEATS < :limit_); RETURN 1; END", None),
    ("DECLARE n INT := 150; t INT := 0; "
     "BEGIN LET rs RESULTSET := (SELECT SEATS FROM LAKE.NYC.PLANES WHERE SEATS < :n); "
     "FOR r IN rs DO t := t + 1; END FOR; RETURN t; END", 2),
    ("DECLARE a INT; b INT; c CURSOR FOR SELECT SEATS, 7 FROM LAKE.NYC.PLANES WHERE SEATS > ? ORDER BY 1; "
     "BEGIN OPEN c USING (180); FETCH c INTO a, b; CLOSE c; RETURN a + b; END", 195),
    ("DECLARE n INT; BEGIN SELECT COUNT(*) INTO :n FROM LAKE.NYC.PLANES; RETURN n; END", 5),
    ("BEGIN BEGIN LET inner_ := 1; END; RETURN 'out'; END", "out"),
    ("BEGIN NULL; END", None),
    ("IF (1 = 1) THEN RETURN 'no block'; END IF", "no block"),
    ("BEGIN LET t := 'LAKE.NYC.PLANES'; LET n INT; SELECT COUNT(*) INTO :n FROM IDENTIFIER(:t); RETURN n; END", 5),
    ("BEGIN LET q := 'SELECT ' || '4'; EXECUTE IMMEDIATE :q; RETURN SQLID = LAST_QUERY_ID(); END", True),
    ("BEGIN LET rs RESULTSET := (EXECUTE IMMEDIATE 'SELECT ? + ?' USING (20, 22)); LET c CURSOR FOR rs; LET n INT; "
     "OPEN c; FETCH c INTO n; RETURN n; END", 42),
]  # fmt: skip
BROKEN = {body for body, _ in RETURNS if "IN (SELECT 1)" in body or ":limit_" in body}


@pytest.mark.parametrize(("body", "value"), [r for r in RETURNS if r[0] not in BROKEN], ids=lambda v: str(v)[:70])
def test_a_block_returns(admin: Client, body: str, value: Any) -> None:
    assert block(admin, body) == value


@pytest.mark.parametrize("body", sorted(BROKEN))
def test_what_is_no_block_is_refused(admin: Client, body: str) -> None:
    with pytest.raises(Exception, match=r"unexpected|not set"):
        block(admin, body)


def test_the_column_is_called_anonymous_block(admin: Client) -> None:
    assert admin.table("BEGIN RETURN 'x'; END;") == [{"anonymous block": "x"}]
    assert admin.table("DECLARE a INT; BEGIN a := 1; END") == [{"anonymous block": None}]


def test_statements_run_in_order_in_the_session(admin: Client, database: str) -> None:
    assert block(admin, f"""
        BEGIN
            CREATE TABLE {database}.PUBLIC.T (A INT, B VARCHAR);
            LET x := 5; -- a comment; with a semicolon
            INSERT INTO {database}.PUBLIC.T VALUES (:x, 'a;b'), (:x + 1, NULL);
            UPDATE {database}.PUBLIC.T SET A = A * 10 WHERE B IS NOT NULL;
            USE SCHEMA LAKE.NYC;
            RETURN SQLROWCOUNT;
        END""") is None  # fmt: skip
    assert admin.rows(f"SELECT * FROM {database}.PUBLIC.T ORDER BY A") == [(6, None), (50, "a;b")]
    assert admin.one("SELECT CURRENT_SCHEMA()") == "NYC"


def test_rows_changed_by_a_statement(admin: Client, database: str) -> None:
    body = "BEGIN INSERT INTO T SELECT SEATS FROM LAKE.NYC.PLANES; LET n := SQLROWCOUNT; DELETE FROM T WHERE A = 0; "
    admin.run("CREATE TABLE T (A INT)")
    assert block(admin, f"{body} RETURN n || ' ' || SQLFOUND || ' ' || SQLNOTFOUND; END") == "5 false true"


def test_a_table_is_returned(admin: Client) -> None:
    body = "BEGIN LET rs RESULTSET := (SELECT SEATS, TAILNUM FROM LAKE.NYC.PLANES WHERE SEATS > 180 ORDER BY 1); "
    assert admin.table(f"EXECUTE IMMEDIATE $${body} RETURN TABLE(rs); END$$") == [
        {"SEATS": 188, "TAILNUM": "N619AA"},
        {"SEATS": 191, "TAILNUM": "N39463"},
    ]


def test_execute_immediate_of_one_statement_gives_its_rows(admin: Client) -> None:
    assert admin.table("EXECUTE IMMEDIATE 'SELECT 1 AS A'") == [{"A": 1}]
    admin.run("SET q = 'SELECT ? * 2 AS B'", "SET x = 21")
    assert admin.table("EXECUTE IMMEDIATE $q USING ($x)") == [{"B": 42}]
    assert "count 2 did not match" in admin.refused("EXECUTE IMMEDIATE 'SELECT 1; SELECT 2'", 8)
    assert "'NOPE'" in admin.refused("EXECUTE IMMEDIATE 'SELECT NOPE'", 904)


def test_a_session_variable_in_a_block_is_read_when_it_is_used(admin: Client) -> None:
    assert block(admin, "BEGIN SET SEEN = 7; RETURN $SEEN; END") == 7


def test_a_transaction_in_a_block(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    block(admin, "BEGIN BEGIN TRANSACTION; INSERT INTO T VALUES (1); ROLLBACK; INSERT INTO T VALUES (2); END")
    assert admin.rows("SELECT A FROM T") == [(2,)]


# --- errors
def test_an_uncaught_error_says_where_and_keeps_the_code(admin: Client) -> None:
    text = admin.refused("EXECUTE IMMEDIATE $$\nBEGIN\n    SELECT 1;\n    DROP TABLE LAKE.NYC.NOPE;\nEND$$", 2003)
    assert "Uncaught exception of type 'STATEMENT_ERROR' on line 4 at position 4 : SQL compilation error:" in text
    assert "NOPE" in text


def test_an_error_of_an_expression(admin: Client) -> None:
    text = admin.refused("EXECUTE IMMEDIATE $$BEGIN LET x := 1 / 0; END$$", 100051, "22012")
    assert "Uncaught exception of type 'EXPRESSION_ERROR' on line 1 at position 6 : Division by zero" in text


def test_an_exception_of_ones_own(admin: Client) -> None:
    body = "\n DECLARE\n  MINE EXCEPTION (-20002, 'Raised MINE.');\n BEGIN\n  RAISE MINE;\n END"
    text = admin.refused(f"EXECUTE IMMEDIATE $${body}$$", -20002, "P0001")
    assert "Uncaught exception of type 'MINE' on line 5 at position 2 : Raised MINE." in text


HANDLED = [
    ("DROP TABLE LAKE.NYC.NOPE;", "STATEMENT_ERROR 2003 42S02"),
    ("LET x := 1 / 0;", "EXPRESSION_ERROR 100051 22012"),
    ("RAISE MINE;", "OTHER -20001 P0001"),
    ("BEGIN BEGIN RAISE MINE; END; END;", "OTHER -20001 P0001"),
    ("BEGIN DROP TABLE LAKE.NYC.NOPE; EXCEPTION WHEN EXPRESSION_ERROR THEN RETURN 'wrong'; END;",
     "STATEMENT_ERROR 2003 42S02"),
    ("BEGIN RAISE MINE; EXCEPTION WHEN MINE THEN RAISE; END;", "OTHER -20001 P0001"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "seen"), HANDLED)
def test_an_exception_is_handled(admin: Client, body: str, seen: str) -> None:
    tail = "|| ' ' || SQLCODE || ' ' || SQLSTATE"
    assert block(admin, f"""
        DECLARE MINE EXCEPTION (-20001, 'mine');
        BEGIN
            {body}
            RETURN 'not reached';
        EXCEPTION
            WHEN STATEMENT_ERROR THEN RETURN 'STATEMENT_ERROR' {tail};
            WHEN EXPRESSION_ERROR THEN RETURN 'EXPRESSION_ERROR' {tail};
            WHEN OTHER THEN RETURN 'OTHER' {tail};
        END""") == seen  # fmt: skip


def test_the_text_of_a_handled_error(admin: Client) -> None:
    body = "BEGIN SELECT * FROM LAKE.NYC.NOPE; EXCEPTION WHEN OTHER THEN RETURN SQLERRM; END"
    assert "Object 'LAKE.NYC.NOPE' does not exist or not authorized." in block(admin, body)


def test_after_a_handler_that_continues_the_next_statement_runs(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    body = "BEGIN INSERT INTO T VALUES (1); DROP TABLE NOPE; INSERT INTO T VALUES (2); RETURN 'done'; "
    assert block(admin, f"{body} EXCEPTION WHEN STATEMENT_ERROR CONTINUE THEN INSERT INTO T VALUES (9); END") == "done"
    assert admin.rows("SELECT A FROM T ORDER BY A") == [(1,), (2,), (9,)]


def test_what_ran_before_the_error_stays(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    admin.refused("BEGIN INSERT INTO T VALUES (1); SELECT 1 / 0; INSERT INTO T VALUES (2); END", 100051)
    assert admin.rows("SELECT A FROM T") == [(1,)]


REFUSED = [
    ("BEGIN LET x := 1 END", "EOF"),
    ("BEGIN FOR i IN 1 TO 2 DO NULL; END LOOP; END", "LOOP"),
    ("BEGIN RETURN 1;", "EOF"),
    ("BEGIN LET x; END", ";"),
]


@pytest.mark.parametrize(("body", "token"), REFUSED)
def test_a_block_that_cannot_be_read_is_refused(admin: Client, body: str, token: str) -> None:
    assert f"unexpected '{token}" in admin.refused(f"EXECUTE IMMEDIATE $${body}$$", 1003).replace("<EOF", "EOF")


def test_several_blocks_and_statements_in_one_request(admin: Client) -> None:
    sql = "SELECT 1; BEGIN LET x := 1; IF (x = 1) THEN NULL; END IF; RETURN CASE WHEN x = 1 THEN 2 END; END; SELECT 3;"
    with admin.connection.cursor() as cursor:
        cursor.execute(sql, num_statements=3)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    assert found == [[(1,)], [(2,)], [(3,)]]


# --- jobs
def test_one_job_ends_while_another_is_running(admin: Client) -> None:
    assert block(admin, f"""
        BEGIN
            LET slow RESULTSET := ASYNC ({SLOW});
            LET quick RESULTSET := ASYNC (SELECT 7 AS N);
            AWAIT quick;
            CANCEL slow;
            FOR r IN quick DO RETURN r.n; END FOR;
        END""") == 7  # fmt: skip


def test_all_jobs_are_awaited(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    assert block(admin, """
        BEGIN
            FOR i IN 1 TO 5 DO ASYNC (INSERT INTO T VALUES (:i)); END FOR;
            AWAIT ALL;
            LET n INT;
            SELECT SUM(A) INTO :n FROM T;
            RETURN n;
        END""") == 15  # fmt: skip


def test_a_job_is_awaited_by_its_resultset(admin: Client) -> None:
    assert block(admin, """
        DECLARE n INT := 0;
        BEGIN
            LET a RESULTSET := ASYNC (SELECT SEATS FROM LAKE.NYC.PLANES);
            LET b RESULTSET := ASYNC (SELECT FLIGHT FROM LAKE.NYC.FLIGHTS);
            AWAIT b;
            FOR r IN b DO n := n + 1; END FOR;
            AWAIT a;
            FOR r IN a DO n := n + 100; END FOR;
            RETURN n;
        END""") == 506  # fmt: skip


def test_a_job_sees_role_place_and_variables_of_the_block(log_in: Open) -> None:
    client = log_in()
    client.run("USE SCHEMA LAKE.NYC", "SET CARRIER = 'UA'")
    assert block(client, """
        BEGIN
            LET a RESULTSET := ASYNC (SELECT COUNT(*) AS N, CURRENT_ROLE() AS R FROM FLIGHTS WHERE CARRIER = $CARRIER);
            AWAIT a;
            FOR r IN a DO RETURN r.n || r.r; END FOR;
        END""") == "3ACCOUNTADMIN"  # fmt: skip


def test_a_job_that_fails_fails_where_it_is_awaited(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    body = "BEGIN\nASYNC (SELECT 1 / 0);\nASYNC (INSERT INTO T VALUES (1));\nAWAIT ALL;\nEND"
    assert "'STATEMENT_ERROR' on line 4 at position 0 : Division by zero" in admin.refused(body, 100051)
    assert admin.rows("SELECT A FROM T") == [(1,)]


def test_a_job_that_nobody_awaits_is_stopped(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)")
    assert block(admin, f"BEGIN ASYNC (INSERT INTO T {SLOW}); RETURN 'over'; END") == "over"
    assert admin.rows("SELECT A FROM T") == []


# --- what one may get wrong
def test_a_break_without_a_loop_is_refused(admin: Client) -> None:
    assert "BREAK" in admin.refused("BEGIN BREAK; END", 2218)


def test_a_loop_needs_bounds(admin: Client) -> None:
    body = "BEGIN LET n INT := NULL; FOR i IN 1 TO n DO NULL; END FOR; EXCEPTION WHEN EXPRESSION_ERROR THEN RETURN 'x';"
    assert block(admin, f"{body} END") == "x"


def test_procedures_that_call_themselves_end(admin: Client, database: str) -> None:
    admin.run("CREATE PROCEDURE P(n INT) RETURNS INT LANGUAGE SQL AS 'BEGIN CALL P(:n + 1); END'")
    with pytest.raises(Exception, match=r"nested|depth|limit"):
        admin.rows("CALL P(1)")
    assert admin.one("SELECT 1") == 1
