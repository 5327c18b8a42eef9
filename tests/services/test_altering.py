"""Changing what is in a live share: what is asked, what is granted, and what stays meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Share, ShareRequest
from shares.services import approvals, grants
from shares.services.approvals import PlanChanged
from shares.services.requests import Refused
from shares.services.status import state_of
from tests.services.live import BOTH, Live
from tests.services.rows import customer, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Live:
    return Live()


# --- putting in
def test_what_is_new_waits_for_its_approvers_and_nothing_changes_meanwhile(scene: Live) -> None:
    scene.delays.approvers.set([deb := person("deb@sky.test")])
    request = scene.change(*scene.had(), (scene.delays, scene.ua))
    assert [ask.approver for ask in request.asks.all()] == [deb], "not those of what is in it already"
    assert request.is_open
    assert scene.entitlement() == BOTH
    assert state_of(scene.fresh()) is ShareState.MOUNTED
    assert (
        approvals.decide(request, deb, "approve", channel="session", revision=1, vouch="I know them.").state
        == "approved"
    )
    assert scene.entitlement() == {**BOTH, "delays": {"UA"}}


def test_the_plan_is_the_difference(scene: Live) -> None:
    request = scene.change((scene.flights, scene.ua), (scene.delays, scene.ua))
    sqls = [step["sql"] for step in request.plan_sql]
    assert any(sql.startswith("REVOKE") and "FLEET" in sql for sql in sqls)
    assert any(sql.startswith("DROP VIEW") and "FLEET" in sql for sql in sqls)
    assert any("VIEW" in sql and "DELAYS" in sql for sql in sqls)
    assert not any("FLIGHTS" in sql or "CREATE SHARE" in sql or "ADD ACCOUNTS" in sql for sql in sqls)


def test_a_swap_comes_as_one(scene: Live) -> None:
    request = scene.change((scene.flights, scene.ua), (scene.delays, scene.ua))
    assert scene.entitlement() == BOTH, "what leaves stays until what comes is approved"
    scene.approve(request)
    assert scene.entitlement() == {"flights": {"UA"}, "delays": {"UA"}}


def test_a_workspace_is_put_in_beside_another(scene: Live) -> None:
    scene.approve(scene.change(*scene.had(), (scene.flights, scene.express)))
    assert scene.entitlement() == {"flights": {"UA", "UX"}, "fleet": {"UA"}}


def test_workspaces_are_swapped_and_the_rest_keeps_its_window(scene: Live) -> None:
    scene.approve(scene.change(*scene.had(), (scene.flights, scene.express)))
    later = [pair for pair in scene.had() if pair != (scene.flights, scene.ua)]
    scene.change(*later)
    assert scene.entitlement() == {"flights": {"UX"}, "fleet": {"UA"}}


def test_a_decline_leaves_everything(scene: Live) -> None:
    request = scene.change((scene.flights, scene.ua), (scene.delays, scene.ua))
    approvals.decide(request, scene.dan, "decline", channel="session", revision=1, reason="No.")
    assert scene.entitlement() == BOTH
    assert state_of(scene.fresh()) is ShareState.MOUNTED
    mail = Outgoing.objects.get(kind="declined")
    assert "The share stays exactly as it is." in mail.text
    assert f"/shares/{scene.share.public_id}/edit/" in mail.text


def test_what_is_granted_meanwhile_moves_the_plan(scene: Live) -> None:
    """Somebody takes Fleet out while a swap of Fleet for Delays waits: what approvers saw is not what would run."""
    request = scene.change((scene.flights, scene.ua), (scene.delays, scene.ua))
    scene.change((scene.flights, scene.ua))
    with pytest.raises(PlanChanged):
        scene.approve(request)
    request.refresh_from_db()
    assert scene.approve(request).state == "approved"
    assert scene.entitlement() == {"flights": {"UA"}, "delays": {"UA"}}


def test_mails_say_the_difference(scene: Live) -> None:
    scene.change((scene.flights, scene.ua), (scene.delays, scene.ua))
    ask, received = Outgoing.objects.get(kind="ask"), Outgoing.objects.get(kind="received")
    assert ask.subject == "United asks to add Delays and take out Fleet: approve or decline"
    assert received.subject == "We received your request to add Delays and take out Fleet"
    for mail in (ask, received):
        assert "Comes in    Delays for United (UA)" in mail.text
        assert "Leaves      Fleet for United (UA)" in mail.text
    assert "WHAT THEY WOULD SEE BESIDES" in ask.text
    assert "FLIGHTS" not in ask.text


# --- taking out
def test_what_only_leaves_leaves_at_once_and_asks_nobody(scene: Live) -> None:
    request = scene.change((scene.flights, scene.ua), reason="")
    assert (request.state, request.decided_by, request.asks.count()) == ("approved", scene.ada, 0)
    assert scene.entitlement() == {"flights": {"UA"}}
    assert [item.task["func"] for item in OrmQ.objects.all() if "reconcile" in item.task["func"]]
    mail = Outgoing.objects.get(kind="taken-out")
    assert (mail.to, mail.subject) == ("ada@ua.test", "Change: Fleet out: CARRIERUA.ANALYTICS")
    assert "Stays       Flights" in mail.text
    assert not Outgoing.objects.filter(kind="ask").exists()
    assert history(request).get().action == "request.taken_out"
    assert history(scene.share).first().action == "share.altered"  # type: ignore[union-attr]


def test_taking_a_workspace_out_closes_the_grant_and_writes_the_rest_anew(scene: Live) -> None:
    both = scene.approved(datasets=[scene.delays], workspaces=[scene.ua, scene.express])
    old = both.grants.get()
    scene.change(*(pair for pair in scene.had() if pair != (scene.delays, scene.express)))
    assert scene.entitlement() == {**BOTH, "delays": {"UA"}}
    closed, rest = both.grants.order_by("pk")
    assert (closed.pk, closed.revoked_by) == (old.pk, scene.ada)
    assert closed.workspaces.count() == 2, "history stays"
    assert (rest.valid_from, rest.valid_until, rest.revoked_at) == (old.valid_from, old.valid_until, None)


def test_undo_of_an_ending_does_not_bring_back_what_was_taken_out(scene: Live) -> None:
    scene.change((scene.flights, scene.ua))
    grants.end(scene.fresh(), scene.ada)
    grants.undo_end(scene.fresh(), scene.ada)
    assert scene.entitlement() == {"flights": {"UA"}}


def test_a_window_that_closed_after_a_taking_out_is_not_undone_into_it(scene: Live) -> None:
    scene.change((scene.flights, scene.ua))
    scene.share.grants.filter(revoked_at=None).update(valid_until=timezone.now() - timedelta(seconds=1))
    Share.objects.update(closes_at=timezone.now() + timedelta(days=7))
    with pytest.raises(grants.NotNow):
        grants.undo_end(scene.fresh(), scene.ada)
    assert scene.entitlement() == {}


def test_a_member_may_not_take_out_but_may_add(scene: Live) -> None:
    with pytest.raises(Refused, match="Only an owner"):
        scene.change((scene.flights, scene.ua), requester=scene.bea)
    assert scene.entitlement() == BOTH
    assert scene.change(*scene.had(), (scene.delays, scene.ua), requester=scene.bea).is_open


@pytest.mark.parametrize(
    ("wanted", "fields", "words"),
    [
        ("none", {}, "End the share instead"),
        ("same", {}, "Nothing is different"),
        ("more", {"reason": "  "}, "what the data is for"),
        ("more", {"valid_until": date(2001, 1, 1)}, "after today"),
        ("more", {"seen": "something else"}, "changed while"),
        ("foreign", {}, "your own workspaces"),
        ("draft", {}, "Not offered any more: Delays"),
        ("away", {}, "Not published in"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    scene: Live, wanted: str, fields: dict[str, object], words: str
) -> None:
    more = (scene.delays, scene.ua)
    if wanted == "foreign":
        more = (scene.delays, customer("Delta", "DL").workspaces.get())
    if wanted == "draft":
        type(scene.delays).objects.filter(pk=scene.delays.pk).update(is_published=False)
        scene.delays.refresh_from_db()
    if wanted == "away":
        scene.delays.provider_accounts.clear()
    chosen = {"none": set(), "same": scene.had()}.get(wanted, {*scene.had(), more})
    with pytest.raises(Refused, match=words):
        scene.change(*chosen, **fields)
    assert ShareRequest.objects.count() == 1
    assert scene.entitlement() == BOTH


def test_the_same_is_not_asked_twice_but_may_be_taken_out_any_time(scene: Live) -> None:
    request = scene.change(*scene.had(), (scene.delays, scene.ua))
    with pytest.raises(Refused, match=str(request)):
        scene.change(*scene.had(), (scene.delays, scene.ua))
    with pytest.raises(Refused, match=str(request)):
        scene.request(datasets=[scene.delays])
    scene.change((scene.flights, scene.ua))
    assert scene.entitlement() == {"flights": {"UA"}}
