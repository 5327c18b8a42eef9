"""Prints: alike for the listing and the close look, different for whatever moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shares.core import prints
from shares.core.spec import NOTHING, Granted, Observed, ObservedFunction, ObservedShare, ObservedView

VIEW = ObservedView("V", "SELECT 1", True, "mark", "2026-01-01T00:00:00+00:00")
FUNCTION = ObservedFunction("F", "(VARCHAR)", "", True, "mark", "2026-01-01T00:00:00+00:00")
SHARE = ObservedShare("mark", "OUT", ("A.B",), "2026-01-01T00:00:00+00:00")
PATH = ("OUT", "S", "V")
SEEN = Observed(True, "mark", (VIEW,), (FUNCTION,), SHARE)


@pytest.mark.parametrize(
    "changes",
    [
        {"views": (replace(VIEW, created="2026-01-02T00:00:00+00:00"),)},
        {"views": (replace(VIEW, definition="SELECT 2"),)},
        {"views": (replace(VIEW, secure=False),)},
        {"views": (replace(VIEW, comment=""),)},
        {"views": ()},
        {"views": (VIEW, replace(VIEW, name="W"))},
        {"functions": (replace(FUNCTION, created="2026-01-02T00:00:00+00:00"),)},
        {"functions": (replace(FUNCTION, signature="(NUMBER)"),)},
        {"functions": (replace(FUNCTION, name="G"),)},
        {"functions": (replace(FUNCTION, comment=""),)},
        {"functions": ()},
        {"views": (replace(VIEW, name="W"),)},
        {"share": None},
        {"share": replace(SHARE, accounts=("A.B", "C.D"))},
        {"share": replace(SHARE, accounts=())},
        {"share": replace(SHARE, database="OTHER")},
        {"share": replace(SHARE, comment="")},
        {"share": replace(SHARE, created="2026-01-02T00:00:00+00:00")},
    ],
    ids=repr,
)
def test_whatever_moved_has_another_print(changes: dict[str, Any]) -> None:
    assert prints.of_listing(replace(SEEN, **changes)) != prints.of_listing(SEEN)


@pytest.mark.parametrize(
    "changes",
    [
        {"functions": (replace(FUNCTION, definition="a body, which no listing prints"),)},
        {"mounted_by": ("A.B",)},
        {"tables": ("T",)},
        {"share": replace(SHARE, accounts=("A.B",))},
    ],
    ids=repr,
)
def test_what_no_listing_prints_is_not_in_it(changes: dict[str, Any]) -> None:
    assert prints.of_listing(replace(SEEN, **changes)) == prints.of_listing(SEEN)


def test_the_order_of_rows_does_not_matter() -> None:
    other = replace(VIEW, name="W")
    assert prints.of_listing(replace(SEEN, views=(VIEW, other))) == prints.of_listing(
        replace(SEEN, views=(other, VIEW))
    )


def test_words_do_not_run_together() -> None:
    one, two = replace(VIEW, name="AB", created="C"), replace(VIEW, name="A", created="BC")
    assert prints.of_view(one) != prints.of_view(two)


def test_grants_are_alike_however_snowflake_prints_a_view() -> None:
    assert prints.of_grants([Granted("SELECT", "TABLE", PATH)]) == prints.of_grants([Granted("SELECT", "VIEW", PATH)])
    assert prints.of_grants([Granted("SELECT", "VIEW", PATH)]) != prints.of_grants([])


@pytest.mark.parametrize(
    "other",
    [Granted("USAGE", "VIEW", PATH), Granted("SELECT", "FUNCTION", PATH), Granted("SELECT", "VIEW", (*PATH[:2], "W"))],
    ids=repr,
)
def test_another_grant_has_another_print(other: Granted) -> None:
    assert prints.of_grants([other]) != prints.of_grants([Granted("SELECT", "VIEW", PATH)])


@pytest.mark.parametrize(
    ("print_", "expected"),
    [
        (prints.of_listing, "2e3377edc2f1e166"),
        (
            lambda seen: prints.of_listing(replace(seen, share=None, functions=())),
            "98482ceff4f2ed2f",
        ),
        (
            lambda _: prints.of_grants([Granted("SELECT", "TABLE", PATH)]),
            "04af4cbca9239c29",
        ),
        (
            lambda _: prints.of_columns([("A", "NUMBER")]),
            "07489bc506c9b726",
        ),
    ],
    ids=["listing", "view", "grants", "columns"],
)
def test_a_print_that_is_stored_means_the_same_after_an_upgrade(
    print_: Callable[[Observed], str], expected: str
) -> None:
    """Otherwise every share of every portal would seem to have moved on the day of the upgrade."""
    assert print_(SEEN)[:16] == expected


def test_a_retyped_column_has_another_print() -> None:
    columns = [("A", "NUMBER"), ("B", "TEXT")]
    assert prints.of_columns(columns) == prints.of_columns(reversed(columns))
    assert prints.of_columns(columns) != prints.of_columns([("A", "NUMBER"), ("B", "DATE")])
    assert prints.of_columns(columns) != prints.of_columns(columns[:1])
    assert prints.of_columns(columns) != prints.of_columns([("A", "NUMBER"), ("C", "TEXT")])


def test_of_a_share_that_is_not_there_nothing_was_found() -> None:
    assert prints.of_found(NOTHING) == ""
