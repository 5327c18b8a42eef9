"""An old backup, a copy and a stranger's share: the portal notices, changes nothing, and waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.core import claims as words
from shares.jobs.sweep import ring_due_accounts
from shares.models import AccountClaim, ProviderAccount, Run, Share
from shares.services import claims, grants
from shares.services.reconcile import reconcile
from shares.services.watch import check, listed
from shares.snowflake import inspect
from shares.snowflake.client import Client
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.copies import copy
from tests.snowflake.world import Snowflake


@pytest.fixture
def share(scene: Scene) -> Share:
    return ready(scene.share(None, scene.flights))


@pytest.fixture
def client(scene: Scene, share: Share) -> Iterator[Client]:
    from shares.services.sessions import open_client

    client = open_client(scene.provider)
    yield client
    client.close()


def epoch(snowflake: Snowflake, settings: Settings) -> words.Epoch | None:
    (row,) = snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")
    return words.read(row["comment"], settings.FIRN_INSTANCE)


def doubt(scene: Scene) -> str:
    return AccountClaim.objects.get(account=scene.provider).doubt


def refused(share: Share) -> str:
    run = reconcile(share.pk, Run.Trigger.DECISION)
    assert run is not None
    assert run.outcome == Run.Outcome.FAILED
    return run.words


def take(client: Client, scene: Scene) -> None:
    comment = inspect.database_comment(client, "FIRN_OUT") or ""
    marks = claims.marks_in(listed(client, scene.provider).comments)
    claims.take(client, scene.provider, comment, marks, scene.eve, "The other one is a test.")


def names(snowflake: Snowflake) -> set[str]:
    return {row["name"] for row in snowflake.colleague.run("SHOW SHARES LIKE 'S_%'") if row["kind"] == "OUTBOUND"}


def test_the_first_change_leaves_the_epoch_and_keeps_the_comment(
    share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    seen = epoch(snowflake, settings)
    assert seen is not None
    entry = AuditEntry.objects.get(pk=seen.number)
    assert (entry.action, entry.mac[:16]) == ("account.epoch_noted", seen.seal)
    assert snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")[0]["comment"].startswith("firn ")


def test_a_change_soon_after_is_noted_by_the_next_check(
    scene: Scene, share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    first = epoch(snowflake, settings)
    scene.grant(share, scene.airports)
    settle(share)
    assert epoch(snowflake, settings) == first
    check(scene.provider.pk)
    now = epoch(snowflake, settings)
    assert first is not None
    assert now is not None
    assert now.number > first.number
    before = snowflake.now()
    check(scene.provider.pk)
    assert not [text for text in snowflake.firn_since(before) if text.startswith("COMMENT")]


def test_an_older_backup_takes_nothing_back(scene: Scene, share: Share, snowflake: Snowflake, tmp_path: Path) -> None:
    old = copy(tmp_path, snowflake.connections)
    scene.grant(share, scene.airports)
    settle(share)
    check(scene.provider.pk)
    before = snowflake.now()
    outcome, said, alerts = old.run(
        "first = reconcile(share.pk); second = reconcile(share.pk); check(account.pk)",
        "[first.outcome, first.words, Outgoing.objects.filter(kind='alert').count()]",
    )
    assert outcome == Run.Outcome.FAILED
    assert "The database is older than what stands in Snowflake" in said
    assert alerts == 1
    assert snowflake.changes_since(before) == []
    assert not settle(share, Run.Trigger.CHECK).drift


def test_of_two_portals_on_one_account_the_second_to_write_stops(
    scene: Scene, share: Share, snowflake: Snowflake, client: Client, tmp_path: Path
) -> None:
    other = copy(tmp_path, snowflake.connections)
    ended = "grants.suspend(share, User.objects.get(email='eve@sky.test'), 'Mine.')"
    run = f"{ended}; AccountClaim.objects.update(noted_at=None); run = reconcile(share.pk)"
    assert other.run(run, "run.outcome") == Run.Outcome.CONVERGED
    scene.grant(share, scene.airports)
    before = snowflake.now()
    assert "audit log" in refused(share)
    refused(share)
    assert snowflake.changes_since(before) == []
    assert Outgoing.objects.filter(kind="alert", to="eve@sky.test").count() == 1
    take(client, scene)
    settle(share)
    assert share.mounted_at is None
    assert other.run("run = reconcile(share.pk)", "run.outcome") == Run.Outcome.FAILED


def test_a_copy_under_another_address_does_not_even_sign_in(
    scene: Scene, share: Share, snowflake: Snowflake, settings: Settings
) -> None:
    settings.PUBLIC_BASE_URL = "https://staging.test"
    grants.end(share, scene.eve, "Only a test.")
    before = snowflake.now()
    assert "staging.test" in refused(share)
    assert snowflake.firn_since(before) == []
    assert doubt(scene) == "address"


def test_another_port_is_no_other_portal(share: Share, settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "http://firn.test:8443"
    settle(share)


def test_a_share_with_our_mark_that_is_not_known_is_never_touched(
    scene: Scene, share: Share, snowflake: Snowflake, client: Client
) -> None:
    lost = ready(scene.share(scene.account("CARRIERDL")))
    name = lost.name
    lost.runs.all().delete()
    scene.forget(lost)
    grants.end(share, scene.eve, "Over.")
    before = snowflake.now()
    assert name in check(scene.provider.pk)
    refused(share)
    assert snowflake.changes_since(before) == []
    take(client, scene)
    assert not AccountClaim.objects.get().doubt
    settle(share)
    assert "in doubt" not in check(scene.provider.pk)
    assert name in names(snowflake)
    assert [row["name"] for row in snowflake.colleague.run(f"SHOW GRANTS TO SHARE {name}")]


def test_a_doubt_ends_by_itself_when_its_reason_does(scene: Scene, share: Share, snowflake: Snowflake) -> None:
    (row,) = snowflake.colleague.run("SHOW DATABASES LIKE 'FIRN_OUT'")
    theirs = words.write(row["comment"], share.mark.split(":")[1], words.Epoch(10**9, "a" * 16))
    snowflake.colleague.run(f"COMMENT ON DATABASE FIRN_OUT IS '{theirs}'")
    assert "epoch 1000000000" in check(scene.provider.pk)
    assert doubt(scene) == "newer"
    snowflake.colleague.run(f"COMMENT ON DATABASE FIRN_OUT IS '{row['comment']}'")
    ProviderAccount.objects.update(next_check_at=None)
    assert ring_due_accounts() == 1
    assert "shares looked at" in check(scene.provider.pk)
    settle(share, Run.Trigger.CHECK)
