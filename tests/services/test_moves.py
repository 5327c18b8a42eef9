"""A share moves to another account: what is asked, carried over, held and ended, and what is refused meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.models import Acknowledgement, Move, Share, ShareRequest, Workspace
from shares.services import approvals, desired, endings, grants, move_facts, moves, publishing, requests, versions
from shares.services.approvals import CannotDecide
from shares.services.grants import NotNow
from shares.services.move_facts import MoveState
from shares.services.requests import Refused
from tests.services.rows import EAST, Scene

pytestmark = pytest.mark.django_db

NEW = AccountIdentity("CARRIERUA", "SECOND", "", EAST)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def well(share: Share) -> Share:
    """As a run leaves a share that it brought to rest."""
    now = timezone.now()
    Share.objects.filter(pk=share.pk).update(converged_at=now, ready_at=now, checked_at=now, blocked_at=None)
    share.refresh_from_db()
    return share


@pytest.fixture
def old(scene: Scene) -> Share:
    return well(scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet])))


def ask(scene: Scene, old: Share, **fields: Any) -> Move:
    draft = moves.draft(old, scene.ada, fields.get("identity", NEW), fields.get("days", 14), "We close the old one.")
    return requests.submit(draft).move


def approve(scene: Scene, move: Move) -> Move:
    request = ShareRequest.objects.get(pk=move.request_id)
    approvals.decide(request, scene.dan, "approve", channel="session", revision=request.revision, vouch="I know them.")
    return again(move)


def again(move: Move) -> Move:
    return move_facts.moves().get(pk=move.pk)


def ready(scene: Scene, old: Share) -> Move:
    move = approve(scene, ask(scene, old))
    moves.arrived(well(move.new_share))
    return again(move)


def overlap_over(move: Move) -> None:
    Move.objects.filter(pk=move.pk).update(retires_at=timezone.now() - timedelta(seconds=1))


def state(move: Move) -> MoveState:
    return move_facts.state_of(again(move))


def granted(share: Share) -> int:
    return share.grants.in_force(timezone.now()).count()


def told(kind: str) -> list[str]:
    return sorted(Outgoing.objects.filter(kind=kind).values_list("to", flat=True))


def test_asking_changes_nothing_and_shows_the_whole_plan(scene: Scene, old: Share) -> None:
    move = ask(scene, old)
    sqls = [step["sql"] for step in move.request.plan_sql]
    assert sqls[-1] == f"ALTER SHARE {move.new_share.name} ADD ACCOUNTS = CARRIERUA.SECOND"
    assert not any(old.name in sql for sql in sqls)
    assert sum("CREATE SECURE VIEW" in sql for sql in sqls) == 2
    assert (granted(old), granted(move.new_share), state(move)) == (2, 0, MoveState.ASKED)
    assert "CARRIERUA.ANALYTICS, whose share stays for 14 days" in Outgoing.objects.filter(kind="ask").latest("pk").text


def test_approval_carries_each_grant_over_as_it_is(scene: Scene, old: Share) -> None:
    second = Workspace.objects.create(organization=scene.united, name="Express", tenant_key="EV")
    scene.approved(datasets=[scene.flights], workspaces=[second], valid_until=None)
    move = approve(scene, ask(scene, old))
    now = timezone.now()
    assert desired.entitlement(move.new_share, now) == desired.entitlement(old, now)
    pairs = [(new.valid_until, new.moved_from) for new in move.new_share.grants.all()]
    assert sorted(pairs, key=str) == sorted(((one.valid_until, one) for one in old.grants.all()), key=str)
    assert move.new_share.consumer_account.proved_by == scene.dan
    assert (granted(old), state(move)) == (3, MoveState.BUILDING)


def test_the_new_share_keeps_the_version_that_the_old_one_has(scene: Scene, old: Share) -> None:
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    publishing.publish(scene.flights, scene.eve)
    move = ask(scene, old)
    assert any("ORIGIN" in step["sql"] and "LAKE.NYC.FLIGHTS" in step["sql"] for step in move.request.plan_sql)
    move = approve(scene, move)
    now = timezone.now()
    assert versions.of_share(move.new_share, [scene.flights], now)[scene.flights.pk].number == 1
    assert versions.of_share(old, [scene.flights], now)[scene.flights.pk].number == 1


def test_what_the_organization_has_adapted_to_moves_along(scene: Scene, old: Share) -> None:
    scene.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    version = publishing.publish(scene.flights, scene.eve)
    Acknowledgement.objects.create(version=version, share=old, acknowledged_by=scene.ada)
    move = approve(scene, ask(scene, old))
    assert versions.of_share(move.new_share, [scene.flights], timezone.now())[scene.flights.pk].number == 2


def test_what_is_granted_on_the_old_share_meanwhile_is_asked_anew(scene: Scene, old: Share) -> None:
    move = ask(scene, old)
    old.grants.filter(dataset=scene.fleet).update(revoked_at=timezone.now())
    with pytest.raises(approvals.PlanChanged):
        approve(scene, move)
    assert granted(move.new_share) == 0
    approve(scene, move)
    assert granted(move.new_share) == 1


def test_the_overlap_is_counted_from_when_the_new_share_is_ready(scene: Scene, old: Share) -> None:
    before = timezone.now()
    move = ready(scene, old)
    assert state(move) is MoveState.OVERLAP
    assert move.retires_at is not None
    assert before + timedelta(days=14) <= move.retires_at <= timezone.now() + timedelta(days=14)
    moves.arrived(move.new_share)
    assert again(move).retires_at == move.retires_at
    assert told("move-ready") == ["ada@ua.test", "bea@ua.test"]
    assert "share.move_ready" in set(history(old).values_list("action", flat=True))


def test_nothing_ends_before_its_day(scene: Scene, old: Share) -> None:
    ready(scene, old)
    assert moves.retire_due() == 0
    assert granted(old) == 2


def test_on_its_day_the_old_share_ends_with_undo(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    overlap_over(move)
    moves.retire_due()
    old.refresh_from_db()
    assert (granted(old), granted(move.new_share), state(move)) == (0, 2, MoveState.DONE)
    ending = endings.current(old)
    assert ending is not None
    assert ending.reason == "Moved to CARRIERUA.SECOND: the overlap of 14 days is over."
    assert old.closes_at is not None
    assert moves.retire_due() == 0
    grants.undo_end(old, scene.ada)
    moves.retire_due()
    assert granted(old) == 2, "what an owner takes back stays taken back"


@pytest.mark.parametrize("trouble", ["blocked_at", "suspended_at"])
def test_when_the_new_share_is_not_well_the_old_one_stays(scene: Scene, old: Share, trouble: str) -> None:
    move = ready(scene, old)
    overlap_over(move)
    Share.objects.filter(pk=move.new_share_id).update(**{trouble: timezone.now()})
    moves.retire_due()
    moves.retire_due()
    assert (granted(old), state(move)) == (2, MoveState.HELD)
    assert told("move-held") == ["ada@ua.test", "bea@ua.test"]
    assert told("alert") == ["eve@sky.test"]


def test_after_a_hold_both_stay_for_the_whole_overlap_once_more(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    overlap_over(move)
    Share.objects.filter(pk=move.new_share_id).update(blocked_at=timezone.now())
    moves.retire_due()
    well(move.new_share)
    moves.retire_due()
    move = again(move)
    assert (state(move), granted(old)) == (MoveState.OVERLAP, 2)
    assert move.retires_at is not None
    assert move.retires_at > timezone.now() + timedelta(days=13)
    assert len(told("move-ready")) == 4


def test_a_repair_at_that_moment_alarms_nobody(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    overlap_over(move)
    Share.objects.filter(pk=move.new_share_id).update(converged_at=None)
    moves.retire_due()
    assert (granted(old), state(move), told("move-held")) == (2, MoveState.OVERLAP, [])
    Move.objects.filter(pk=move.pk).update(retires_at=timezone.now() - moves.PATIENCE - timedelta(seconds=1))
    moves.retire_due()
    assert (granted(old), state(move)) == (2, MoveState.HELD)


def test_a_share_that_never_gets_ready_leaves_the_old_one_alone(scene: Scene, old: Share) -> None:
    move = approve(scene, ask(scene, old))
    Share.objects.filter(pk=move.new_share_id).update(blocked_at=timezone.now())
    assert moves.retire_due() == 0
    assert (granted(old), state(move)) == (2, MoveState.BUILDING)


def test_a_declined_move_changes_nothing(scene: Scene, old: Share) -> None:
    move = ask(scene, old)
    approvals.decide(move.request, scene.dan, "decline", channel="session", revision=1, reason="No.")
    assert (granted(old), granted(move.new_share), state(move)) == (2, 0, MoveState.REFUSED)
    assert state(ask(scene, old)) is MoveState.ASKED


def test_called_off_neither_share_ends(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    moves.call_off(move, scene.ada)
    overlap_over(move)
    moves.retire_due()
    assert (granted(old), granted(move.new_share), state(move)) == (2, 2, MoveState.OFF)
    with pytest.raises(NotNow):
        moves.call_off(move, scene.ada)


def test_when_the_new_share_is_ended_the_old_one_stays(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    grants.end(move.new_share, scene.ada)
    overlap_over(move)
    moves.retire_due()
    assert (granted(old), state(move)) == (2, MoveState.OFF)


def test_when_the_old_share_is_ended_early_the_move_is_complete_on_its_day(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    grants.end(old, scene.ada, "done already")
    overlap_over(move)
    moves.retire_due()
    ending = endings.current(old)
    assert ending is not None
    assert ending.reason == "done already"
    assert state(move) is MoveState.DONE


def test_nothing_new_is_asked_of_a_share_that_moves_away(scene: Scene, old: Share) -> None:
    move = ask(scene, old)
    with pytest.raises(Refused, match="waits for a decision"):
        scene.request()
    approve(scene, move)
    with pytest.raises(Refused, match=r"moves to CARRIERUA\.SECOND"):
        scene.request()


def test_more_may_be_asked_of_the_new_share(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    assert scene.request(identity=NEW).consumer_account == move.new_share.consumer_account


def test_a_request_that_waits_comes_first(scene: Scene, old: Share) -> None:
    scene.request()
    with pytest.raises(Refused, match="waits for a decision"):
        ask(scene, old)


def refusal(scene: Scene, old: Share, **fields: Any) -> str:
    with pytest.raises(Refused) as caught:
        ask(scene, old, **fields)
    assert not Move.objects.exists()
    return caught.value.words


def test_a_suspended_share_does_not_move(scene: Scene, old: Share) -> None:
    grants.suspend(old, scene.eve, "an audit")
    old.refresh_from_db()
    assert "closed this share for now" in refusal(scene, old)


def test_a_share_suspended_meanwhile_is_not_approved_elsewhere(scene: Scene, old: Share) -> None:
    move = ask(scene, old)
    grants.suspend(old, scene.eve, "an audit")
    with pytest.raises(CannotDecide, match="closed this share for now"):
        approve(scene, move)
    assert granted(move.new_share) == 0


def test_a_share_that_the_provider_ends_does_not_move(scene: Scene, old: Share) -> None:
    grants.end_by_provider(old, scene.eve, "Contract over.", 10)
    assert "ends this share" in refusal(scene, old)


def test_an_ended_share_does_not_move(scene: Scene, old: Share) -> None:
    grants.end(old, scene.ada)
    assert "has ended" in refusal(scene, old)


def test_the_same_account_is_no_move(scene: Scene, old: Share) -> None:
    assert "already" in refusal(scene, old, identity=AccountIdentity("CARRIERUA", "ANALYTICS", "", EAST))


def test_where_a_share_is_already_nothing_moves_to(scene: Scene, old: Share) -> None:
    scene.approved(identity=NEW, datasets=[scene.fleet])
    assert "already" in refusal(scene, old)


@pytest.mark.parametrize("days", [0, 91])
def test_the_overlap_has_bounds(scene: Scene, old: Share, days: int) -> None:
    assert "between 1 and 90" in refusal(scene, old, days=days)


def test_what_is_moving_does_not_move_on(scene: Scene, old: Share) -> None:
    move = ready(scene, old)
    with pytest.raises(Refused, match="Another move"):
        ask(scene, move.new_share, identity=AccountIdentity("CARRIERUA", "THIRD", "", EAST))
