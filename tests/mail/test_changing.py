"""The notice of a breaking version, and its withdrawal, to the owners."""

from __future__ import annotations

from portal.mail.models import Outgoing
from shares.models import Share
from shares.services import publishing
from tests.services.rows import Scene


def announced(scene: Scene, *, hurried: str = "") -> tuple[Share, Outgoing]:
    share = scene.share_of(scene.approved())
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    publishing.publish(scene.flights, scene.eve, "We <b>clean</b> up.", hurried=hurried)
    return share, Outgoing.objects.get(kind="changing")


def test_it_says_what_breaks_until_when_and_where_to_answer(scene: Scene) -> None:
    share, mail = announced(scene)
    version = scene.flights.versions.get(number=2)
    assert version.notice_until is not None
    assert mail.to == "ada@ua.test"
    assert mail.subject == f"Flights changes on {version.notice_until.day} {version.notice_until:%b %Y}"
    for body in (mail.text, mail.html):
        assert "FLIGHTS.ORIGIN is removed." in body
        assert f"http://firn.test/shares/{share.public_id}/changes/flights/2/" in body
        assert "your share stays as it is" in body
    assert "We <b>clean</b> up." in mail.text
    assert "We &lt;b&gt;clean&lt;/b&gt; up." in mail.html


def test_what_could_not_wait_says_so(scene: Scene) -> None:
    _, mail = announced(scene, hurried="LAKE.NYC.FLIGHTS has lost ORIGIN.")
    assert mail.subject == "Flights has changed"
    assert "moves to the new version at once" in mail.text
    assert "LAKE" not in mail.text + mail.html, "the customer learns nothing about the lake"


def test_a_withdrawal_gives_the_all_clear(scene: Scene) -> None:
    share, _ = announced(scene)
    publishing.withdraw(scene.flights.versions.get(number=2), scene.eve, "An error of ours.")
    mail = Outgoing.objects.get(kind="change-withdrawn")
    assert (mail.to, mail.subject) == ("ada@ua.test", "Flights stays as it is: version 2 was withdrawn")
    for body in (mail.text, mail.html):
        assert "nothing you need to do" in body
        assert f"http://firn.test/shares/{share.public_id}/" in body
