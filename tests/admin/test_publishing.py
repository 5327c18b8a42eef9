"""“Publish…” in the administration: the difference and whom it concerns, before anything changes for anybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shares.models import Dataset, DatasetVersion, ProviderAccount
from tests.admin.pages import act, change, told
from tests.services.rows import Scene, view
from tests.snowflake.world import Snowflake


def page_of(dataset: Dataset) -> str:
    return reverse("admin:shares_dataset_publish", args=[dataset.pk])


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def publish(eve: Client, dataset: Dataset, note: str = "") -> DatasetVersion:
    """As a person does it: look, then press the button."""
    seen = seen_on(eve.get(page_of(dataset)).content.decode())
    assert eve.post(page_of(dataset), {"seen": seen, "note": note}).status_code == 302
    dataset.refresh_from_db()
    assert dataset.version is not None
    return dataset.version


def test_an_addition_is_shown_with_the_shares_that_get_it(eve: Client, scene: Scene) -> None:
    share = scene.share_of(scene.approved())
    scene.flights.dataset_objects.get().columns.create(position=9, name="DEST", data_type="VARCHAR")
    page = eve.get(page_of(scene.flights)).content.decode()
    assert "FLIGHTS.DEST VARCHAR is new." in page
    assert "1 share affected" in page
    assert share.name in page
    assert "comes to every share that is up to date at once" in page
    assert scene.flights.versions.count() == 1
    assert publish(eve, scene.flights, "As asked.").note == "As asked."


def test_what_breaks_says_until_when_everybody_keeps_what_they_have(
    eve: Client, scene: Scene, snowflake: Snowflake
) -> None:
    scene.approved()
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    DatasetVersion.objects.filter(dataset=scene.flights).update(content=typeless(scene.flights))
    page = eve.get(page_of(scene.flights)).content.decode()
    assert "Breaks queries that use it." in page
    assert "(14 days)" in page
    version = publish(eve, scene.flights)
    assert (version.notice_until is not None, version.hurried) == (True, "")


def typeless(dataset: Dataset) -> list[dict[str, object]]:
    """The newest version's content without types, which the small world's lake does not share with these rows."""
    assert dataset.version is not None
    return [
        {**row, "columns": [{**cell, "data_type": ""} for cell in row["columns"]]} for row in dataset.version.content
    ]


def test_what_the_lake_has_no_more_cannot_be_kept(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    scene.approved()
    item = scene.flights.dataset_objects.get()
    item.columns.create(position=9, name="DEST", data_type="VARCHAR")
    publish(eve, scene.flights)
    item.columns.filter(name="DEST").delete()
    page = eve.get(page_of(scene.flights)).content.decode()
    assert "LAKE.NYC.FLIGHTS has no column DEST any more." in page
    assert "every share moves at once" in page
    version = publish(eve, scene.flights)
    assert "no column DEST" in version.hurried
    assert version.notice_until == version.published_at


def test_a_lake_that_cannot_be_asked_is_said(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    ProviderAccount.objects.update(connection_name="nowhere")
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    assert any("could not be asked" in line for line in told(eve.get(page_of(scene.flights))))


def test_an_unsound_draft_has_no_button(eve: Client, scene: Scene) -> None:
    view(scene.flights, "OPEN", tenant_column="")
    page = eve.get(page_of(scene.flights)).content.decode()
    assert "OPEN has no tenant column." in page
    assert 'value="Publish"' not in page


def test_a_draft_that_moved_on_is_shown_again(eve: Client, scene: Scene) -> None:
    view(scene.flights, "MORE")
    seen = seen_on(eve.get(page_of(scene.flights)).content.decode())
    view(scene.flights, "EVEN_MORE")
    page = eve.post(page_of(scene.flights), {"seen": seen})
    assert page.status_code == 422
    assert "Look at it once more." in page.content.decode()
    assert scene.flights.versions.count() == 1


def test_nothing_new_leads_back(eve: Client, scene: Scene) -> None:
    page = eve.get(page_of(scene.flights))
    assert page["Location"] == change(scene.flights)
    assert "edit its objects first" in told(page)[0]


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_change_the_catalog_may_publish(dan: Client, scene: Scene, method: str) -> None:
    view(scene.flights, "MORE")
    assert getattr(dan, method)(page_of(scene.flights)).status_code == 403
    assert scene.flights.versions.count() == 1


def test_a_version_is_withdrawn_after_a_question(eve: Client, scene: Scene, snowflake: Snowflake) -> None:
    scene.approved()
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    DatasetVersion.objects.filter(dataset=scene.flights).update(content=typeless(scene.flights))
    version = publish(eve, scene.flights)
    assert "Withdraw these versions?" in act(eve, "withdraw", [version]).content.decode()
    version.refresh_from_db()
    assert version.withdrawn_at is None
    act(eve, "withdraw", [version], confirmed="yes", reason="A mistake.")
    version.refresh_from_db()
    assert version.withdrawn_by == scene.eve


def test_an_edit_says_that_it_is_a_draft(eve: Client, scene: Scene) -> None:
    item = scene.flights.dataset_objects.get()
    posted = {"dataset": scene.flights.pk, "kind": "view", "shared_name": "FLIGHTS", "is_exposed": "on"}
    posted |= {"source_database": "LAKE", "source_schema": "NYC", "source_name": "FLIGHTS"}
    posted |= {"tenant_column": "CARRIER", "description": "Anew."}
    cells = list(item.columns.all())
    posted |= {"columns-TOTAL_FORMS": len(cells), "columns-INITIAL_FORMS": len(cells)}
    for number, cell in enumerate(cells):
        row = {"id": cell.pk, "object": item.pk, "position": cell.position, "name": cell.name, "data_type": "VARCHAR"}
        row["treatment"] = "share"
        posted |= {f"columns-{number}-{name}": value for name, value in row.items()}
    page = eve.post(change(item), posted)
    assert page.status_code == 302
    assert any("a draft until it is published" in line for line in told(page))
