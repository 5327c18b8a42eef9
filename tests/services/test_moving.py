"""Coming to a version before its notice is over: by the owner's word, or because the lake cannot wait."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.models import Acknowledgement, DatasetVersion, Share
from shares.services import changes, moving, publishing, versions
from shares.services.grants import NotNow
from tests.jobs.test_sweep import rings
from tests.services.rows import Scene
from tests.services.test_publishing import columns_of, remove_column

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def share(scene: Scene) -> Share:
    return scene.share_of(scene.approved())


@pytest.fixture
def pending(scene: Scene, share: Share) -> DatasetVersion:
    remove_column(scene.flights)
    return publishing.publish(scene.flights, scene.eve)


def mails_of(kind: str) -> list[str]:
    return sorted(Outgoing.objects.filter(kind=kind).values_list("to", flat=True))


def test_an_acknowledgement_moves_the_share_and_is_on_record(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    OrmQ.objects.all().delete()
    moving.acknowledge(share, pending, scene.ada)
    assert "ORIGIN" not in columns_of(share)["FLIGHTS"]
    assert rings() == [("reconcile", share.pk, "decision")]
    entry = AuditEntry.objects.get(action="share.change_acknowledged")
    assert (entry.data, entry.organization) == ({"dataset": "flights", "version": 2}, scene.united)


def test_it_is_taken_once(scene: Scene, share: Share, pending: DatasetVersion) -> None:
    moving.acknowledge(share, pending, scene.ada)
    with pytest.raises(NotNow):
        moving.acknowledge(share, pending, scene.ada)
    assert Acknowledgement.objects.count() == 1


def test_a_withdrawn_version_cannot_be_acknowledged(scene: Scene, share: Share, pending: DatasetVersion) -> None:
    publishing.withdraw(pending, scene.eve)
    with pytest.raises(NotNow, match="withdrawn"):
        moving.acknowledge(share, pending, scene.ada)


def test_an_acknowledged_version_cannot_be_withdrawn(scene: Scene, share: Share, pending: DatasetVersion) -> None:
    moving.acknowledge(share, pending, scene.ada)
    with pytest.raises(publishing.NotPublished):
        publishing.withdraw(pending, scene.eve)


def test_the_owners_are_told_of_the_notice_and_of_its_withdrawal(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    assert mails_of("changing") == ["ada@ua.test"]
    publishing.withdraw(pending, scene.eve)
    assert mails_of("change-withdrawn") == ["ada@ua.test"]


def test_nobody_is_troubled_by_an_addition(scene: Scene, share: Share) -> None:
    scene.flights.dataset_objects.get().columns.create(position=9, name="DEST")
    publishing.publish(scene.flights, scene.eve)
    assert mails_of("changing") == []


def test_what_comes_is_told_with_the_slowest_notice_before_it(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    scene.flights.notice_days = 1
    scene.flights.save()
    remove_column(scene.flights, "TIME_HOUR")
    publishing.publish(scene.flights, scene.eve)
    first, second = changes.coming(share, [scene.flights], timezone.now())
    assert first.at == second.at == pending.notice_until
    assert [item.words for item in second.changes] == ["FLIGHTS.ORIGIN is removed.", "FLIGHTS.TIME_HOUR is removed."]


def test_what_the_lake_lost_moves_everybody_at_once_and_calls_people(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    first = scene.flights.versions.get(number=1)
    assert moving.hurry(first, first.items[0], {"ORIGIN"})
    assert "ORIGIN" not in columns_of(share)["FLIGHTS"]
    pending.refresh_from_db()
    assert pending.hurried == "LAKE.NYC.FLIGHTS has lost ORIGIN in the lake."
    assert mails_of("alert") == ["eve@sky.test"]
    assert len(mails_of("changing")) == 2, "the notice, and that it is over"
    assert not moving.hurry(first, first.items[0], {"ORIGIN"}), "once"


def test_a_version_that_needs_it_too_is_no_cure(scene: Scene, share: Share, pending: DatasetVersion) -> None:
    first = scene.flights.versions.get(number=1)
    assert not moving.hurry(first, first.items[0], {"CARRIER"})
    assert "ORIGIN" in columns_of(share)["FLIGHTS"]
    assert mails_of("alert") == []


def test_publishing_what_cannot_be_kept_calls_people(scene: Scene, share: Share) -> None:
    remove_column(scene.flights)
    publishing.publish(scene.flights, scene.eve, hurried="ORIGIN is gone.")
    alert = Outgoing.objects.get(kind="alert")
    assert alert.subject == "Flights, version 2 came without its notice"
    assert "ORIGIN is gone." in alert.text


def test_the_changelog_tells_each_version_against_the_one_before(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    standing = versions.standing([scene.flights.pk])[scene.flights.pk]
    told = [(entry.version.number, [item.words for item in entry.changes]) for entry in changes.changelog(standing)]
    assert told == [(2, ["FLIGHTS.ORIGIN is removed."]), (1, [])]


def test_what_waits_before_a_version_that_cannot_wait_comes_as_well(
    scene: Scene, share: Share, pending: DatasetVersion
) -> None:
    remove_column(scene.flights, "TIME_HOUR")
    third = publishing.publish(scene.flights, scene.eve, hurried="TIME_HOUR is gone.")
    assert columns_of(share)["FLIGHTS"] == ("CARRIER",)
    mail = Outgoing.objects.filter(kind="changing").get(key__contains=f":{third.number}:")
    assert "FLIGHTS.ORIGIN is removed." in mail.text, "against what the share had"
