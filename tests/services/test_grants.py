"""End, undo, suspend, resume, look now: our tables, the bell, the mail and the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.states import ShareState
from shares.models import Ending, Share
from shares.services import approvals, endings, grants, outcomes
from shares.services.approvals import CannotDecide
from shares.services.grants import NotNow
from shares.services.requests import Refused
from shares.services.status import state_of
from shares.services.windows import end_of
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


def live(scene: Scene) -> Share:
    """Ada's share, readable; no bell rung yet."""
    share = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    Share.objects.filter(pk=share.pk).update(converged_at=timezone.now(), ready_at=timezone.now())
    OrmQ.objects.all().delete()
    Outgoing.objects.all().delete()
    return Share.data.get(pk=share.pk)


def rung() -> list[str]:
    return [item.task["func"] for item in OrmQ.objects.all() if item.task["func"].startswith("shares.")]


def test_ending_closes_every_grant_and_starts_the_grace_days(settings: Settings) -> None:
    scene = Scene()
    share = live(scene)
    before = timezone.now()
    grants.end(share, scene.ada, " No longer needed. ")
    assert not share.grants.in_force(timezone.now()).exists()
    assert {(grant.revoked_by, grant.revoke_reason) for grant in share.grants.all()} == {
        (scene.ada, "No longer needed.")
    }
    assert share.closes_at
    # The database's clock counts milliseconds.
    days = timedelta(days=settings.FIRN_GRACE_DAYS)
    assert share.closes_at - before >= days - timedelta(milliseconds=1)
    assert state_of(share) is ShareState.ENDING


def test_ending_rings_and_tells_the_owners_once() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.bea, "done")
    assert rung() == ["shares.jobs.entry.reconcile"]
    mail = Outgoing.objects.get()
    assert (mail.kind, mail.to) == ("ending", "ada@ua.test")
    entry = history(share).get(action="share.ended")
    assert entry.data["reason"] == "done"
    assert entry.data["grants"] == 2


def test_what_has_ended_cannot_end_again() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    closes_at = share.closes_at
    with pytest.raises(NotNow, match="nothing left"):
        grants.end(share, scene.ada)
    share.refresh_from_db()
    assert share.closes_at == closes_at, "a refused ending does not lengthen the grace days"


def test_undo_gives_back_what_the_ending_took() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    share.refresh_from_db()
    assert share.closes_at is None
    assert share.grants.in_force(timezone.now()).count() == 2
    assert state_of(share) is ShareState.READY
    assert history(share).first().action == "share.end_undone"  # type: ignore[union-attr]


def test_undo_leaves_what_was_taken_earlier() -> None:
    scene = Scene()
    share = live(scene)
    first = share.grants.get(dataset=scene.fleet)
    first.revoked_at = timezone.now() - timedelta(days=30)
    first.save()
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    assert [grant.dataset for grant in share.grants.in_force(timezone.now())] == [scene.flights]


def test_nothing_is_undone_where_nothing_ended() -> None:
    scene = Scene()
    with pytest.raises(NotNow, match="nothing to undo"):
        grants.undo_end(live(scene), scene.ada)


def test_after_the_grace_days_it_is_too_late() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    Share.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    share.refresh_from_db()
    with pytest.raises(NotNow, match="too late"):
        grants.undo_end(share, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()


def test_undo_decides_by_the_row_and_not_by_an_old_page() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    seen = Share.data.get(pk=share.pk)
    Share.objects.update(closes_at=timezone.now() - timedelta(days=1), taken_back_at=timezone.now())
    with pytest.raises(NotNow):
        grants.undo_end(seen, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()


def test_a_window_that_closed_meanwhile_is_not_reopened() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotNow, match="window has closed"):
        grants.undo_end(share, scene.ada)
    assert share.grants.filter(revoked_at__isnull=False).count() == 2, "the refusal changed nothing"


def test_suspend_and_resume_keep_the_grants() -> None:
    scene = Scene()
    share = live(scene)
    grants.suspend(share, scene.eve, "Checking something.")
    share.refresh_from_db()
    assert state_of(share) is ShareState.SUSPENDED
    assert history(share).first().data == {"reason": "Checking something."}  # type: ignore[union-attr]
    grants.resume(share, scene.eve)
    share.refresh_from_db()
    assert state_of(share) is ShareState.READY
    assert share.grants.in_force(timezone.now()).count() == 2
    assert rung() == ["shares.jobs.entry.reconcile"] * 2


def test_suspending_twice_and_resuming_what_runs_is_refused() -> None:
    scene = Scene()
    share = live(scene)
    with pytest.raises(NotNow, match="not suspended"):
        grants.resume(share, scene.eve)
    grants.suspend(share, scene.eve, "x")
    with pytest.raises(NotNow, match="suspended already"):
        grants.suspend(share, scene.eve, "x")


def test_looking_now_forgets_what_stopped_the_last_runs() -> None:
    scene = Scene()
    share = live(scene)
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="x", attempts=5, failures=9)
    grants.reconcile_now(share, scene.eve)
    share.refresh_from_db()
    assert (share.blocked_at, share.blocked_reason, share.attempts, share.failures) == (None, "", 0, 0)
    assert rung() == ["shares.jobs.entry.reconcile"]


