"""One check of a whole provider account: what moved is found, mended by its own run, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.jobs.sweep import ring_due_accounts
from shares.models import ProviderAccount, Run, Share, SourcePrint
from shares.services import watch
from shares.services.reconcile import reconcile
from tests.snowflake.builders import Scene, published, ready, settle
from tests.snowflake.world import MALLORY, Snowflake

Meddle = Callable[[Snowflake, Share], object]


def statement(text: str) -> Meddle:
    """What a colleague at the provider sends; %s stands for the share's name."""
    return lambda snowflake, share: snowflake.colleague.run(text.replace("%s", share.name))


DRIFTS: dict[str, Meddle] = {
    "share dropped": statement("DROP SHARE %s"),
    "account added": statement(f"ALTER SHARE %s ADD ACCOUNTS = {MALLORY}"),
    "account removed": statement("ALTER SHARE %s REMOVE ACCOUNTS = CARRIERUA.ANALYTICS"),
    "grant revoked": statement("REVOKE SELECT ON VIEW FIRN_OUT.%s.FLIGHTS FROM SHARE %s"),
    "extra grant": statement("GRANT SELECT ON VIEW FIRN_OUT.%s.EXTRA TO SHARE %s"),
    "view replaced by its like": lambda snowflake, share: snowflake.colleague.run(
        snowflake.colleague.run(f"SHOW VIEWS LIKE 'AIRPORTS' IN SCHEMA FIRN_OUT.{share.name}")[0]["text"].replace(
            "CREATE SECURE VIEW", "CREATE OR REPLACE SECURE VIEW"
        )
    ),
    "definition changed": lambda snowflake, share: snowflake.colleague.run(
        f"CREATE OR REPLACE SECURE VIEW FIRN_OUT.{share.name}.FLIGHTS COPY GRANTS COMMENT = '{share.mark}' "
        "AS SELECT CARRIER, FLIGHT, ORIGIN, TIME_HOUR FROM LAKE.NYC.FLIGHTS"
    ),
    "not secure any more": statement("ALTER VIEW FIRN_OUT.%s.FLIGHTS UNSET SECURE"),
    "view dropped": statement("DROP VIEW FIRN_OUT.%s.FLIGHTS"),
    "schema dropped": statement("DROP SCHEMA FIRN_OUT.%s"),
    "function dropped": statement("DROP FUNCTION FIRN_OUT.%s.FLIGHTS_FROM(VARCHAR)"),
}


def check(account: int) -> str:
    """One check. A share that nobody has mounted yet is looked at again after ten seconds anyway, and a check may take
    as long on a busy machine: only what the check says may make it due."""
    Share.objects.filter(next_check_at__gt=timezone.now()).update(next_check_at=timezone.now() + timedelta(hours=1))
    return watch.check(account)


@pytest.fixture
def share(scene: Scene, snowflake: Snowflake) -> Share:
    """At rest, and known to the check."""
    share = ready(scene.share())
    check(scene.provider.pk)
    share.refresh_from_db()
    assert share.next_check_at is not None
    assert share.next_check_at > timezone.now()
    return share


def is_due(share: Share) -> bool:
    share.refresh_from_db()
    return share.next_check_at is not None and share.next_check_at <= timezone.now()


def test_a_share_that_did_not_move_is_not_looked_at_closely(scene: Scene, share: Share, snowflake: Snowflake) -> None:
    before, runs = snowflake.now(), share.runs.count()
    assert check(scene.provider.pk).startswith("1 shares looked at, 0 to be looked at closely.")
    assert not is_due(share)
    assert share.runs.count() == runs
    assert share.checked_at is not None
    assert snowflake.changes_since(before) == []


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift_is_found_and_mended(scene: Scene, share: Share, snowflake: Snowflake, kind: str) -> None:
    snowflake.colleague.run(f"CREATE SECURE VIEW FIRN_OUT.{share.name}.EXTRA COMMENT = 'x' AS SELECT 1 AS A")
    settle(share)
    check(scene.provider.pk)
    assert not is_due(share)
    DRIFTS[kind](snowflake, share)
    check(scene.provider.pk)
    assert is_due(share)
    run = settle(share, Run.Trigger.CHECK)
    assert run.drift
    check(scene.provider.pk)
    assert not is_due(share)


