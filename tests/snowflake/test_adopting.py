"""A share that was there before Firn is taken over, with its consumer reading before, during and after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.models import Adoption, ConsumerAccount, Run, Share
from shares.services import adopting, grants, watch
from shares.services.adoption_plans import CannotAdopt, Proposal, propose
from shares.services.candidates import Candidate, candidates
from shares.services.reconcile import reconcile
from shares.services.sessions import open_client
from tests.snowflake.before import FILTERED, Before
from tests.snowflake.builders import Scene, settle
from tests.snowflake.reading import can_see, mounted
from tests.snowflake.test_provider_role import SECTION
from tests.snowflake.world import PASSWORD, Snowflake


@pytest.fixture
def before(snowflake: Snowflake, scene: Scene) -> Iterator[Before]:
    found = Before(snowflake)
    yield found
    found.drop()


def candidate(scene: Scene, name: str) -> Candidate:
    client = open_client(scene.provider)
    try:
        return next(item for item in candidates(client, scene.provider) if item.name == name)
    finally:
        client.close()


def proposal(scene: Scene, name: str) -> Proposal:
    client = open_client(scene.provider)
    try:
        return propose(client, scene.provider, candidate(scene, name), scene.united)
    finally:
        client.close()


def adopt(scene: Scene, name: str, days: int = 14) -> Share:
    found = proposal(scene, name)
    share = adopting.confirm(scene.provider, found, scene.united, scene.eve, days=days, reason="It was ours.")
    share.refresh_from_db()
    return share


def numbers(snowflake: Snowflake, path: str) -> set[tuple[str, int]]:
    return {(row["carrier"], int(row["flight"])) for row in snowflake.ua.run(f"SELECT CARRIER, FLIGHT FROM {path}")}


OWN = {("UA", 1), ("UA", 2), ("UA", 3)}


def test_the_proposal_reads_customer_dataset_and_rows_and_changes_nothing(
    scene: Scene, snowflake: Snowflake, before: Before
) -> None:
    scene.account()
    since = snowflake.now()
    found = proposal(scene, before.name)
    assert snowflake.changes_since(since) == []
    assert found.candidate.account is not None
    assert found.candidate.account.organization == scene.united
    assert [one.dataset for one in found.held] == [scene.flights]
    assert found.held[0].keys == frozenset({"UA"})
    assert found.workspaces == (scene.workspace,)
    assert found.digest == proposal(scene, before.name).digest
    assert not Share.objects.exists()


def test_the_consumer_reads_before_during_and_after(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    with before.mounted() as database:
        old = f"{database}.{before.name}.MY_FLIGHTS"
        assert numbers(snowflake, old) == OWN
        share = adopt(scene, before.name)
        assert numbers(snowflake, old) == OWN
        settle(share)
        new = f"{database}.{share.schema}.FLIGHTS"
        assert share.name == before.name
        assert (numbers(snowflake, old), numbers(snowflake, new)) == (OWN, OWN)
        Adoption.objects.update(overlap_until=timezone.now())
        settle(share, Run.Trigger.CHECK)
        assert snowflake.ua.refused(f"SELECT * FROM {old}") == 2003
        assert numbers(snowflake, new) == OWN
        shown = snowflake.colleague.run(f"SHOW SHARES LIKE '{before.name}'")
        assert shown[0]["comment"] == share.mark
        assert snowflake.colleague.number(f"SELECT COUNT(*) FROM {before.view}") == 3, "what is not ours stays"
    assert ConsumerAccount.objects.get().proved_by == scene.eve


def test_what_runs_is_what_was_confirmed(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    share = adopt(scene, before.name)
    adoption = share.adoption
    since = snowflake.now()
    settle(share)
    Adoption.objects.update(overlap_until=timezone.now())
    settle(share, Run.Trigger.CHECK)
    assert sorted(snowflake.changes_since(since)) == sorted(step["sql"] for step in adoption.plan_sql)
    proof = next(n for n, sql in enumerate(snowflake.firn_since(since)) if "COUNT_IF" in sql)
    given = next(n for n, sql in enumerate(snowflake.firn_since(since)) if sql.startswith("GRANT SELECT"))
    assert proof < given
    entry = history(share).get(action="share.adopted")
    assert (entry.data["plan_digest"], entry.actor) == (adoption.plan_digest, scene.eve)
    since = snowflake.now()
    settle(share, Run.Trigger.CHECK)
    assert snowflake.changes_since(since) == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER SHARE {name} ADD ACCOUNTS = CARRIERDL.ANALYTICS",
        "REVOKE SELECT ON VIEW {view} FROM SHARE {name}",
        "ALTER SHARE {name} SET COMMENT = 'mine'",
        "DROP SHARE {name}",
    ],
)
def test_what_changed_since_is_not_touched(scene: Scene, snowflake: Snowflake, before: Before, change: str) -> None:
    share = adopt(scene, before.name)
    snowflake.colleague.run(change.format(name=before.name, view=before.view))
    since = snowflake.now()
    run = reconcile(share.pk, Run.Trigger.STAFF)
    assert run is not None
    assert run.outcome == Run.Outcome.BLOCKED
    assert "not what it was when somebody confirmed" in run.words
    assert snowflake.changes_since(since) == []


def test_confirmed_anew_it_goes_on(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    share = adopt(scene, before.name)
    snowflake.colleague.run(f"ALTER SHARE {before.name} SET COMMENT = 'mine'")
    reconcile(share.pk, Run.Trigger.STAFF)
    assert adopt(scene, before.name).pk == share.pk
    settle(share)
    assert share.grants.in_force(timezone.now()).count() == 1


def test_rows_of_others_leave_as_soon_as_ours_are_there(scene: Scene, snowflake: Snowflake) -> None:
    before = Before(snowflake, "SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS")
    with before.mounted() as database:
        share = adopt(scene, before.name)
        assert not any(one.stays for one in share.adoption.items)
        settle(share)
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{before.name}.MY_FLIGHTS") == 2003
        assert numbers(snowflake, f"{database}.{share.schema}.FLIGHTS") == OWN
    before.drop()


def test_what_no_dataset_stands_for_leaves(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    secret = f"FIRN_OUT.{before.name}.SECRET"
    snowflake.colleague.run(f"CREATE SECURE VIEW {secret} AS SELECT 1 AS ONE")
    snowflake.colleague.run(f"GRANT SELECT ON VIEW {secret} TO SHARE {before.name}")
    share = adopt(scene, before.name)
    settle(share)
    assert secret not in before.objects()
    assert before.view in before.objects()


def test_ended_before_it_was_marked_nothing_is_touched(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    share = adopt(scene, before.name)
    grants.end(share, scene.ada)
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    since = snowflake.now()
    settle(share, Run.Trigger.ENDING)
    assert snowflake.changes_since(since) == []
    assert can_see(snowflake.ua, share)


def test_ended_later_it_leaves_like_any_other(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    share = adopt(scene, before.name)
    settle(share)
    grants.end(share, scene.ada)
    settle(share, Run.Trigger.ENDING)
    assert before.objects() == set()
    Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    settle(share, Run.Trigger.ENDING)
    assert not can_see(snowflake.ua, share)
    assert snowflake.colleague.number(f"SELECT COUNT(*) FROM {before.view}") == 3


def test_drift_in_it_is_noticed_and_mended(scene: Scene, snowflake: Snowflake, before: Before) -> None:
    share = adopt(scene, before.name)
    settle(share)
    snowflake.colleague.run(f"DROP VIEW FIRN_OUT.{share.schema}.FLIGHTS")
    watch.check(scene.provider.pk)
    share.refresh_from_db()
    assert share.next_check_at is not None
    assert share.next_check_at <= timezone.now()
    settle(share, Run.Trigger.CHECK)
    assert f"FIRN_OUT.{share.schema}.FLIGHTS" in before.objects()


def test_the_customer_is_told_where_the_data_is(scene: Scene, before: Before) -> None:
    share = adopt(scene, before.name)
    assert not Outgoing.objects.filter(kind="taken-over").exists()
    settle(share)
    settle(share, Run.Trigger.CHECK)
    mail = Outgoing.objects.get(kind="taken-over")
    assert mail.to == "ada@ua.test"
    assert share.schema in mail.text
    assert f"{before.name}.MY_FLIGHTS" in mail.text
    assert not Outgoing.objects.filter(kind="ready").exists()


@pytest.mark.parametrize(
    ("accounts", "words"),
    [("", "Nobody reads it"), ("CARRIERUA.ANALYTICS, CARRIERDL.ANALYTICS", "2 accounts read it")],
)
def test_what_may_not_be_taken_over_is_said(scene: Scene, snowflake: Snowflake, accounts: str, words: str) -> None:
    before = Before(snowflake, accounts=accounts)
    found = candidate(scene, before.name)
    assert found.obstacle is not None
    assert words in found.obstacle.words
    with pytest.raises(CannotAdopt, match=words):
        proposal(scene, before.name)
    before.drop()


@pytest.fixture
def elsewhere(scene: Scene, snowflake: Snowflake) -> Iterator[str]:
    """A share by hand in a database that is not Firn's; Firn's role made the view and the share."""
    name = f"OTHER_{uuid4().hex[:8].upper()}"
    admin, firn = snowflake.admin, snowflake.colleague
    admin.run(f"CREATE DATABASE {name}")
    admin.run(f"CREATE SCHEMA {name}.S")
    admin.run(f"GRANT USAGE ON DATABASE {name} TO ROLE FIRN WITH GRANT OPTION")
    admin.run(f"GRANT USAGE ON SCHEMA {name}.S TO ROLE FIRN WITH GRANT OPTION")
    admin.run(f"GRANT CREATE VIEW ON SCHEMA {name}.S TO ROLE FIRN")
    firn.run(f"CREATE SECURE VIEW {name}.S.MY_FLIGHTS AS {FILTERED}")
    firn.run(f"CREATE SHARE {name}")
    firn.run(f"GRANT USAGE ON DATABASE {name} TO SHARE {name}")
    firn.run(f"GRANT USAGE ON SCHEMA {name}.S TO SHARE {name}")
    firn.run(f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {name}")
    firn.run(f"GRANT SELECT ON VIEW {name}.S.MY_FLIGHTS TO SHARE {name}")
    firn.run(f"ALTER SHARE {name} ADD ACCOUNTS = CARRIERUA.ANALYTICS")
    yield name
    firn.run(f"DROP SHARE IF EXISTS {name}")
    admin.run(f"DROP DATABASE {name}")


def test_a_database_in_which_firn_may_make_nothing_is_said(scene: Scene, elsewhere: str) -> None:
    with pytest.raises(CannotAdopt, match="Grant USAGE and CREATE SCHEMA"):
        proposal(scene, elsewhere)


def test_a_share_of_another_database_stays_there(scene: Scene, snowflake: Snowflake, elsewhere: str) -> None:
    snowflake.admin.run(f"GRANT CREATE SCHEMA ON DATABASE {elsewhere} TO ROLE FIRN")
    epoch = snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")[0]["comment"]
    share = adopt(scene, elsewhere)
    settle(share)
    database = f"M_{elsewhere}"
    snowflake.ua.run(f"CREATE DATABASE {database} FROM SHARE SKYLEDGER.DATA.{elsewhere}")
    assert numbers(snowflake, f"{database}.{share.schema}.FLIGHTS") == OWN
    assert numbers(snowflake, f"{database}.S.MY_FLIGHTS") == OWN
    snowflake.ua.run(f"DROP DATABASE {database}")
    now = snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")[0]["comment"]
    assert set(epoch.split()) <= set(now.split()), "the mark of the account is where it was"
    assert "firn:" not in snowflake.colleague.run(f"SHOW DATABASES LIKE '{elsewhere}'")[0]["comment"]


@pytest.fixture
def theirs(scene: Scene, snowflake: Snowflake) -> Iterator[str]:
    """A share by hand of a role of its own, called like it; the view in it is Firn's."""
    name = f"THEIRS_{uuid4().hex[:8].upper()}"
    view = f"FIRN_OUT.{name}.MY_FLIGHTS"
    snowflake.colleague.run(f"CREATE SCHEMA FIRN_OUT.{name}")
    snowflake.colleague.run(f"CREATE SECURE VIEW {view} AS {FILTERED}")
    passed_on = [
        "REFERENCE_USAGE ON DATABASE LAKE",
        "USAGE ON DATABASE FIRN_OUT",
        f"USAGE ON SCHEMA FIRN_OUT.{name}",
        f"SELECT ON VIEW {view}",
    ]
    for sql in (
        f"CREATE ROLE {name}",
        f"GRANT ROLE {name} TO ROLE ACCOUNTADMIN",
        f"GRANT CREATE SHARE ON ACCOUNT TO ROLE {name}",
        f"GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE {name}",
        *(f"GRANT {what} TO ROLE {name} WITH GRANT OPTION" for what in passed_on),
        f"USE ROLE {name}",
        f"CREATE SHARE {name} COMMENT = 'for United'",
        f"GRANT USAGE ON DATABASE FIRN_OUT TO SHARE {name}",
        f"GRANT USAGE ON SCHEMA FIRN_OUT.{name} TO SHARE {name}",
        f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {name}",
        f"GRANT SELECT ON VIEW {view} TO SHARE {name}",
        f"ALTER SHARE {name} ADD ACCOUNTS = CARRIERUA.ANALYTICS",
        "USE ROLE ACCOUNTADMIN",
    ):
        snowflake.admin.run(sql)
    yield name
    snowflake.admin.run(f"GRANT ROLE {name} TO ROLE ACCOUNTADMIN")
    snowflake.admin.run(f"DROP SHARE IF EXISTS {name}")
    snowflake.admin.run(f"DROP ROLE {name}")
    snowflake.colleague.run(f"DROP SCHEMA FIRN_OUT.{name}")


