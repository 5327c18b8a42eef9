"""The catalog by hand: nothing unsound is published, changes are on record, columns follow the lake when told to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.audit.models import AuditEntry
from shares.models import Dataset, DatasetObject
from tests.admin.pages import act, change, told
from tests.services.rows import Scene, person, view
from tests.snowflake.world import Snowflake


def form_of(made: Dataset, **fields: Any) -> dict[str, Any]:
    """What the dataset's page posts."""
    objects = list(made.dataset_objects.all())
    inline = {"dataset_objects-TOTAL_FORMS": len(objects), "dataset_objects-INITIAL_FORMS": len(objects)}
    for number, item in enumerate(objects):
        inline |= {f"dataset_objects-{number}-id": item.pk, f"dataset_objects-{number}-dataset": made.pk}
    return {
        "slug": made.slug,
        "name": made.name,
        "summary": made.summary,
        "provider_accounts": [account.pk for account in made.provider_accounts.all()],
        "approvers": [user.pk for user in made.approvers.all()],
        "is_published": "on",
        "notice_days": made.notice_days,
        **inline,
        **fields,
    }


def draft(scene: Scene) -> Dataset:
    scene.flights.versions.all().delete()
    Dataset.objects.filter(pk=scene.flights.pk).update(is_published=False)
    return Dataset.objects.get(pk=scene.flights.pk)


def test_a_sound_draft_is_published_and_that_is_on_record(eve: Client, scene: Scene) -> None:
    made = draft(scene)
    assert eve.post(change(made), form_of(made)).status_code == 302
    made.refresh_from_db()
    assert made.is_published
    assert made.version == made.versions.get(number=1, published_by=scene.eve)
    entry = AuditEntry.objects.filter(action="admin.dataset.changed").get()
    assert entry.data["fields"] == ["is_published"]


def test_a_dataset_with_everybodys_rows_is_not_published(eve: Client, scene: Scene) -> None:
    made = draft(scene)
    view(made, "OPEN", tenant_column="")
    page = eve.post(change(made), form_of(made))
    assert "OPEN has no tenant column." in page.content.decode()
    made.refresh_from_db()
    assert not made.is_published


def test_a_new_dataset_starts_as_a_draft(eve: Client, scene: Scene) -> None:
    posted = form_of(scene.flights, slug="new", name="New") | {
        "dataset_objects-TOTAL_FORMS": 0,
        "dataset_objects-INITIAL_FORMS": 0,
    }
    assert "Save it as a draft" in eve.post(reverse("admin:shares_dataset_add"), posted).content.decode()
    posted.pop("is_published")
    assert eve.post(reverse("admin:shares_dataset_add"), posted).status_code == 302
    assert not Dataset.objects.get(slug="new").is_published


def test_publishing_without_approver_warns(eve: Client, scene: Scene) -> None:
    made = draft(scene)
    page = eve.post(change(made), form_of(made, approvers=[]))
    assert any("no active approver" in line for line in told(page))


def test_an_object_without_tenant_column_is_refused(eve: Client, scene: Scene) -> None:
    item = scene.flights.dataset_objects.get()
    posted = {"dataset": scene.flights.pk, "kind": "view", "shared_name": "FLIGHTS", "is_exposed": "on"}
    posted |= {"source_database": "LAKE", "source_schema": "NYC", "source_name": "FLIGHTS"}
    posted |= {"columns-TOTAL_FORMS": 0, "columns-INITIAL_FORMS": 0}
    page = eve.post(change(item), posted)
    assert "Name the column that separates tenants" in page.content.decode()
    item.refresh_from_db()
    assert item.tenant_column == "CARRIER"


@pytest.fixture
def moved(scene: Scene, snowflake: Snowflake) -> DatasetObject:
    """An object whose list of columns is not the lake's: DEST is gone, FLIGHT is new, the rest has types now."""
    item = scene.flights.dataset_objects.get()
    item.columns.create(position=9, name="DEST", data_type="VARCHAR")
    return item


def columns_page(item: DatasetObject) -> str:
    return reverse("admin:shares_datasetobject_columns", args=[item.pk])


