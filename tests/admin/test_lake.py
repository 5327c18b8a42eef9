"""Provider accounts: the test of the connection and the import from the lake, against the real sandbox."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shares.models import Dataset, LakeImport, ProviderAccount
from shares.services import importing
from shares.snowflake import lake_sql, sql
from tests.admin.pages import act, told
from tests.services.rows import EU, Scene, provider
from tests.snowflake.world import Snowflake

FLIGHTS = json.dumps(["LAKE", "NYC", "FLIGHTS"])
AIRPORTS = json.dumps(["LAKE", "NYC", "AIRPORTS"])


def lake(scene: Scene) -> str:
    return reverse("admin:shares_provideraccount_lake", args=[scene.east.pk])


def test_a_connection_that_leads_to_the_right_account_is_fine(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    page = act(eve, "test_connection", [scene.east])
    assert told(page) == [f"{scene.east}: signed in, and it is the account that it should be."]


def test_what_differs_is_named(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    ProviderAccount.objects.update(account_name="OTHER", region=EU, locator="XY1")
    words = told(act(eve, "test_connection", [ProviderAccount.objects.get()]))
    assert [line.partition("): ")[2] for line in words] == [
        "The account name here is OTHER, Snowflake says DATA.",
        "The region here is AWS_EU_CENTRAL_1, Snowflake says AWS_US_EAST_1.",
        "The locator here is XY1, Snowflake says SKY10001.",
    ]


def test_a_refused_sign_in_is_told_in_words(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    ProviderAccount.objects.update(connection_name="wrong-key")
    (words,) = told(act(eve, "test_connection", [scene.east]))
    assert "JWT" in words


def test_a_missing_section_is_told_in_words(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    ProviderAccount.objects.update(connection_name="nowhere")
    (words,) = told(act(eve, "test_connection", [scene.east]))
    assert "has no section [nowhere]" in words


def test_a_person_may_try_while_the_breaker_is_open(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    ProviderAccount.objects.update(breaker_until=timezone.now() + timedelta(minutes=5), breaker_reason="x")
    (words,) = told(act(eve, "test_connection", [scene.east]))
    assert "signed in" in words
    scene.east.refresh_from_db()
    assert (scene.east.breaker_until, scene.east.breaker_reason) == (None, "")


def test_import_leads_to_one_accounts_page(eve: Client, scene: Scene) -> None:
    assert act(eve, "import_from_lake", [scene.east])["Location"] == lake(scene)
    both = [scene.east, provider(EU, "DATA_EU")]
    assert told(act(eve, "import_from_lake", both)) == ["Choose one account to import from."]


def test_the_page_lists_what_the_lake_has(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    page = html.unescape(eve.get(lake(scene)).content.decode())
    assert re.search(r"<option selected>LAKE</option>", page)
    assert "NYC.FLIGHTS (table, 6 rows) – in the catalog already" in page
    assert "NYC.AIRPORTS (table, 3 rows) – FAA, " in page
    assert "FIRN_OUT" not in page


def test_the_columns_of_a_schema_are_named_and_those_of_a_database_are_not(
    eve: Client, scene: Scene, snowflake: Snowflake
) -> None:
    snowflake.admin.run("CREATE SCHEMA IF NOT EXISTS LAKE.MORE")
    snowflake.admin.run("CREATE TABLE IF NOT EXISTS LAKE.MORE.FUEL (CARRIER VARCHAR, LITRES NUMBER)")
    snowflake.admin.run("GRANT USAGE ON SCHEMA LAKE.MORE TO ROLE FIRN")
    snowflake.admin.run("GRANT SELECT ON TABLE LAKE.MORE.FUEL TO ROLE FIRN")
    try:
        whole = html.unescape(eve.get(lake(scene)).content.decode())
        one = html.unescape(eve.get(lake(scene), {"schema": "MORE"}).content.decode())
    finally:
        snowflake.admin.run("DROP SCHEMA LAKE.MORE")
    assert "MORE.FUEL (table, 0 rows)" in whole
    assert "NYC.FLIGHTS" in whole
    assert "MORE.FUEL (table, 0 rows) – CARRIER, LITRES" in one
    assert "NYC.FLIGHTS" not in one


def test_of_more_than_snowflake_shows_each_schema_is_looked_at_alone(
    eve: Client, scene: Scene, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SHOW answers no more rows than it says, and the page never takes what it answers for all."""
    monkeypatch.setattr(sql, "PAGE", 5)
    monkeypatch.setattr(lake_sql, "PAGE", 5)
    snowflake.admin.run("CREATE OR REPLACE SCHEMA LAKE.ZOO")
    for name in ("APES", "BEARS", "CATS", "ZEBRAS"):
        snowflake.admin.run(f"CREATE TABLE LAKE.ZOO.{name} (CARRIER VARCHAR)")
        snowflake.admin.run(f"GRANT SELECT ON TABLE LAKE.ZOO.{name} TO ROLE FIRN")
    snowflake.admin.run("GRANT USAGE ON SCHEMA LAKE.ZOO TO ROLE FIRN")
    try:
        whole = html.unescape(eve.get(lake(scene), {"database": "LAKE"}).content.decode())
        one = html.unescape(eve.get(lake(scene), {"database": "LAKE", "schema": "ZOO"}).content.decode())
    finally:
        snowflake.admin.run("DROP SCHEMA LAKE.ZOO")
    assert "Choose a schema to see what it holds." in whole
    assert "ZOO.ZEBRAS" not in whole
    assert "<option>ZOO</option>" in whole
    assert "ZOO.ZEBRAS (table, 0 rows) – CARRIER" in one
    assert "at a time" not in one


