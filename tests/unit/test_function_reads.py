"""A function may read views that are proved, and nothing past them."""

from __future__ import annotations

import pytest

from shares.core.function_reads import strays

VIEW = ("OUT", "S", "FLIGHTS")
OTHER = ("OUT", "S", "Air ports")


def found(body: str) -> tuple[str, ...]:
    return strays(body, {VIEW, OTHER})


@pytest.mark.parametrize(
    "body",
    [
        "SELECT COUNT(*) FROM OUT.S.FLIGHTS WHERE ORIGIN = AIRPORT",
        'select f.A, g.B from out.s.flights f join OUT.S."Air ports" g on f.A = g.A, OUT.S.FLIGHTS h',
        "WITH mine AS (SELECT * FROM OUT.S.FLIGHTS), more (A, B) AS (SELECT 1, 2 FROM mine) SELECT * FROM more, mine",
        'WITH "m" AS (SELECT 1) SELECT * FROM "m"',
        "SELECT EXTRACT(YEAR FROM f.T), TRIM(BOTH FROM f.U) FROM OUT.S.FLIGHTS f",
        "SELECT 1 FROM OUT.S.FLIGHTS f WHERE f.A IS DISTINCT FROM f.B AND f.C IS NOT DISTINCT FROM f.D",
        "SELECT x.VALUE FROM OUT.S.FLIGHTS f, LATERAL FLATTEN(INPUT => f.TAGS) x, TABLE(GENERATOR(ROWCOUNT => 3)) g",
        "SELECT 'FROM LAKE.NYC.FLIGHTS', \"FROM\" FROM OUT.S.FLIGHTS -- FROM L.N.A\n/* , L.N.A */ // FROM B",
        "SELECT * FROM (SELECT A FROM OUT.S.FLIGHTS) x JOIN (OUT.S.FLIGHTS y JOIN OUT.S.FLIGHTS z ON y.A = 1) ON 1",
        "SELECT A FROM OUT.S.FLIGHTS GROUP BY A, B ORDER BY A, B LIMIT 3",
        "SELECT (SELECT MAX(A) FROM OUT.S.FLIGHTS), B FROM OUT.S.FLIGHTS WHERE B IN (SELECT B FROM OUT.S.FLIGHTS)",
        "SELECT f.A::NUMBER(9, 2), LEFT(f.B, 2), f.C:d.e FROM OUT.S.FLIGHTS AS f JOIN OUT.S.FLIGHTS AS g USING (A, B)",
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v",
        "SELECT A FROM OUT.S.FLIGHTS UNION ALL SELECT A, B FROM OUT.S.FLIGHTS",
        "MONTH * 2",
        "",
    ],
)
def test_what_reads_its_views_alone_has_no_strays(body: str) -> None:
    assert found(body) == ()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS", "LAKE.NYC.FLIGHTS"),
        ("select * from lake.nyc.flights", "LAKE.NYC.FLIGHTS"),
        ("SELECT * FROM/**/LAKE.NYC.FLIGHTS", "LAKE.NYC.FLIGHTS"),
        ('SELECT * FROM "LAKE"."NYC"."fl""ights"', 'LAKE.NYC.fl"ights'),
        ("SELECT * FROM S.FLIGHTS", "S.FLIGHTS"),
        ("SELECT * FROM FLIGHTS", "FLIGHTS"),
        ("SELECT * FROM OUT.OTHER.FLIGHTS", "OUT.OTHER.FLIGHTS"),
        ("SELECT * FROM OUT.S.FLIGHTS f, LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT * FROM OUT.S.FLIGHTS f JOIN LAKE.NYC.A a ON a.A = f.A", "LAKE.NYC.A"),
        ("SELECT * FROM OUT.S.FLIGHTS f NATURAL JOIN LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT * FROM OUT.S.FLIGHTS f JOIN OUT.S.FLIGHTS g ON f.A = LEAST(g.A, 1), LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT * FROM (OUT.S.FLIGHTS f, LAKE.NYC.A)", "LAKE.NYC.A"),
        ("SELECT * FROM ((LAKE.NYC.A))", "LAKE.NYC.A"),
        ("SELECT (SELECT MAX(A) FROM LAKE.NYC.A) FROM OUT.S.FLIGHTS", "LAKE.NYC.A"),
        ("SELECT 1 FROM OUT.S.FLIGHTS WHERE EXISTS (SELECT 1 FROM LAKE.NYC.A)", "LAKE.NYC.A"),
        ("SELECT EXTRACT(YEAR FROM (SELECT MAX(T) FROM LAKE.NYC.A)) FROM OUT.S.FLIGHTS", "LAKE.NYC.A"),
        ("SELECT TRIM(SELECT A FROM LAKE.NYC.A)", "LAKE.NYC.A"),
        ("SELECT TRIM(A) FROM LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT DISTINCT A FROM LAKE.NYC.A", "LAKE.NYC.A"),
        ("WITH m AS (SELECT * FROM LAKE.NYC.A) SELECT * FROM m", "LAKE.NYC.A"),
        ("WITH a AS (SELECT 1) SELECT * FROM b", "B"),
        ("SELECT A FROM OUT.S.FLIGHTS UNION ALL SELECT A FROM LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT LAKE.NYC.TOTAL(A) FROM OUT.S.FLIGHTS", "LAKE.NYC.TOTAL"),
        ("SELECT * FROM TABLE(LAKE.NYC.ALL_OF(1))", "LAKE.NYC.ALL_OF"),
        ("SELECT * FROM TABLE('LAKE.NYC.A')", "'LAKE.NYC.A'"),
        ("SELECT * FROM IDENTIFIER('LAKE.NYC.A')", "IDENTIFIER"),
        ("SELECT * FROM @LAKE.NYC.STAGE", "@"),
        ("SELECT * FROM $1", "$"),
        (") SELECT * FROM LAKE.NYC.A", "LAKE.NYC.A"),
        ("SELECT * FROM LATERAL LAKE.NYC.A", "LAKE.NYC.A"),
    ],
)
def test_what_stands_past_them_is_named(body: str, named: str) -> None:
    assert found(body) == (named,)


def test_all_of_them_are_named_in_order() -> None:
    assert found("SELECT * FROM Z, LAKE.NYC.B, LAKE.NYC.A, Z") == ("LAKE.NYC.A", "LAKE.NYC.B", "Z")
