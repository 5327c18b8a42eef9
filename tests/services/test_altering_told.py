"""What people are told of changes and renewals: the story, the mails, and that a late look takes nothing away."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.models import Grant, Run, Share, ShareRequest
from shares.services import outcomes, share_pages
from shares.services.status import story_of
from tests.services.live import Live

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Live:
    return Live()


def chapters(request: ShareRequest) -> list[tuple[str, str]]:
    request.refresh_from_db()
    return [(chapter.code, chapter.status) for chapter in story_of(request).chapters]


def run(share: Share) -> None:
    fence = share.runs.count() + 1
    Run.objects.create(
        share=share, trigger="check", fence=fence, worker="w", outcome="converged", finished_at=timezone.now()
    )


def test_the_story_of_a_change(scene: Live) -> None:
    request = scene.change(*scene.had(), (scene.delays, scene.ua))
    waiting = [("built", "waiting"), ("proved", "waiting"), ("added", "waiting")]
    assert chapters(request) == [("submitted", "done"), ("approved", "now"), *waiting]
    scene.approve(request)
    assert chapters(request)[2:] == [("built", "now"), *waiting[1:]]
    run(scene.share)
    assert chapters(request)[2:] == [("built", "done"), ("proved", "done"), ("added", "done")]
    found = share_pages.find(scene.ada, scene.share.public_id)
    assert found is not None
    assert share_pages.asked_of(found) == request


def test_the_story_of_a_taking_out(scene: Live) -> None:
    request = scene.change((scene.flights, scene.ua), reason="")
    assert chapters(request) == [("submitted", "done"), ("approved", "done"), ("taken", "now")]
    assert [chapter.words for chapter in story_of(request).chapters][:2] == [
        "Change: Fleet out, into CARRIERUA.ANALYTICS.",
        "By Ada Lovelace.",
    ]
    run(scene.share)
    assert chapters(request)[2:] == [("taken", "done")]


def test_the_story_of_a_renewal_has_nothing_to_build(scene: Live) -> None:
    request = scene.renew()
    assert chapters(request) == [("submitted", "done"), ("approved", "now")]
    scene.approve(request)
    assert chapters(request) == [("submitted", "done"), ("approved", "done"), ("renewed", "done")]
    story = story_of(request)
    assert not story.moving
    assert story.chapters[-1].words == "Until 31 Dec 2100, that day included. Nothing had to be built."


def test_approved_mails_say_what_happens_by_kind(scene: Live) -> None:
    scene.approve(scene.change(*scene.had(), (scene.delays, scene.ua)))
    scene.approve(scene.renew((scene.flights, scene.ua)))
    changed, renewed = Outgoing.objects.filter(kind="approved").order_by("pk")
    assert changed.subject == "Approved: Change: Delays in for United"
    assert "What stays can be read all the time" in changed.text
    assert "What stays can be read all the time" in changed.html
    assert renewed.subject == "Approved: Renewal of Flights for United"
    assert "your database stays as it is, and there is nothing to do" in renewed.text
    assert "Firn builds the share now" not in renewed.text


def test_ready_is_told_of_what_is_new_and_not_of_a_later_end(scene: Live) -> None:
    change = scene.change(*scene.had(), (scene.delays, scene.ua))
    scene.approve(change)
    renewal = scene.renew()
    scene.approve(renewal)
    for put in outcomes._ready_letters(scene.share, timezone.now(), mounted=False):
        put()
    told = [mail.key.split(":")[1] for mail in Outgoing.objects.filter(kind="ready")]
    assert sorted(told) == sorted([str(scene.first.public_id), str(change.public_id)])


def test_a_window_that_is_renewed_at_the_moment_it_closes_stays_open(scene: Live) -> None:
    """A run read the grants before the approval: what it then writes must not begin the grace days."""
    Grant.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    seen = scene.fresh()
    with mock.patch.object(outcomes, "moment", side_effect=renewed):
        outcomes.close_when_over(seen)
    assert scene.fresh().closes_at is None
    assert not Outgoing.objects.filter(kind="ending").exists()


def renewed(share: Share) -> datetime:
    """What time it is, once the approval has come in between."""
    share.grants.update(valid_until=timezone.now() + timedelta(days=1))
    return timezone.now()
