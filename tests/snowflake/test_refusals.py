"""What Snowflake refuses, and what the leak test finds: closed, told once, never hammered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from portal.people.models import Organization
from shares.core.spec import ViewSpec
from shares.core.states import ShareState
from shares.models import ConsumerAccount, DatasetObject, ProviderAccount, Run, Share
from shares.services import grants
from shares.services.reconcile import reconcile
from shares.services.status import state_of
from tests.snowflake.builders import EAST, Scene, let_lease_lapse, published, ready, settle
from tests.snowflake.reading import can_see, mounted, rows_of
from tests.snowflake.world import Snowflake


def run_of(share: Share) -> Run:
    run = reconcile(share.pk)
    assert run is not None
    share.refresh_from_db()
    return run


def plant_leak(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug that the leak test is for: a view built without its filter."""
    monkeypatch.setattr("shares.snowflake.sql.select", _unfiltered)


def _unfiltered(view: ViewSpec) -> str:
    return f"SELECT {', '.join(view.columns)}\nFROM {'.'.join(view.source)}"


def test_a_leak_closes_the_share_and_never_adds_the_account(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_leak(scene, monkeypatch)
    share = scene.share()
    before = snowflake.now()
    run_of(share)
    assert not [sql for sql in snowflake.changes_since(before) if "ACCOUNTS" in sql]
    granted = snowflake.colleague.run(f"SHOW GRANTS TO SHARE {share.name}")
    assert not [row for row in granted if row["privilege"] == "SELECT"]
    proof = share.proofs.get()
    assert (proof.isolated, proof.foreign_rows) == (False, 3)
    assert state_of(share) == ShareState.BLOCKED


def test_a_row_of_nobody_is_a_foreign_row(scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that lets rows without an owner through shows what may be anybody's."""
    monkeypatch.setattr("shares.snowflake.sql.select", _and_nobodys)
    share = scene.share()
    before = snowflake.now()
    run_of(share)
    assert not [sql for sql in snowflake.changes_since(before) if "ACCOUNTS" in sql]
    proof = share.proofs.get()
    assert (proof.isolated, proof.foreign_rows) == (False, 1)
    assert state_of(share) == ShareState.BLOCKED


def _and_nobodys(view: ViewSpec) -> str:
    """Its own rows, and the one of AA with the owner taken off."""
    if not view.tenant_column:
        return _unfiltered(view)
    columns = ", ".join(view.columns)
    nulled = columns.replace(view.tenant_column, f"NULLIF({view.tenant_column}, 'AA') AS {view.tenant_column}")
    return f"SELECT {nulled}\nFROM {'.'.join(view.source)} WHERE CARRIER IN ('UA', 'AA')"


def test_a_reference_that_the_role_may_not_give_stops_that_share_alone_and_says_what_to_run(
    scene: Scene, snowflake: Snowflake
) -> None:
    """And where an administrator gave it to the share, which no listing tells, the refusal is no hindrance."""
    share = scene.share()
    with snowflake.control.armed("no-privilege", sql="^GRANT REFERENCE_USAGE", user="FIRN_SVC", times=None):
        run = run_of(share)
        assert run.outcome == Run.Outcome.BLOCKED, run.words
        assert ProviderAccount.objects.get(pk=scene.provider.pk).breaker_until is None
        own = f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {share.name};"
        assert "GRANT REFERENCE_USAGE ON DATABASE LAKE TO ROLE FIRN WITH GRANT OPTION;" in share.blocked_what_to_do
        assert own in share.blocked_what_to_do
        assert "LAKE" not in share.blocked_reason, "customers read it"
        snowflake.admin.run(own)
        ready(share)
    share.refresh_from_db()
    assert share.blocked_at is None
    with mounted(snowflake.ua, share) as name:
        assert rows_of(snowflake.ua, name, share) == {"UA": 3}


class Died(BaseException):
    """Nothing of Firn's catches it: the worker is gone."""


def test_what_a_dead_worker_built_lets_nobody_in_before_it_is_proved(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Died

    plant_leak(scene, monkeypatch)
    share = scene.share()
    before = snowflake.now()
    with monkeypatch.context() as dying:
        dying.setattr("shares.services.reconcile.prove_early", die)
        with pytest.raises(Died):
            reconcile(share.pk)
    let_lease_lapse(share)
    run_of(share)
    assert not [sql for sql in snowflake.changes_since(before) if "ACCOUNTS" in sql]
    assert share.proofs.get().isolated is False
    assert state_of(share) == ShareState.BLOCKED


def test_a_leak_is_told_to_both_sides_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_leak(scene, monkeypatch)
    share = scene.share()
    run_of(share)
    run_of(share)
    told = Outgoing.objects.filter(kind__in=("failed", "alert")).values_list("kind", "to")
    assert sorted(told) == [("alert", "eve@sky.test"), ("failed", "ada@ua.test")]


def test_a_leak_in_a_share_in_use_takes_the_rows_away(
    scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = ready(scene.share(None, scene.airports))
    with mounted(snowflake.ua, share) as database:
        plant_leak(scene, monkeypatch)
        scene.grant(share, scene.flights)
        run_of(share)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{share.name}.FLIGHTS") == 2003
        assert state_of(share) == ShareState.BLOCKED


def test_after_a_leak_is_mended_staff_resume_the_share(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share()
    with pytest.MonkeyPatch.context() as mistake:
        plant_leak(scene, mistake)
        run_of(share)
    grants.resume(share, scene.eve)
    settle(share)
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_an_account_that_does_not_exist_blocks_with_words_for_the_customer(scene: Scene, snowflake: Snowflake) -> None:
    share = scene.share(scene.account("CARRIERUA", "ANALYTIKS"))
    run = run_of(share)
    assert run.outcome == Run.Outcome.BLOCKED
    assert "typing mistake" in share.blocked_reason
    assert share.next_check_at is not None
    assert share.next_check_at > timezone.now() + timedelta(minutes=5)
    mail = Outgoing.objects.get(kind="failed")
    assert "typing mistake" in mail.text


def test_an_account_in_another_region_blocks_with_words(scene: Scene) -> None:
    share = scene.share(scene.account("CARRIERAA", "WAREHOUSE"))
    assert run_of(share).outcome == Run.Outcome.BLOCKED
    assert "another region" in share.blocked_reason


def test_an_account_known_by_its_locator_is_added_and_learns_its_name(scene: Scene, snowflake: Snowflake) -> None:
    account = scene.account("", "", locator="CUA30001")
    share = ready(scene.share(account))
    account.refresh_from_db()
    assert (account.snowflake_organization, account.account_name) == ("CARRIERUA", "ANALYTICS")
    before = snowflake.now()
    settle(share)
    assert snowflake.changes_since(before) == []
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    assert not can_see(snowflake.mallory, share)


def test_a_locator_of_an_account_of_another_customer_is_taken_out_again(scene: Scene, snowflake: Snowflake) -> None:
    other = Organization.objects.create(name="Delta", slug="delta")
    ConsumerAccount.objects.create(
        organization=other, snowflake_organization="CARRIERDL", account_name="ANALYTICS", region=EAST
    )
    share = scene.share(scene.account("", "", locator="CDL30002"))
    assert run_of(share).outcome == Run.Outcome.BLOCKED
    assert "another customer" in share.blocked_reason
    assert not can_see(snowflake.dl, share)


def test_a_wrong_key_opens_the_breaker_and_is_not_tried_again(scene: Scene, snowflake: Snowflake) -> None:
    scene.provider.connection_name = "wrong-key"
    scene.provider.save()
    share = scene.share()
    run = run_of(share)
    assert run.outcome == Run.Outcome.FAILED
    scene.provider.refresh_from_db()
    assert scene.provider.breaker_until is not None
    assert share.next_check_at == scene.provider.breaker_until
    # A key that works now shows that the second run does not even try.
    ProviderAccount.objects.update(connection_name="data")
    before = snowflake.now()
    assert run_of(share).outcome == Run.Outcome.FAILED
    assert snowflake.firn_since(before) == []


def test_a_wrong_key_is_told_once_and_forgotten_when_it_works_again(scene: Scene, snowflake: Snowflake) -> None:
    scene.provider.connection_name = "wrong-key"
    scene.provider.save()
    share = scene.share()
    run_of(share)
    ProviderAccount.objects.update(breaker_until=timezone.now())
    run_of(share)
    assert Outgoing.objects.filter(kind="alert").count() == 1
    ProviderAccount.objects.update(breaker_until=timezone.now(), connection_name="data")
    settle(share)
    scene.provider.refresh_from_db()
    assert scene.provider.breaker_reason == ""


def test_a_source_that_is_gone_blocks_the_share_and_says_so(scene: Scene, snowflake: Snowflake) -> None:
    DatasetObject.objects.filter(shared_name="AIRPORTS").update(source_name="NO_SUCH_TABLE")
    published(scene.airports)
    share = scene.share()
    run = run_of(share)
    assert run.outcome == Run.Outcome.BLOCKED
    assert "NO_SUCH_TABLE" in share.blocked_what_to_do
    assert not can_see(snowflake.ua, share)


def test_a_source_over_a_further_database_says_what_to_grant(scene: Scene, snowflake: Snowflake) -> None:
    """Firn's view reads the lake's, which reads another database: the share must be let refer to each of them."""
    snowflake.admin.run("CREATE DATABASE IF NOT EXISTS RAW")
    for statement in (
        "CREATE OR REPLACE TABLE RAW.PUBLIC.FLIGHTS AS SELECT * FROM LAKE.NYC.FLIGHTS",
        "CREATE OR REPLACE VIEW LAKE.NYC.OVER_RAW AS SELECT * FROM RAW.PUBLIC.FLIGHTS",
        "GRANT SELECT ON VIEW LAKE.NYC.OVER_RAW TO ROLE FIRN WITH GRANT OPTION",
    ):
        snowflake.admin.run(statement)
    DatasetObject.objects.filter(shared_name="FLIGHTS").update(source_name="OVER_RAW")
    published(scene.flights)
    share = scene.share(None, scene.flights)
    assert run_of(share).outcome == Run.Outcome.BLOCKED
    grant = f"GRANT REFERENCE_USAGE ON DATABASE THAT_DATABASE TO SHARE {share.name}"
    assert grant in share.blocked_what_to_do
    assert Outgoing.objects.filter(kind="alert").count() == 1

    snowflake.admin.run(grant.replace("THAT_DATABASE", "RAW"))
    settle(share)
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        # A further look takes nothing of it back.
        settle(share)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
