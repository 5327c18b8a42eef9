"""`python -m demo --once`: the main job, for real, and what a second start does with it."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections import Counter
from pathlib import Path

import pytest

from demo.mailbox.store import Store
from tests.demo import runs
from tests.demo.conftest import Done

pytestmark = [pytest.mark.nodb, pytest.mark.slow]


def test_the_customer_reads_exactly_their_own_rows(done: Done) -> None:
    assert done.found["ok"] is True
    assert done.found["consumer_account"] == "CARRIERDL.ANALYTICS"
    assert done.found["rows"] == {"AIRPORTS": 1458, "FLIGHTS": 48110, "PUNCTUALITY": 486, "WEATHER": 26115}
    assert done.found["foreign_rows"] == 0


@pytest.mark.parametrize(("key", "account", "flights"), [("AA", "CARRIERAA.WAREHOUSE", 32729)])
def test_another_carrier_in_another_region_reads_theirs(tmp_path: Path, key: str, account: str, flights: int) -> None:
    result = runs.once(tmp_path / "state", "--customer", key)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["consumer_account"] == account
    assert found["rows"]["FLIGHTS"] == flights
    assert found["foreign_rows"] == 0


def test_the_answer_is_the_only_line_on_stdout(done: Done) -> None:
    assert done.stdout.count("\n") == 1
    assert list(done.found) == [
        *("ok", "share", "consumer_account", "datasets", "rows", "foreign_rows", "statements", "request_to_rows_s"),
        "proofs",
    ]


def test_the_share_s_page_shows_the_three_proofs(done: Done) -> None:
    assert done.found["proofs"] == ["account", "isolation", "obedience"]


def test_firn_sent_at_least_the_statements_of_the_plan(done: Done) -> None:
    with sqlite3.connect(done.state / "firn.sqlite3") as database:
        plan = json.loads(database.execute("SELECT plan_sql FROM shares_sharerequest").fetchone()[0])
    assert done.found["statements"] > len(plan) >= 12


def test_every_mail_came_once(done: Done) -> None:
    mails = Store(done.state / "mails").newest_first()
    subjects = Counter((mail.recipients, mail.subject) for mail in mails)
    assert max(subjects.values()) == 1
    about = [mail.subject.split()[0] for mail in reversed(mails) if mail.recipients == ("cy@carrier-dl.example",)]
    assert about == ["You", "We", "Approved:", "Ready:"]


def test_secrets_are_readable_by_their_owner_alone(done: Done) -> None:
    for name in ("keys/firn.p8", "connections.toml", "secret-key"):
        assert stat.S_IMODE((done.state / name).stat().st_mode) == 0o600, name


def test_a_second_start_does_not_ask_again(done: Done) -> None:
    again = runs.once(done.state)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == done.found
    with sqlite3.connect(done.state / "firn.sqlite3") as database:
        assert database.execute("SELECT COUNT(*) FROM shares_sharerequest").fetchone() == (1,)


def test_a_share_that_was_taken_away_is_a_deviation(done: Done) -> None:
    """The numbers are read again at each start, not repeated from a file."""
    found = done.state / "main-job.json"
    before = found.read_text()
    kept = json.loads(before)
    kept["CARRIERDL.ANALYTICS"]["rows"] = {"FLIGHTS": 48111}
    found.write_text(json.dumps(kept))
    try:
        result = runs.once(done.state)
    finally:
        found.write_text(before)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "and read {'FLIGHTS': 48111} before" in result.stderr
