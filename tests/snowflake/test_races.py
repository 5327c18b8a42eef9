"""Two runs of one share: one works; one that was away too long stops at once; nothing that was asked is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from shares.jobs import entry
from shares.models import Run, Share
from shares.services import grants
from shares.services.bell import wake
from shares.services.reconcile import reconcile
from shares.snowflake import pool, sql
from shares.snowflake.client import Client, Result
from shares.snowflake.connect import connect as real_connect
from tests.snowflake.builders import Scene, let_lease_lapse, ready, settle
from tests.snowflake.processes import killer
from tests.snowflake.reading import foreign_rows, mounted, rows_of
from tests.snowflake.world import Snowflake


class Paused:
    """The first session that is opened stops after the first statement for which `where` holds, until it is let go."""

    def __init__(self, where: Callable[[str], bool]) -> None:
        self.where = where
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def wrap(self, client: Client) -> Client:
        return client if self.reached.is_set() else _Session(self, client)


class _Session:
    def __init__(self, pause: Paused, client: Client) -> None:
        self._pause = pause
        self._client = client

    def run(self, sql: str) -> Result:
        result = self._client.run(sql)
        if not self._pause.reached.is_set() and self._pause.where(sql):
            self._pause.reached.set()
            assert self._pause.go_on.wait(30)
        return result

    def discard(self) -> None:
        self._client.discard()

    def close(self) -> None:
        self._client.close()


@contextmanager
def paused_run(
    share: Share, monkeypatch: pytest.MonkeyPatch, where: Callable[[str], bool]
) -> Iterator[tuple[Paused, list[str]]]:
    """A reconcile in a thread of its own that has just got the answer to its first statement that `where` names."""
    pause, outcomes = Paused(where), list[str]()
    pool.close_idle()

    def connect(file: Path, name: str, tag: str, *, seconds: int | None = None) -> Client:
        return pause.wrap(real_connect(file, name, tag, seconds=seconds))

    monkeypatch.setattr("shares.services.sessions.connect", connect)

    def work() -> None:
        run = reconcile(share.pk, Run.Trigger.DECISION)
        outcomes.append(run.outcome if run else "busy")
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert pause.reached.wait(30)
    try:
        yield pause, outcomes
    finally:
        pause.go_on.set()
        thread.join(30)


def create_view(sql: str) -> bool:
    return sql.startswith("CREATE SECURE VIEW")


def test_a_run_that_was_away_too_long_sends_nothing_more(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = scene.share()
    with paused_run(share, monkeypatch, create_view) as (_, outcomes):
        let_lease_lapse(share)
        settle(share)
        finished = snowflake.now()
    assert outcomes == [Run.Outcome.FENCED]
    # Only the goodbye of its sessions may follow.
    assert set(snowflake.firn_since(finished)) <= {sql.STOP_PRETENDING}
    assert foreign_rows(snowflake, share) == 0


def test_a_run_that_lost_its_lease_at_the_very_end_does_not_say_that_it_converged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = ready(scene.share())
    with paused_run(share, monkeypatch, lambda sql: sql.startswith("SHOW GRANTS OF SHARE")) as (_, outcomes):
        let_lease_lapse(share)
        grants.suspend(share, scene.eve, "now")
        settle(share)
    share.refresh_from_db()
    assert outcomes == [Run.Outcome.FENCED]
    assert share.converged_at is None
    assert share.lease_owner == ""


def test_of_two_at_once_one_works(scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch) -> None:
    share = scene.share()
    with paused_run(share, monkeypatch, create_view) as (_, outcomes):
        before = snowflake.quiet()
        assert reconcile(share.pk) is None
        assert snowflake.firn_since(before) == []
    assert outcomes == [Run.Outcome.CONVERGED]


def test_the_ring_of_the_other_is_not_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    share = scene.share()
    with paused_run(share, monkeypatch, create_view):
        wake(share.pk, Run.Trigger.STAFF)
        entry.reconcile(share.pk, Run.Trigger.STAFF)
        assert share.runs.count() == 1
    entry.reconcile(share.pk, Run.Trigger.STAFF)
    entry.reconcile(share.pk, Run.Trigger.STAFF)
    assert [run.trigger for run in share.runs.order_by("pk")] == [Run.Trigger.DECISION, Run.Trigger.STAFF]


def test_a_decision_that_falls_while_a_run_works_is_carried_out_by_it(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = scene.share()
    with paused_run(share, monkeypatch, create_view):
        grants.end(share, scene.ada)
    granted = snowflake.colleague.run(f"SHOW GRANTS TO SHARE {share.name}")
    assert not [row for row in granted if row["privilege"] == "SELECT"]
    assert not [sql for sql in snowflake.changes_since(0) if share.name in sql and "ADD ACCOUNTS" in sql]


def test_a_kill_before_a_locators_name_is_learned_does_not_break_the_mount(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share(scene.account("", "", locator="CUA30001"))
    with killer(snowflake.connections) as deadly:
        assert deadly.run(share, 0, "after", text="ADD ACCOUNTS") == -9
    with mounted(snowflake.ua, share) as database:
        let_lease_lapse(share)
        settle(share, Run.Trigger.RETRY)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
