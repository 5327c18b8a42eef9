"""An import from the lake by the worker, against the real sandbox: each object once, nothing published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.record import history
from portal.people.models import User
from shares.models import DatasetObject, LakeImport, LakeImportRow, ProviderAccount
from shares.services import catalog_import, import_words, importing
from shares.services.catalog_import import LakeObject
from shares.services.lake_functions import with_own_names
from shares.services.sessions import open_client
from shares.services.soundness import flaws
from shares.snowflake.client import Client
from tests.services.rows import Scene
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.django_db

LAKE = (
    "CREATE TABLE LAKE.NYC.CREW (CUSTOMER_ID VARCHAR, EMAIL VARCHAR, BADGE VARCHAR)",
    "GRANT SELECT ON TABLE LAKE.NYC.CREW TO ROLE FIRN",
    "CREATE TAG IF NOT EXISTS LAKE.NYC.PRIVACY_CATEGORY",
    "ALTER TABLE LAKE.NYC.CREW MODIFY COLUMN BADGE SET TAG LAKE.NYC.PRIVACY_CATEGORY = 'IDENTIFIER'",
    "CREATE FUNCTION LAKE.NYC.FROM_ORIGIN(WHENCE VARCHAR) RETURNS TABLE (FLIGHT NUMBER) "
    "AS 'SELECT FLIGHT FROM lake.nyc.FLIGHTS WHERE ORIGIN = WHENCE'",
    "GRANT USAGE ON FUNCTION LAKE.NYC.FROM_ORIGIN(VARCHAR) TO ROLE FIRN",
)
UNDO = ("DROP TABLE LAKE.NYC.CREW", "DROP FUNCTION LAKE.NYC.FROM_ORIGIN(VARCHAR)")


@pytest.fixture(scope="module")
def lake(running: Snowflake) -> Iterator[Snowflake]:
    for text in LAKE:
        running.admin.run(text)
    yield running
    for text in UNDO:
        running.admin.run(text)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def client(snowflake: Snowflake, lake: Snowflake, scene: Scene) -> Iterator[Client]:
    opened = open_client(scene.east)
    yield opened
    opened.close()


def table(name: str, kind: str = "TABLE") -> LakeObject:
    return LakeObject("LAKE", "NYC", name, kind)


def asked(scene: Scene, *chosen: LakeObject, tenant_column: str = "", by: User | None = None) -> LakeImport:
    return importing.start(scene.east, "Imported", chosen, tenant_column, by or scene.eve)


def told(made: LakeImport) -> list[tuple[str, str, str]]:
    return [(row.name, row.outcome, row.words) for row in made.rows.all()]


def rings() -> list[tuple[object, ...]]:
    return [(item.task["func"].rpartition(".")[2], *item.task["args"]) for item in OrmQ.objects.all()]


def test_columns_about_persons_are_marked_by_their_tags_and_named_by_their_sound(scene: Scene, client: Client) -> None:
    made = asked(scene, table("CREW"))
    assert importing.work(made.pk) == "finished"
    (row,) = made.rows.all()
    assert "About persons by their tags: BADGE." in import_words.told(row.words)
    assert "Sounds like persons, and has no tag: EMAIL." in import_words.told(row.words)
    assert row.item is not None
    listed = {column.name: (column.is_personal, column.tags) for column in row.item.columns.all()}
    assert listed == {
        "CUSTOMER_ID": (False, ""),
        "EMAIL": (False, ""),
        "BADGE": (True, "PRIVACY_CATEGORY: IDENTIFIER"),
    }


def test_the_tenant_column_is_guessed_and_set_only_when_a_person_says_so(scene: Scene, client: Client) -> None:
    made = asked(scene, table("CREW"), table("FLIGHTS"))
    importing.work(made.pk)
    crew, flights = made.rows.all()
    assert (crew.guess, flights.guess) == ("CUSTOMER_ID", "CARRIER")
    assert set(made.dataset.dataset_objects.values_list("tenant_column", flat=True)) == {""}
    assert "W008" in {flaw.code for flaw in flaws(made.dataset)}

    assert importing.separate(made, [crew], scene.eve) == 1

    assert dict(made.dataset.dataset_objects.values_list("source_name", "tenant_column")) == {
        "CREW": "CUSTOMER_ID",
        "FLIGHTS": "",
    }
    assert history(made.dataset).filter(action="dataset.separated").get().data == {"columns": ["CREW.CUSTOMER_ID"]}
    assert importing.separate(made, [crew], scene.eve) == 0


def test_a_function_comes_with_its_body_in_the_datasets_own_names(scene: Scene, client: Client) -> None:
    found = next(item for item in catalog_import.objects(client, "LAKE")[0] if item.kind == "FUNCTION")
    assert found.name == "FROM_ORIGIN(VARCHAR)"
    made = asked(scene, found, table("FLIGHTS"), tenant_column="CARRIER")
    importing.work(made.pk)
    assert [row.outcome for row in made.rows.all()] == ["done", "done"]
    item = made.dataset.dataset_objects.get(kind="function")
    view = made.dataset.dataset_objects.get(kind="view")
    assert (item.shared_name, item.arguments) == ("FROM_ORIGIN", "WHENCE VARCHAR")
    assert item.body == f"SELECT FLIGHT FROM {{{{{view.shared_name}}}}} WHERE ORIGIN = WHENCE"
    item.full_clean()
    assert not [flaw for flaw in flaws(made.dataset) if flaw.item is not None]


def test_what_cannot_be_read_says_what_to_do_and_stops_nothing_else(scene: Scene, client: Client) -> None:
    made = asked(scene, table("NOT_THERE"), table("AIRPORTS"))
    assert importing.work(made.pk) == "finished"
    gone, airports = made.rows.all()
    assert (gone.outcome, airports.outcome) == ("failed", "done")
    assert "NOT_THERE" in gone.words
    assert "grant it SELECT" in import_words.next_step(gone.what_to_do)
    assert list(made.dataset.dataset_objects.values_list("source_name", flat=True)) == ["AIRPORTS"]


def test_what_failed_is_tried_again_and_what_was_done_is_not(scene: Scene, client: Client, running: Snowflake) -> None:
    made = asked(scene, table("LATER"), table("AIRPORTS"))
    importing.work(made.pk)
    running.admin.run("CREATE TABLE LAKE.NYC.LATER (N NUMBER)")
    running.admin.run("GRANT SELECT ON TABLE LAKE.NYC.LATER TO ROLE FIRN")
    OrmQ.objects.all().delete()
    try:
        assert importing.try_again(made, scene.eve) == 1
        assert rings() == [("lake_import", made.pk)]
        assert importing.work(made.pk) == "finished"
    finally:
        running.admin.run("DROP TABLE LAKE.NYC.LATER")
    assert {row.outcome for row in made.rows.all()} == {"done"}
    assert sorted(made.dataset.dataset_objects.values_list("source_name", flat=True)) == ["AIRPORTS", "LATER"]
    assert importing.try_again(made, scene.eve) == 0


def test_it_is_done_once_however_often_it_is_rung_for(scene: Scene, client: Client) -> None:
    made = asked(scene, table("AIRPORTS"))
    importing.work(made.pk)
    assert importing.work(made.pk) == "done already"
    LakeImport.objects.update(finished_at=None)
    importing.work(made.pk)
    assert made.dataset.dataset_objects.count() == 1


def test_a_refused_sign_in_fails_every_object_with_words(scene: Scene, client: Client) -> None:
    ProviderAccount.objects.update(connection_name="wrong-key")
    made = asked(scene, table("AIRPORTS"), table("FLIGHTS"))
    assert "JWT" in importing.work(made.pk)
    assert {row.outcome for row in made.rows.all()} == {"failed"}
    assert {row.what_to_do for row in made.rows.all()} == {"sign-in"}
    made.refresh_from_db()
    assert made.finished_at is not None


def test_who_lost_the_right_meanwhile_imports_nothing(scene: Scene, client: Client) -> None:
    made = asked(scene, table("AIRPORTS"))
    User.objects.filter(pk=scene.eve.pk).update(is_superuser=False, staff_role="auditor")
    importing.work(made.pk)
    assert {row.outcome for row in made.rows.all()} == {"failed"}
    assert not DatasetObject.objects.filter(dataset=made.dataset).exists()


def test_a_lost_ring_is_repeated(scene: Scene) -> None:
    made = asked(scene, table("AIRPORTS"))
    OrmQ.objects.all().delete()
    assert importing.ring_again(10) == 0
    # A second more: SQLite's clock counts whole milliseconds.
    LakeImport.objects.update(rung_at=timezone.now() - importing.AGAIN - timedelta(seconds=1))
    assert importing.ring_again(10) == 1
    assert rings() == [("lake_import", made.pk)]


def test_nothing_is_published_and_nothing_is_changed_in_snowflake(
    scene: Scene, client: Client, snowflake: Snowflake
) -> None:
    since = snowflake.now()
    made = asked(scene, table("FLIGHTS"), tenant_column="CARRIER")
    importing.work(made.pk)
    assert snowflake.changes_since(since) == []
    made.dataset.refresh_from_db()
    assert (made.dataset.is_published, made.dataset.version) == (False, None)
    assert import_words.told(LakeImportRow.objects.get().words).startswith("4 columns. Tenant column CARRIER.")


def test_names_are_replaced_whole_and_only_as_snowflake_reads_them() -> None:
    view = DatasetObject(
        shared_name="V", source_database="LAKE", source_schema="NYC", source_name="FLIGHTS", kind="view"
    )
    odd = DatasetObject(shared_name="W", source_database="LAKE", source_schema="NYC", source_name="odd Name")
    body = 'SELECT 1 FROM "LAKE".nyc . "FLIGHTS" JOIN LAKE.NYC.FLIGHTS_OLD JOIN LAKE.NYC."odd Name"'
    body += ' JOIN LAKE.NYC."flights"'
    assert with_own_names(body, [view, odd]) == (
        'SELECT 1 FROM {{V}} JOIN LAKE.NYC.FLIGHTS_OLD JOIN {{W}} JOIN LAKE.NYC."flights"'
    )
