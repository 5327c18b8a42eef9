"""Publishing: the draft is nobody's before, what breaks waits, what is unsound stays, what nobody has can go back."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.models import AuditEntry
from shares.core.accounts import AccountIdentity
from shares.models import Acknowledgement, Dataset, DatasetObject, DatasetVersion, Share
from shares.services import desired, outcomes, publishing, versions
from shares.services.publishing import NotPublished
from tests.jobs.test_sweep import rings
from tests.services.rows import Scene, view

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def share(scene: Scene) -> Share:
    return scene.share_of(scene.approved())


def columns_of(share: Share) -> dict[str, tuple[str, ...]]:
    return {item.name: item.columns for item in desired.spec_of(share, timezone.now()).views}


def add_column(dataset: Dataset, name: str = "DEST") -> None:
    dataset.dataset_objects.get().columns.create(position=9, name=name, data_type="VARCHAR")


def remove_column(dataset: Dataset, name: str = "ORIGIN") -> None:
    dataset.dataset_objects.get().columns.filter(name=name).delete()


def end_notice(version: DatasetVersion) -> None:
    DatasetVersion.objects.filter(pk=version.pk).update(notice_until=timezone.now())


def test_a_draft_changes_no_share(scene: Scene, share: Share) -> None:
    before = desired.spec_of(share, timezone.now())
    add_column(scene.flights)
    view(scene.flights, "MORE")
    DatasetObject.objects.filter(shared_name="FLIGHTS").update(tenant_column="", is_reference=True)
    assert desired.spec_of(share, timezone.now()) == before


def test_what_is_added_comes_at_once_and_rings(scene: Scene, share: Share) -> None:
    add_column(scene.flights)
    OrmQ.objects.all().delete()
    version = publishing.publish(scene.flights, scene.eve, "Asked for by many.")
    assert (version.number, version.notice_until, version.published_by) == (2, None, scene.eve)
    assert columns_of(share)["FLIGHTS"] == ("CARRIER", "ORIGIN", "TIME_HOUR", "DEST")
    assert rings() == [("reconcile", share.pk, "decision")]
    entry = AuditEntry.objects.filter(action="dataset.version_published").order_by("pk").last()
    assert entry is not None
    assert entry.data["changes"] == ["FLIGHTS.DEST VARCHAR is new."]


def test_what_breaks_waits_for_the_end_of_the_notice(scene: Scene, share: Share) -> None:
    Dataset.objects.update(notice_days=3)
    remove_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve)
    assert version.notice_until == version.published_at + timedelta(days=3)
    assert "ORIGIN" in columns_of(share)["FLIGHTS"]
    end_notice(version)
    assert "ORIGIN" not in columns_of(share)["FLIGHTS"]


def test_the_end_of_a_notice_is_when_the_share_is_looked_at_next(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve)
    soon = timezone.now() + timedelta(minutes=5)
    DatasetVersion.objects.filter(pk=version.pk).update(notice_until=soon)
    assert outcomes.next_look(share, timezone.now(), waits_for_mount=False) == soon


def test_an_acknowledgement_moves_one_share_only(scene: Scene, share: Share) -> None:
    other = scene.share_of(scene.approved(identity=AccountIdentity("CARRIERUA", "SECOND", "", "AWS_US_EAST_1")))
    remove_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve)
    Acknowledgement.objects.create(version=version, share=share, acknowledged_by=scene.ada)
    assert "ORIGIN" not in columns_of(share)["FLIGHTS"]
    assert "ORIGIN" in columns_of(other)["FLIGHTS"]


def test_a_new_share_begins_with_the_newest(scene: Scene, share: Share) -> None:
    remove_column(scene.fleet)
    publishing.publish(scene.fleet, scene.eve)
    scene.approved(datasets=[scene.fleet])
    assert columns_of(share) == {
        "FLIGHTS": ("CARRIER", "ORIGIN", "TIME_HOUR"),
        "FLEET": ("CARRIER", "TIME_HOUR"),
    }


def test_two_pending_versions_come_in_their_order(scene: Scene, share: Share) -> None:
    remove_column(scene.flights, "ORIGIN")
    first = publishing.publish(scene.flights, scene.eve)
    remove_column(scene.flights, "TIME_HOUR")
    second = publishing.publish(scene.flights, scene.eve)
    assert [item.number for item in versions.coming(share, [scene.flights], timezone.now())] == [2, 3]
    end_notice(second)
    assert len(columns_of(share)["FLIGHTS"]) == 3
    end_notice(first)
    assert columns_of(share)["FLIGHTS"] == ("CARRIER",)


def test_an_addition_waits_behind_what_breaks(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    first = publishing.publish(scene.flights, scene.eve)
    add_column(scene.flights)
    publishing.publish(scene.flights, scene.eve)
    assert "DEST" not in columns_of(share)["FLIGHTS"]
    end_notice(first)
    assert columns_of(share)["FLIGHTS"] == ("CARRIER", "TIME_HOUR", "DEST")


def test_what_cannot_wait_comes_at_once(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve, hurried="ORIGIN is gone from the lake.")
    assert version.hurried == "ORIGIN is gone from the lake."
    assert "ORIGIN" not in columns_of(share)["FLIGHTS"]


@pytest.mark.parametrize("flaw", ["tenant_column", "freshness_column"])
def test_an_unsound_draft_is_not_published(scene: Scene, share: Share, flaw: str) -> None:
    DatasetObject.objects.filter(dataset=scene.flights).update(**{flaw: "" if flaw == "tenant_column" else "X"})
    with pytest.raises(NotPublished, match=r"tenant column|freshness column"):
        publishing.publish(scene.flights, scene.eve)
    assert scene.flights.versions.count() == 1


def test_a_function_that_reads_what_is_removed_is_not_published(scene: Scene) -> None:
    scene.flights.dataset_objects.create(kind="function", shared_name="F", returns="NUMBER", body="{{GONE}}")
    with pytest.raises(NotPublished, match="F reads GONE"):
        publishing.publish(scene.flights, scene.eve)


def test_nothing_new_is_not_published(scene: Scene) -> None:
    with pytest.raises(NotPublished, match="Nothing differs"):
        publishing.publish(scene.flights, scene.eve)


def test_a_name_that_another_datasets_shares_still_have_is_not_taken(scene: Scene, share: Share) -> None:
    view(scene.flights, "SPARE")
    publishing.publish(scene.flights, scene.eve)
    scene.flights.dataset_objects.filter(shared_name="SPARE").delete()
    pending = publishing.publish(scene.flights, scene.eve)
    view(scene.fleet, "SPARE")
    with pytest.raises(NotPublished, match="SPARE already"):
        publishing.publish(scene.fleet, scene.eve)
    end_notice(pending)
    assert publishing.publish(scene.fleet, scene.eve).number == 2


def test_a_version_that_nobody_has_can_be_withdrawn(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve)
    publishing.withdraw(version, scene.eve, "A mistake.")
    end_notice(version)
    scene.flights.refresh_from_db()
    assert scene.flights.version is not None
    assert scene.flights.version.number == 1
    assert "ORIGIN" in columns_of(share)["FLIGHTS"]
    entry = AuditEntry.objects.get(action="dataset.version_withdrawn")
    assert entry.data == {"version": 2, "reason": "A mistake."}
    with pytest.raises(NotPublished, match="newest"):
        publishing.withdraw(version, scene.eve)


def test_after_a_withdrawal_the_next_number_is_a_new_one(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    publishing.withdraw(publishing.publish(scene.flights, scene.eve), scene.eve)
    assert publishing.publish(scene.flights, scene.eve).number == 3


def test_a_version_that_somebody_has_stays(scene: Scene, share: Share) -> None:
    add_column(scene.flights)
    version = publishing.publish(scene.flights, scene.eve)
    with pytest.raises(NotPublished, match="1 share"):
        publishing.withdraw(version, scene.eve)


def test_the_first_version_stays(scene: Scene) -> None:
    first = scene.flights.versions.get()
    with pytest.raises(NotPublished, match="unpublish"):
        publishing.withdraw(first, scene.eve)


def test_what_was_there_before_versions_becomes_the_first(scene: Scene, share: Share) -> None:
    scene.flights.dataset_objects.create(kind="function", shared_name="F", returns="NUMBER", body="{{FLIGHTS}}")
    publishing.publish(scene.flights, None)
    before = desired.spec_of(share, timezone.now())
    DatasetVersion.objects.all().delete()
    import_module("shares.migrations.0005_first_versions").publish_what_is_there(apps, None)
    assert desired.spec_of(share, timezone.now()) == before
    scene.flights.refresh_from_db()
    assert scene.flights.version is not None
    assert scene.flights.version.items == versions.draft_items(scene.flights)


def test_a_draft_that_nobody_saw_gets_no_version_by_itself(scene: Scene) -> None:
    DatasetVersion.objects.all().delete()
    Dataset.objects.filter(pk=scene.fleet.pk).update(is_published=False)
    import_module("shares.migrations.0005_first_versions").publish_what_is_there(apps, None)
    assert set(DatasetVersion.objects.values_list("dataset", flat=True)) == {scene.flights.pk}


def test_a_dataset_without_a_version_is_never_built(scene: Scene, share: Share) -> None:
    DatasetVersion.objects.filter(dataset=scene.flights).delete()
    with pytest.raises(ValueError, match="never published"):
        desired.spec_of(share, timezone.now())
