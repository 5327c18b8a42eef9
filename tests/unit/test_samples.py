"""What is kept of sample rows: only what is the tenant's, as short text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shares.core.spec import ViewSpec
from shares.services.samples import FEW, MOST_LETTERS, ForeignRow, kept
from shares.snowflake import sql

VIEW = ViewSpec("FLIGHTS", ("L", "N", "FLIGHTS"), ("CARRIER", "N"), "", "", "CARRIER", ("UA",), "N")


def test_rows_become_text_in_the_published_order() -> None:
    found = kept(VIEW, ({"n": Decimal("1.50"), "carrier": "UA"}, {"n": None, "carrier": "UA"}))

    assert found == {"columns": ["CARRIER", "N"], "rows": [["UA", "1.50"], ["UA", None]]}


@pytest.mark.parametrize("stranger", [{"carrier": "DL", "n": 1}, {"carrier": None, "n": 1}, {"n": 1}])
def test_one_foreign_row_and_nothing_is_kept(stranger: dict[str, object]) -> None:
    with pytest.raises(ForeignRow):
        kept(VIEW, ({"carrier": "UA", "n": 1}, stranger))


def test_reference_rows_belong_to_nobody() -> None:
    view = ViewSpec("AIRPORTS", ("L", "N", "AIRPORTS"), ("FAA",), "")

    assert kept(view, ({"faa": "EWR"},))["rows"] == [["EWR"]]


def test_it_stays_small() -> None:
    rows = tuple({"carrier": "UA", "n": "x" * 500} for _ in range(50))

    found = kept(VIEW, rows)["rows"]

    assert len(found) == FEW
    assert len(found[0][1]) == MOST_LETTERS


def test_bytes_and_times_can_be_read() -> None:
    at = datetime(2026, 3, 1, 5, tzinfo=UTC)

    assert kept(VIEW, ({"carrier": "UA", "n": b"\x01\xff"},))["rows"][0][1] == "01ff"
    assert kept(VIEW, ({"carrier": "UA", "n": at},))["rows"][0][1] == "2026-03-01 05:00:00+00:00"


def test_the_sample_is_filtered_wherever_it_is_read() -> None:
    assert sql.sample(VIEW, ("FIRN_OUT", "S_1", "FLIGHTS"), 5) == (
        "SELECT CARRIER,\n       N\nFROM FIRN_OUT.S_1.FLIGHTS\nWHERE CARRIER IN ('UA')\n"
        "ORDER BY N DESC NULLS LAST\nLIMIT 5"
    )
