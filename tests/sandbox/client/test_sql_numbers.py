"""Numbers: types and values follow docs.snowflake.com/en/sql-reference/operators-arithmetic and the functions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client

D = Decimal
ARITHMETIC: list[tuple[str, Any, str | None]] = [
    ("10 / 4", D("2.500000"), "NUMBER(8,6)"),
    ("1 / 3", D("0.333333"), "NUMBER(7,6)"),
    ("2 / 3", D("0.666667"), None),
    ("-2 / 3", D("-0.666667"), None),
    ("10.1 / 3", D("3.3666667"), "NUMBER(9,7)"),
    ("1.00::NUMBER(10,2) / 3", D("0.33333333"), "NUMBER(16,8)"),
    ("1::FLOAT / 4", 0.25, "FLOAT"),
    ("'7' / 2", D("3.500000"), None),
    ("1.5 * 2", D("3.0"), "NUMBER(3,1)"),
    ("1.12345678 * 1.12345678", D("1.262155136528"), "NUMBER(14,12)"),
    ("2147483647 + 1", 2147483648, None),
    ("9223372036854775807 * 10", 92233720368547758070, None),
    ("1.5::NUMBER(3,1) + 1", D("2.5"), "NUMBER(4,1)"),
    ("7 % 3", 1, None),
    ("MOD(7.5, 2)", D("1.5"), None),
    ("-7 % 3", -1, None),
    ("DIV0(1, 0)", D(0), None),
    ("DIV0(1, 2)", D("0.500000"), None),
    ("ROUND(2.5)", 3, None),
    ("ROUND(-2.5)", -3, None),
    ("ROUND(135.135, 2)", D("135.14"), None),
    ("ROUND(135.135, -2)", 100, None),
    ("TRUNC(-975.975, 2)", D("-975.97"), None),
    ("TRUNC(-975.975, -1)", -970, None),
    ("FLOOR(-2.1)", -3, None),
    ("CEIL(2.1)", 3, None),
    ("2.5::INT", 3, "NUMBER(38,0)"),
    ("-2.5::INT", -3, None),
    ("2.5::FLOAT::INT", 3, None),
    ("'12.345'::NUMBER(10,2)", D("12.35"), "NUMBER(10,2)"),
    ("TRUE::INT", 1, None),
    ("GREATEST(1, 3, 2)", 3, None),
    ("GREATEST(1, NULL)", None, None),
    ("GREATEST_IGNORE_NULLS(1, NULL, 2)", 2, None),
    ("LEAST(1.5, 2)", D("1.5"), None),
    ("NULLIF(1, 1)", None, None),
    ("ZEROIFNULL(NULL)", 0, None),
    ("NULLIFZERO(0)", None, None),
    ("IFF(1 > 2, 1, 2.5)", D("2.5"), None),
    ("DECODE(NULL, NULL, 'null', 1, 'one')", "null", "VARCHAR"),
    ("NVL2('a', 'b', 'c')", "b", "VARCHAR"),
    ("EQUAL_NULL(NULL, NULL)", True, "BOOLEAN"),
    ("BITAND(11, 5)", 1, None),
    ("BITOR(11, 5)", 15, None),
    ("BITXOR(11, 5)", 14, None),
    ("BITSHIFTLEFT(1, 3)", 8, None),
    ("BITNOT(11)", -12, None),
    ("FACTORIAL(5)", 120, None),
    ("SQUARE(-2.5)", 6.25, "FLOAT"),
    ("WIDTH_BUCKET(5, 0, 10, 5)", 3, None),
    ("SIGN(-3)", -1, None),
    ("'1' + 1", 2, None),
    ("1 = '1'", True, "BOOLEAN"),
    ("HASH('a', 1) = HASH('a', 1) AND HASH('a') <> HASH('b')", True, "BOOLEAN"),
    ("LENGTH(UUID_STRING())", 36, None),
    ("TRY_CAST('x' AS INT)", None, "NUMBER(38,0)"),
    ("TRY_TO_NUMBER('12.9')", 13, None),
    ("TRY_TO_NUMBER('x')", None, None),
    ("TO_NUMBER('12.3456', 10, 1)", D("12.3"), "NUMBER(10,1)"),
    ("TO_NUMBER('1,234.56', '9,999.99', 10, 2)", D("1234.56"), "NUMBER(10,2)"),
    ("TO_NUMBER('$1,000', '$9,999')", 1000, None),
    ("TO_NUMBER('ff', 'xx')", 255, None),
    ("TO_DOUBLE('1.5')", 1.5, "FLOAT"),
    ("TO_BOOLEAN('yes')", True, "BOOLEAN"),
    ("TO_BOOLEAN(0)", False, "BOOLEAN"),
    ("TO_CHAR(1234.5, '9,999.00')", " 1,234.50", "VARCHAR"),
    ("TO_CHAR(-12.4, 'FM99.00')", "-12.40", None),
    ("TO_CHAR(12345, '999')", "####", None),
    ("TO_CHAR(5, 'FM000')", "005", None),
    ("TO_CHAR(1000, '$9,999')", " $1,000", None),
    ("TO_CHAR(255, 'XXX')", "  FF", None),
    ("TO_CHAR(1.5)", "1.5", "VARCHAR"),
    ("1::FLOAT::VARCHAR", "1", "VARCHAR"),
]


@pytest.mark.parametrize(("sql", "value", "kind"), ARITHMETIC, ids=[sql for sql, _, _ in ARITHMETIC])
def test_a_number(admin: Client, sql: str, value: Any, kind: str | None) -> None:
    check(admin, f"SELECT {sql}", [(value,)], kind)


AGGREGATES: list[tuple[str, Any, str]] = [
    ("SUM(I)", 6, "NUMBER(38,0)"),
    ("SUM(N)", D("6.75"), "NUMBER(38,2)"),
    ("SUM(F)", 1.5, "FLOAT"),
    ("AVG(I)", D("2.000000"), "NUMBER(38,6)"),
    ("AVG(N)", D("2.25000000"), "NUMBER(38,8)"),
    ("AVG(F)", 0.75, "FLOAT"),
    ("AVG(DISTINCT I)", D("2.000000"), "NUMBER(38,6)"),
    ("COUNT(*)", 3, "NUMBER(18,0)"),
    ("COUNT(DISTINCT N)", 3, "NUMBER(18,0)"),
    ("MEDIAN(I)", D("2.000"), "NUMBER(38,3)"),
    ("MIN(N)", D("1.25"), "NUMBER(10,2)"),
    ("VARIANCE(I)", D("1.000000"), "NUMBER(38,6)"),
    ("STDDEV(I)", 1.0, "FLOAT"),
    ("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY N)", D("2.25000"), "NUMBER(13,5)"),
    ("BITAND_AGG(I)", 0, "NUMBER(38,0)"),
    ("COUNT_IF(I > 1)", 2, "NUMBER(18,0)"),
    ("BOOLAND_AGG(I > 0)", True, "BOOLEAN"),
    ("MIN_BY(N, I)", D("1.25"), "NUMBER(10,2)"),
    ("MAX_BY(I, N)", 3, "NUMBER(38,0)"),
    ("APPROX_COUNT_DISTINCT(I)", 3, "NUMBER(18,0)"),
    ("AVG(I) / 2", D("1.00000000"), "NUMBER(38,12)"),
]


@pytest.mark.parametrize(("sql", "value", "kind"), AGGREGATES, ids=[sql for sql, _, _ in AGGREGATES])
def test_an_aggregate(admin: Client, database: str, sql: str, value: Any, kind: str) -> None:
    admin.run(
        "CREATE TABLE T (I INT, N NUMBER(10,2), F FLOAT)",
        "INSERT INTO T VALUES (1, 1.25, 0.5), (2, 2.25, 1), (3, 3.25, NULL)",
    )
    check(admin, f"SELECT {sql} FROM T", [(value,)], kind)


def test_aggregates_over_windows_keep_their_types(admin: Client) -> None:
    check(
        admin,
        "SELECT K, AVG(N) OVER (PARTITION BY G), SUM(N) OVER (PARTITION BY G ORDER BY K), RATIO_TO_REPORT(N) OVER (), "
        "ROW_NUMBER() OVER (ORDER BY K DESC) FROM VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 1) AS T (K, G, N) "
        "ORDER BY K",
        [(1, D("1.500000"), 1, 0.25, 3), (2, D("1.500000"), 3, 0.5, 2), (3, D("1.000000"), 1, 0.25, 1)],
        "NUMBER(1,0) NUMBER(38,6) NUMBER(38,0) FLOAT NUMBER(18,0)",
    )


REFUSED = [
    ("SELECT 1 / 0", 100051),
    ("SELECT 5 % 0", 100051),
    ("SELECT 'x'::INT", 100038),
    ("SELECT 'maybe'::BOOLEAN", 100037),
    ("SELECT 1 + 'x'", 100038),
    ("SELECT RANDOM(1)", 2),
    ("SELECT TO_CHAR(1, 'WIDGET')", 2),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_what_is_no_number_is_refused(admin: Client, sql: str, code: int) -> None:
    admin.refused(sql, code)
