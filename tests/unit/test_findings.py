"""What a look shows that Firn may not mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core.findings import (
    MOUNT_REMOVED,
    PERSONAL_TAG,
    STRANGERS_OBJECT,
    Finding,
    findings,
    strangers_objects,
    tagged,
)
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
    assert one.words.endswith(": F, REPORT, T. It is not shared, and Firn leaves it alone.")
    assert one.what_to_do == (
        "Find out whose it is and have it moved to another schema or dropped: the schema belongs to this share alone."
    )


def test_many_are_counted_and_not_all_named() -> None:
    views = tuple(replace(REPORT, name=f"V{n}") for n in range(8))
    [one] = found(replace(WELL, views=(*WELL.views, *views)))
    assert "V0, V1, V2, V3, V4 and 3 more." in one.words
    [one] = found(replace(WELL, views=(*WELL.views, *views[:5])))
    assert "V0, V1, V2, V3, V4. " in one.words


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


def test_an_old_function_of_ours_is_no_strangers() -> None:
    old = ObservedFunction("OLD", "()", "1", True, MARK)
    assert strangers_objects(WANTED, replace(WELL, functions=(old,))) == ()


def test_nothing_is_said_about_a_schema_that_is_not_ours() -> None:
    assert strangers_objects(WANTED, replace(WELL, schema_comment="theirs", views=(REPORT,))) == ()


def test_a_schema_that_stays_after_the_end_says_why() -> None:
    [one] = found(replace(WELL, share=None, grants=frozenset(), views=(REPORT,)), phase=Phase.GONE, mounted=False)
    assert one.words.endswith(" leaves it alone. Therefore the schema stays, although the share is gone.")
    assert one.what_to_do.endswith(" or dropped, then drop the schema.")


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


def test_a_removed_mount_says_where_and_how_it_comes_back() -> None:
    [one] = found(WELL, mounted=False)
    assert one.words == f"No database in {WANTED.accounts[0].key} is made from this share any more."
    assert one.what_to_do == (
        "If somebody dropped it by mistake, run the SQL on the share's page once more, and grant the database to the "
        "roles that read it. If it is not needed any more, end the share."
    )


def test_columns_that_were_tagged_since_are_named_with_what_to_do() -> None:
    assert tagged(["FLIGHTS.PILOT (PRIVACY: NAME)", "FLIGHTS.PAY (PRIVACY: SALARY)"]) == Finding(
        PERSONAL_TAG,
        "This share shows columns that were tagged as personal after they were approved: "
        "FLIGHTS.PILOT (PRIVACY: NAME), FLIGHTS.PAY (PRIVACY: SALARY).",
        "Open the object in the administration: mask the columns, leave them out, or mark them as about persons, "
        "and publish. What is shown on wants the privacy approver.",
    )
    assert tagged([f"V.C{n}" for n in range(7)]).words.endswith("V.C0, V.C1, V.C2, V.C3, V.C4 and 2 more.")
