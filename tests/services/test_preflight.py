"""What is told of an account while it is typed, from our own tables alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from shares.core.accounts import AccountIdentity
from shares.models import ConsumerAccount, Share
from shares.models.accounts import Edition, ProofKind
from shares.services.preflight import Preflight, check, find_account
from tests.services.rows import EAST, EU, Scene, customer, provider

pytestmark = pytest.mark.django_db
HERE = AccountIdentity("CARRIERUA", "ANALYTICS", "", EAST)


def look(scene: Scene, identity: AccountIdentity) -> Preflight:
    return check(scene.united, identity, [scene.flights])


def known(scene: Scene, **fields: str) -> ConsumerAccount:
    standard = {"snowflake_organization": "CARRIERUA", "account_name": "ANALYTICS", "region": EAST}
    return ConsumerAccount.objects.create(organization=scene.united, **{**standard, **fields})


def test_an_account_in_the_datas_region_is_possible() -> None:
    scene = Scene()
    found = look(scene, HERE)
    assert found.possible
    assert found.provider_account == scene.east
    assert [hint.level for hint in found.hints] == ["ok", "ok", "warn"]
    assert "You prove that it is yours" in found.hints[-1].words


def test_a_proved_account_is_known_to_be_theirs() -> None:
    scene = Scene()
    known(scene, proof=ProofKind.VOUCHED)
    assert look(scene, HERE).hints[-1].words == "Known to be yours."


def test_a_known_accounts_region_need_not_be_typed() -> None:
    scene = Scene()
    known(scene)
    found = look(scene, AccountIdentity("CARRIERUA", "ANALYTICS"))
    assert found.identity.region == EAST
    assert found.possible


def test_a_new_accounts_region_must_be_typed() -> None:
    found = look(Scene(), AccountIdentity("CARRIERUA", "ANALYTICS"))
    assert not found.possible
    assert "Choose the account's region" in found.first_obstacle


def test_another_region_than_the_known_one_is_refused() -> None:
    scene = Scene()
    eu = provider(EU, "DATA_EU")
    scene.flights.provider_accounts.add(eu)
    known(scene)
    found = look(scene, AccountIdentity("CARRIERUA", "ANALYTICS", "", EU))
    assert not found.possible
    assert "US East" in found.first_obstacle


def test_a_region_without_the_provider_says_where_the_data_is() -> None:
    found = look(Scene(), AccountIdentity("CARRIERUA", "ANALYTICS", "", EU))
    assert not found.possible
    assert "US East (N. Virginia), AWS" in found.first_obstacle


def test_a_dataset_not_published_there_is_named() -> None:
    scene = Scene()
    provider(EU, "DATA_EU")
    found = look(scene, AccountIdentity("CARRIERUA", "ANALYTICS", "", EU))
    assert "Flights" in found.first_obstacle


def test_a_switched_off_provider_account_takes_no_new_share() -> None:
    scene = Scene()
    scene.east.is_active = False
    scene.east.save()
    found = look(scene, HERE)
    assert not found.possible
    assert "no region yet" in found.first_obstacle


def business_critical(scene: Scene) -> None:
    scene.east.edition = Edition.BUSINESS_CRITICAL
    scene.east.save()


def test_a_business_critical_provider_warns_where_the_edition_is_not_known() -> None:
    scene = Scene()
    business_critical(scene)
    found = look(scene, HERE)
    assert found.possible
    assert any("HIPAA" in hint.words for hint in found.hints if hint.level == "warn")


def test_a_business_critical_provider_refuses_a_lower_edition_and_takes_its_own() -> None:
    scene = Scene()
    business_critical(scene)
    account = known(scene, edition=Edition.STANDARD)
    assert "Yours is Standard" in look(scene, HERE).first_obstacle
    account.edition = Edition.BUSINESS_CRITICAL
    account.save()
    assert not any("Critical" in hint.words for hint in look(scene, HERE).hints)


def test_a_share_that_is_still_being_taken_down_is_told() -> None:
    scene = Scene()
    share = Share.objects.create(organization=scene.united, consumer_account=known(scene), provider_account=scene.east)
    assert not any("older share" in hint.words for hint in look(scene, HERE).hints)
    for days, words in ((3, "closes for good on"), (-1, "still being taken down")):
        Share.objects.filter(pk=share.pk).update(closes_at=timezone.now() + timedelta(days=days))
        assert any(words in hint.words for hint in look(scene, HERE).hints)
        assert look(scene, HERE).possible


def test_an_address_may_be_a_connections() -> None:
    found = look(Scene(), replace(HERE, from_address=True))
    assert found.possible
    assert any("connection" in hint.words for hint in found.hints)


def test_each_dataset_that_is_not_there_is_named_with_where_it_is() -> None:
    scene = Scene()
    provider(EU, "DATA_EU")
    found = look(scene, AccountIdentity("CARRIERUA", "ANALYTICS", "", EU))
    assert "It is in: US East (N. Virginia), AWS" in found.first_obstacle


def test_another_customers_account_is_refused_without_naming_them() -> None:
    scene = Scene()
    delta = customer("Delta", "DL")
    ConsumerAccount.objects.create(
        organization=delta, snowflake_organization="CARRIERUA", account_name="ANALYTICS", region=EAST
    )
    found = look(scene, HERE)
    assert not found.possible
    assert "another customer" in found.first_obstacle
    assert "Delta" not in found.first_obstacle


def test_a_foreign_locator_does_not_slip_through_beside_ones_own_name() -> None:
    scene = Scene()
    known(scene)
    delta = customer("Delta", "DL")
    ConsumerAccount.objects.create(organization=delta, locator="CUA30001", region=EAST)
    assert not look(scene, AccountIdentity("CARRIERUA", "ANALYTICS", "CUA30001", EAST)).possible


def test_a_locator_counts_only_with_its_region() -> None:
    scene = Scene()
    account = known(scene, snowflake_organization="", account_name="", locator="CUA30001")
    assert find_account(AccountIdentity(locator="CUA30001", region=EAST)) == account
    assert find_account(AccountIdentity(locator="CUA30001", region=EU)) is None
    assert find_account(AccountIdentity(locator="CUA30001")) is None


def test_the_name_wins_over_the_locator() -> None:
    scene = Scene()
    named = known(scene)
    known(scene, snowflake_organization="", account_name="", locator="CUA30001")
    assert find_account(AccountIdentity("CARRIERUA", "ANALYTICS", "CUA30001", EAST)) == named
