"""From the lake into the catalog, against the real sandbox: what is there, drafts of it, and columns that moved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.audit.record import history
from shares.models import Dataset, DatasetObject
from shares.services import catalog_import, importing
from shares.services.catalog_import import LakeColumn, LakeObject, columns, compare, databases, objects
from shares.services.sessions import open_client
from shares.services.soundness import flaws
from shares.snowflake.client import Client
from tests.services.rows import Scene, view
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def client(snowflake: Snowflake, scene: Scene) -> Iterator[Client]:
    opened = open_client(scene.east)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lake(running: Snowflake) -> Snowflake:
    """One more table with odd names and comments, and a view."""
    for sql in (
        'CREATE TABLE LAKE.NYC."odd Name" ("cArrier" VARCHAR(2), N NUMBER(10,2) COMMENT \'How many.\') '
        "COMMENT = 'Odd but true.'",
        'GRANT SELECT ON TABLE LAKE.NYC."odd Name" TO ROLE FIRN',
        "CREATE VIEW LAKE.NYC.ORIGINS AS SELECT CARRIER, ORIGIN FROM LAKE.NYC.FLIGHTS",
        "GRANT SELECT ON VIEW LAKE.NYC.ORIGINS TO ROLE FIRN",
    ):
        running.admin.run(sql)
    return running


def found(client: Client, name: str) -> LakeObject:
    return next(item for item in objects(client, "LAKE")[0] if item.name == name)


def imported(client: Client, scene: Scene, *names: str, tenant_column: str = "CARRIER") -> Dataset:
    chosen = [found(client, name) for name in names]
    asked = importing.start(scene.east, "New York", chosen, tenant_column, scene.eve)
    assert importing.work(asked.pk) == "finished"
    return asked.dataset


def test_it_lists_the_lake_and_not_what_firn_made(client: Client, scene: Scene) -> None:
    assert databases(client, scene.east) == ["LAKE"]


def test_it_lists_tables_and_views_with_their_rows(client: Client, lake: Snowflake) -> None:
    listed = {item.name: (item.kind, item.rows) for item in objects(client, "LAKE")[0]}
    assert listed["FLIGHTS"] == ("TABLE", 6)
    assert listed["AIRPORTS"] == ("TABLE", 3)
    assert listed["ORIGINS"][0] == "VIEW"
    assert not any(item.schema == "INFORMATION_SCHEMA" for item in objects(client, "LAKE")[0])


def test_it_lists_columns_of_tables_and_of_views(client: Client, lake: Snowflake) -> None:
    assert [column.name for column in columns(client, ("LAKE", "NYC", "FLIGHTS"))] == [
        "CARRIER",
        "FLIGHT",
        "ORIGIN",
        "TIME_HOUR",
    ]
    assert [column.name for column in columns(client, ("LAKE", "NYC", "ORIGINS"))] == ["CARRIER", "ORIGIN"]


def test_an_import_is_a_draft_with_objects_and_columns(client: Client, scene: Scene, lake: Snowflake) -> None:
    DatasetObject.objects.all().delete()
    made = imported(client, scene, "FLIGHTS", "ORIGINS")
    assert (made.is_published, made.slug) == (False, "new-york")
    assert list(made.provider_accounts.all()) == [scene.east]
    assert [(item.shared_name, item.source, item.tenant_column) for item in made.dataset_objects.all()] == [
        ("FLIGHTS", ("LAKE", "NYC", "FLIGHTS"), "CARRIER"),
        ("ORIGINS", ("LAKE", "NYC", "ORIGINS"), "CARRIER"),
    ]
    listed = made.dataset_objects.get(shared_name="FLIGHTS").columns
    assert [column.name for column in listed.all()] == ["CARRIER", "FLIGHT", "ORIGIN", "TIME_HOUR"]
    assert listed.get(name="TIME_HOUR").data_type.startswith("TIMESTAMP_NTZ")
    assert history(made).get().data == {"from": "SKYLEDGER.DATA", "objects": ["LAKE.NYC.FLIGHTS", "LAKE.NYC.ORIGINS"]}


def test_names_and_comments_survive_the_import(client: Client, scene: Scene, lake: Snowflake) -> None:
    item = imported(client, scene, "odd Name").dataset_objects.get()
    assert (item.shared_name, item.source_name, item.description) == ("ODD_NAME", "odd Name", "Odd but true.")
    assert [(column.name, column.description) for column in item.columns.all()] == [("cArrier", ""), ("N", "How many.")]
    item.clean_fields()


def test_names_that_are_taken_are_numbered(client: Client, scene: Scene) -> None:
    Dataset.objects.create(slug="new-york", name="Another", summary="x")
    made = imported(client, scene, "FLIGHTS")
    assert made.slug == "new-york-2"
    assert made.dataset_objects.get().shared_name == "FLIGHTS_2"


def test_what_lacks_the_tenant_column_cannot_be_shared_yet(client: Client, scene: Scene) -> None:
    made = imported(client, scene, "AIRPORTS")
    assert made.dataset_objects.get().tenant_column == ""
    assert "W008" in {flaw.code for flaw in flaws(made)}


def test_looking_changes_nothing_in_snowflake(client: Client, scene: Scene, snowflake: Snowflake) -> None:
    since = snowflake.now()
    databases(client, scene.east)
    imported(client, scene, "FLIGHTS")
    assert snowflake.changes_since(since) == []


def test_an_object_as_in_the_lake_has_no_changes(client: Client, scene: Scene) -> None:
    item = imported(client, scene, "FLIGHTS").dataset_objects.get()
    assert not compare(item, columns(client, item.source))


def live(*pairs: str) -> list[LakeColumn]:
    return [LakeColumn(*pair.split(":")) for pair in pairs]


def test_it_tells_new_gone_and_changed_columns_apart(scene: Scene) -> None:
    item = view(scene.flights, "X", "CARRIER ORIGIN DEST")
    changes = compare(item, live("CARRIER:VARCHAR", "ORIGIN:NUMBER", "SECRET:VARCHAR"))
    assert [column.name for column in changes.new] == ["SECRET"]
    assert [column.name for column in changes.gone] == ["DEST"]
    assert [(old.name, new.data_type) for old, new in changes.retyped] == [("ORIGIN", "NUMBER")]


def test_a_new_column_is_published_only_when_somebody_says_so(scene: Scene) -> None:
    item = view(scene.flights, "X", "CARRIER ORIGIN DEST")
    changes = compare(item, live("CARRIER:VARCHAR", "ORIGIN:NUMBER", "SECRET:VARCHAR", "WANTED:DATE"))
    catalog_import.apply(item, changes, ["WANTED", "NEVER_HEARD_OF"], scene.eve)
    listed = [(column.position, column.name, column.data_type) for column in item.columns.all()]
    assert listed == [(1, "CARRIER", "VARCHAR"), (2, "ORIGIN", "NUMBER"), (3, "WANTED", "DATE")]
    entry = history(scene.flights).get(action="dataset.columns_refreshed")
    assert entry.data == {"object": "X", "added": ["WANTED"], "removed": ["DEST"], "retyped": ["ORIGIN"]}
    assert entry.actor == scene.eve


def test_what_people_wrote_about_a_column_is_kept(scene: Scene) -> None:
    item = view(scene.flights, "X", "CARRIER ORIGIN")
    item.columns.filter(name="CARRIER").update(description="Ours.")
    catalog_import.apply(item, compare(item, live("CARRIER:TEXT:Theirs.", "ORIGIN:VARCHAR:From.")), [], scene.eve)
    assert dict(item.columns.values_list("name", "description")) == {"CARRIER": "Ours.", "ORIGIN": "From."}
