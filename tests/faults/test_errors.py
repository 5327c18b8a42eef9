"""F19–F47: the policy table, row by row, each by a fault of the sandbox that a real run meets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from sandbox.faults.kinds import AFTER, FAULTS
from shares.models import ProviderAccount, Run, Share
from shares.services import sessions, watch
from shares.services.reconcile import reconcile
from shares.snowflake import connect, pool
from shares.snowflake.errors import POLICIES, Policy
from tests.faults.effort import some, tallied
from tests.faults.invariants import broken_at_rest, broken_now
from tests.snowflake.builders import Scene, settle
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.slow

# The policy of a code that strikes once, and how the run ends that meets it.
ONCE = {
    Policy.REOBSERVE: Run.Outcome.CONVERGED,
    Policy.RELOGIN: Run.Outcome.CONVERGED,
    Policy.STOP_ACCOUNT: Run.Outcome.FAILED,
    Policy.BLOCK_SHARE: Run.Outcome.BLOCKED,
    Policy.BUG: Run.Outcome.BLOCKED,
}
# Renewed by the driver itself, so that no run ever hears of it.
UNHEARD = {"session-expired", "session-expired-after"}
AT_STATEMENT = {
    name: Policy.BLOCK_SHARE if name == "account-refused" else POLICIES.get(int(fault.options["code"]), Policy.BUG)
    for name, fault in FAULTS.items()
    if fault.way in ("code", "refuse") and fault.on == "statement"
}
AT_LOGIN = [name for name, fault in FAULTS.items() if fault.on == "login"]
# Any fault that strikes a statement, ends by itself, and does not take the sandbox with it.
ANY = [
    name
    for name, fault in FAULTS.items()
    if fault.on in ("statement", "SHOW", "SHARE")
    and fault.way not in ("kill", "hold", "hang", "drip", "latency", "external", "no_connections", "silent")
]
KINDS = ("SHOW", "DDL", "GRANT", "SELECT")


def time_passes() -> None:
    ProviderAccount.objects.update(breaker_until=None)


def run_of(share: Share) -> Run:
    run = reconcile(share.pk)
    assert run is not None
    share.refresh_from_db()
    return run


def heals(snowflake: Snowflake, share: Share, since: int) -> None:
    """Once the fault is gone, time and the next run put everything right."""
    snowflake.until_it_listens()
    time_passes()
    settle(share, Run.Trigger.RETRY)
    assert broken_at_rest(snowflake, share, since, told=True) == []


@pytest.mark.parametrize("fault", some("policy rows", sorted(AT_STATEMENT)))
def test_a_code_once_ends_as_the_table_says(scene: Scene, snowflake: Snowflake, fault: str) -> None:
    with tallied("policy once", fault):
        share, since = scene.share(), snowflake.now()
        with snowflake.control.armed(fault, sql="^CREATE SHARE", user="FIRN_SVC") as number:
            run = run_of(share)
            assert snowflake.control.shown(number)["struck"] == 1
        expected = Run.Outcome.CONVERGED if fault in UNHEARD else ONCE[AT_STATEMENT[fault]]
        assert run.outcome == expected, run.words
        heals(snowflake, share, since)


@pytest.mark.parametrize("fault", some("policy rows for ever", sorted(set(AT_STATEMENT) - UNHEARD)))
def test_a_code_for_ever_is_never_hammered(scene: Scene, snowflake: Snowflake, fault: str) -> None:
    with tallied("policy for ever", fault):
        share, since = scene.share(), snowflake.now()
        with snowflake.control.armed(fault, sql="^CREATE SHARE", user="FIRN_SVC", times=None) as number:
            run = run_of(share)
            assert snowflake.control.shown(number)["struck"] <= 3
        # What was carried out in spite of the error is seen at the next look.
        done = (Run.Outcome.CONVERGED,) if FAULTS[fault].phase == AFTER else ()
        assert run.outcome in (Run.Outcome.FAILED, Run.Outcome.BLOCKED, *done), run.words
        assert share.next_check_at is not None
        assert share.next_check_at > timezone.now() + timedelta(seconds=3)
        if run.outcome == Run.Outcome.BLOCKED:
            assert Outgoing.objects.filter(kind="alert").count() == 1
        heals(snowflake, share, since)


@pytest.mark.parametrize("fault", some("logins", AT_LOGIN))
def test_f38_f40_a_refused_sign_in_opens_the_breaker_with_one_alert(
    scene: Scene, snowflake: Snowflake, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tallied("login", fault):
        pool.close_idle()
        share, since = scene.share(), snowflake.now()
        with snowflake.control.armed(fault, user="FIRN_SVC", times=None) as number:
            assert run_of(share).outcome == Run.Outcome.FAILED
            tries = snowflake.control.shown(number)["struck"]
            # Five in a quarter of an hour would lock the user.
            assert tries == 1
            assert run_of(share).outcome == Run.Outcome.FAILED
            assert snowflake.control.shown(number)["struck"] == tries
            # A mail's key has the minute in it; the second opening is in another one.
            monkeypatch.setattr(sessions, "PAUSE", timedelta(minutes=9))
            time_passes()
            assert run_of(share).outcome == Run.Outcome.FAILED
        assert Outgoing.objects.filter(kind="alert").count() == 1
        heals(snowflake, share, since)
        assert ProviderAccount.objects.get().breaker_reason == ""


@pytest.mark.parametrize(
    ("fault", "on"),
    some("faults", [(fault, on) for fault in ANY for on in KINDS if FAULTS[fault].on in (on, "statement")]),
)
def test_f19_f47_f61_any_fault_is_survived(
    scene: Scene, snowflake: Snowflake, fault: str, on: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Also an answer that never came, came twice, came late or was a lie."""
    # The driver tries for as long as a statement may take: what is refused, for more than a minute.
    monkeypatch.setattr(connect, "STATEMENT_SECONDS", 10)
    settings.FIRN_PROOF_TIMEOUT_SECONDS = 10
    with tallied("fault", f"{fault} at {on}"):
        share, since = scene.share(), snowflake.now()
        for first in (1, 3):
            with snowflake.control.armed(fault, on=on, user="FIRN_SVC", first=first):
                run_of(share)
                time_passes()
        heals(snowflake, share, since)


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("hang", {"seconds": 3}),
        ("hang-after", {"seconds": 3}),
        ("drip", {"milliseconds": 2}),
        ("latency", {"milliseconds": 1500}),
    ],
)
def test_f32_f33_an_answer_that_comes_late_or_never(
    scene: Scene, snowflake: Snowflake, fault: str, options: dict[str, int]
) -> None:
    with tallied("fault", f"{fault} {options}"):
        share, since = scene.share(), snowflake.now()
        with snowflake.control.armed(fault, sql="^(CREATE|GRANT SELECT)", user="FIRN_SVC", options=options):
            run_of(share)
        assert broken_now(snowflake, share, since) == []
        heals(snowflake, share, since)


def test_many_shares_and_checks_sign_in_once_a_pause_between_them(scene: Scene, snowflake: Snowflake) -> None:
    """Five refusals in a quarter of an hour lock a user: that is three pauses."""
    with tallied("login", "many shares of one account"):
        pool.close_idle()
        shares = [scene.share(scene.account(f"CUSTOMER{number}", "A"), scene.airports) for number in range(6)]
        account = ProviderAccount.objects.get()
        with snowflake.control.armed("jwt-invalid", user="FIRN_SVC", times=None) as number:
            for pause in range(1, 4):
                for share in shares:
                    assert run_of(share).outcome == Run.Outcome.FAILED
                watch.check(account.pk)
                assert snowflake.control.shown(number)["struck"] == pause
                time_passes()
        assert Outgoing.objects.filter(kind="alert").count() == 1
        assert AuditEntry.objects.filter(action="account.stopped").count() == 1
