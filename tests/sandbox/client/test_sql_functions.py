"""Functions whose arguments and bodies have types, and table functions called with the columns of other relations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client


def test_a_body_computes_with_the_types_of_its_parameters(admin: Client, database: str) -> None:
    admin.run(
        "CREATE FUNCTION HALF(X INT) RETURNS NUMBER(10,2) AS 'X / 2'",
        "CREATE FUNCTION LATER(D DATE) RETURNS DATE AS 'DATEADD(day, 1, D)'",
        "CREATE FUNCTION NAME_OF(V VARIANT) RETURNS VARCHAR AS 'V:name'",
        "CREATE FUNCTION ECHO(S VARCHAR) RETURNS VARCHAR AS 'S'",
    )
    check(admin, "SELECT HALF(5), LATER('2024-02-28')", [(Decimal("2.50"), dt.date(2024, 2, 29))], "NUMBER(10,2) DATE")
    check(admin, 'SELECT NAME_OF(PARSE_JSON(\'{"name": "x"}\'))', [("x",)], "VARCHAR")
    check(admin, "SELECT ECHO(PARSE_JSON('\"y\"')), HALF(PARSE_JSON('7'))", [("y", Decimal("3.50"))])


def test_a_table_function_takes_columns_of_the_relation_before_it(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (K INT, TAG VARCHAR)",
        "INSERT INTO T VALUES (1, 'a'), (2, 'b'), (2, 'c')",
        "CREATE FUNCTION TAGS(N INT) RETURNS TABLE (TAG VARCHAR, TWICE INT) AS 'SELECT TAG, K * 2 FROM T WHERE K = N'",
    )
    rows = [(1, "a", 2), (2, "b", 4), (2, "c", 4)]
    numbers = "(SELECT DISTINCT K AS N FROM T) X"
    assert admin.rows(f"SELECT X.N, F.TAG, F.TWICE FROM {numbers}, TABLE(TAGS(X.N)) F ORDER BY 1, 2") == rows
    assert admin.rows("SELECT * FROM TABLE(TAGS(1))") == [("a", 2)]
