"""Sentences that remember what they were made of."""

from __future__ import annotations

import json

import pytest

from shares.core.said import Said, counted, few, packed, together, unpacked


def test_a_sentence_reads_as_english_and_remembers_its_parts() -> None:
    said = Said("%(name)s has %(rows)s rows.", name="FLIGHTS", rows=48_110)
    assert said == "FLIGHTS has 48,110 rows."
    assert (said.message, said.values) == ("%(name)s has %(rows)s rows.", {"name": "FLIGHTS", "rows": 48_110})


def test_without_values_a_percent_sign_is_one() -> None:
    assert Said("100 % of it.") == "100 % of it."


@pytest.mark.parametrize(
    ("names", "shown"),
    [([], ""), (["A"], "A"), (list("ABCDE"), "A, B, C, D, E"), (list("ABCDEFG"), "A, B, C, D, E and 2 more")],
)
def test_of_many_names_the_first_are_told(names: list[str], shown: str) -> None:
    assert few(names) == shown


def test_names_with_their_numbers_stand_side_by_side() -> None:
    assert counted([("A", 4_000), ("B", 1), ("C", 2)]) == "A (4,000), B (1), C (2)"


@pytest.mark.parametrize(
    "text",
    [
        "FLIGHTS",
        7,
        Said("It is gone."),
        Said("%(name)s is gone.", name="A"),
        together(Said("%(n)s went.", n=3), counted([("A", 4_000), ("B", 1)])),
    ],
)
def test_a_sentence_comes_back_from_the_database_as_it_was(text: str | int) -> None:
    back = unpacked(json.loads(json.dumps(packed(text))))
    assert back == text
    assert type(back) is type(text)
    assert getattr(back, "values", None) == getattr(text, "values", None)
    assert getattr(back, "message", None) == getattr(text, "message", None)


def test_what_is_kept_of_a_sentence_is_its_message_and_its_values() -> None:
    """Rows of today's databases hold it: another form would not be read."""
    said = Said("%(why)s Then %(n)s.", why=Said("It is gone."), n=3)
    kept = {"said": "%(why)s Then %(n)s.", "with": {"why": {"said": "It is gone.", "with": {}}, "n": 3}}
    assert packed(said) == kept