def test_a_share_of_another_role_is_not_seen_and_one_that_firn_s_role_inherits_is_taken_over(
    scene: Scene, snowflake: Snowflake, theirs: str
) -> None:
    client = open_client(scene.provider)
    assert theirs not in [item.name for item in candidates(client, scene.provider)]
    client.close()
    snowflake.admin.run(f"REVOKE ROLE {theirs} FROM ROLE ACCOUNTADMIN")
    snowflake.admin.run(f"GRANT ROLE {theirs} TO ROLE FIRN")
    share = adopt(scene, theirs, days=0)
    settle(share)
    settle(share, Run.Trigger.CHECK)
    with mounted(snowflake.ua, share) as database:
        assert numbers(snowflake, f"{database}.{share.schema}.FLIGHTS") == OWN
        assert snowflake.ua.refused(f"SELECT * FROM {database}.{theirs}.MY_FLIGHTS") == 2003
    snowflake.admin.run(f"DROP SHARE {theirs}")


@pytest.fixture
def as_administrator(scene: Scene, snowflake: Snowflake, settings: Settings) -> None:
    """Who sees every share, whoever owns it."""
    file, word = snowflake.folder / "adopting.toml", f'password = "{PASSWORD}"'
    file.touch(mode=0o600)
    file.write_text(SECTION.format(name="data", user="ADMIN", role="ACCOUNTADMIN", secret=word, port=snowflake.port))
    settings.SNOWFLAKE_CONNECTIONS_FILE = file


