"""What should be there beside what is, for a person to read."""

from __future__ import annotations

from dataclasses import replace

from shares.core.compare import Part, compare
from shares.core.spec import (
    NOTHING,
    AccountRef,
    FunctionSpec,
    Granted,
    ObservedFunction,
    ObservedView,
    Phase,
    ShareSpec,
    ViewSpec,
    converged,
)

VIEW = ViewSpec("FLIGHTS", ("LAKE", "NYC", "FLIGHTS"), ("CARRIER",), "SELECT CARRIER FROM LAKE.NYC.FLIGHTS")
FUNCTION = FunctionSpec("COUNT_OF", (("A", "VARCHAR"),), "NUMBER", "SELECT 1")
SPEC = ShareSpec(
    "S_1", "OUT", "S_1", "firn:main:1", Phase.LIVE, (VIEW,), (FUNCTION,), (AccountRef("UA", "LAB"),), may_add=True
)


def unwell(spec: ShareSpec, observed: object) -> list[Part]:
    return [part for part in compare(spec, observed) if not part.is_well]  # type: ignore[arg-type]


def test_what_is_as_it_should_be_is_all_well() -> None:
    parts = compare(SPEC, converged(SPEC))
    assert [part.kind for part in parts] == ["schema", "share", "view", "function", *["in the share"] * 2, "account"]
    assert [part.name for part in parts[:4]] == ["S_1", "S_1", "FLIGHTS", "COUNT_OF(VARCHAR)"]
    assert parts[-1] == Part("account", "UA.LAB", True, True, "")
    assert all(part.is_well and part.wanted and part.differs == "" for part in parts)


def test_whatever_else_is_there_is_told_as_it_is() -> None:
    there = converged(SPEC)
    assert there.share
    other = ObservedFunction("F", "(NUMBER)", "1", True, "")
    changed = replace(
        there,
        views=(*there.views, ObservedView("V", "x", True, "")),
        functions=(*there.functions, other),
        grants=there.grants | {Granted("SELECT", "TABLE", ("LAKE", "NYC", "T"))},
        share=replace(there.share, comment="", accounts=("UA.LAB", "MALLORY.X")),
    )
    assert unwell(SPEC, changed) == [
        Part("share", "S_1", True, True, "it lacks Firn's mark"),
        Part("view", "V", False, True),
        Part("function", "F(NUMBER)", False, True),
        Part("in the share", "T", False, True),
        Part("account", "MALLORY.X", False, True),
    ]


def test_of_nothing_everything_is_missing() -> None:
    assert {(part.wanted, part.found) for part in compare(SPEC, NOTHING)} == {(True, False)}


def test_another_text_strangers_and_readers_are_told() -> None:
    there = converged(SPEC)
    assert there.share
    changed = replace(
        there,
        views=(replace(there.views[0], definition="SELECT 1"), ObservedView("EXTRA", "x", False, "")),
        grants=there.grants | {Granted("SELECT", "VIEW", ("OUT", "S_1", "EXTRA"))},
        share=replace(there.share, accounts=("UA.LAB", "MALLORY.X")),
    )
    assert [(part.kind, part.name, part.wanted, part.differs) for part in unwell(SPEC, changed)] == [
        ("view", "FLIGHTS", True, "its text is not the approved one"),
        ("view", "EXTRA", False, ""),
        ("in the share", "EXTRA", False, ""),
        ("account", "MALLORY.X", False, ""),
    ]


def test_a_view_that_is_not_secure_and_a_lost_mark_differ() -> None:
    there = converged(SPEC)
    changed = replace(there, schema_comment="", views=(replace(there.views[0], secure=False),))
    assert [part.differs for part in unwell(SPEC, changed)] == ["it lacks Firn's mark", "it is not secure"]


def test_a_suspended_share_keeps_its_account_and_shows_nothing() -> None:
    spec = replace(SPEC, phase=Phase.SUSPENDED)
    assert {(part.kind, part.wanted) for part in unwell(spec, converged(SPEC))} == {("in the share", False)}


def test_of_a_share_that_is_over_nothing_should_be_there() -> None:
    spec = replace(SPEC, phase=Phase.GONE)
    assert not any(part.wanted for part in compare(spec, converged(SPEC)))
    assert all(part.is_well for part in compare(spec, NOTHING))


def test_nobody_is_let_in_before_the_account_is_proved() -> None:
    spec = replace(SPEC, may_add=False)
    assert all(part.is_well for part in compare(spec, converged(spec)))