def test_a_window_that_closed_does_not_bring_an_earlier_ending_back() -> None:
    """Ended, asked for anew for a while, approved, and over: the undo button is of no use to the first grants."""
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    second = scene.approved(datasets=[scene.flights], valid_until=timezone.now().date() + timedelta(days=2))
    share.grants.filter(request=second).update(valid_until=timezone.now() - timedelta(seconds=1))
    outcomes.close_when_over(Share.data.get(pk=share.pk))
    with pytest.raises(NotNow, match="window closed"):
        grants.undo_end(share, scene.ada)
    assert not share.grants.in_force(timezone.now()).exists()


# --- ending by the provider
def ended_by_provider(scene: Scene, days: int = 30) -> Share:
    share = live(scene)
    grants.end_by_provider(share, scene.eve, " The contract is over. ", days)
    share.refresh_from_db()
    return share


def test_during_the_providers_notice_everything_stays_up() -> None:
    scene = Scene()
    today = timezone.now().date()
    share = ended_by_provider(scene, days=3)
    until = end_of(today + timedelta(days=3))
    assert {grant.valid_until for grant in share.grants.all()} == {until}
    assert share.grants.in_force(timezone.now()).count() == 2
    assert (share.closes_at, state_of(share)) == (None, ShareState.READY)
    ending = share.endings.get()
    assert (ending.by, ending.by_provider, ending.reason) == (scene.eve, True, "The contract is over.")
    assert rung() == ["shares.jobs.entry.reconcile"]
    assert sorted(mail.to for mail in Outgoing.objects.filter(kind="announced-end")) == ["ada@ua.test", "bea@ua.test"]
    assert history(share).first().action == "share.end_announced"  # type: ignore[union-attr]


def test_a_window_that_closes_sooner_than_the_notice_is_not_made_longer() -> None:
    scene = Scene()
    share = live(scene)
    soon = timezone.now() + timedelta(days=2)
    share.grants.filter(dataset=scene.fleet).update(valid_until=soon)
    grants.end_by_provider(share, scene.eve, "Over.", 30)
    assert share.grants.get(dataset=scene.fleet).valid_until == soon


def test_after_the_notice_the_grace_days_begin_and_tell_who_ended_it() -> None:
    scene = Scene()
    share = ended_by_provider(scene)
    Ending.objects.update(effective_at=timezone.now() - timedelta(minutes=1))
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    outcomes.close_when_over(share)
    assert state_of(Share.data.get()) is ShareState.ENDING
    told = Outgoing.objects.get(kind="ending")
    assert "Eve of the data provider ended it. The reason: “The contract is over.”" in told.text
    assert "an owner can undo" not in told.text


@pytest.mark.parametrize("days", [0, 30])
def test_what_the_provider_ended_its_staff_give_back_and_nobody_else(days: int) -> None:
    scene = Scene()
    share = live(scene)
    before = dict(share.grants.values_list("dataset__name", "valid_until"))
    grants.end_by_provider(share, scene.eve, "Over.", days)
    with pytest.raises(NotNow, match="data provider ended"):
        grants.undo_end(share, scene.ada)
    grants.keep(share, scene.eve)
    assert dict(share.grants.in_force(timezone.now()).values_list("dataset__name", "valid_until")) == before
    share.refresh_from_db()
    assert (share.closes_at, endings.current(share)) == (None, None)
    assert {mail.to for mail in Outgoing.objects.filter(kind="kept")} == {"ada@ua.test", "bea@ua.test"}
    with pytest.raises(NotNow, match="nothing to undo"):
        grants.keep(share, scene.eve)


def test_an_undo_in_the_grace_days_after_a_notice_gives_back_the_old_windows() -> None:
    scene = Scene()
    share = live(scene)
    before = dict(share.grants.values_list("pk", "valid_until"))
    grants.end_by_provider(share, scene.eve, "Over.", 1)
    Ending.objects.update(effective_at=timezone.now() - timedelta(minutes=1))
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    outcomes.close_when_over(Share.objects.get(pk=share.pk))
    grants.keep(share, scene.eve)
    assert dict(share.grants.values_list("pk", "valid_until")) == before
    assert Share.data.get().closes_at is None