def test_refresh_columns_leads_to_the_page_that_shows_them(eve: Client, scene: Scene) -> None:
    item = scene.flights.dataset_objects.get()
    assert act(eve, "refresh_columns", [item])["Location"] == columns_page(item)
    both = DatasetObject.objects.all()
    assert told(act(eve, "refresh_columns", both)) == [
        "Choose one object: its changes are shown before they are saved."
    ]


def test_changes_are_shown_before_anything_is_saved(eve: Client, moved: DatasetObject) -> None:
    page = eve.get(columns_page(moved)).content.decode()
    assert "DEST VARCHAR" in page.split("Gone from the source")[1].split("</ul>")[0]
    assert "TIME_HOUR: VARCHAR →" in page
    assert 'value="FLIGHT"' in page
    assert "checked" not in page
    assert sorted(moved.columns.values_list("name", flat=True)) == ["CARRIER", "DEST", "ORIGIN", "TIME_HOUR"]


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0].replace("&quot;", '"').replace("&#x27;", "'")


def test_only_ticked_columns_are_published(eve: Client, moved: DatasetObject) -> None:
    seen = seen_on(eve.get(columns_page(moved)).content.decode())
    assert eve.post(columns_page(moved), {"seen": seen}).status_code == 302
    assert sorted(moved.columns.values_list("name", flat=True)) == ["CARRIER", "ORIGIN", "TIME_HOUR"]
    seen = seen_on(eve.get(columns_page(moved)).content.decode())
    assert eve.post(columns_page(moved), {"seen": seen, "publish": ["FLIGHT"]}).status_code == 302
    assert "FLIGHT" in moved.columns.values_list("name", flat=True)


def test_when_the_lake_moved_on_the_page_is_shown_again(eve: Client, moved: DatasetObject) -> None:
    page = eve.post(columns_page(moved), {"seen": "+OLD VARCHAR"})
    assert page.status_code == 422
    assert "has changed again" in page.content.decode()
    assert moved.columns.filter(name="DEST").exists()


def test_live_shares_and_needed_columns_are_pointed_out(eve: Client, scene: Scene, moved: DatasetObject) -> None:
    scene.approved()
    DatasetObject.objects.filter(pk=moved.pk).update(freshness_column="DEST")
    page = eve.get(columns_page(moved)).content.decode()
    assert "1 live share of this dataset" in page
    assert "DEST: gone from the source, but this object names it." in page


def test_a_source_that_is_gone_is_told_in_words(eve: Client, moved: DatasetObject) -> None:
    DatasetObject.objects.filter(pk=moved.pk).update(source_name="GONE")
    page = eve.get(columns_page(moved))
    assert page.status_code == 302
    assert "does not exist" in told(page)[0]


def test_only_who_may_change_the_catalog_may_look_into_the_lake(dan: Client, moved: DatasetObject) -> None:
    assert dan.get(columns_page(moved)).status_code == 403


def test_an_unfinished_draft_keeps_nobody_from_editing_the_dataset(eve: Client, scene: Scene) -> None:
    view(scene.flights, "OPEN", tenant_column="")
    page = eve.post(change(scene.flights), form_of(scene.flights, summary="Anew."))
    assert page.status_code == 302
    assert any("OPEN has no tenant column." in line for line in told(page))
    scene.flights.refresh_from_db()
    assert scene.flights.summary == "Anew."


def test_whoever_approves_stands_in_the_log_before_and_after_by_a_number(eve: Client, scene: Scene) -> None:
    deb = person("deb@sky.test", "Deb")
    fields = form_of(scene.flights, approvers=[scene.dan.pk, deb.pk])
    assert eve.post(change(scene.flights), fields).status_code == 302
    entry = AuditEntry.objects.get(action="admin.dataset.changed")
    both = entry.data["changes"]["approvers"]
    assert both["before"] == [f"⟦person {scene.dan.pk}⟧"]
    assert both["after"] == [f"⟦person {scene.dan.pk}⟧", f"⟦person {deb.pk}⟧"]
