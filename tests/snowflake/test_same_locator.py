"""Two accounts of different owners with the same locator, in two regions: CARRIERUA's here, Mallory's in Frankfurt."""

from __future__ import annotations

from shares.core.accounts import parse
from shares.models import ConsumerAccount, Share
from shares.models.shares import Purpose
from shares.services import handshakes, preflight
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import can_see, mounted, rows_of
from tests.snowflake.world import Snowflake

TWIN = "MALLORY.EUROPE"


def typed(scene: Scene, text: str) -> ConsumerAccount:
    """The account as it is kept of what somebody typed, taken for proved."""
    identity = parse(text)
    return scene.account("", "", locator=identity.locator, region=identity.region)


def test_the_one_that_was_typed_reads_and_its_twin_sees_nothing(scene: Scene, snowflake: Snowflake) -> None:
    twin = snowflake.person(TWIN)
    assert {who.run("SELECT CURRENT_ACCOUNT() AS A")[0]["a"] for who in (twin, snowflake.ua)} == {"CUA30001"}
    account = typed(scene, "cua30001.us-east-1")
    share = ready(scene.share(account))
    with mounted(snowflake.ua, share) as database:
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    account.refresh_from_db()
    assert (account.snowflake_organization, account.account_name) == ("CARRIERUA", "ANALYTICS")
    assert not can_see(twin, share)
    for provider in ("SKYLEDGER.DATA", "SKY10001", "AWS_US_EAST_1.SKY10001"):
        assert twin.refused(f"CREATE DATABASE STOLEN FROM SHARE {provider}.{share.name}")


def test_the_twin_is_not_offered_what_is_not_there(scene: Scene) -> None:
    typed(scene, "cua30001.us-east-1")
    assert preflight.check(scene.united, parse("cua30001.us-east-1"), [scene.flights]).possible
    assert not preflight.check(scene.united, parse("CUA30001.eu-central-1.aws"), [scene.flights]).possible


def test_a_share_with_the_twin_lets_neither_in(scene: Scene, snowflake: Snowflake) -> None:
    """Whoever gets past the check, by a mistake of ours: here the bare locator would mean CARRIERUA's account."""
    share = scene.share(typed(scene, "https://cua30001.eu-central-1.snowflakecomputing.com"))
    before = snowflake.now()
    settle(share)
    assert not [sql for sql in snowflake.changes_since(before) if "ADD ACCOUNTS" in sql]
    assert not can_see(snowflake.ua, share)
    assert not can_see(snowflake.person(TWIN), share)


def test_nor_is_a_code_sent_to_its_namesake(scene: Scene, snowflake: Snowflake) -> None:
    account = scene.account("", "", locator="CUA30001", region="AWS_EU_CENTRAL_1", proof="", proved_at=None)
    handshakes.start(account, scene.provider, scene.ada)
    carrier = Share.objects.get(purpose=Purpose.HANDSHAKE)
    before = snowflake.now()
    settle(carrier)
    assert not [sql for sql in snowflake.changes_since(before) if "ADD ACCOUNTS" in sql]
    assert not can_see(snowflake.ua, carrier)
