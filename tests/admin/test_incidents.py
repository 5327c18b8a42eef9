"""Incidents in the administration: open ones first, to read, and to close by a person who may act on shares."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shares.models import Incident, Share
from tests.admin.pages import act, change, listing, told
from tests.services.rows import Scene


@pytest.fixture
def share(scene: Scene) -> Share:
    return scene.share_of(scene.approved())


@pytest.fixture
def incident(share: Share) -> Incident:
    return made(share, "strangers-object", "Somebody's view stands there.")


def made(share: Share, code: str, words: str, **fields: object) -> Incident:
    now = timezone.now()
    return Incident.objects.create(
        share=share, code=code, words=words, what_to_do="Have it moved.", opened_at=now, seen_at=now, **fields
    )


def test_open_ones_stand_first(eve: Client, share: Share, incident: Incident) -> None:
    made(share, "mount-removed", "The mount is gone.", closed_at=timezone.now())
    page = eve.get(listing("incident")).content.decode()
    assert page.index("Somebody&#x27;s view stands there.") < page.index("The mount is gone.")


def test_each_says_what_to_do_and_so_does_its_share(eve: Client, share: Share, incident: Incident) -> None:
    assert "Have it moved." in eve.get(change(incident)).content.decode()
    assert "Have it moved." in eve.get(change(share)).content.decode()


def test_a_person_closes_it(eve: Client, incident: Incident) -> None:
    assert told(act(eve, "settle", [incident])) == ["1 closed."]
    incident.refresh_from_db()
    assert incident.closed_at
    assert told(act(eve, "settle", [incident]))[-1] == "0 closed."


def test_looking_is_not_acting(scene: Scene, dan: Client, incident: Incident) -> None:
    assert "Somebody&#x27;s view" in dan.get(listing("incident")).content.decode()
    act(dan, "settle", [incident])
    incident.refresh_from_db()
    assert incident.closed_at is None
