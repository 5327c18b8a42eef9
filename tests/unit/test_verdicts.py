"""From readings to a verdict: one foreign row, or one view unread, and nothing opens."""

from __future__ import annotations

import pytest

from shares.core.verdicts import Verdict, ViewReading, judge

CLEAN = ViewReading("FLIGHTS", 58_665, 0)
AIRPORTS = ViewReading("AIRPORTS", 1_458, 0)


def test_clean_readings_of_every_view_prove_isolation() -> None:
    verdict = judge([CLEAN, AIRPORTS], ["FLIGHTS", "AIRPORTS"])
    assert (verdict.isolated, verdict.rows, verdict.foreign) == (True, 60_123, 0)
    assert verdict.words == "60,123 rows read as the consumer, none of another customer."


def test_one_foreign_row_is_a_leak() -> None:
    verdict = judge([ViewReading("FLIGHTS", 58_666, 1), AIRPORTS], ["FLIGHTS", "AIRPORTS"])
    assert (verdict.isolated, verdict.rows, verdict.foreign) == (False, 60_124, 1)
    assert verdict.words == "Rows of somebody else in FLIGHTS (1). Nothing was opened."


def test_every_leaking_view_is_named() -> None:
    verdict = judge([ViewReading("A", 5_000, 4_000), ViewReading("B", 1, 1), ViewReading("C", 1, 0)], ["A", "B", "C"])
    assert "A (4,000), B (1)" in verdict.words
    assert "C" not in verdict.words
    assert verdict.foreign == 4_001


def test_an_unread_view_is_never_a_pass() -> None:
    verdict = judge([CLEAN], ["FLIGHTS", "AIRPORTS", "FLEET"])
    assert verdict == Verdict(False, 58_665, 0, "Not read, so not proved: AIRPORTS, FLEET.")


def test_no_reading_at_all_proves_nothing() -> None:
    assert not judge([], ["FLIGHTS"]).isolated


@pytest.mark.parametrize(("readings", "rows"), [([], 0), ([CLEAN], 58_665)])
def test_no_view_at_all_proves_nothing(readings: list[ViewReading], rows: int) -> None:
    assert judge(readings, []) == Verdict(False, rows, 0, "There is no view to read, so nothing is proved.")


def test_a_clean_second_reading_does_not_hide_the_first() -> None:
    leaking = ViewReading("FLIGHTS", 10, 3)
    for readings in ([leaking, CLEAN], [CLEAN, leaking]):
        verdict = judge(iter(readings), iter(["FLIGHTS"]))
        assert (verdict.isolated, verdict.foreign) == (False, 3)


def test_a_leak_in_a_view_that_nobody_expected_still_counts() -> None:
    assert not judge([CLEAN, ViewReading("OLD", 2, 2)], ["FLIGHTS"]).isolated


def test_an_empty_view_is_clean() -> None:
    assert judge([ViewReading("FLIGHTS", 0, 0)], ["FLIGHTS"]).isolated


def test_rows_that_the_consumer_cannot_read_are_not_counted_as_its_own() -> None:
    hidden = ViewReading("RAW", 1_000, 0, exposed=False)
    assert judge([AIRPORTS, hidden], ["AIRPORTS", "RAW"]).rows == 1_458


def test_where_only_functions_read_their_rows_are_counted() -> None:
    assert judge([ViewReading("RAW", 1_000, 0, exposed=False)], ["RAW"]).rows == 1_000


def test_a_leak_in_a_view_that_only_functions_read_still_counts() -> None:
    hidden = ViewReading("RAW", 10, 4, exposed=False)
    verdict = judge([CLEAN, hidden], ["FLIGHTS", "RAW"])
    assert (verdict.isolated, verdict.foreign) == (False, 4)


def test_a_function_that_reads_past_the_views_is_no_pass() -> None:
    verdict = judge([CLEAN], ["FLIGHTS"], {"F": ("LAKE.NYC.FLIGHTS", "X"), "E": ("@",)})
    assert (verdict.isolated, verdict.rows, verdict.foreign) == (False, 58_665, 0)
    said = "Functions read what no view proves: E (@), F (LAKE.NYC.FLIGHTS, X). Nothing was opened."
    assert verdict.words == said


def test_a_column_that_nobody_approved_is_no_pass() -> None:
    verdict = judge([ViewReading("FLIGHTS", 5, 0, wrong_columns=("SSN",)), AIRPORTS], ["FLIGHTS", "AIRPORTS"])
    assert (verdict.isolated, verdict.foreign) == (False, 0)
    assert verdict.words == "Other columns than approved in FLIGHTS (SSN). Nothing was opened."


def test_every_view_with_other_columns_is_named_with_all_of_them() -> None:
    verdict = judge(
        [ViewReading("A", 5, 0, wrong_columns=("SSN", "PAY")), ViewReading("B", 2, 0, wrong_columns=("X",))], ["A", "B"]
    )
    assert verdict == Verdict(False, 7, 0, "Other columns than approved in A (SSN, PAY), B (X). Nothing was opened.")


def test_a_masked_column_that_shows_something_opens_nothing() -> None:
    verdict = judge([CLEAN, ViewReading("PASSENGERS", 10, 0, unmasked=3)], ["FLIGHTS", "PASSENGERS"])
    words = "Masked columns show their values in rows of PASSENGERS (3). Nothing was opened."
    assert verdict == Verdict(False, 58_675, 0, words)
