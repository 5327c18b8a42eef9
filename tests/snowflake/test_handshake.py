"""The proof of an account, on the wire: only inside it can the code be read, and nothing goes there before."""

from __future__ import annotations

import pytest

from portal.people.models import Organization
from shares.core.accounts import AccountIdentity
from shares.models import ConsumerAccount, Handshake, Share
from shares.models.accounts import ProofKind
from shares.models.shares import Purpose
from shares.services import codes, handshakes, inbound, preflight
from shares.snowflake import customer_sql
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import OWN_FLIGHTS, Snowflake


@pytest.fixture
def account(scene: Scene) -> ConsumerAccount:
    return scene.account(proof="", proved_at=None, proved_by=None)


@pytest.fixture
def carrier(scene: Scene, account: ConsumerAccount) -> Share:
    """The share with the code, built."""
    handshakes.start(account, scene.provider, scene.ada)
    return ready(Share.objects.get(purpose=Purpose.HANDSHAKE))


def test_the_customer_reads_the_code_and_then_its_rows(
    scene: Scene, snowflake: Snowflake, account: ConsumerAccount, carrier: Share
) -> None:
    data = ready(scene.share(account))
    assert snowflake.ua.refused(f"CREATE DATABASE EARLY FROM SHARE SKYLEDGER.DATA.{data.name}") in (2003, 3030)
    with mounted(snowflake.ua, carrier) as database:
        code = snowflake.ua.run(f"SELECT CODE FROM {database}.{carrier.name}.PROOF")[0]["code"]
    handshakes.answer(account, code, scene.ada)
    settle(data)
    with mounted(snowflake.ua, data) as database:
        assert rows_of(snowflake.ua, database, data) == {"UA": OWN_FLIGHTS["UA"]}
    settle(carrier)
    assert snowflake.ua.refused(f"CREATE DATABASE LATE FROM SHARE SKYLEDGER.DATA.{carrier.name}") in (2003, 3030)
    assert carrier.taken_back_at is not None


def test_a_wrongly_typed_account_receives_nothing(scene: Scene, snowflake: Snowflake) -> None:
    """Ada means CARRIERUA and types MALLORY: whoever owns that account tries everything and reads no row."""
    typed = scene.account("MALLORY", "LAB", proof="", proved_at=None, proved_by=None)
    handshakes.start(typed, scene.provider, scene.ada)
    carrier, data = ready(Share.objects.get(purpose=Purpose.HANDSHAKE)), ready(scene.share(typed))
    mallory = snowflake.mallory
    with mounted(mallory, carrier) as database:
        assert [
            row["table_name"] for row in mallory.run(f"SELECT TABLE_NAME FROM {database}.INFORMATION_SCHEMA.VIEWS")
        ] == ["PROOF"]
        for view in ("FLIGHTS", "AIRPORTS"):
            assert mallory.refused(f"SELECT * FROM {database}.{carrier.name}.{view}") == 2003
            assert mallory.refused(f"SELECT * FROM {database}.{data.name}.{view}") == 2003
        assert mallory.refused(f"SELECT {database}.{carrier.name}.FLIGHTS_FROM('EWR')") != 0
        read = mallory.run(f"SELECT CODE FROM {database}.{carrier.name}.PROOF")[0]["code"]
    for provider in ("SKYLEDGER.DATA", "SKY10001"):
        for name in (data.name, data.name.lower(), f'"{data.name}"', data.schema, "FIRN_OUT"):
            assert mallory.refused(f"CREATE DATABASE STOLEN FROM SHARE {provider}.{name}") in (2003, 3030)
            assert mallory.refused(f"DESC SHARE {provider}.{name}") in (2003, 3030)
    # The code that was read is worth nothing without the portal's side, nor as the name of a share sent back.
    for statement in customer_sql.way_back(codes.cleaned(read), scene.provider.identifier).split(";"):
        if statement.strip():
            mallory.run(statement)
    assert "has reached us yet" in inbound.look(Handshake.objects.get(share=carrier).pk)
    theirs = Organization.objects.create(name="Mallory", slug="mallory")
    identity = AccountIdentity("MALLORY", "LAB", region=typed.region)
    assert not preflight.check(theirs, identity, [scene.flights]).possible
    shown = {row["name"] for row in mallory.run("SHOW SHARES")}
    assert not any(data.name in str(name) for name in shown)
    for _ in range(3):
        settle(data)
    typed.refresh_from_db()
    assert not typed.is_proved
    assert f"ALTER SHARE {data.name} ADD ACCOUNTS" not in " ".join(snowflake.changes_since(0))


def test_the_code_is_replaced_in_place_and_the_mount_stays(
    scene: Scene, snowflake: Snowflake, account: ConsumerAccount, carrier: Share
) -> None:
    with mounted(snowflake.ua, carrier) as database:
        read = f"SELECT CODE FROM {database}.{carrier.name}.PROOF"
        old = snowflake.ua.run(read)[0]["code"]
        handshakes.start(account, scene.provider, scene.ada)
        settle(carrier)
        new = snowflake.ua.run(read)[0]["code"]
        assert new != old
        with pytest.raises(handshakes.WrongCode):
            handshakes.answer(account, old, scene.ada)
        handshakes.answer(account, new, scene.ada)
    account.refresh_from_db()
    assert account.proof == ProofKind.HANDSHAKE


def test_a_second_look_at_it_changes_nothing(snowflake: Snowflake, carrier: Share) -> None:
    before = snowflake.now()
    settle(carrier)
    assert snowflake.changes_since(before) == []


def test_nobody_else_reads_the_code(snowflake: Snowflake, carrier: Share) -> None:
    for stranger in (snowflake.mallory, snowflake.dl):
        assert stranger.refused(f"CREATE DATABASE TAKEN FROM SHARE SKYLEDGER.DATA.{carrier.name}") in (2003, 3030)
