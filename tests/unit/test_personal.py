"""Names of columns that are about persons."""

from __future__ import annotations

import pytest

from shares.core.personal import looks_personal


@pytest.mark.parametrize(
    "column",
    [
        "EMAIL", "Email", "HOME_PHONE", "PHONE_2", "FIRST_NAME", "LAST_NAME", "THE_FULL_NAME", "GIVEN_NAME_2",
        "CUSTOMER_NAME", "PASSENGER_ID", "IP", "ZIP", "DATE_OF_BIRTH", "TAX_CODE",
    ],
)  # fmt: skip
def test_a_word_or_two_in_a_row_say_so(column: str) -> None:
    assert looks_personal(column)


@pytest.mark.parametrize(
    "column", ["CARRIER", "NAME", "AIRPORT_NAME", "NAME_FIRST", "FIRST_PLANE_NAME", "EMAILS_SENT", "SHIP", "", "_"]
)
def test_a_part_of_a_word_or_the_other_order_does_not(column: str) -> None:
    assert not looks_personal(column)