def test_ticked_objects_become_a_draft(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    posted = {"database": "LAKE", "name": "From the lake", "tenant_column": "CARRIER", "chosen": [FLIGHTS, AIRPORTS]}
    page = eve.post(lake(scene), posted)
    made = Dataset.objects.get(name="From the lake")
    asked = LakeImport.objects.get(dataset=made)
    assert page["Location"] == reverse("operations-import", args=[asked.public_id])
    assert "0 / 2" in eve.get(page["Location"]).content.decode()

    assert importing.work(asked.pk) == "finished"

    assert not made.is_published
    assert {item.source_name: item.tenant_column for item in made.dataset_objects.all()} == {
        "AIRPORTS": "",
        "FLIGHTS": "CARRIER",
    }
    assert "2 / 2" in eve.get(page["Location"]).content.decode()
    assert "From the lake" in eve.get(lake(scene)).content.decode()


def test_nothing_ticked_is_said_and_nothing_typed_is_lost(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    page = eve.post(lake(scene), {"database": "LAKE", "name": "Half done"})
    assert page.status_code == 422
    assert "Tick at least one table or view." in page.content.decode()
    assert 'value="Half done"' in page.content.decode()
    assert not Dataset.objects.filter(name="Half done").exists()


def test_what_the_lake_does_not_have_cannot_be_imported(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    foreign = json.dumps(["FIRN_OUT", "X", "Y"])
    page = eve.post(lake(scene), {"database": "FIRN_OUT", "name": "X", "chosen": [foreign]})
    assert page.status_code == 422
    assert not Dataset.objects.filter(name="X").exists()


def test_without_a_connection_the_list_comes_back_with_words(eve: Client, scene: Scene, settings: Settings) -> None:
    settings.SNOWFLAKE_CONNECTIONS_FILE = settings.BASE_DIR / "there-is-no-such-file.toml"
    page = eve.get(lake(scene))
    assert page["Location"] == reverse("admin:shares_provideraccount_changelist")
    assert "does not exist" in told(page)[0]


@pytest.mark.parametrize("method", ["get", "post"])
def test_approvers_do_not_look_into_the_lake(dan: Client, scene: Scene, snowflake: Snowflake, method: str) -> None:
    since = snowflake.now()
    assert getattr(dan, method)(lake(scene)).status_code == 403
    assert snowflake.log(since) == []
