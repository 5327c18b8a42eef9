"""A share moves to another account of its customer, with both accounts reading before, during and after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.jobs import sweep
from shares.models import Move, Run, Share
from shares.services import approvals, grants, mount, move_facts, moves, requests
from shares.services.move_facts import MoveState
from shares.services.reconcile import reconcile
from tests.snowflake.builders import EAST, Scene, ready, settle
from tests.snowflake.reading import can_see, mounted, rows_of
from tests.snowflake.world import Snowflake

# The second account in the sandbox's world, which belongs to United in this test.
NEW = AccountIdentity("CARRIERDL", "ANALYTICS", "", EAST)


def approved(scene: Scene, old: Share, days: int = 14) -> Move:
    for dataset in (scene.flights, scene.airports):
        dataset.approvers.add(scene.dan)
    request = requests.submit(moves.draft(old, scene.ada, NEW, days, "We close the old account."))
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1, vouch="I know them.")
    return again(request.move)


def again(move: Move) -> Move:
    return move_facts.moves().get(pk=move.pk)


def overlap_over(move: Move) -> None:
    Move.objects.filter(pk=move.pk).update(retires_at=timezone.now() - timedelta(seconds=1))


def run_all(person: Any, statements: list[mount.Snippet]) -> list[Any]:
    return [person.run(snippet.sql.rstrip(";")) for snippet in statements]


def test_both_accounts_read_during_the_overlap_and_only_the_new_one_after(scene: Scene, snowflake: Snowflake) -> None:
    old = ready(scene.share())
    with mounted(snowflake.ua, old) as database:
        move = approved(scene, old)
        before = snowflake.now()
        settle(move.new_share)
        assert not [sql for sql in snowflake.changes_since(before) if old.name in sql], "the old share is not touched"
        assert rows_of(snowflake.ua, database, old) == {"UA": 3}
        with mounted(snowflake.dl, move.new_share) as new:
            assert rows_of(snowflake.dl, new, move.new_share) == {"UA": 3}
            overlap_over(again(move))
            before = snowflake.now()
            sweep.sweep()
            settle(old, Run.Trigger.ENDING)
            assert not [sql for sql in snowflake.changes_since(before) if move.new_share.name in sql]
            assert snowflake.ua.refused(f"SELECT * FROM {database}.{old.name}.FLIGHTS") == 2003
            assert rows_of(snowflake.dl, new, move.new_share) == {"UA": 3}
            grants.undo_end(old, scene.ada)
            settle(old)
            assert rows_of(snowflake.ua, database, old) == {"UA": 3}


def test_the_sql_that_the_customer_gets_switches_over(scene: Scene, snowflake: Snowflake) -> None:
    old = ready(scene.share())
    move = approved(scene, old)
    settle(move.new_share)
    snowflake.dl.run("CREATE DATABASE SKYLEDGER")
    try:
        answers = run_all(snowflake.dl, mount.switch_over(move, [scene.flights, scene.airports]))
        assert {row["name"]: row["n"] for row in answers[2]} == {"FLIGHTS": 3, "AIRPORTS": 3}
        assert rows_of(snowflake.dl, "SKYLEDGER", move.new_share) == {"UA": 3}
    finally:
        for name in ("SKYLEDGER", "SKYLEDGER_OLD", "SKYLEDGER_NEW"):
            snowflake.dl.run(f"DROP DATABASE IF EXISTS {name}")


def test_without_an_old_database_the_same_sql_works(scene: Scene, snowflake: Snowflake) -> None:
    move = approved(scene, ready(scene.share()))
    settle(move.new_share)
    run_all(snowflake.dl, mount.switch_over(move, [scene.flights]))
    assert rows_of(snowflake.dl, "SKYLEDGER", move.new_share) == {"UA": 3}
    snowflake.dl.run("DROP DATABASE SKYLEDGER")


@pytest.mark.parametrize("drift", ["DROP VIEW {view}", "ALTER SHARE {share} REMOVE ACCOUNTS = CARRIERDL.ANALYTICS"])
def test_what_happens_to_the_new_share_does_not_reach_the_old_one(
    scene: Scene, snowflake: Snowflake, drift: str
) -> None:
    old = ready(scene.share())
    with mounted(snowflake.ua, old) as database:
        move = approved(scene, old)
        settle(move.new_share)
        name = move.new_share.name
        snowflake.colleague.run(drift.format(view=f"FIRN_OUT.{name}.FLIGHTS", share=name))
        settle(move.new_share, Run.Trigger.CHECK)
        assert can_see(snowflake.dl, move.new_share)
        assert rows_of(snowflake.ua, database, old) == {"UA": 3}


def test_while_the_new_share_cannot_be_built_the_old_one_goes_on(scene: Scene, snowflake: Snowflake) -> None:
    old = ready(scene.share())
    with mounted(snowflake.ua, old) as database:
        move = approved(scene, old, days=1)
        with snowflake.control.armed("edition-refused", sql="ADD ACCOUNTS", user="FIRN_SVC", times=None):
            run = reconcile(move.new_share_id, Run.Trigger.DECISION)
        assert run is not None
        assert run.outcome != Run.Outcome.CONVERGED
        assert move_facts.state_of(again(move)) is MoveState.BUILDING
        assert moves.retire_due() == 0
        assert rows_of(snowflake.ua, database, old) == {"UA": 3}
        assert not Outgoing.objects.filter(kind="move-ready").exists()


def test_a_new_share_that_was_suspended_holds_the_end_of_the_old_one(scene: Scene, snowflake: Snowflake) -> None:
    old = ready(scene.share())
    with mounted(snowflake.ua, old) as database:
        move = approved(scene, old)
        settle(move.new_share)
        grants.suspend(move.new_share, scene.eve, "an audit")
        settle(move.new_share, Run.Trigger.STAFF)
        overlap_over(again(move))
        moves.retire_due()
        settle(old, Run.Trigger.CHECK)
        assert move_facts.state_of(again(move)) is MoveState.HELD
        assert rows_of(snowflake.ua, database, old) == {"UA": 3}
