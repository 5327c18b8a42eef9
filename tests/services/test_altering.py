"""Changing what is in a live share, and renewing it: what is asked, what is granted, and what stays meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Grant, Share, ShareRequest, Vote, Workspace
from shares.services import altering, approvals, desired, grants, pairs, requests
from shares.services.altering import Alteration
from shares.services.approvals import CannotDecide, PlanChanged
from shares.services.pairs import Pair
from shares.services.requests import Refused
from shares.services.status import state_of
from tests.services.rows import Scene, customer, dataset, person

pytestmark = pytest.mark.django_db
END = date(2099, 12, 31)


class Live(Scene):
    """Flights and Fleet granted to United and built; a workspace Express, and a dataset Delays that nobody has yet."""

    def __init__(self) -> None:
        super().__init__()
        self.ua = self.united.workspaces.get()
        self.express = Workspace.objects.create(organization=self.united, name="Express", tenant_key="UX")
        self.delays = dataset("Delays", [self.east], [self.dan])
        first = self.approved(datasets=[self.flights, self.fleet], workspaces=[self.ua], valid_until=END)
        Share.objects.update(converged_at=timezone.now(), ready_at=timezone.now(), mounted_at=timezone.now())
        self.first, self.share = first, self.share_of(first)
        Outgoing.objects.all().delete()
        OrmQ.objects.all().delete()

    def had(self) -> set[Pair]:
        return pairs.granted(self.share, timezone.now())

    def alteration(self, *wanted: Pair, **fields: Any) -> Alteration:
        draft = Alteration(
            share=self.share,
            requester=self.ada,
            wanted=frozenset(wanted),
            reason="For the board.",
            valid_until=END,
            seen=pairs.stamp(self.had()),
        )
        return replace(draft, **fields)

    def change(self, *wanted: Pair, **fields: Any) -> ShareRequest:
        return altering.change(self.alteration(*wanted, **fields))

    def renew(self, *wanted: Pair, **fields: Any) -> ShareRequest:
        fields.setdefault("valid_until", date(2100, 12, 31))
        return altering.renew(self.alteration(*(wanted or self.had()), **fields))

    def approve(self, request: ShareRequest) -> ShareRequest:
        return approvals.decide(request, self.dan, "approve", channel="session", revision=request.revision)

    def entitlement(self) -> dict[str, set[str]]:
        return {item.slug: keys for item, keys in desired.entitlement(self.share, timezone.now()).items()}

    def fresh(self) -> Share:
        return Share.objects.get(pk=self.share.pk)


@pytest.fixture
def scene() -> Live:
    return Live()


BOTH = {"flights": {"UA"}, "fleet": {"UA"}}


# --- putting in
def test_what_is_new_waits_for_its_approvers_and_nothing_changes_meanwhile(scene: Live) -> None:
    scene.delays.approvers.set([deb := person("deb@sky.test")])
    request = scene.change(*scene.had(), (scene.delays, scene.ua))
    assert [ask.approver for ask in request.asks.all()] == [deb], "not those of what is in it already"
    assert request.is_open
    assert scene.entitlement() == BOTH
    assert state_of(scene.fresh()) is ShareState.MOUNTED
    assert approvals.decide(request, deb, "approve", channel="session", revision=1).state == "approved"
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


# --- renewal
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
