"""A share's state and a request's story, as computed from rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shares.core.states import ShareState
from shares.models import Grant, Proof, Run, Share, Statement
from shares.services import grants
from shares.services.requests import withdraw
from shares.services.status import state_of, story_of
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


def approved() -> tuple[Scene, Share]:
    scene = Scene()
    return scene, scene.share_of(scene.approved())


def reach(share: Share, **fields: object) -> None:
    """What a run that converged writes."""
    fence = share.runs.count() + 1
    Run.objects.create(
        share=share, trigger="check", fence=fence, worker="w", outcome="converged", finished_at=timezone.now()
    )
    Share.objects.filter(pk=share.pk).update(**{"converged_at": timezone.now(), "ready_at": timezone.now(), **fields})
    share.refresh_from_db()


def test_a_share_waits_until_something_is_granted() -> None:
    Scene().request()
    assert state_of(Share.data.get()) is ShareState.WAITING


def test_a_granted_share_is_provisioning_until_a_run_converged() -> None:
    _, share = approved()
    assert state_of(share) is ShareState.PROVISIONING
    reach(share)
    assert state_of(share) is ShareState.READY
    reach(share, mounted_at=timezone.now())
    assert state_of(share) is ShareState.MOUNTED


def test_drift_of_a_share_that_was_ready_is_a_repair() -> None:
    _, share = approved()
    reach(share)
    reach(share, converged_at=None)
    assert state_of(share) is ShareState.REPAIRING


def test_a_block_shows_before_everything_but_the_end() -> None:
    scene, share = approved()
    reach(share, blocked_at=timezone.now(), blocked_reason="why")
    assert state_of(share) is ShareState.BLOCKED
    grants.end(share, scene.ada)
    assert state_of(share) is ShareState.ENDING
    reach(share, taken_back_at=timezone.now())
    assert state_of(share) is ShareState.ENDED


def test_a_window_that_closes_ends_the_share_by_the_clock_alone() -> None:
    _, share = approved()
    reach(share)
    Grant.objects.update(valid_until=timezone.now() + timedelta(minutes=1))
    assert state_of(share) is ShareState.READY
    assert state_of(share, timezone.now() + timedelta(minutes=2)) is ShareState.ENDING


def test_an_asked_request_tells_who_is_waited_for() -> None:
    story = story_of(Scene().request())
    assert [(chapter.code, chapter.status) for chapter in story.chapters] == [
        ("submitted", "done"),
        ("coded", "now"),
        ("approved", "now"),
        ("built", "waiting"),
        ("proved", "waiting"),
        ("added", "waiting"),
        ("mounted", "waiting"),
    ]
    assert story.moving
    assert story.percent == 14


def test_a_withdrawn_request_has_no_next_chapter() -> None:
    scene = Scene()
    request = scene.request()
    withdraw(request, scene.ada)
    story = story_of(request)
    assert [chapter.title for chapter in story.chapters] == ["Requested", "Withdrawn"]
    assert not story.moving


def test_the_story_shows_each_statement_in_its_chapter() -> None:
    _, share = approved()
    run = Run.objects.create(share=share, trigger=Run.Trigger.DECISION, fence=1, worker="w")
    for position, (stage, changes) in enumerate([("build", True), ("expose", False), ("expose", True)], start=1):
        Statement.objects.create(
            run=run, position=position, stage=stage, changes=changes, purpose=f"p{position}", sql="SELECT 1"
        )
    before = story_of(share.grants.get().request)
    assert [len(chapter.statements) for chapter in before.chapters] == [0, 0, 0, 1, 1, 1, 0]
    assert before.chapters[3].status == "now"
    Proof.objects.create(share=share, run=run, isolated=True, rows=5, foreign_rows=0, words="5 rows")
    proved = story_of(share.grants.get().request)
    assert [chapter.status for chapter in proved.chapters] == ["done", "done", "done", "done", "done", "now", "waiting"]
    assert proved.chapters[4].words == "5 rows"
    assert proved.version != before.version


def test_what_was_built_before_the_account_was_proved_let_nobody_in() -> None:
    _, share = approved()
    reach(share)
    later = timezone.now() + timedelta(minutes=1)
    for proof, proved_at in (("", None), ("vouched", later)):
        type(share.consumer_account).objects.update(proof=proof, proved_at=proved_at)
        chapters = {chapter.code: chapter.status for chapter in story_of(share.grants.get().request).chapters}
        assert (chapters["built"], chapters["added"]) == ("now", "waiting")


def test_a_failed_leak_test_is_never_told_as_proved() -> None:
    _, share = approved()
    run = Run.objects.create(share=share, trigger=Run.Trigger.DECISION, fence=9, worker="w")
    Proof.objects.create(share=share, run=run, isolated=False, rows=5, foreign_rows=2, words="leak")
    reach(share, converged_at=None, ready_at=None, blocked_at=timezone.now(), blocked_reason="closed")
    chapters = {chapter.code: chapter for chapter in story_of(share.grants.get().request).chapters}
    assert chapters["proved"].status == "failed"
    assert chapters["proved"].words == "closed"
    assert chapters["added"].status == "waiting"


def test_a_mounted_share_ends_the_story() -> None:
    _, share = approved()
    reach(share, mounted_at=timezone.now())
    story = story_of(share.grants.get().request)
    assert story.percent == 100
    assert not story.moving


def test_an_ended_request_stops_where_it_had_come_to() -> None:
    scene, share = approved()
    reach(share, mounted_at=timezone.now())
    before = story_of(share.grants.get().request)
    grants.end(share, scene.ada, "No longer flying")
    run = Run.objects.create(share=share, trigger="ending", fence=7, worker="w", outcome="converged")
    Statement.objects.create(run=run, position=1, stage="shrink", purpose="Take FLIGHTS out", sql="REVOKE")
    reach(share, converged_at=None, mounted_at=None)
    after = story_of(share.grants.get().request)
    assert [chapter.code for chapter in after.chapters] == [
        "submitted",
        "owned",
        "approved",
        "built",
        "proved",
        "added",
        "ended",
    ]
    assert "No longer flying" in after.chapters[-1].words
    assert after.chapters[3].statements == before.chapters[3].statements
    assert (after.percent, after.moving) == (100, False)