def test_a_share_ends_by_the_provider_once_and_never_without_a_reason() -> None:
    scene = Scene()
    share = live(scene)
    with pytest.raises(NotNow, match="Say why"):
        grants.end_by_provider(share, scene.eve, "  ", 30)
    grants.end_by_provider(share, scene.eve, "Over.", 30)
    with pytest.raises(NotNow, match="being ended already"):
        grants.end_by_provider(share, scene.eve, "Over.", 10)


def test_the_customer_may_end_sooner_than_the_notice_and_take_only_that_back() -> None:
    scene = Scene()
    share = ended_by_provider(scene)
    until = {grant.valid_until for grant in share.grants.all()}
    grants.end(share, scene.ada)
    grants.undo_end(share, scene.ada)
    assert {grant.valid_until for grant in share.grants.in_force(timezone.now())} == until
    standing = endings.of_provider(Share.data.get())
    assert standing
    assert standing.by == scene.eve


def test_undo_does_not_bring_back_what_was_taken_apart_from_the_ending() -> None:
    """Taken at the very same moment, but by something else."""
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    ending = share.endings.get()
    ending.taken.filter(grant__dataset=scene.fleet).delete()
    grants.undo_end(share, scene.ada)
    assert [grant.dataset for grant in share.grants.in_force(timezone.now())] == [scene.flights]


def test_nothing_new_is_asked_for_or_approved_while_the_provider_ends_it() -> None:
    scene = Scene()
    share = live(scene)
    waiting = scene.request(datasets=[scene.flights])
    grants.end_by_provider(share, scene.eve, "The contract is over.", 30)
    with pytest.raises(Refused, match="The contract is over"):
        scene.request(datasets=[scene.fleet])
    with pytest.raises(CannotDecide, match="ends this share"):
        approvals.decide(waiting, scene.dan, "approve", channel="session", revision=waiting.revision)
    approvals.decide(waiting, scene.dan, "decline", channel="session", revision=waiting.revision, reason="Ends.")
    waiting.refresh_from_db()
    assert waiting.state == "declined"


def test_once_the_share_is_gone_a_new_one_may_be_asked_for() -> None:
    scene = Scene()
    share = ended_by_provider(scene)
    share.grants.update(valid_until=timezone.now() - timedelta(minutes=1))
    Share.objects.update(closes_at=timezone.now() - timedelta(days=1), taken_back_at=timezone.now())
    assert scene.request(datasets=[scene.fleet]).is_open


def test_staff_do_not_undo_what_the_customer_ended() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    with pytest.raises(NotNow, match="only one of its owners"):
        grants.keep(share, scene.eve)
    assert not share.grants.in_force(timezone.now()).exists()


def test_what_is_over_cannot_be_suspended() -> None:
    scene = Scene()
    share = live(scene)
    grants.end(share, scene.ada)
    with pytest.raises(NotNow, match="Nothing is granted"):
        grants.suspend(share, scene.eve, "x")


def test_page_and_mail_name_the_same_last_day() -> None:
    scene = Scene()
    share = live(scene)
    grants.end_by_provider(share, scene.eve, "The product ends.", 10)
    last = timezone.now().date() + timedelta(days=10)
    assert f"{last.day} {last:%b %Y}" in Outgoing.objects.get(kind="announced-end", to="ada@ua.test").text
    assert f"ends this share on {last:%d %b %Y}" in endings.objection(share)
    with pytest.raises(NotNow, match=f"on {last:%d %b %Y}"):
        grants.end_by_provider(share, scene.eve, "Again.", 10)


def test_what_has_ended_is_not_opened_again() -> None:
    scene = Scene()
    share = live(scene)
    grants.suspend(share, scene.eve, "x")
    grants.end(share, scene.ada)
    with pytest.raises(NotNow, match="Nothing is granted on it any more"):
        grants.resume(share, scene.eve)
    assert not Outgoing.objects.filter(kind="resumed").exists()
    grants.undo_end(share, scene.ada)
    grants.resume(share, scene.eve)
    assert Outgoing.objects.filter(kind="resumed").exists()


def test_a_share_that_proves_an_account_is_opened_again_without_grants() -> None:
    scene = Scene()
    scene.request()
    Share.objects.filter(purpose="handshake").update(suspended_at=timezone.now())
    share = Share.objects.get(purpose="handshake")
    grants.resume(share, scene.eve)
    share.refresh_from_db()
    assert share.suspended_at is None