def test_what_belongs_to_another_role_is_said_with_the_way_to_it(
    scene: Scene, snowflake: Snowflake, theirs: str, as_administrator: None
) -> None:
    snowflake.admin.run(f"REVOKE ROLE {theirs} FROM ROLE ACCOUNTADMIN")
    obstacle = candidate(scene, theirs).obstacle
    assert obstacle is not None
    assert f"belongs to the role {theirs}" in obstacle.words
    assert f"Have GRANT ROLE {theirs} TO ROLE ACCOUNTADMIN; run" in obstacle.what_to_do
    assert "let the customer request a new share" in obstacle.what_to_do


def test_nobody_is_told_to_make_firn_an_administrator(scene: Scene, snowflake: Snowflake) -> None:
    name = f"OF_SYSADMIN_{uuid4().hex[:8].upper()}"
    snowflake.admin.run("GRANT CREATE SHARE ON ACCOUNT TO ROLE SYSADMIN")
    snowflake.admin.run("USE ROLE SYSADMIN")
    snowflake.admin.run(f"CREATE SHARE {name}")
    snowflake.admin.run("USE ROLE ACCOUNTADMIN")
    snowflake.admin.run("GRANT ROLE SYSADMIN TO ROLE FIRN")
    try:
        obstacle = candidate(scene, name).obstacle
    finally:
        snowflake.admin.run("REVOKE ROLE SYSADMIN FROM ROLE FIRN")
        snowflake.admin.run("REVOKE CREATE SHARE ON ACCOUNT FROM ROLE SYSADMIN")
        snowflake.admin.run(f"DROP SHARE {name}")
    assert obstacle is not None
    assert "belongs to the role SYSADMIN" in obstacle.words
    assert "GRANT ROLE" not in obstacle.what_to_do
    assert "let the customer request a new share" in obstacle.what_to_do
