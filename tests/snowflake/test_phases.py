"""Ending, undo, grace, suspending and windows: taking away first, cleaning after, and back where it may come back."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Grant, Run, Share
from shares.services import grants
from shares.services.status import state_of
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import can_see, mounted, rows_of
from tests.snowflake.world import Snowflake


def grace_over(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() - timedelta(seconds=1))


def test_ending_takes_the_rows_away_at_once_and_keeps_the_mount(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        grants.end(share, scene.ada, "no longer needed")
        run = settle(share, Run.Trigger.ENDING)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
        assert can_see(snowflake.ua, share)
        assert state_of(share) == ShareState.ENDING
        assert not run.drift


def test_an_undo_brings_everything_back_to_the_same_mount(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        grants.end(share, scene.ada)
        settle(share, Run.Trigger.ENDING)
        grants.undo_end(share, scene.ada)
        settle(share)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_after_the_grace_days_the_account_goes_first_and_nothing_of_ours_stays(
    scene: Scene, snowflake: Snowflake
) -> None:
    share = ready(scene.share())
    grants.end(share, scene.ada)
    settle(share, Run.Trigger.ENDING)
    grace_over(share)
    before = snowflake.now()
    settle(share, Run.Trigger.CHECK)
    changes = snowflake.changes_since(before)
    assert changes[0] == f"ALTER SHARE {share.name} REMOVE ACCOUNTS = CARRIERUA.ANALYTICS"
    assert changes[-1] == f"DROP SCHEMA FIRN_OUT.{share.name}"
    assert snowflake.colleague.run(f"SHOW SCHEMAS LIKE '{share.name}' IN DATABASE FIRN_OUT") == []
    assert snowflake.colleague.run(f"SHOW SHARES LIKE '{share.name}'") == []
    assert state_of(share) == ShareState.ENDED
    assert share.next_check_at is None


def test_an_object_of_somebody_else_keeps_its_schema(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    snowflake.colleague.run(f"CREATE VIEW FIRN_OUT.{share.name}.MINE AS SELECT 1 AS ONE")
    grants.end(share, scene.ada)
    grace_over(share)
    settle(share, Run.Trigger.ENDING)
    assert snowflake.colleague.number(f"SELECT ONE FROM FIRN_OUT.{share.name}.MINE") == 1
    assert not can_see(snowflake.ua, share)


def test_a_share_that_was_taken_back_is_built_again_when_it_is_granted_again(
    scene: Scene, snowflake: Snowflake
) -> None:
    share = ready(scene.share())
    grants.end(share, scene.ada)
    grace_over(share)
    settle(share, Run.Trigger.ENDING)
    scene.grant(share, scene.flights)
    Share.objects.filter(pk=share.pk).update(closes_at=None, taken_back_at=None, converged_at=None)
    settle(share)
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_suspend_and_resume_keep_the_mount(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        grants.suspend(share, scene.eve, "an audit")
        settle(share, Run.Trigger.STAFF)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
        assert state_of(share) == ShareState.SUSPENDED
        grants.resume(share, scene.eve)
        settle(share, Run.Trigger.STAFF)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_resume_proves_isolation_before_anything_is_readable(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    grants.suspend(share, scene.eve, "an audit")
    settle(share, Run.Trigger.STAFF)
    grants.resume(share, scene.eve)
    before = snowflake.now()
    settle(share, Run.Trigger.STAFF)
    sent = snowflake.firn_since(before)
    proof = next(number for number, sql in enumerate(sent) if "COUNT_IF" in sql)
    given = next(number for number, sql in enumerate(sent) if sql.startswith("GRANT SELECT"))
    assert proof < given


def test_a_window_that_closes_takes_the_rows_away_and_begins_the_grace_days(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    Grant.objects.filter(share=share).update(valid_until=timezone.now() - timedelta(seconds=1))
    run = settle(share, Run.Trigger.CHECK)
    assert not run.drift
    assert share.closes_at is not None
    assert snowflake.colleague.run(f"SHOW GRANTS TO SHARE {share.name}")
    assert not [
        row for row in snowflake.colleague.run(f"SHOW GRANTS TO SHARE {share.name}") if row["privilege"] == "SELECT"
    ]
    assert Outgoing.objects.filter(kind="ending", to="ada@ua.test").count() == 1
    assert AuditEntry.objects.filter(action="share.window_closed").count() == 1


def test_a_share_is_looked_at_when_its_window_closes(scene: Scene) -> None:
    until = timezone.now() + timedelta(minutes=3)
    share = ready(scene.share(None, scene.flights, until=until))
    Share.objects.filter(pk=share.pk).update(mounted_at=timezone.now(), ready_at=timezone.now() - timedelta(days=1))
    settle(share, Run.Trigger.CHECK)
    assert share.next_check_at == until


def test_one_of_two_datasets_expires_and_the_other_stays(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        Grant.objects.filter(share=share, dataset=scene.flights).update(valid_until=timezone.now())
        settle(share, Run.Trigger.CHECK)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
        assert snowflake.ua.number(f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORTS") == 3
        shown = snowflake.colleague.run(f"SHOW VIEWS IN SCHEMA FIRN_OUT.{share.name}")
        assert [row["name"] for row in shown] == ["AIRPORTS"]


def test_the_provider_ends_with_notice_keeps_it_after_all_and_ends_it_for_good(
    scene: Scene, snowflake: Snowflake
) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        grants.end_by_provider(share, scene.eve, "The contract is over.", 3)
        before = snowflake.now()
        settle(share, Run.Trigger.STAFF)
        assert snowflake.changes_since(before) == [], "during the notice nothing is touched"
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        assert share.next_check_at
        assert share.next_check_at <= share.endings.get().effective_at

        notice_over(share)
        settle(share, Run.Trigger.CHECK)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
        assert state_of(share) == ShareState.ENDING
        assert "Eve of the data provider ended it" in Outgoing.objects.get(kind="ending").text

        grants.keep(share, scene.eve, "They paid.")
        settle(share)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        assert {grant.valid_until for grant in share.grants.all()} == {None}

    grants.end_by_provider(share, scene.eve, "They did not.", 0)
    settle(share, Run.Trigger.ENDING)
    grace_over(share)
    settle(share, Run.Trigger.CHECK)
    assert not can_see(snowflake.ua, share)
    assert state_of(share) == ShareState.ENDED


def notice_over(share: Share) -> None:
    late = timezone.now() - timedelta(seconds=1)
    share.endings.update(effective_at=late)
    share.grants.update(valid_until=late)
