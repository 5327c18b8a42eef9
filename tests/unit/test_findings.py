"""What a look shows that Firn may not mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core.findings import MOUNT_REMOVED, STRANGERS_OBJECT, Finding, findings, strangers_objects
from shares.core.spec import Observed, ObservedFunction, ObservedView, Phase, converged
from tests.unit.shapes import MARK, SHARE, spec

WANTED = spec()
WELL = converged(WANTED)
REPORT = ObservedView("REPORT", "SELECT 1", False, "theirs")


def found(seen: Observed, *, phase: Phase = Phase.LIVE, was: bool = True, mounted: bool = True) -> list[Finding]:
    return list(findings(spec(phase=phase), seen, was_mounted=was, mounted=mounted))


def test_a_healthy_share_has_nothing_of_the_kind() -> None:
    assert found(WELL) == []


def test_somebody_elses_object_in_the_shares_schema_is_named() -> None:
    seen = replace(
        WELL,
        views=(*WELL.views, REPORT),
        functions=(*WELL.functions, ObservedFunction("F", "()", "1", True, "")),
        tables=("T",),
    )
    [one] = found(seen)
    assert (one.code, one.for_customer) == (STRANGERS_OBJECT, False)
    assert f"In FIRN_OUT.{SHARE} stands what this Firn did not make: F, REPORT, T." in one.words
    assert "moved to another schema or dropped" in one.what_to_do


def test_many_are_counted_and_not_all_named() -> None:
    views = tuple(replace(REPORT, name=f"V{n}") for n in range(8))
    [one] = found(replace(WELL, views=(*WELL.views, *views)))
    assert "V0, V1, V2, V3, V4 and 3 more." in one.words


@pytest.mark.parametrize(
    "view",
    [
        ObservedView("OLD", "SELECT 1", True, MARK),
        ObservedView(WELL.views[0].name, "SELECT 1", False, "lost its mark"),
    ],
    ids=["an old one of ours", "a name of ours"],
)
def test_what_firn_mends_itself_is_no_strangers(view: ObservedView) -> None:
    assert strangers_objects(WANTED, replace(WELL, views=(view,))) == ()


def test_nothing_is_said_about_a_schema_that_is_not_ours() -> None:
    assert strangers_objects(WANTED, replace(WELL, schema_comment="theirs", views=(REPORT,))) == ()


def test_a_schema_that_stays_after_the_end_says_why() -> None:
    [one] = found(replace(WELL, share=None, grants=frozenset(), views=(REPORT,)), phase=Phase.GONE, mounted=False)
    assert "the schema stays" in one.words
    assert "drop the schema" in one.what_to_do


@pytest.mark.parametrize(
    ("was", "mounted", "phase", "told"),
    [
        (True, False, Phase.LIVE, True),
        (True, False, Phase.SUSPENDED, True),
        (True, False, Phase.GONE, False),
        (True, True, Phase.LIVE, False),
        (False, False, Phase.LIVE, False),
    ],
)
def test_a_removed_mount_is_the_customers_to_mend(was: bool, mounted: bool, phase: Phase, told: bool) -> None:
    there = found(WELL, phase=phase, was=was, mounted=mounted)
    assert [(item.code, item.for_customer) for item in there] == ([(MOUNT_REMOVED, True)] if told else [])