def test_one_that_moved_does_not_trouble_another(scene: Scene, share: Share, snowflake: Snowflake) -> None:
    other = ready(scene.share(scene.account("CARRIERDL", "ANALYTICS")))
    snowflake.colleague.run(f"DROP VIEW FIRN_OUT.{share.name}.FLIGHTS")
    assert check(scene.provider.pk).startswith("2 shares looked at, 1 to be looked at closely.")
    assert is_due(share)
    assert not is_due(other)


def test_a_source_column_that_is_gone_is_told_to_people_and_heals(
    scene: Scene, share: Share, snowflake: Snowflake
) -> None:
    try:
        assert SourcePrint.objects.get(version=scene.flights.version, shared_name="FLIGHTS").columns_print
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN ORIGIN TO STARTED_AT")
        check(scene.provider.pk)
        assert is_due(share)
        run = reconcile(share.pk, Run.Trigger.CHECK)
        assert run is not None
        assert run.outcome == Run.Outcome.BLOCKED
        assert Outgoing.objects.filter(kind="alert").exists()
    finally:
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN STARTED_AT TO ORIGIN")
    check(scene.provider.pk)
    assert is_due(share)
    settle(share, Run.Trigger.CHECK)
    assert share.blocked_at is None


def test_a_source_that_is_gone_is_told_to_people_and_heals(scene: Scene, share: Share, snowflake: Snowflake) -> None:
    snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME TO LAKE.NYC.FLIGHTS_AWAY")
    try:
        check(scene.provider.pk)
        assert is_due(share)
        run = reconcile(share.pk, Run.Trigger.CHECK)
        assert run is not None
        assert run.outcome == Run.Outcome.BLOCKED
        assert "FLIGHTS" in Outgoing.objects.get(kind="alert").text
    finally:
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS_AWAY RENAME TO LAKE.NYC.FLIGHTS")
    check(scene.provider.pk)
    assert is_due(share)
    settle(share, Run.Trigger.CHECK)
    assert share.blocked_at is None


def test_a_source_column_of_another_type_is_told_to_people_once(scene: Scene, snowflake: Snowflake) -> None:
    scene.flights.dataset_objects.get(shared_name="FLIGHTS").columns.filter(name="FLIGHT").update(
        data_type="NUMBER(38,0)"
    )
    published(scene.flights)
    share = ready(scene.share())
    check(scene.provider.pk)
    snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN FLIGHT TO FLIGHT_BEFORE")
    snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS ADD COLUMN FLIGHT VARCHAR")
    try:
        for _ in range(2):
            check(scene.provider.pk)
        assert is_due(share)
        alert = Outgoing.objects.get(kind="alert")
        assert "LAKE.NYC.FLIGHTS.FLIGHT is VARCHAR(16777216) in the lake, and NUMBER(38,0) no more." in alert.text
        assert "publish it" in alert.text
        assert AuditEntry.objects.filter(action="dataset.source_retyped").count() == 1
    finally:
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS DROP COLUMN FLIGHT")
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN FLIGHT_BEFORE TO FLIGHT")
    check(scene.provider.pk)
    assert Outgoing.objects.filter(kind="alert").count() == 1


def test_a_column_that_is_not_published_may_come_and_go(scene: Scene, share: Share, snowflake: Snowflake) -> None:
    snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS ADD COLUMN NOTE VARCHAR")
    try:
        check(scene.provider.pk)
        assert not is_due(share)
    finally:
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS DROP COLUMN NOTE")


