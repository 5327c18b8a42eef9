"""Connecting an account to another customer: who may, what waits for what, and what never happens meanwhile."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import User
from shares.core.accounts import AccountIdentity
from shares.core.spec import Phase, ShareSpec
from shares.models import ConsumerAccount, Rebinding, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import approvals, codes, desired, grants, handshakes, preflight, rebinding, requests, three_proofs
from shares.services.rebinding import Refused
from shares.services.status import story_of
from tests.services.rows import EAST, Scene, customer, person

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=73)
OWNERS = {"ada@ua.test", "cy@dl.test"}


class Two(Scene):
    """United has a share in an account that Delta says is theirs; Op is an operator."""

    def __init__(self) -> None:
        super().__init__()
        self.cy = person("cy@dl.test", "Cy")
        self.delta = customer("Delta", "DL", owner=self.cy)
        self.op = person("op@sky.test", "Op", is_staff=True, staff_role="operator")
        self.share = self.share_of(self.approved())
        Share.objects.filter(pk=self.share.pk).update(ready_at=timezone.now(), converged_at=timezone.now())
        self.account = self.share.consumer_account

    def start(self, by: User | None = None) -> Rebinding:
        return rebinding.start(self.account, self.delta, by or self.op, "It was sold with the business.")

    def asks(self) -> ShareRequest:
        """Delta asks for data in it."""
        wanted = {"organization": self.delta, "requester": self.cy, "workspaces": list(self.delta.workspaces.all())}
        return requests.submit(self.draft(**wanted))

    def reload(self) -> None:
        self.share = Share.objects.select_related("consumer_account").get(pk=self.share.pk)
        self.account = self.share.consumer_account


@pytest.fixture
def two() -> Two:
    return Two()


def taken_down(two: Two) -> None:
    """What the worker notes when nothing of them is left."""
    Share.objects.filter(organization=two.united).update(taken_back_at=timezone.now())


def told(kind: str) -> set[str]:
    return set(Outgoing.objects.filter(kind=kind).values_list("to", flat=True))


def spec(share: Share) -> ShareSpec:
    return desired.spec_of(Share.objects.select_related("consumer_account").get(pk=share.pk), timezone.now())


def test_from_the_beginning_to_the_new_customers_first_share(two: Two) -> None:
    two.start()
    assert told("rebind-begun") == OWNERS
    mailed = {mail.to: mail.subject + mail.text + mail.html for mail in Outgoing.objects.filter(kind="rebind-begun")}
    assert "Delta" not in mailed["ada@ua.test"]
    assert "United" not in mailed["cy@dl.test"]
    assert rebinding.carry_on() == 0
    two.reload()
    assert two.share.grants.in_force(timezone.now()).exists(), "nothing ends before its time"

    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert rebinding.carry_on() == 0
        two.reload()
        assert not two.share.grants.in_force(timezone.now()).exists()
        assert spec(two.share).phase == Phase.GONE, "without grace days"
        assert rebinding.carry_on() == 0, "it still stands"
        taken_down(two)
        assert rebinding.carry_on() == 1
        two.reload()
        assert (two.account.organization, two.account.leaving_at) == (two.delta, None)
        assert two.account.proof == ProofKind.NONE
        assert told("rebind-done") == OWNERS
        asked = two.asks()
        approvals.decide(asked, two.dan, "approve", channel="session", revision=asked.revision)
        theirs = Share.data.get(organization=two.delta)
        assert not spec(theirs).may_add, "they prove it like anybody"
    for organization in (two.united, two.delta):
        entry = AuditEntry.objects.get(action="account.rebound", organization=organization)
        other = two.delta if organization == two.united else two.united
        assert other.name not in str(entry.data)


def test_meanwhile_nobody_asks_for_anything_in_it(two: Two) -> None:
    waiting = two.request(datasets=[two.fleet])
    two.start()
    with pytest.raises(requests.Refused, match="connected to another customer"):
        two.request(datasets=[two.fleet])
    with pytest.raises(requests.Refused, match="already connected"):
        two.asks()
    hints = preflight.check(two.delta, AccountIdentity("CARRIERUA", "ANALYTICS", "", EAST), [two.flights]).hints
    assert "being connected to you" in hints[-1].words
    with pytest.raises(approvals.CannotDecide):
        approvals.decide(waiting, two.dan, "approve", channel="session", revision=waiting.revision)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        rebinding.carry_on()
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


def test_no_account_is_let_into_what_is_not_its_customers(two: Two) -> None:
    """Whose it is × leaving × let in before × every proof: the one place that decides agrees with the rule."""
    now = timezone.now()
    everything = itertools.product((two.united, two.delta), (None, now), (None, now), ProofKind.values)
    for owner, leaving, ready, proof in everything:
        ConsumerAccount.objects.update(organization=owner, leaving_at=leaving, proof=proof)
        Share.objects.filter(pk=two.share.pk).update(ready_at=ready)
        found = spec(two.share)
        is_own, stays = owner == two.united, leaving is None or ready is not None
        assert found.may_add == (proof != ProofKind.NONE and is_own and stays)
        assert bool(found.views) == is_own


@pytest.mark.parametrize("who", ["op", "eve", "ada"])
def test_called_off_everything_is_as_before(two: Two, who: str) -> None:
    going = two.start()
    rebinding.call_off(going, getattr(two, who))
    two.reload()
    assert two.account.leaving_at is None
    assert Outgoing.objects.filter(kind="rebind-off").count() == 2
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert rebinding.carry_on() == 0
    two.reload()
    assert two.account.organization == two.united
    assert two.share.grants.in_force(timezone.now()).exists()
    with pytest.raises(Refused, match="too late"):
        rebinding.call_off(going, two.eve)
    assert two.start(), "and it may begin anew"


def test_once_its_time_is_over_nobody_calls_it_off(two: Two) -> None:
    going = two.start()
    with time_machine.travel(timezone.now() + LATER, tick=False), pytest.raises(Refused, match="too late"):
        rebinding.call_off(going, two.eve)


def test_a_new_code_does_not_keep_it_with_the_customer_before(two: Two) -> None:
    ConsumerAccount.objects.update(proof=ProofKind.NONE, proved_at=None, proved_by=None)
    two.start()
    stale = two.account
    with pytest.raises(handshakes.NotNow, match="connected to another customer"):
        handshakes.start(stale, two.east, two.bea)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        rebinding.carry_on()
        taken_down(two)
        with pytest.raises(handshakes.NotNow, match="connected to another customer"):
            handshakes.start(stale, two.east, two.bea)
        assert rebinding.carry_on() == 1
        with pytest.raises(handshakes.NotNow, match="connected to another customer"):
            handshakes.start(stale, two.east, two.bea)
        two.reload()
        assert handshakes.start(two.account, two.east, two.cy), "its new customer proves it"


def test_the_customer_before_does_not_read_how_the_new_one_proved_it(two: Two) -> None:
    before = ShareRequest.objects.get(organization=two.united)
    two.start()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        rebinding.carry_on()
        taken_down(two)
        rebinding.carry_on()
        two.reload()
        sent = handshakes.start(two.account, two.east, two.cy)
        assert "coded" not in told_of(before)
        handshakes.answer(two.account, codes.proof_code(sent), two.cy)
        assert "owned" not in told_of(before)
        two.reload()
        assert three_proofs.of(two.share, None).account == three_proofs.WANTED
        assert "owned" in told_of(two.asks()), "the new customer does"


def told_of(request: ShareRequest) -> set[str]:
    return {chapter.code for chapter in story_of(ShareRequest.objects.get(pk=request.pk)).chapters}


def test_what_its_end_took_is_not_given_back(two: Two) -> None:
    two.start()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        rebinding.carry_on()
        for undo in (lambda: grants.keep(two.share, two.eve), lambda: grants.undo_end(two.share, two.ada)):
            with pytest.raises(grants.NotNow):
                undo()


@pytest.mark.parametrize("who", ["ada", "bea", "cy", "dan", "lou"])
def test_others_neither_begin_it_nor_call_it_off(two: Two, who: str) -> None:
    two.lou = person("lou@sky.test", is_staff=True, staff_role="auditor")  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        two.start(getattr(two, who))
    going = two.start()
    if who != "ada":
        with pytest.raises(Refused):
            rebinding.call_off(going, getattr(two, who))


def test_it_begins_once_with_a_reason_to_another_and_by_nobody_of_either(two: Two) -> None:
    for to, reason in ((two.united, "x"), (two.delta, "  ")):
        with pytest.raises(Refused):
            rebinding.start(two.account, to, two.op, reason)
    two.delta.memberships.create(user=two.op, role="viewer")
    with pytest.raises(Refused, match="Somebody else"):
        two.start()
    two.start(two.eve)
    with pytest.raises(Refused, match="already"):
        two.start(two.eve)
    assert Rebinding.objects.count() == 1
