"""A share from before Firn: marked only while it is what was confirmed, and never without what is still approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core import prints
from shares.core.plan import plan
from shares.core.spec import Adopted, Granted, Observed, ObservedShare, Phase, ShareSpec, container_grants, converged
from shares.core.steps import Stage, Step
from shares.snowflake import sql
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, flights, spec

OLD = Granted("SELECT", "VIEW", (DATABASE, "BEFORE", "FLIGHTS"))
WIDE = Granted("SELECT", "TABLE", (DATABASE, "BEFORE", "ALL_FLIGHTS"))
STRAY = Granted("SELECT", "VIEW", (DATABASE, "BEFORE", "SECRET"))
PLACE = Granted("USAGE", "SCHEMA", (DATABASE, "BEFORE"))
USAGE = Granted("USAGE", "DATABASE", (DATABASE,))
FOUND = Observed(
    database_exists=True,
    share=ObservedShare("by hand", DATABASE, (CUSTOMER.key,)),
    grants=frozenset({USAGE, PLACE, OLD, WIDE, STRAY}),
)


def wanted(phase: Phase = Phase.LIVE, *, fresh: bool = True, overlap: bool = True) -> ShareSpec:
    kept = (OLD, WIDE, PLACE)
    adopted = Adopted(prints.of_found(FOUND), fresh, kept, (OLD, PLACE) if overlap else ())
    return replace(spec(flights(), phase=phase), adopted=adopted)


def texts(steps: tuple[Step, ...]) -> list[str]:
    return [sql.render(step.action) for step in steps]


def built(*grants: Granted) -> Observed:
    """Marked and built, with these grants."""
    aim = converged(wanted())
    share = ObservedShare(MARK, DATABASE, (CUSTOMER.key,))
    return replace(FOUND, share=share, schema_comment=MARK, views=aim.views, grants=frozenset(grants))


def ours() -> frozenset[Granted]:
    return converged(wanted()).grants


def test_what_was_confirmed_is_marked_and_loses_nothing() -> None:
    found = plan(wanted(), FOUND)
    assert found.problems == ()
    purposes = dict(zip(texts(found.of(Stage.BUILD)), [step.purpose for step in found.of(Stage.BUILD)], strict=True))
    marking = f"ALTER SHARE {SHARE} SET COMMENT = '{MARK}'"
    assert purposes[marking] == "Take the share over: from now on Firn looks after it"
    assert found.of(Stage.SHRINK) == ()
    assert not any(text.startswith("CREATE SHARE") for text in texts(found.steps))
    assert all(step.stage is Stage.EXPOSE for step in found.steps if sql.render(step.action).startswith("GRANT"))


@pytest.mark.parametrize(
    "changed",
    [
        replace(FOUND, share=ObservedShare("other", DATABASE, (CUSTOMER.key,))),
        replace(FOUND, share=ObservedShare("by hand", DATABASE, (CUSTOMER.key, "EVIL.CORP"))),
        replace(FOUND, share=ObservedShare("by hand", "ELSEWHERE", (CUSTOMER.key,))),
        replace(FOUND, grants=FOUND.grants - {OLD}),
        replace(FOUND, grants=FOUND.grants | {Granted("SELECT", "TABLE", (DATABASE, "X", "Y"))}),
        replace(FOUND, share=None, grants=frozenset()),
    ],
)
def test_anything_else_is_not_touched(changed: Observed) -> None:
    found = plan(wanted(), changed)
    assert found.steps == ()
    assert found.problems[0].code == "adoption-moved"


def test_marked_it_loses_at_once_what_nothing_stands_for() -> None:
    found = plan(wanted(), built(USAGE, PLACE, OLD, WIDE, STRAY))
    assert texts(found.of(Stage.SHRINK)) == [f"REVOKE SELECT ON VIEW {DATABASE}.BEFORE.SECRET FROM SHARE {SHARE}"]
    assert len(found.of(Stage.EXPOSE)) > 0


def test_what_shows_more_leaves_once_ours_is_there() -> None:
    found = plan(wanted(), built(USAGE, PLACE, OLD, WIDE, *ours()))
    assert texts(found.steps) == [f"REVOKE SELECT ON TABLE {DATABASE}.BEFORE.ALL_FLIGHTS FROM SHARE {SHARE}"]


def test_the_rest_leaves_when_the_overlap_is_over() -> None:
    found = plan(wanted(overlap=False, fresh=False), built(USAGE, PLACE, OLD, *ours()))
    assert texts(found.steps) == [
        f"REVOKE SELECT ON VIEW {DATABASE}.BEFORE.FLIGHTS FROM SHARE {SHARE}",
        f"REVOKE USAGE ON SCHEMA {DATABASE}.BEFORE FROM SHARE {SHARE}",
    ]


def test_it_stays_beyond_that_while_ours_is_missing() -> None:
    found = plan(wanted(overlap=False, fresh=False), built(USAGE, PLACE, OLD, *container_grants(wanted())))
    assert found.of(Stage.SHRINK) == ()


def test_suspended_it_shows_nothing_of_either() -> None:
    found = plan(wanted(Phase.SUSPENDED, fresh=False), built(USAGE, PLACE, OLD, *ours()))
    taken = texts(found.of(Stage.SHRINK))
    assert sum(text.startswith("REVOKE SELECT") for text in taken) == 2


@pytest.mark.parametrize("phase", [Phase.SUSPENDED, Phase.GONE])
def test_ended_before_it_was_marked_it_stays_as_it_is(phase: Phase) -> None:
    assert not plan(wanted(phase), FOUND)


def test_its_mark_lost_later_it_is_somebody_elses() -> None:
    found = plan(wanted(fresh=False), replace(built(*ours()), share=FOUND.share))
    assert [problem.code for problem in found.problems] == ["share-not-ours"]
    assert found.steps == ()


def test_what_moved_since_it_was_confirmed_is_said_with_where_to_look() -> None:
    (problem,) = plan(wanted(), replace(FOUND, grants=frozenset({USAGE, PLACE, OLD, WIDE}))).problems
    assert problem.code == "adoption-moved"
    assert problem.words == f"The share {SHARE} is not what it was when somebody confirmed that Firn takes it over."
    assert problem.what_to_do == (
        "Nothing was changed. Use “Take over shares” of the provider account: look at it anew, and confirm that."
    )
