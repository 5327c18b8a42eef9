"""What the text of somebody else's view tells: its one table, and whose rows a plain filter names."""

from __future__ import annotations

import pytest

from shares.core.views_read import read_view

AT = ("OUT", "S", "V")
FLIGHTS = ("LAKE", "NYC", "FLIGHTS")


@pytest.mark.parametrize(
    ("text", "source", "column", "keys"),
    [
        ("create view v as select * from LAKE.NYC.FLIGHTS", FLIGHTS, "", frozenset()),
        ("CREATE SECURE VIEW V AS SELECT A FROM lake.nyc.flights WHERE carrier = 'UA';", FLIGHTS, "CARRIER", {"UA"}),
        ("AS SELECT A\nFROM LAKE.NYC.FLIGHTS\nWHERE \"Who\" IN ('UA', 'it''s')", FLIGHTS, "Who", {"UA", "it's"}),
        ("CREATE VIEW FLIGHTS AS SELECT A FROM FLIGHTS WHERE A = 'UA'", ("OUT", "S", "FLIGHTS"), "A", {"UA"}),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS ;\n", FLIGHTS, "", frozenset()),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS X", FLIGHTS, "", None),
        ("AS SELECT A FROM FLIGHTS WHERE CARRIER = 'UA'", ("OUT", "S", "FLIGHTS"), "CARRIER", {"UA"}),
        ('AS SELECT A FROM "My lake"."n.y".T', ("My lake", "n.y", "T"), "", frozenset()),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA' OR 1 = 1", FLIGHTS, "", None),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS WHERE CARRIER IN (SELECT 'UA')", FLIGHTS, "", None),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS F WHERE F.CARRIER = 'UA'", FLIGHTS, "", None),
        ("AS SELECT A FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'a\\' OR 1=1 --'", FLIGHTS, "", None),
        ("AS SELECT A FROM LAKE.NYC.A UNION ALL SELECT A FROM LAKE.NYC.B", (), "", None),
        ("", (), "", None),
    ],
)
def test_a_plain_view_is_read_and_any_other_is_not_trusted(
    text: str, source: tuple[str, ...], column: str, keys: set[str] | None
) -> None:
    assert read_view(text, AT) == (source, column, None if keys is None else frozenset(keys))
