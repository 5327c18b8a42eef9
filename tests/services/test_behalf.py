"""On whose behalf a share is changed: as many decisions as there are, and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit import pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import record_each
from shares.models import Share
from shares.services import behalf, grants
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(scene: Scene) -> Share:
    made = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    Share.objects.filter(pk=made.pk).update(converged_at=timezone.now(), ready_at=timezone.now())
    return Share.data.get(pk=made.pk)


def test_a_request_names_who_asked_and_who_approved(scene: Scene, share: Share) -> None:
    [told] = behalf.told(share)
    request = share.grants.all()[0].request
    approvers = [vote.approver.email for vote in request.votes.all()]
    assert approvers
    assert told == {
        "why": f"request {request.public_id}",
        "by": request.requester.email,
        "approved_by": approvers,
        "plan_digest": request.plan_digest,
    }


def test_whoever_closes_a_share_is_named_first(scene: Scene, share: Share) -> None:
    grants.suspend(share, scene.dan, "Unpaid.")
    assert behalf.told(share)[0] == {"why": "suspension", "by": scene.dan.email}
    Share.objects.update(suspended_by=None)
    assert behalf.told(share)[0] == {"why": "suspension", "by": "the leak test"}


def test_an_end_names_who_ended_it_until_it_is_undone(scene: Scene, share: Share) -> None:
    grants.end(share, scene.ada, "done")
    told = behalf.told(share)
    assert {"why": "ending", "by": scene.ada.email} in told
    assert {"why": f"{scene.flights} taken out", "by": scene.ada.email} in told
    assert not [one for one in told if one["why"].startswith("request")]
    grants.undo_end(Share.data.get(pk=share.pk), scene.ada)
    assert [one["why"][:7] for one in behalf.told(share)] == ["request"]


def test_what_was_taken_out_before_is_no_reason_any_more(scene: Scene, share: Share) -> None:
    flights = share.grants.get(dataset=scene.flights)
    type(flights).objects.filter(pk=flights.pk).update(revoked_at=timezone.now(), revoked_by=scene.ada)
    assert behalf.told(share)[0]["why"] == f"{scene.flights} taken out"
    share.converged_at = timezone.now() + timedelta(seconds=1)
    assert len(behalf.told(share)) == 1


def test_the_log_keeps_numbers_for_people(scene: Scene, share: Share) -> None:
    record_each("share.statement", [{"sql": "A"}, {"sql": "B"}], target=share, common={"for": behalf.told(share)})
    first, second = AuditEntry.objects.filter(action="share.statement")
    assert first.data["for"] == second.data["for"]
    assert first.data["for"][0]["by"] == pseudonyms.of(scene.ada)
    assert {first.data["sql"], second.data["sql"]} == {"A", "B"}
