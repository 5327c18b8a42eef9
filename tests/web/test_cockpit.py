"""A share's cockpit: what it should be and is, the plan as the worker found it, and everything done to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.audit.record import history
from shares.models import Look, Run, Share
from shares.services import looking
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


@pytest.fixture
def eve(house: House) -> Client:
    return rows.browser(house.eve)


def path(share: Share, act: str = "") -> str:
    return f"/operations/shares/{share.public_id}/{act}"


def page_of(client: Client, share: Share) -> str:
    return client.get(path(share)).content.decode()


def test_it_shows_runs_statements_checks_and_the_audit_log(eve: Client, share: Share) -> None:
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="A view was replaced.", blocked_what_to_do="Drop it")
    page = page_of(eve, share)
    for words in (share.name, "query id 01b2-1", "CREATE", "rows read as the consumer", "A view was replaced."):
        assert words in page
    assert "Drop it" in page
    assert not re.search(r"\bperson \d", page)
    assert f"/shares/operate/suspend/?share={share.public_id}" in page
    assert "changes nothing" in page


def test_a_check_that_waits_for_long_is_overdue_and_not_next(eve: Client, share: Share) -> None:
    Share.objects.update(next_check_at=timezone.now() - timedelta(seconds=5))
    assert "overdue since" not in page_of(eve, share)
    Share.objects.update(next_check_at=timezone.now() - timedelta(minutes=3))
    assert "overdue since" in page_of(eve, share)


def test_a_dry_run_is_asked_for_and_waits_for_the_worker(house: House, eve: Client, share: Share) -> None:
    assert eve.post(path(share, "look/"))["Location"] == path(share)
    eve.post(path(share, "look/"))

    look = Look.objects.get()
    assert (look.asked_by, look.finished_at) == (house.eve, None)
    assert "The worker looks." in page_of(eve, share)
    part = rows.htmx(house.eve).get(path(share)).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part
    assert history(share)[0].action == "share.look_asked"


def test_what_it_found_is_shown(house: House, eve: Client, share: Share) -> None:
    look = looking.ask(share, house.eve)
    parts = [
        {"kind": "view", "name": "FLIGHTS", "wanted": True, "found": False, "differs": "", "is_well": False},
        {"kind": "account", "name": "MALLORY.X", "wanted": False, "found": True, "differs": "", "is_well": False},
    ]
    steps = [{"stage": "build", "purpose": "Build FLIGHTS", "sql": "CREATE SECURE VIEW X"}]
    problems = [{"words": "A stranger's table", "what_to_do": "Ask them."}]
    Look.objects.filter(pk=look.pk).update(
        finished_at=timezone.now(), phase="live", parts=parts, steps=steps, problems=problems
    )

    page = page_of(eve, share)

    for words in ("missing", "too much", "Build FLIGHTS", "A stranger&#x27;s table", "Ask them.", "Compare again"):
        assert words in page
    assert 'hx-trigger="every' not in page


def test_an_error_is_told(house: House, eve: Client, share: Share) -> None:
    look = looking.ask(share, house.eve)
    Look.objects.filter(pk=look.pk).update(finished_at=timezone.now(), error="The key was refused.")
    assert "The key was refused." in page_of(eve, share)


def test_reconciling_is_asked_for_and_forgets_what_stopped_it(eve: Client, share: Share) -> None:
    Share.objects.update(blocked_at=timezone.now(), blocked_reason="x")

    assert eve.post(path(share, "reconcile/"))["Location"] == path(share)

    share.refresh_from_db()
    assert (share.blocked_at, share.rung_for) == (None, Run.Trigger.STAFF)
    assert history(share)[0].action == "share.reconcile_asked"


def test_one_run_has_a_page(eve: Client, share: Share) -> None:
    page = eve.get(f"/operations/runs/{share.runs.get().public_id}/").content.decode()
    assert "query id 01b2-2" in page
    assert "rows read as the consumer" in page
    assert eve.get(f"/operations/runs/{share.public_id}/").status_code == 404


def test_auditors_read_and_change_nothing(share: Share) -> None:
    auditor = rows.browser(rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor"))
    page = page_of(auditor, share)
    assert "Reconcile now" not in page
    assert "/look/" not in page
    assert [auditor.post(path(share, act)).status_code for act in ("look/", "reconcile/")] == [403, 403]
    assert not Look.objects.exists()


def test_nobody_else_and_no_other_method(house: House, eve: Client, share: Share) -> None:
    for user in (house.ada, house.vic, house.cy, house.dan):
        assert rows.browser(user).get(path(share)).status_code == 404
        assert rows.browser(user).post(path(share, "reconcile/")).status_code == 404
    assert eve.post(path(share)).status_code == 405
    assert eve.get(path(share, "look/")).status_code == 405
    assert eve.get(path(share, "reconcile/")).status_code == 405
