"""Incidents: opened and told once, kept while they are seen, closed when not; which look says what about which."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.spec import Observed, ObservedShare, ObservedView
from shares.core.steps import Problem
from shares.models import Incident, Run, Share
from shares.services import incidents, outcomes
from shares.services.desired import spec_of
from shares.services.leases import Lease, LeaseLost, claim
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db
ONE = Problem("share-not-ours", "A share of that name exists.", "Rename it.")
TWO = Problem("listed", "It is open to a listing.", "Take it out.")


@pytest.fixture
def share() -> Share:
    scene = Scene()
    return scene.share_of(scene.approved())


def begun(share: Share) -> tuple[Run, Lease]:
    lease = claim(share.pk, "here")
    assert lease is not None
    return Run.objects.create(share=share, trigger="check", fence=lease.fence, worker="here"), lease


def seen(share: Share, **changes: object) -> Observed:
    shown = ObservedShare(share.mark, "FIRN_OUT", ("CARRIERUA.ANALYTICS",))
    there = Observed(schema_comment=share.mark, share=shown, mounted_by=("CARRIERUA.ANALYTICS",))
    return replace(there, **changes)  # type: ignore[arg-type]


def look(share: Share, **changes: object) -> None:
    outcomes.converged(*begun(share), spec_of(share, timezone.now()), seen(share, **changes), timezone.now())
    share.refresh_from_db()


def block(share: Share, *problems: Problem) -> None:
    outcomes.blocked(*begun(share), *problems)
    share.refresh_from_db()


def open_codes() -> set[str]:
    return set(Incident.objects.filter(closed_at=None).values_list("code", flat=True))


STRANGER = {"views": (ObservedView("REPORT", "SELECT 1", False, ""),)}


def test_a_strangers_object_is_told_to_staff_once_and_closes_by_itself(share: Share) -> None:
    for _ in range(3):
        look(share, **STRANGER)
    incident = Incident.objects.get()
    assert incident.seen_at > incident.opened_at
    alert = Outgoing.objects.get(kind="alert")
    assert (alert.to, "REPORT" in alert.text, "another schema" in alert.text) == ("eve@sky.test", True, True)
    look(share)
    incident.refresh_from_db()
    assert incident.closed_at
    assert [entry.action for entry in history(share) if "incident" in entry.action] == [
        "share.incident_closed",
        "share.incident_opened",
    ]


def test_seen_again_after_the_all_clear_it_is_another_incident(share: Share) -> None:
    for changes in (STRANGER, {}, STRANGER):
        look(share, **changes)
    assert Incident.objects.count() == 2
    assert Outgoing.objects.filter(kind="alert").count() == 2


def test_a_removed_mount_is_told_to_the_owners_with_what_to_do(share: Share) -> None:
    look(share)
    look(share, mounted_by=())
    assert open_codes() == {"mount-removed"}
    mail = Outgoing.objects.get(kind="incident")
    assert mail.to == "ada@ua.test"
    for body in (mail.text, mail.html):
        assert "No database in CARRIERUA.ANALYTICS is made from this share any more." in body
        assert "run the SQL on the share's page once more" in body.replace("&#x27;", "'")
    look(share)
    assert open_codes() == set()


def test_a_removed_mount_stays_open_until_it_is_there_again(share: Share) -> None:
    """The share forgets when it was mounted; the incident does not."""
    look(share)
    for _ in range(3):
        look(share, mounted_by=())
    assert open_codes() == {"mount-removed"}
    assert Outgoing.objects.filter(kind="incident").count() == 1


def test_what_was_never_mounted_is_not_missed(share: Share) -> None:
    look(share, mounted_by=())
    assert open_codes() == set()


def test_a_closed_share_is_still_known_to_be_mounted(share: Share) -> None:
    look(share)
    Share.objects.update(suspended_at=timezone.now())
    look(share)
    assert share.mounted_at
    assert open_codes() == set()


def test_every_problem_that_stops_a_share_is_an_incident_until_it_is_over(share: Share) -> None:
    block(share, ONE, TWO)
    assert open_codes() == {"share-not-ours", "listed"}
    block(share, TWO)
    assert open_codes() == {"listed"}
    look(share)
    assert open_codes() == set()


def test_a_stop_says_nothing_about_what_only_a_look_shows(share: Share) -> None:
    look(share, **STRANGER)
    block(share, ONE)
    assert open_codes() == {"strangers-object", "share-not-ours"}


def test_a_leak_stays_open_while_the_share_is_closed_for_it(share: Share) -> None:
    outcomes.leak(begun(share)[0])
    Share.objects.update(lease_owner="", lease_until=None)
    share.refresh_from_db()
    look(share)
    assert open_codes() == {"leak"}
    Share.objects.update(suspended_at=None)
    look(share)
    assert open_codes() == set()


def test_a_run_that_was_overtaken_says_nothing(share: Share) -> None:
    run, lease = begun(share)
    Share.objects.update(lease_owner="", lease_until=None)
    begun(share)
    with pytest.raises(LeaseLost):
        outcomes.converged(run, lease, spec_of(share, timezone.now()), seen(share, **STRANGER), timezone.now())
    assert not Incident.objects.exists()
    assert not Outgoing.objects.filter(kind="alert").exists()


def test_a_person_may_say_that_it_is_over_once(share: Share) -> None:
    look(share, **STRANGER)
    incident = Incident.objects.get()
    by = share.organization.memberships.first()
    assert by
    assert incidents.settle(incident, by.user)
    assert not incidents.settle(incident, by.user)
    entry = history(share).first()
    assert entry
    assert (entry.action, entry.actor) == ("share.incident_closed", by.user)
