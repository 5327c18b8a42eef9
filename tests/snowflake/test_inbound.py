"""The proof the other way round: the customer's own share, seen arriving at the provider's account."""

from __future__ import annotations

import pytest

from shares.models import ConsumerAccount
from shares.models.accounts import ProofKind
from shares.services import codes, handshakes, inbound
from shares.snowflake import customer_sql
from tests.snowflake.builders import Scene
from tests.snowflake.world import Person, Snowflake


@pytest.fixture
def account(scene: Scene) -> ConsumerAccount:
    return scene.account(proof="", proved_at=None, proved_by=None)


def share_back(person: Person, text: str) -> None:
    """Run what the page shows, statement by statement."""
    for statement in text.split(";"):
        if statement.strip():
            person.run(statement)


def test_a_share_of_the_account_s_own_proves_it(scene: Scene, snowflake: Snowflake, account: ConsumerAccount) -> None:
    handshake = handshakes.start(account, scene.provider, scene.ada)
    assert "has reached us yet" in inbound.look(handshake.pk)
    share_back(snowflake.ua, customer_sql.way_back(codes.way_back_code(handshake), scene.provider.identifier))
    assert inbound.look(handshake.pk) == "Found it: CARRIERUA.ANALYTICS is yours."
    account.refresh_from_db()
    assert account.proof == ProofKind.REVERSE
    assert "counts no more" in inbound.look(handshake.pk)


def test_the_same_share_from_another_account_proves_nothing(
    scene: Scene, snowflake: Snowflake, account: ConsumerAccount
) -> None:
    handshake = handshakes.start(account, scene.provider, scene.ada)
    share_back(snowflake.mallory, customer_sql.way_back(codes.way_back_code(handshake), scene.provider.identifier))
    assert "came from MALLORY.LAB. That is not CARRIERUA.ANALYTICS." in inbound.look(handshake.pk)
    account.refresh_from_db()
    assert not account.is_proved
    handshake.refresh_from_db()
    assert handshake.used_at is None
    assert inbound.told(handshake.look_words).startswith("A share with this code")


def test_an_old_name_proves_nothing(scene: Scene, snowflake: Snowflake, account: ConsumerAccount) -> None:
    old = handshakes.start(account, scene.provider, scene.ada)
    share_back(snowflake.ua, customer_sql.way_back(codes.way_back_code(old), scene.provider.identifier))
    new = handshakes.start(account, scene.provider, scene.ada)
    assert "has reached us yet" in inbound.look(new.pk)
    assert "counts no more" in inbound.look(old.pk)


def test_an_account_known_by_its_locator_alone_uses_the_code(scene: Scene) -> None:
    account = scene.account("", "", locator="CUA30001", proof="", proved_at=None, proved_by=None)
    handshake = handshakes.start(account, scene.provider, scene.ada)
    assert "Use the code" in inbound.look(handshake.pk)
