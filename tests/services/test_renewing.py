"""Renewing a share before its end: nothing changes before the answer, and nothing is built after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Grant, Share, Vote
from shares.services import approvals, grants, pairs, requests
from shares.services.approvals import CannotDecide, PlanChanged
from shares.services.requests import Refused
from shares.services.status import state_of
from tests.services.live import BOTH, END, Live

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Live:
    return Live()


def test_a_renewal_goes_on_without_a_gap_a_statement_or_a_build(scene: Live) -> None:
    before = scene.fresh()
    request = scene.renew()
    assert request.plan_sql == []
    assert [ask.approver for ask in request.asks.all()] == [scene.dan]
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="other")
    scene.approve(request)
    after = scene.fresh()
    assert after.converged_at == before.converged_at
    assert after.blocked_reason == "other", "what stopped it has nothing to do with its end"
    assert scene.entitlement() == BOTH
    assert set(pairs.ending(scene.share, timezone.now()).values()) == {datetime(2101, 1, 1, tzinfo=UTC)}
    assert scene.first.grants.filter(revoked_at=None).count() == 2, "no window is shortened"
    assert "goes on without a gap until 31 Dec 2100" in Outgoing.objects.get(kind="approved").text
    assert history(scene.share).first().action == "share.renewed"  # type: ignore[union-attr]


@pytest.mark.parametrize("fate", ["pending", "declined", "withdrawn"])
def test_a_renewal_that_is_not_approved_changes_nothing(scene: Live, fate: str) -> None:
    ends = pairs.ending(scene.share, timezone.now())
    request = scene.renew()
    if fate == "declined":
        approvals.decide(request, scene.dan, "decline", channel="session", revision=1)
    if fate == "withdrawn":
        requests.withdraw(request, scene.ada)
    assert state_of(scene.fresh()) is ShareState.MOUNTED
    assert pairs.ending(scene.share, timezone.now()) == ends
    assert scene.fresh().closes_at is None


def test_a_renewal_stands_beside_a_request_that_waits(scene: Live) -> None:
    scene.request(datasets=[scene.flights], workspaces=[scene.express])
    request = scene.renew()
    with pytest.raises(Refused, match=str(request)):
        scene.renew()
    assert request.is_open


def test_a_renewal_of_a_part_leaves_the_rest_its_end(scene: Live) -> None:
    scene.approve(scene.renew((scene.flights, scene.ua)))
    ends = {item.slug: end for (item, _), end in pairs.ending(scene.share, timezone.now()).items()}
    assert ends == {"flights": datetime(2101, 1, 1, tzinfo=UTC), "fleet": datetime(2100, 1, 1, tzinfo=UTC)}


def test_a_renewal_may_have_no_end(scene: Live) -> None:
    scene.approve(scene.renew(valid_until=None))
    assert pairs.ending(scene.share, timezone.now()) == {}
    with pytest.raises(Refused, match="at least one dataset"):
        scene.renew()


def test_a_renewal_must_end_later(scene: Live) -> None:
    with pytest.raises(Refused, match="until 2099-12-31 anyway"):
        scene.renew(valid_until=END)


def test_a_renewal_does_not_bring_back_what_was_taken_out_since(scene: Live) -> None:
    request = scene.renew()
    scene.change((scene.flights, scene.ua))
    scene.approve(request)
    assert scene.entitlement() == {"flights": {"UA"}}


def test_a_renewal_of_a_share_that_was_ended_since_is_closed(scene: Live) -> None:
    request = scene.renew()
    grants.end(scene.fresh(), scene.ada)
    with pytest.raises(CannotDecide, match="Nothing of it is left"):
        scene.approve(request)
    request.refresh_from_db()
    assert (request.state, Vote.objects.filter(request=request).count()) == ("withdrawn", 0)
    assert scene.entitlement() == {}


def test_a_change_of_a_share_that_was_ended_since_is_closed(scene: Live) -> None:
    request = scene.change(*scene.had(), (scene.delays, scene.ua))
    grants.end(scene.fresh(), scene.ada)
    with pytest.raises(CannotDecide, match="Nothing of it is left"):
        scene.approve(request)
    assert scene.entitlement() == {}


def test_a_renewal_that_comes_after_the_end_shows_its_real_plan_first(scene: Live) -> None:
    request = scene.renew()
    Grant.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    Share.objects.update(closes_at=timezone.now() + timedelta(days=7))
    with pytest.raises(PlanChanged):
        scene.approve(request)
    request.refresh_from_db()
    assert any("CREATE SECURE VIEW" in step["sql"] for step in request.plan_sql)
    scene.approve(request)
    assert scene.entitlement() == BOTH
    assert scene.fresh().closes_at is None


def test_while_the_provider_ends_it_it_is_neither_renewed_nor_changed(scene: Live) -> None:
    grants.end_by_provider(scene.fresh(), scene.eve, "The product ends.", 14)
    for ask in (lambda: scene.renew(), lambda: scene.change((scene.flights, scene.ua))):
        with pytest.raises(Refused, match="neither renewed nor changed"):
            ask()
    assert scene.entitlement() == BOTH


def test_a_share_that_is_over_is_not_changed(scene: Live) -> None:
    had = scene.had()
    grants.end(scene.fresh(), scene.ada)
    with pytest.raises(Refused, match="has ended"):
        scene.change(*had, (scene.delays, scene.ua))
