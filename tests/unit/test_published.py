"""Versions as values: there and back through JSON, how two differ, and which one is in force."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shares.core.differences import Difference, differences, is_breaking, told
from shares.core.published import Column, Edition, Item, from_json, in_force, personal, to_json

FLIGHTS = Item(
    pk=1,
    kind="view",
    shared_name="FLIGHTS",
    source=("LAKE", "NYC", "FLIGHTS"),
    tenant_column="CARRIER",
    columns=(Column("CARRIER", "VARCHAR"), Column("ORIGIN", "VARCHAR", "where from")),
)
COUNT = Item(pk=2, kind="function", shared_name="HOW_MANY", returns="NUMBER", body="SELECT 1")
MASKED = replace(FLIGHTS, columns=(FLIGHTS.columns[0], replace(FLIGHTS.columns[1], masked=True)))
PERSONAL = replace(FLIGHTS, columns=(FLIGHTS.columns[0], replace(FLIGHTS.columns[1], personal=True)))
NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)


def test_json_brings_back_what_was_published() -> None:
    assert from_json(json.loads(json.dumps(to_json([FLIGHTS, COUNT])))) == (FLIGHTS, COUNT)


def test_only_what_is_shown_of_persons_tells_of_them() -> None:
    both = replace(MASKED, columns=(*PERSONAL.columns, replace(MASKED.columns[1], name="MAIL", personal=True)))
    assert personal([both, COUNT]) == ("FLIGHTS.ORIGIN",)


def test_the_same_differs_in_nothing() -> None:
    assert differences([FLIGHTS, COUNT], [COUNT, replace(FLIGHTS, pk=7)]) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "breaking", "words"),
    [
        (FLIGHTS, None, "object-removed", True, "FLIGHTS is removed."),
        (replace(FLIGHTS, is_exposed=False), None, "object-removed", False, "FLIGHTS is removed."),
        (FLIGHTS, MASKED, "masked", True, "FLIGHTS.ORIGIN is masked: its values are not shared any more."),
        (MASKED, FLIGHTS, "unmasked", False, "FLIGHTS.ORIGIN shows its values."),
        (FLIGHTS, PERSONAL, "personal", False, "FLIGHTS.ORIGIN is about persons."),
        (PERSONAL, FLIGHTS, "personal", False, "FLIGHTS.ORIGIN is not about persons."),
        (None, FLIGHTS, "object-added", False, "FLIGHTS is new."),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=FLIGHTS.columns[:1]),
            "column-removed",
            True,
            "FLIGHTS.ORIGIN is removed.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=(*FLIGHTS.columns, Column("DEST", "VARCHAR"))),
            "column-added",
            False,
            "FLIGHTS.DEST VARCHAR is new.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=(FLIGHTS.columns[0], Column("ORIGIN", "NUMBER", "where from"))),
            "column-retyped",
            True,
            "FLIGHTS.ORIGIN is NUMBER instead of VARCHAR.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=(FLIGHTS.columns[0], Column("ORIGIN", "VARCHAR", "start"))),
            "described",
            False,
            "FLIGHTS.ORIGIN is described anew.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=FLIGHTS.columns[::-1]),
            "order",
            False,
            "The columns of FLIGHTS stand in another order.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, tenant_column="ORIGIN"),
            "filter",
            True,
            "FLIGHTS is separated by ORIGIN instead of CARRIER.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, tenant_column="", is_reference=True),
            "filter",
            True,
            "FLIGHTS is separated by nothing (everybody gets all rows) instead of CARRIER.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, source=("LAKE", "NYC", "TRIPS")),
            "source",
            True,
            "FLIGHTS comes from LAKE.NYC.TRIPS instead of LAKE.NYC.FLIGHTS.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, is_exposed=False),
            "exposed",
            True,
            "FLIGHTS is not shared any more, only read by functions.",
        ),
        (replace(FLIGHTS, is_exposed=False), FLIGHTS, "exposed", False, "FLIGHTS is shared now."),
        (FLIGHTS, replace(FLIGHTS, description="All of them."), "described", False, "FLIGHTS is described anew."),
        (
            replace(FLIGHTS, freshness_column="ORIGIN"),
            FLIGHTS,
            "freshness",
            False,
            "FLIGHTS tells how fresh it is by no column.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=(*FLIGHTS.columns, Column("DEST"))),
            "column-added",
            False,
            "FLIGHTS.DEST is new.",
        ),
        (
            replace(FLIGHTS, columns=(Column("CARRIER"), FLIGHTS.columns[1])),
            FLIGHTS,
            "described",
            False,
            "FLIGHTS.CARRIER is VARCHAR.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, columns=(Column("CARRIER"), FLIGHTS.columns[1])),
            "column-retyped",
            True,
            "FLIGHTS.CARRIER is of no stated type instead of VARCHAR.",
        ),
        (
            FLIGHTS,
            replace(FLIGHTS, freshness_column="ORIGIN"),
            "freshness",
            False,
            "FLIGHTS tells how fresh it is by ORIGIN.",
        ),
        (
            COUNT,
            replace(COUNT, arguments="A NUMBER"),
            "arguments",
            True,
            "HOW_MANY takes (A NUMBER) instead of ().",
        ),
        (COUNT, replace(COUNT, returns="FLOAT"), "returns", True, "HOW_MANY returns FLOAT instead of NUMBER."),
        (COUNT, replace(COUNT, body="SELECT 2"), "body", False, "HOW_MANY computes its answer in another way."),
        (COUNT, replace(FLIGHTS, shared_name="HOW_MANY"), "kind", True, "HOW_MANY is a view now, and was a function."),
        (replace(FLIGHTS, shared_name="HOW_MANY"), COUNT, "kind", True, "HOW_MANY is a function now, and was a view."),
    ],
)
def test_each_difference_has_its_words(
    old: Item | None, new: Item | None, code: str, breaking: bool, words: str
) -> None:
    found = differences([old] if old else [], [new] if new else [])
    name = (old or new or FLIGHTS).shared_name
    assert found == (Difference(code, name, words, breaking),)
    assert is_breaking(found) is breaking


def test_a_first_type_breaks_nothing() -> None:
    untyped = replace(FLIGHTS, columns=(Column("CARRIER"), FLIGHTS.columns[1]))
    assert not is_breaking(differences([untyped], [FLIGHTS]))


def test_what_breaks_stands_first() -> None:
    found = differences([FLIGHTS], [replace(COUNT, shared_name="A")])
    assert [item.breaking for item in found] == [True, False]


def editions(*notices: timedelta | None) -> list[Edition]:
    """Version 1 and one more for each notice, which ends so long after now; None for one that breaks nothing."""
    more = [
        Edition(number, NOW - 5 * DAY, None if notice is None else NOW + notice)
        for number, notice in enumerate(notices, start=2)
    ]
    return [Edition(1, NOW - 90 * DAY), *more]


@pytest.mark.parametrize(
    ("notices", "acknowledged", "expected"),
    [
        ([], 0, 1),
        ([None], 0, 2),
        ([DAY], 0, 1),
        ([timedelta()], 0, 2),
        ([-DAY], 0, 2),
        ([DAY], 2, 2),
        ([DAY, 2 * DAY], 0, 1),
        ([DAY, 2 * DAY], 2, 2),
        ([DAY, 2 * DAY], 3, 3),
        ([-DAY, DAY], 0, 2),
        ([DAY, None], 0, 1),
        ([DAY, None], 2, 3),
        ([2 * DAY, -DAY], 0, 1),
        ([DAY], 1, 1),
    ],
)
def test_who_is_on_which_version(notices: list[timedelta | None], acknowledged: int, expected: int) -> None:
    assert in_force(editions(*notices), acknowledged, NOW - 30 * DAY, NOW) == expected


def test_who_begins_gets_the_newest() -> None:
    assert in_force(editions(DAY), 0, None, NOW) == 2
    assert in_force(editions(DAY), 0, NOW - DAY, NOW) == 2
    assert in_force(editions(DAY), 0, NOW - 5 * DAY, NOW) == 2
    assert in_force(editions(DAY), 0, NOW - 5 * DAY - timedelta(seconds=1), NOW) == 1


def test_withdrawn_numbers_leave_a_gap() -> None:
    kept = [edition for edition in editions(DAY, None) if edition.number != 2]
    assert in_force(kept, 0, NOW - 30 * DAY, NOW) == 3


def test_customers_read_nothing_of_the_lake() -> None:
    found = told([FLIGHTS], [replace(FLIGHTS, source=("LAKE", "NYC", "TRIPS"))])
    assert [(item.words, item.breaking) for item in found] == [
        ("FLIGHTS comes from another place in the provider's data.", True)
    ]


def test_customers_read_nothing_of_what_is_not_shared() -> None:
    hidden = replace(FLIGHTS, is_exposed=False)
    assert told([hidden], [replace(hidden, columns=FLIGHTS.columns[:1])]) == ()
    assert [item.words for item in told([FLIGHTS], [hidden])] == ["FLIGHTS is removed."]


def test_other_rows_behind_a_function_are_told_without_their_name() -> None:
    hidden = replace(FLIGHTS, is_exposed=False)
    behind = Difference("behind", "", "The rows that its functions answer from change.", breaking=True)
    changed = replace(COUNT, body="SELECT 2")
    found = told([hidden, COUNT], [replace(hidden, tenant_column="ORIGIN"), changed])
    assert found[0] == behind
    assert [item.code for item in found] == ["behind", "body"]
