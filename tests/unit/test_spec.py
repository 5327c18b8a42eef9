"""Values of a spec: names of accounts, grants, what counts as the same text, what is foretold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shares.core.names import literal
from shares.core.spec import (
    NOTHING,
    AccountRef,
    Granted,
    Phase,
    container_grants,
    converged,
    object_grant,
    reference_grants,
    same_text,
)
from shares.core.steps import CreateShare, Plan, Problem, Stage, Step
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, fleet, flights, punctuality, spec


@pytest.mark.parametrize(
    ("ref", "key", "names"),
    [
        (CUSTOMER, "UNITED.ANALYTICS", {"UNITED.ANALYTICS", "UA12345"}),
        (AccountRef("UNITED", "ANALYTICS"), "UNITED.ANALYTICS", {"UNITED.ANALYTICS"}),
        (AccountRef(locator="UA12345"), "UA12345", {"UA12345"}),
        (AccountRef(), "", set()),
    ],
)
def test_an_account_is_known_by_its_name_and_its_locator(ref: AccountRef, key: str, names: set[str]) -> None:
    assert ref.key == key
    assert ref.names == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 1", " SELECT\n\t1 ;\n"),
        ("SELECT 1;;", "SELECT 1"),
        ("SELECT 'a b'\nFROM  t", "SELECT 'a b' FROM t"),
        ("SELECT 'it''s'", "SELECT  'it''s'"),
        ("SELECT 1 -- why\nFROM t", "SELECT  1  -- why\n  FROM t"),
        ("SELECT 1 -- why\n", "SELECT 1 -- why"),
        ("SELECT 'open", "SELECT  'open"),
    ],
)
def test_white_space_outside_strings_makes_no_difference(one: str, other: str) -> None:
    assert same_text(one, other)
    assert same_text(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 1", "SELECT 2"),
        ("SELECT 1", "select 1"),
        ("SELECT 1", "SELECT 1 2"),
        ("AB", "A B"),
        ("IN ('A  B')", "IN ('A B')"),
        ("IN ('A\nB')", "IN ('A B')"),
        ("IN ('A ')", "IN ('A')"),
        ("IN ('it''s  B')", "IN ('it''s B')"),
        (r"IN ('\'  B')", r"IN ('\' B')"),
        ('"a  b"', '"a b"'),
        ("$$a  b$$", "$$a b$$"),
        ("SELECT 1 -- AND 2\nAND 3", "SELECT 1 -- AND 2 AND 3"),
        ("SELECT 1 // AND 2\nAND 3", "SELECT 1 // AND 2 AND 3"),
        ("SELECT ';'", "SELECT ''"),
        ("SELECT X", "SELECT"),
        ("SELECT 'x', 'a'", "SELECT 'y', 'a'"),
    ],
)
def test_any_other_difference_counts(one: str, other: str) -> None:
    assert not same_text(one, other)
    assert not same_text(other, one)


@settings(max_examples=800, deadline=None, derandomize=True, database=None)
@given(*[st.text(st.sampled_from("A \n'\\\";$-/"), max_size=6)] * 2)
def test_two_tenant_keys_are_the_same_text_only_when_they_are_one(one: str, other: str) -> None:
    def text(key: str) -> str:
        return f"SELECT A\nFROM T\nWHERE K IN ({literal(key)})"

    assert same_text(text(one), text(other)) == (one == other)


def test_grants_name_the_object_in_full() -> None:
    wanted = spec(flights(), punctuality())
    schema = (DATABASE, SHARE)
    assert object_grant(wanted, flights()) == Granted("SELECT", "VIEW", (*schema, "FLIGHTS"))
    assert object_grant(wanted, punctuality()) == Granted(
        "USAGE", "FUNCTION", (*schema, "PUNCTUALITY(VARCHAR, NUMBER)")
    )
    assert container_grants(wanted) == (Granted("USAGE", "DATABASE", (DATABASE,)), Granted("USAGE", "SCHEMA", schema))


def test_every_other_database_is_referenced_once_and_never_our_own() -> None:
    inside = replace(airports(), source=(DATABASE, "X", "Y"))
    assert [g.path for g in reference_grants(spec(airports(), flights(), fleet(), inside))] == [
        ("LAKE",),
        ("REFERENCE",),
    ]
    assert reference_grants(spec(inside)) == ()


def test_a_signature_has_the_types_as_snowflake_prints_them() -> None:
    assert punctuality().signature == "(VARCHAR, NUMBER)"
    assert replace(punctuality(), arguments=()).signature == "()"


def test_objects_come_views_first() -> None:
    assert [item.name for item in spec(punctuality(), flights()).objects] == ["FLIGHTS", "PUNCTUALITY"]


def test_what_is_foretold_of_a_live_share() -> None:
    wanted = spec(flights(), replace(fleet(), exposed=False), punctuality())
    seen = converged(wanted)
    assert (seen.database_exists, seen.schema_comment) == (True, MARK)
    assert {view.name for view in seen.views} == {"FLIGHTS", "FLEET"}
    assert {(f.name, f.signature) for f in seen.functions} == {("PUNCTUALITY", "(VARCHAR, NUMBER)")}
    assert all(item.secure and item.comment == MARK for item in seen.views)
    assert all(item.secure and item.comment == MARK for item in seen.functions)
    assert {g.path[-1] for g in seen.grants} == {DATABASE, SHARE, "FLIGHTS", "PUNCTUALITY(VARCHAR, NUMBER)"}
    assert seen.share is not None
    assert (seen.share.comment, seen.share.database, seen.share.accounts) == (MARK, DATABASE, ("UNITED.ANALYTICS",))


def test_nobody_is_foretold_before_the_account_is_proved() -> None:
    seen = converged(spec(may_add=False))
    assert seen.share is not None
    assert seen.share.accounts == ()


def test_a_suspended_share_keeps_its_containers_and_its_account() -> None:
    seen = converged(spec(phase=Phase.SUSPENDED))
    assert {g.kind for g in seen.grants} == {"DATABASE", "SCHEMA"}
    assert seen.share is not None
    assert seen.share.accounts == ("UNITED.ANALYTICS",)


@pytest.mark.parametrize("wanted", [spec(phase=Phase.GONE), replace(spec(), views=())])
def test_nothing_is_foretold_of_a_share_that_is_gone_or_has_no_objects(wanted: object) -> None:
    assert converged(wanted) == NOTHING  # type: ignore[arg-type]


def test_an_empty_plan_is_false_and_a_problem_alone_is_not() -> None:
    step = Step(Stage.BUILD, CreateShare("S", "m"), "why")
    assert not Plan()
    assert Plan((step,))
    assert Plan(problems=(Problem("code", "words", "do"),))


def test_a_plan_gives_the_steps_of_some_stages_in_its_own_order() -> None:
    shrink, build, clean = (
        Step(stage, CreateShare(stage, "m"), "") for stage in (Stage.SHRINK, Stage.BUILD, Stage.CLEAN)
    )
    made = Plan((shrink, build, clean))
    assert made.of(Stage.CLEAN, Stage.SHRINK) == (shrink, clean)
    assert made.of(Stage.EXPOSE) == ()
