"""Steps side by side: as few rounds as possible, and nothing before what it needs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shares.core.plan import plan
from shares.core.spec import NOTHING, Granted, Phase, converged
from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    RemoveAccounts,
    Revoke,
    Stage,
    Step,
)
from shares.core.waves import waves
from tests.unit.shapes import airports, flights, punctuality, spec

WANTED = spec(airports(), flights(), punctuality())


def kinds(wave: tuple[Step, ...]) -> set[str]:
    return {type(step.action).__name__ for step in wave}


def test_a_new_share_is_built_in_four_rounds() -> None:
    building = waves(plan(WANTED, NOTHING).of(Stage.BUILD))
    assert [kinds(wave) for wave in building] == [
        {"CreateSchema", "CreateShare"},
        {"CreateView", "Grant"},
        {"CreateFunction", "Grant"},
        {"Grant"},
    ]


def test_taking_back_removes_the_reader_before_the_share() -> None:
    gone = replace(WANTED, phase=Phase.GONE)
    taking = waves(plan(gone, converged(WANTED)).of(Stage.SHRINK))
    assert [kinds(wave) for wave in taking] == [{"RemoveAccounts"}, {"Drop"}]


def test_cleaning_drops_functions_before_the_views_that_they_read_and_the_schema_last() -> None:
    gone = replace(WANTED, phase=Phase.GONE)
    cleaning = waves(plan(gone, converged(WANTED)).of(Stage.CLEAN))
    assert [{step.action.kind for step in wave if isinstance(step.action, Drop)} for wave in cleaning] == [
        {"FUNCTION"},
        {"VIEW"},
        {"SCHEMA"},
    ]


def test_what_is_taken_out_leaves_from_the_inside_and_after_the_accounts() -> None:
    taken: list[Action] = [
        Revoke(Granted("USAGE", "DATABASE", ("OUT",)), "S"),
        Revoke(Granted("USAGE", "SCHEMA", ("OUT", "S")), "S"),
        Revoke(Granted("SELECT", "VIEW", ("OUT", "S", "V")), "S"),
        Revoke(Granted("USAGE", "FUNCTION", ("OUT", "S", "F()")), "S"),
        RemoveAccounts("S", ("EVIL.CORP",)),
    ]
    ordered = waves(Step(Stage.SHRINK, action, "") for action in taken)
    assert [[step.action for step in wave] for wave in ordered] == [[taken[4]], taken[2:4], [taken[1]], [taken[0]]]


def test_nothing_makes_no_wave() -> None:
    assert waves(()) == ()


# What must be over before what may begin, pair by pair: written from Snowflake's rules, not from the ranks.
def _needs(later: Step, earlier: Step) -> bool:
    one, other = later.action, earlier.action
    match one:
        case CreateView():
            return isinstance(other, CreateSchema)
        case CreateFunction():
            return isinstance(other, (CreateSchema, CreateView))
        case Grant(granted=Granted(kind="DATABASE", privilege="USAGE")):
            return isinstance(other, CreateShare)
        case Grant(granted=Granted(kind="DATABASE" | "SCHEMA")):
            return isinstance(other, (CreateShare, CreateSchema)) or _opens_database(other)
        case Grant():
            made = (CreateShare, CreateSchema, CreateView, CreateFunction)
            return isinstance(other, made) or (
                isinstance(other, Grant) and other.granted.kind in ("DATABASE", "SCHEMA")
            )
        case AddAccounts():
            return not isinstance(other, AddAccounts)
        case Revoke(granted=granted):
            inner = isinstance(other, Revoke) and len(other.granted.path) > len(granted.path)
            return inner or isinstance(other, RemoveAccounts)
        case Drop(kind=kind):
            inner = isinstance(other, Drop) and (other.kind, kind) in {
                ("FUNCTION", "VIEW"),
                ("FUNCTION", "SCHEMA"),
                ("VIEW", "SCHEMA"),
            }
            return inner or isinstance(other, RemoveAccounts)
    return False


def _opens_database(action: Action) -> bool:
    return isinstance(action, Grant) and action.granted.kind == "DATABASE" and action.granted.privilege == "USAGE"


@given(st.permutations(plan(WANTED, NOTHING).steps))
def test_however_the_steps_stand_nothing_comes_with_or_before_what_it_needs(steps: list[Step]) -> None:
    ordered = waves(steps)
    assert sorted(map(repr, (step for wave in ordered for step in wave))) == sorted(map(repr, steps))
    for number, wave in enumerate(ordered):
        for later in wave:
            assert not any(
                _needs(later, earlier) for other in ordered[number:] for earlier in other if earlier != later
            )
