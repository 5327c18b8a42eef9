"""Whose account it is: a code that can only be read in it, five tries, a day, and nothing shared before."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from shares.core.spec import Phase, ShareSpec
from shares.models import ConsumerAccount, Handshake, Share
from shares.models.accounts import ProofKind
from shares.models.shares import Purpose
from shares.services import approvals, codes, desired, handshakes
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def account(scene: Scene) -> ConsumerAccount:
    """Of a request that waits, and so with a code under way."""
    return scene.request().consumer_account


def open_code(account: ConsumerAccount) -> Handshake:
    found = handshakes.current(account)
    assert found is not None
    return found


def carrier(account: ConsumerAccount) -> Share:
    return Share.objects.get(consumer_account=account, purpose=Purpose.HANDSHAKE)


def spec(share: Share) -> ShareSpec:
    share.refresh_from_db()
    return desired.spec_of(share, timezone.now())


def test_a_request_for_a_new_account_sends_it_a_code(account: ConsumerAccount) -> None:
    wanted = spec(carrier(account))
    assert wanted.phase is Phase.LIVE
    assert wanted.may_add
    assert [view.definition for view in wanted.views] == [f"SELECT '{codes.proof_code(open_code(account))}' AS CODE"]


def test_a_second_request_keeps_the_code(scene: Scene, account: ConsumerAccount) -> None:
    before = open_code(account)
    scene.request(datasets=[scene.fleet])
    assert open_code(account) == before


def test_the_right_code_proves_the_account_however_it_is_typed(scene: Scene, account: ConsumerAccount) -> None:
    code = codes.proof_code(open_code(account))
    handshakes.answer(account, f"  {code.lower().replace('-', ' ')} ", scene.bea)
    account.refresh_from_db()
    assert account.proof == ProofKind.HANDSHAKE
    assert account.proved_by == scene.bea
    assert AuditEntry.objects.get(action="account.proved").actor == scene.bea
    assert spec(carrier(account)).phase is Phase.GONE


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_ends_it(
    scene: Scene, account: ConsumerAccount
) -> None:
    right = codes.proof_code(open_code(account))
    for left in ("4 tries are left", "3 tries are left", "2 tries are left", "one try is left", "5th wrong code"):
        with pytest.raises(handshakes.WrongCode, match=left):
            handshakes.answer(account, "AAAAA", scene.ada)
    with pytest.raises(handshakes.NotNow, match="Ask for a new one"):
        handshakes.answer(account, right, scene.ada)
    account.refresh_from_db()
    assert not account.is_proved
    assert spec(carrier(account)).phase is Phase.GONE


def test_a_day_later_it_counts_no_more(scene: Scene, account: ConsumerAccount) -> None:
    right = codes.proof_code(open_code(account))
    Handshake.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(handshakes.NotNow):
        handshakes.answer(account, right, scene.ada)
    assert spec(carrier(account)).phase is Phase.GONE


def test_a_new_code_ends_the_old_one(scene: Scene, account: ConsumerAccount) -> None:
    old = codes.proof_code(open_code(account))
    handshakes.start(account, scene.east, scene.ada)
    with pytest.raises(handshakes.WrongCode):
        handshakes.answer(account, old, scene.ada)
    handshakes.answer(account, codes.proof_code(open_code(account)), scene.ada)


def test_another_account_s_code_proves_nothing(scene: Scene, account: ConsumerAccount) -> None:
    other = ConsumerAccount.objects.create(
        organization=scene.united, snowflake_organization="CARRIERUA", account_name="SECOND", region=account.region
    )
    theirs = handshakes.start(other, scene.east, scene.ada)
    with pytest.raises(handshakes.WrongCode):
        handshakes.answer(account, codes.proof_code(theirs), scene.ada)
    with pytest.raises(handshakes.WrongCode):
        handshakes.answer(account, codes.way_back_code(open_code(account)), scene.ada)


def test_five_codes_a_day_and_no_more(scene: Scene, account: ConsumerAccount) -> None:
    for _ in range(handshakes.MOST - 1):
        handshakes.start(account, scene.east, scene.ada)
    with pytest.raises(handshakes.NotNow, match="5 codes today"):
        handshakes.start(account, scene.east, scene.ada)


def test_a_proved_account_is_sent_no_code(scene: Scene, account: ConsumerAccount) -> None:
    handshakes.answer(account, codes.proof_code(open_code(account)), scene.ada)
    with pytest.raises(handshakes.NotNow, match="proved already"):
        handshakes.start(account, scene.east, scene.ada)


def test_approving_proves_nothing_unless_the_approver_says_how_they_know(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    share = scene.share_of(request)
    assert not spec(share).may_add
    assert spec(share).phase is Phase.LIVE
    account = ConsumerAccount.objects.get()
    assert not account.is_proved


def test_a_vouching_approver_stands_beside_the_account_by_name(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1, vouch="Contract 4711 names it.")
    account = ConsumerAccount.objects.get()
    assert (account.proof, account.proved_by) == (ProofKind.VOUCHED, scene.dan)
    assert account.proof_note == "Contract 4711 names it."
    assert spec(scene.share_of(request)).may_add


def test_a_declining_approver_vouches_for_nothing(scene: Scene) -> None:
    request = scene.request()
    approvals.decide(request, scene.dan, "decline", channel="session", revision=1, vouch="I know them.")
    assert not ConsumerAccount.objects.get().is_proved


def test_a_code_takes_the_place_of_somebody_s_word_and_not_the_other_way_round(scene: Scene) -> None:
    request = scene.request()
    account = request.consumer_account
    code = codes.proof_code(open_code(account))
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1, vouch="I know them.")
    handshakes.answer(account, code, scene.ada)
    account.refresh_from_db()
    assert account.proof == ProofKind.HANDSHAKE
    assert not handshakes.mark_proved(account, ProofKind.VOUCHED, scene.dan, "I still know them.")


def test_no_account_is_let_into_data_without_a_proof(scene: Scene) -> None:
    """Every kind of proof × purpose × standing of the share: the one place that decides agrees with the rule."""
    request = scene.approved()
    data, code = scene.share_of(request), carrier(request.consumer_account)
    for proof, share in itertools.product(ProofKind.values, (data, code)):
        ConsumerAccount.objects.update(proof=proof)
        allowed = spec(share).may_add
        assert allowed == (share.purpose == Purpose.HANDSHAKE or proof != ProofKind.NONE)
        if share.purpose == Purpose.HANDSHAKE:
            assert {view.source[0] for view in spec(share).views} <= {share.provider_account.outbound_database}


def test_codes_are_long_and_differ(scene: Scene, account: ConsumerAccount) -> None:
    seen = set()
    for _ in range(50):
        handshake = Handshake(share=carrier(account), started_by=scene.ada)
        seen |= {codes.proof_code(handshake), codes.way_back_code(handshake)}
    assert len(seen) == 100
    assert {len(codes.cleaned(code)) for code in seen} == {26}