def test_grants_are_read_in_turn(scene: Scene, share: Share, snowflake: Snowflake, settings: Settings) -> None:
    other = ready(scene.share(scene.account("CARRIERDL", "ANALYTICS")))
    settings.FIRN_LIVE_GRANTS = 1
    for item in (share, other):
        snowflake.colleague.run(f"REVOKE SELECT ON VIEW FIRN_OUT.{item.name}.AIRPORTS FROM SHARE {item.name}")
    check(scene.provider.pk)
    assert (is_due(share), is_due(other)) == (True, False)
    settle(share)
    check(scene.provider.pk)
    assert is_due(other)


def test_the_accounts_own_history_tells_of_grants_that_are_not_read(
    scene: Scene, share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    settings.FIRN_LIVE_GRANTS = 0
    snowflake.colleague.run(f"REVOKE SELECT ON VIEW FIRN_OUT.{share.name}.AIRPORTS FROM SHARE {share.name}")
    # Asked less than an hour ago: not again yet.
    check(scene.provider.pk)
    assert not is_due(share)
    ProviderAccount.objects.update(history_at=timezone.now() - timedelta(hours=2))
    check(scene.provider.pk)
    assert is_due(share)
    assert settle(share, Run.Trigger.CHECK).drift
    ProviderAccount.objects.update(history_at=timezone.now() - timedelta(hours=2))
    check(scene.provider.pk)
    assert not is_due(share)


def test_without_the_right_to_its_history_the_check_goes_on(
    scene: Scene, share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    settings.FIRN_LIVE_GRANTS = 0
    snowflake.admin.run("REVOKE IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE FROM ROLE FIRN")
    try:
        ProviderAccount.objects.update(history_at=None)
        assert "history of grants may not be read" in check(scene.provider.pk)
    finally:
        snowflake.admin.run("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE FIRN")


def test_a_refused_sign_in_stops_the_account_and_is_said(scene: Scene, share: Share) -> None:
    ProviderAccount.objects.update(connection_name="wrong-key")
    assert "JWT" in check(scene.provider.pk)
    scene.provider.refresh_from_db()
    assert scene.provider.breaker_until is not None
    assert scene.provider.next_check_at == scene.provider.breaker_until


def test_accounts_are_rung_for_once_an_interval(scene: Scene, share: Share) -> None:
    assert ring_due_accounts() == 0
    ProviderAccount.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    assert ring_due_accounts() == 1
    assert ring_due_accounts() == 0


def test_an_account_without_shares_is_left_alone(scene: Scene) -> None:
    assert ring_due_accounts() == 0


def test_how_many_statements_a_check_takes(
    scene: Scene, share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    """Shares, views, functions and the lake's columns; one for each share's grants; the database while its epoch is not
    up to date, and once an hour."""
    others = [ready(scene.share(scene.account("CARRIERDL"))), ready(scene.share(scene.account("MALLORY", "LAB")))]
    ProviderAccount.objects.update(history_at=timezone.now())
    settings.FIRN_LIVE_GRANTS = 0
    before = snowflake.now()
    check(scene.provider.pk)
    assert len([sql for sql in snowflake.firn_since(before) if sql.startswith("SHOW")]) == 5
    before = snowflake.now()
    check(scene.provider.pk)
    assert len(snowflake.firn_since(before)) == 4
    settings.FIRN_LIVE_GRANTS = 500
    before = snowflake.now()
    assert check(scene.provider.pk).startswith("3 shares looked at, 0 to be looked at closely.")
    sent = [sql for sql in snowflake.firn_since(before) if sql.startswith("SHOW")]
    assert len(sent) == 4 + 1 + len(others)
    assert sum("GRANTS TO SHARE" in sql for sql in sent) == 1 + len(others)
    ProviderAccount.objects.update(history_at=None)
    before = snowflake.now()
    check(scene.provider.pk)
    # Whoever has just read all grants need not ask for the history of them; each source is asked for its tags.
    sent = snowflake.firn_since(before)
    assert sum("TAG_REFERENCES_ALL_COLUMNS" in sql for sql in sent) == 2
    assert len(sent) == 5 + 1 + len(others) + 2
