"""The mails about a move: how to switch and until when, and that the old share stays."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.models import Move, Share
from shares.services import approvals, move_facts, moves, requests
from tests.services.rows import EAST, Scene


def overlap(scene: Scene) -> Move:
    old = scene.share_of(scene.approved())
    identity = AccountIdentity("CARRIERUA", "SECOND", "", EAST)
    request = requests.submit(moves.draft(old, scene.ada, identity, 14, "We <b>close</b> it."))
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1, vouch="I know them.")
    Share.objects.update(converged_at=timezone.now(), ready_at=timezone.now())
    moves.arrived(request.move.new_share)
    return move_facts.moves().get()


def test_the_approver_reads_what_moves(scene: Scene) -> None:
    overlap(scene)
    mail = Outgoing.objects.filter(kind="ask").latest("pk")
    for body in (mail.text, mail.html):
        assert "CARRIERUA.ANALYTICS, whose share stays for 14 days beside this one, then ends" in body
    assert "Moves from" not in Outgoing.objects.filter(kind="ask").earliest("pk").text


def test_how_to_switch_and_until_when(scene: Scene) -> None:
    move = overlap(scene)
    mail = Outgoing.objects.get(kind="move-ready", to="bea@ua.test")
    assert move.retires_at is not None
    assert mail.subject == "Switch to CARRIERUA.SECOND: Flights can be read there"
    for body in (mail.text, mail.html):
        assert f"CREATE DATABASE SKYLEDGER_NEW FROM SHARE SKYLEDGER.DATA.{move.new_share.name};" in body
        assert "ALTER DATABASE SKYLEDGER_NEW RENAME TO SKYLEDGER;" in body.replace("IF EXISTS ", "")
        assert f"{move.retires_at.day} {move.retires_at:%b %Y}" in body
        assert f"http://firn.test/moves/{move.public_id}/" in body
        assert move.old_share.name in body
    assert not Outgoing.objects.filter(kind="ready").exists()


def test_that_the_old_one_stays(scene: Scene) -> None:
    move = overlap(scene)
    Move.objects.update(retires_at=timezone.now() - timedelta(seconds=1))
    Share.objects.filter(pk=move.new_share_id).update(blocked_at=timezone.now(), blocked_reason="Locked <out>.")
    moves.retire_due()
    mail = Outgoing.objects.get(kind="move-held", to="ada@ua.test")
    assert mail.subject == "The old share in CARRIERUA.ANALYTICS stays: the new one is not well"
    assert "Locked <out>." in mail.text
    assert "Locked &lt;out&gt;." in mail.html
    alert = Outgoing.objects.get(kind="alert")
    assert alert.to == "eve@sky.test"
    assert "The old one stays meanwhile" in alert.text


def test_the_end_says_that_it_moved(scene: Scene) -> None:
    overlap(scene)
    Move.objects.update(retires_at=timezone.now() - timedelta(seconds=1))
    moves.retire_due()
    assert "Moved to CARRIERUA.SECOND: the overlap of 14 days is over." in Outgoing.objects.get(kind="ending").text
