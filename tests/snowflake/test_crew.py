"""Several shares side by side in one process: each for itself, none twice, and a lane that is never all lanes."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from portal.audit import chain
from portal.people.models import Organization
from shares.jobs import crew, pulse
from shares.models import Run, Share, Workspace
from shares.services import reconcile
from shares.services.bell import wake
from shares.snowflake import pool
from tests.snowflake.builders import Scene
from tests.snowflake.reading import foreign_rows, mounted, rows_of
from tests.snowflake.world import Snowflake


@pytest.fixture
def shares(scene: Scene) -> list[Share]:
    """One for each of two customers, and one whose source is not there."""
    made = [scene.share()]
    scene.united = Organization.objects.create(name="Delta", slug="delta")
    scene.workspace = Workspace.objects.create(organization=scene.united, name="Delta", tenant_key="DL")
    made.append(scene.share(scene.account("CARRIERDL")))
    made.append(scene.share(scene.account("NOBODY", "NOWHERE")))
    for share in made:
        wake(share.pk, Run.Trigger.DECISION)
    return made


def test_each_is_built_beside_the_others(shares: list[Share], snowflake: Snowflake) -> None:
    before = snowflake.now()
    assert crew.work() is False
    united, delta, nowhere = (share.runs.get() for share in shares)
    assert united.outcome == delta.outcome == Run.Outcome.CONVERGED
    # An account that does not exist stops its own share and no other.
    assert nowhere.outcome == Run.Outcome.BLOCKED
    assert united.finished_at is not None
    assert united.started_at < delta.started_at + timedelta(seconds=1)
    assert delta.started_at < united.finished_at
    sent = snowflake.changes_since(before)
    assert len(sent) == len(set(sent))
    with mounted(snowflake.ua, shares[0]) as database:
        assert rows_of(snowflake.ua, database, shares[0]) == {"UA": 3}
    with mounted(snowflake.dl, shares[1]) as database:
        assert rows_of(snowflake.dl, database, shares[1]) == {"DL": 2}
    assert foreign_rows(snowflake, shares[0]) == 0
    assert list(chain.faults()) == []


def test_no_thread_and_no_session_is_left_behind(shares: list[Share]) -> None:
    crew.work()
    assert [thread.name for thread in threading.enumerate() if thread.name == "share"] == []
    assert sum(len(sessions) for sessions in pool._idle.values()) <= 2 * len(shares)


def test_one_at_a_time_when_told_so(shares: list[Share], settings: Settings) -> None:
    settings.FIRN_SHARES_AT_ONCE = 1
    crew.work()
    runs = sorted((share.runs.get() for share in shares), key=lambda run: run.started_at)
    assert all(early.finished_at and early.finished_at <= late.started_at for early, late in pairwise(runs))


def test_a_share_that_kills_has_the_process_to_itself(shares: list[Share]) -> None:
    Share.objects.filter(pk=shares[1].pk).update(attempts=2)
    crew.work()
    deadly = shares[1].runs.get()
    assert deadly.finished_at is not None
    assert all(share.runs.get().started_at >= deadly.finished_at for share in (shares[0], shares[2]))


def test_a_broken_database_row_stops_one_hand_only(shares: list[Share], monkeypatch: pytest.MonkeyPatch) -> None:
    real = reconcile.carry_out

    def carry_out(lease: object, trigger: str) -> Run:
        if lease.share_id == shares[0].pk:  # type: ignore[attr-defined]
            raise RuntimeError("this row cannot be read")
        return real(lease, trigger)  # type: ignore[arg-type]

    monkeypatch.setattr(crew, "carry_out", carry_out)
    crew.work()
    assert [share.runs.exists() for share in shares] == [False, True, True]
    assert shares[1].runs.get().outcome == Run.Outcome.CONVERGED


def test_of_three_processes_one_stays_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv(pulse.DIRECTORY, str(tmp_path))
    settings.FIRN_WORKERS = 3
    with crew._lane() as first, crew._lane() as second, crew._lane() as third:
        assert (first, second, third) == (True, True, False)
    with crew._lane() as again:
        assert again


def test_the_only_process_may_take_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv(pulse.DIRECTORY, str(tmp_path))
    settings.FIRN_WORKERS = 1
    with crew._lane() as mine:
        assert mine


def test_what_is_left_when_time_is_up_is_said(shares: list[Share], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "TAKING", 0.0)
    assert crew.work() is True
    assert not Run.objects.exists()
    connection.close()
