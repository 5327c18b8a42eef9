"""The migration that notes of endings from before there were rows of them what they took, so that undo still works."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from shares.models import Ending, Share
from shares.services import grants
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db
migration = import_module("shares.migrations.0009_earlier_endings")


def ended_the_old_way(scene: Scene) -> Share:
    """Fleet revoked a month ago, Flights by the ending."""
    share = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    now = timezone.now()
    share.grants.filter(dataset=scene.fleet).update(revoked_at=now - timedelta(days=30), revoked_by=scene.ada)
    share.grants.filter(dataset=scene.flights).update(revoked_at=now, revoked_by=scene.ada, revoke_reason="Done.")
    Share.objects.update(closes_at=now + timedelta(days=7))
    return share


def test_what_ended_before_can_still_be_undone() -> None:
    scene = Scene()
    share = ended_the_old_way(scene)
    migration.remember_what_they_took(apps, None)
    ending = Ending.objects.get()
    assert (ending.by, ending.reason, ending.by_provider) == (scene.ada, "Done.", False)
    grants.undo_end(share, scene.ada)
    assert [grant.dataset for grant in share.grants.in_force(timezone.now())] == [scene.flights]


@pytest.mark.parametrize("what", ["gone", "its window closed", "granted anew since"])
def test_what_has_no_ending_that_could_be_undone_gets_none(what: str) -> None:
    scene = Scene()
    share = ended_the_old_way(scene)
    if what == "gone":
        Share.objects.update(taken_back_at=timezone.now())
    elif what == "its window closed":
        share.grants.update(revoked_at=None, revoked_by=None, valid_until=timezone.now())
    else:
        share.grants.update(revoked_at=timezone.now() - timedelta(days=1))
        scene.approved(datasets=[scene.flights])
        Share.objects.update(closes_at=timezone.now() + timedelta(days=7))
    migration.remember_what_they_took(apps, None)
    assert not Ending.objects.exists()
