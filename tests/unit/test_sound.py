"""What makes an object sound: each of name, signature, secureness, mark and text, and what it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core.plan import plan
from shares.core.problems import problems
from shares.core.sound import function_is_sound, sound_grants, view_is_sound
from shares.core.spec import NOTHING, AccountRef, Observed, ObservedShare, Phase, converged, object_grant
from shares.core.steps import Stage
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, flights, punctuality, spec

WANTED = spec(airports(), flights(), punctuality())
SEEN = converged(WANTED)


def test_what_is_foretold_is_sound() -> None:
    assert all(view_is_sound(view, WANTED, SEEN) for view in WANTED.views)
    assert function_is_sound(punctuality(), WANTED, SEEN)
    assert sound_grants(WANTED, SEEN) == {object_grant(WANTED, item) for item in WANTED.objects}


WRONG = [{"name": "OTHER"}, {"secure": False}, {"comment": ""}, {"comment": "firn:main:70"}, {"definition": "SELECT 1"}]


@pytest.mark.parametrize("changes", WRONG, ids=str)
def test_a_view_that_differs_in_one_thing_is_not_sound(changes: dict[str, object]) -> None:
    view = next(item for item in SEEN.views if item.name == "FLIGHTS")
    seen = replace(SEEN, views=(replace(view, **changes),))  # type: ignore[arg-type]
    assert not view_is_sound(flights(), WANTED, seen)


@pytest.mark.parametrize("changes", [*WRONG, {"signature": "(VARCHAR)"}], ids=str)
def test_a_function_that_differs_in_one_thing_is_not_sound(changes: dict[str, object]) -> None:
    seen = replace(SEEN, functions=(replace(SEEN.functions[0], **changes),))  # type: ignore[arg-type]
    assert not function_is_sound(punctuality(), WANTED, seen)
    assert object_grant(WANTED, punctuality()) not in sound_grants(WANTED, seen)


def test_a_function_is_as_sound_as_what_it_reads() -> None:
    seen = replace(SEEN, views=tuple(item for item in SEEN.views if item.name != "FLIGHTS"))
    assert sound_grants(WANTED, seen) == {object_grant(WANTED, airports())}


def test_what_is_not_exposed_is_granted_to_nobody() -> None:
    hidden = spec(replace(flights(), exposed=False), replace(punctuality(), exposed=False), airports())
    assert sound_grants(hidden, converged(hidden)) == {object_grant(hidden, airports())}


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.GONE])
def test_nothing_may_be_shown_of_a_share_that_is_not_live(phase: Phase) -> None:
    assert sound_grants(replace(WANTED, phase=phase), SEEN) == set()


def codes(wanted: object, seen: Observed) -> list[str]:
    return [problem.code for problem in problems(wanted, seen)]  # type: ignore[arg-type]


def test_every_problem_says_what_is_wrong_and_what_to_do() -> None:
    worst = Observed(
        schema_comment="x" * 500, share=ObservedShare("y" * 500, "ELSE", ("UNITED.ANALYTICS", "ALL ACCOUNTS"))
    )
    found = problems(replace(WANTED, views=(), functions=(), may_add=False), worst)
    assert [problem.code for problem in found] == [
        "database-missing",
        "nothing-to-share",
        "share-not-ours",
        "schema-not-ours",
        "other-database",
        "account-not-proved",
        "listed",
    ]
    for problem in found:
        assert problem.words.endswith(".")
        assert problem.what_to_do.endswith(".")
        assert len(problem.words) < 250
        for sentence in (problem.words, problem.what_to_do):
            assert sentence[0].isupper()
            assert not sentence.isupper()
    assert f"called {DATABASE}.{SHARE} exists" in found[3].words


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.GONE])
def test_what_stops_only_building_is_no_problem_of_a_share_that_ends(phase: Phase) -> None:
    ending = replace(WANTED, phase=phase, views=(), functions=(), may_add=False)
    readers = ObservedShare(MARK, DATABASE, ("UNITED.ANALYTICS", "ALL ACCOUNTS"))
    assert codes(ending, Observed(share=readers)) == []
    assert codes(ending, replace(NOTHING, schema_comment="theirs")) == ["schema-not-ours"]


@pytest.mark.parametrize("database", ["", DATABASE])
def test_a_share_without_a_database_or_with_ours_is_no_problem(database: str) -> None:
    assert codes(WANTED, replace(SEEN, share=ObservedShare(MARK, database, ()))) == []


def test_what_is_in_the_way_is_described_by_the_beginning_of_its_comment() -> None:
    seen = replace(NOTHING, share=ObservedShare("x" * 200, "", ()))
    (found,) = problems(spec(flights()), seen)
    assert found.words == (f"A share called {SHARE} exists that this Firn did not make (its comment is {'x' * 60!r}).")


def test_accounts_that_nobody_proved_are_named() -> None:
    other = AccountRef("UNITED", "OTHER", "")
    wanted = spec(flights(), may_add=False, accounts=(CUSTOMER, other))
    seen = replace(NOTHING, share=ObservedShare(MARK, DATABASE, (CUSTOMER.key, other.key)))
    (found,) = problems(wanted, seen)
    assert found.words == (
        f"UNITED.ANALYTICS, UNITED.OTHER is in the share {SHARE}, but nobody has proved whose account it is. "
        "Firn shows it nothing."
    )


def test_every_account_of_a_step_is_named() -> None:
    other = AccountRef("UNITED", "OTHER", "")
    wanted = spec(flights(), accounts=(CUSTOMER, other))
    there = replace(converged(wanted), share=ObservedShare(MARK, DATABASE, ()))
    assert [step.purpose for step in plan(wanted, there).of(Stage.EXPOSE)] == [
        "Add the account UNITED.ANALYTICS, UNITED.OTHER"
    ]
    gone = replace(wanted, phase=Phase.GONE)
    assert plan(gone, converged(wanted)).steps[0].purpose == "Remove the account UNITED.ANALYTICS, UNITED.OTHER"


def test_every_audience_of_a_listing_is_named() -> None:
    there = ObservedShare(MARK, DATABASE, ("TARGETED WITHIN ORGANIZATION", "EXTERNAL LISTING"))
    (found,) = problems(spec(flights()), replace(NOTHING, share=there))
    assert found.words == (
        f"The share {SHARE} is open to TARGETED WITHIN ORGANIZATION, EXTERNAL LISTING, which is no account. "
        "Firn shows it nothing."
    )
