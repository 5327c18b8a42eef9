"""Somebody changes what Firn made: one reconcile puts it back, or says what a person must do. All else stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.models import Run, Share
from shares.services.reconcile import reconcile
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import can_see, foreign_rows, mounted, rows_of
from tests.snowflake.world import Snowflake


@pytest.fixture
def share(scene: Scene) -> Share:
    return ready(scene.share())


@pytest.fixture
def database(share: Share, snowflake: Snowflake) -> Iterator[str]:
    """The consumer uses the share while it drifts and is mended."""
    with mounted(snowflake.ua, share) as name:
        settle(share)
        yield name


def mended(share: Share) -> Run:
    run = settle(share, Run.Trigger.CHECK)
    assert run.drift
    assert run.changed
    before = run.changed
    assert settle(share, Run.Trigger.CHECK).changed == 0, before
    return run


def test_drift_is_told_in_the_history(share: Share, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"REVOKE SELECT ON VIEW FIRN_OUT.{share.name}.FLIGHTS FROM SHARE {share.name}")
    mended(share)
    actions = set(AuditEntry.objects.filter(target_id=str(share.pk)).values_list("action", flat=True))
    assert {"share.drift", "share.repaired"} <= actions


def test_a_dropped_share_is_made_again(share: Share, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"DROP SHARE {share.name}")
    assert not can_see(snowflake.ua, share)
    mended(share)
    with mounted(snowflake.ua, share) as name:
        assert rows_of(snowflake.ua, name, share) == {"UA": 3}


def test_a_table_that_is_built_anew_is_read_on(share: Share, database: str, snowflake: Snowflake) -> None:
    """As dbt does it, without COPY GRANTS: what Firn was promised on future tables is all that is left."""
    snowflake.admin.run("CREATE OR REPLACE TABLE LAKE.NYC.FLIGHTS AS SELECT * FROM LAKE.NYC.FLIGHTS")
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    held = snowflake.admin.run("SHOW GRANTS ON TABLE LAKE.NYC.FLIGHTS")
    assert ("FIRN", "SELECT", "true") in [(one["grantee_name"], one["privilege"], one["grant_option"]) for one in held]
    assert not settle(share, Run.Trigger.CHECK).drift


def test_a_removed_account_is_added_again(share: Share, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"ALTER SHARE {share.name} REMOVE ACCOUNTS = CARRIERUA.ANALYTICS")
    mended(share)
    assert can_see(snowflake.ua, share)


def test_an_account_that_somebody_added_is_removed(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"ALTER SHARE {share.name} ADD ACCOUNTS = MALLORY.LAB")
    assert can_see(snowflake.mallory, share)
    mended(share)
    assert not can_see(snowflake.mallory, share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_revoked_grant_is_given_again(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"REVOKE SELECT ON VIEW FIRN_OUT.{share.name}.FLIGHTS FROM SHARE {share.name}")
    mended(share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_an_object_that_somebody_granted_leaves_the_share(share: Share, database: str, snowflake: Snowflake) -> None:
    extra = f"FIRN_OUT.{share.name}.EVERYTHING"
    snowflake.colleague.run(f"CREATE SECURE VIEW {extra} COMMENT = 'by hand' AS SELECT * FROM LAKE.NYC.FLIGHTS")
    snowflake.colleague.run(f"GRANT SELECT ON VIEW {extra} TO SHARE {share.name}")
    assert snowflake.ua.number(f"SELECT COUNT(*) FROM {database}.{share.name}.EVERYTHING") == 6
    mended(share)
    assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.EVERYTHING") == 2003
    # The view itself is not ours: it stays.
    assert snowflake.colleague.number(f"SELECT COUNT(*) FROM {extra}") == 6


@pytest.mark.parametrize("keep", ["", "COPY GRANTS"])
def test_a_replaced_view_is_put_back(share: Share, database: str, snowflake: Snowflake, keep: str) -> None:
    name = f"FIRN_OUT.{share.name}.FLIGHTS"
    snowflake.colleague.run(
        f"CREATE OR REPLACE SECURE VIEW {name} {keep} COMMENT = '{share.mark}' AS SELECT * FROM LAKE.NYC.FLIGHTS"
    )
    mended(share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_wider_view_is_out_of_the_share_before_anything_else(
    share: Share, database: str, snowflake: Snowflake
) -> None:
    snowflake.colleague.run(
        f"CREATE OR REPLACE SECURE VIEW FIRN_OUT.{share.name}.FLIGHTS COPY GRANTS COMMENT = '{share.mark}' "
        "AS SELECT CARRIER, FLIGHT, ORIGIN, TIME_HOUR FROM LAKE.NYC.FLIGHTS"
    )
    before = snowflake.now()
    mended(share)
    first = snowflake.changes_since(before)[0]
    assert first.startswith("REVOKE")
    assert "FLIGHTS" in first


def test_a_view_that_lost_its_secure_is_put_back(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"ALTER VIEW FIRN_OUT.{share.name}.FLIGHTS UNSET SECURE")
    mended(share)
    shown = snowflake.colleague.run(f"SHOW VIEWS LIKE 'FLIGHTS' IN SCHEMA FIRN_OUT.{share.name}")
    assert shown[0]["is_secure"] == "true"
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_dropped_view_is_built_again(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"DROP VIEW FIRN_OUT.{share.name}.FLIGHTS")
    mended(share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_dropped_schema_is_built_again(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"DROP SCHEMA FIRN_OUT.{share.name}")
    mended(share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_dropped_function_is_built_again(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"DROP FUNCTION FIRN_OUT.{share.name}.FLIGHTS_FROM(VARCHAR)")
    mended(share)
    assert snowflake.ua.number(f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')") == 2


def test_a_share_of_that_name_that_is_not_ours_is_left_alone(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    snowflake.colleague.run(f"CREATE SHARE {share.name} COMMENT = 'somebody else''s'")
    before = snowflake.now()
    run = reconcile(share.pk)
    assert run is not None
    assert run.outcome == Run.Outcome.BLOCKED
    share.refresh_from_db()
    assert "did not make" in share.blocked_reason
    assert snowflake.changes_since(before) == []
    snowflake.colleague.run(f"DROP SHARE {share.name}")


def test_blocked_is_told_once_to_both_sides_and_heals_by_itself(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    snowflake.colleague.run(f"CREATE SHARE {share.name} COMMENT = 'somebody else''s'")
    reconcile(share.pk)
    reconcile(share.pk)
    told = list(Outgoing.objects.filter(kind__in=("failed", "alert")).values_list("kind", "to"))
    assert sorted(told) == [("alert", "eve@sky.test"), ("failed", "ada@ua.test")]
    snowflake.colleague.run(f"DROP SHARE {share.name}")
    settle(share)
    assert share.blocked_at is None
    assert foreign_rows(snowflake, share) == 0


def test_a_schema_of_that_name_that_is_not_ours_is_left_alone(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    snowflake.colleague.run(f"CREATE SCHEMA FIRN_OUT.{share.name} COMMENT = 'mine'")
    before = snowflake.now()
    run = reconcile(share.pk)
    assert run is not None
    assert run.outcome == Run.Outcome.BLOCKED
    assert snowflake.changes_since(before) == []


def test_a_share_that_firn_may_not_see_blocks_with_words(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    snowflake.admin.run(f"CREATE SHARE {share.name}")
    run = reconcile(share.pk)
    assert run is not None
    assert run.outcome == Run.Outcome.BLOCKED
    assert "may not see it" in run.words
    snowflake.admin.run(f"DROP SHARE {share.name}")


def test_a_wide_view_that_firn_cannot_take_out_closes_the_whole_share(
    share: Share, database: str, snowflake: Snowflake
) -> None:
    name = f"FIRN_OUT.{share.name}.FLIGHTS"
    snowflake.admin.run(f"CREATE OR REPLACE SECURE VIEW {name} COPY GRANTS AS SELECT * FROM LAKE.NYC.FLIGHTS")
    assert rows_of(snowflake.ua, database, share) == {"UA": 3, "DL": 2, "AA": 1}
    run = reconcile(share.pk)
    assert run is not None
    assert run.outcome == Run.Outcome.BLOCKED
    assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
    snowflake.admin.run(f"DROP VIEW {name}")
    settle(share)
    assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_replaced_function_is_put_back(share: Share, database: str, snowflake: Snowflake) -> None:
    snowflake.colleague.run(
        f"CREATE OR REPLACE SECURE FUNCTION FIRN_OUT.{share.name}.FLIGHTS_FROM(AIRPORT VARCHAR) RETURNS NUMBER "
        f"COPY GRANTS COMMENT = '{share.mark}' AS 'SELECT COUNT(*) FROM LAKE.NYC.FLIGHTS'"
    )
    assert snowflake.ua.number(f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')") == 6
    mended(share)
    assert snowflake.ua.number(f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')") == 2
