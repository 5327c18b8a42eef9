"""Faults whose effect is more than one error: waits, lies, doubles, other people, and when each strikes."""

from __future__ import annotations

import itertools
import threading
import time
import urllib.error
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open, Shared
from tests.sandbox.serving import Server
from tests.sandbox.timeouts import SHORT

_numbers = itertools.count(1)


@pytest.fixture
def table(admin: Client, database: str) -> str:
    name = f"{database}.PUBLIC.T{next(_numbers)}"
    admin.run(f"CREATE TABLE {name} (A INT)")
    return name


def count(client: Client, table: str) -> int:
    return int(client.one(f"SELECT COUNT(*) FROM {table}"))


def schemas(client: Client, database: str) -> list[str]:
    return [row["name"] for row in client.table(f"SHOW SCHEMAS IN DATABASE {database}")]


# --- what is not true
def test_a_success_that_did_nothing(server: Server, admin: Client, table: str) -> None:
    with server.control.armed("did-nothing", sql=f"INSERT INTO {table}"):
        admin.run(f"INSERT INTO {table} VALUES (1)")
    assert count(admin, table) == 0


def test_a_statement_that_is_carried_out_twice(server: Server, admin: Client, table: str) -> None:
    with server.control.armed("twice", sql=f"INSERT INTO {table}"):
        admin.run(f"INSERT INTO {table} VALUES (1)")
    assert count(admin, table) == 2


def test_without_dedupe_a_repeated_request_counts_again(server: Server, log_in: Open, table: str) -> None:
    client = log_in(**SHORT)
    with server.control.armed("reset-after", sql=f"INSERT INTO {table}"), server.control.armed("no-dedupe", sql=table):
        client.run(f"INSERT INTO {table} VALUES (1)")
    assert count(client, table) == 2


def test_show_without_rows_and_with_too_few(server: Server, admin: Client, database: str) -> None:
    with server.control.armed("show-empty"):
        assert schemas(admin, database) == []
    with server.control.armed("show-cut", options={"rows": 1}):
        assert len(schemas(admin, database)) == 1
    assert len(schemas(admin, database)) == 2


def test_show_behind_the_truth(server: Server, admin: Client, database: str) -> None:
    before = schemas(admin, database)
    admin.run(f"CREATE SCHEMA {database}.NEW")
    with server.control.armed("show-stale", sql="SCHEMAS", times=2):
        assert schemas(admin, database) == before
        assert schemas(admin, database) == before
        assert "NEW" in schemas(admin, database)


def test_an_account_that_cannot_be_added_in_silence(server: Server, shared: Shared) -> None:
    with server.control.armed("unknown-account-silent"):
        shared.add("NOBODY.ATALL")
    (row,) = shared.owner.table(f"SHOW SHARES LIKE '{shared.share}'")
    assert row["to"] == ""
    with server.control.armed("unknown-account-silent"):
        shared.add("CUST.ONE")
    (row,) = shared.owner.table(f"SHOW SHARES LIKE '{shared.share}'")
    assert row["to"] == "CUST.ONE"


# --- what comes later
def test_the_driver_comes_back_for_a_result(server: Server, admin: Client, table: str) -> None:
    with server.control.armed("in-progress", sql=table):
        assert count(admin, table) == 0


def test_the_result_that_it_comes_back_for_may_be_gone(server: Server, log_in: Open, table: str) -> None:
    client = log_in(**SHORT)
    with server.control.armed("in-progress", sql=table), server.control.armed("result-lost"):
        client.refused(f"SELECT COUNT(*) FROM {table}", 1003)


def test_latency_of_a_class(server: Server, admin: Client, database: str) -> None:
    with server.control.armed("latency", on="SHOW", times=None, options={"milliseconds": 1}) as number:
        schemas(admin, database)
        admin.one("SELECT 1")
        schemas(admin, database)
        assert server.control.shown(number)["struck"] == 2


@pytest.mark.parametrize(("name", "done"), [("hold", 0), ("hold-after", 1)])
def test_a_statement_waits_until_it_is_let_go(server: Server, log_in: Open, table: str, name: str, done: int) -> None:
    client, watcher = log_in(), log_in()
    with server.control.armed(name, sql=f"INSERT INTO {table}") as number:
        thread = threading.Thread(target=client.run, args=(f"INSERT INTO {table} VALUES (1)",))
        since = server.control.newest()
        thread.start()
        if done:
            assert server.control.log(since, wait=10)
        while not server.control.shown(number)["struck"]:
            thread.join(0.01)
        assert count(watcher, table) == done
        assert thread.is_alive()
        server.control.release(number)
        thread.join(10)
    assert count(watcher, table) == 1


def test_many_that_wait_keep_no_other_from_being_answered(server: Server, log_in: Open, table: str) -> None:
    """A portal sends eight statements for each of many shares; sixty are more threads than a server has by default."""
    many, watcher = log_in(), log_in()
    with server.control.armed("hold", times=None, sql=f"INSERT INTO {table}", options={"seconds": 30}) as number:
        threads = [threading.Thread(target=many.run, args=(f"INSERT INTO {table} VALUES ({n})",)) for n in range(60)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 20
        while server.control.shown(number)["struck"] < len(threads) and time.monotonic() < until:
            threads[0].join(0.05)
        assert server.control.shown(number)["struck"] == len(threads)
        looking = threading.Thread(target=count, args=(watcher, table))
        looking.start()
        looking.join(15)
        assert not looking.is_alive()
        assert all(thread.is_alive() for thread in threads)
        server.control.release(number)
        for thread in threads:
            thread.join(20)
    assert count(watcher, table) == len(threads)


def test_an_answer_byte_by_byte(server: Server, admin: Client, table: str) -> None:
    with server.control.armed("drip", sql=table, options={"milliseconds": 0.1}):
        assert count(admin, table) == 0


def test_ten_seconds_are_longer_than_a_short_limit(server: Server, log_in: Open, table: str) -> None:
    client = log_in(**SHORT)
    with server.control.armed("slow", sql=table, options={"milliseconds": 3500}) as number:
        assert count(client, table) == 0
        assert server.control.shown(number)["struck"] == 1


def test_new_connections_are_turned_away_for_a_while(server: Server, log_in: Open, table: str) -> None:
    client = log_in(**SHORT)
    with server.control.armed("no-connections", sql=f"INSERT INTO {table}", options={"seconds": 1}):
        client.run(f"INSERT INTO {table} VALUES (1)")
    assert count(client, table) == 1


# --- other people
def test_somebody_else_changes_something_first(server: Server, admin: Client, table: str) -> None:
    others = {"account": "ACME.DATA", "statements": [f"DROP TABLE {table}"]}
    with server.control.armed("external", sql=f"INSERT INTO {table}", options=others):
        admin.refused(f"INSERT INTO {table} VALUES (1)", 2003)


def test_somebody_else_acts_at_once(server: Server, admin: Client, database: str) -> None:
    said = server.control.act("ACME.DATA", f"CREATE SCHEMA {database}.THEIRS", f"CREATE SCHEMA {database}.THEIRS")
    assert said[0] == "ok"
    assert said[1].startswith("002002 ")
    assert "THEIRS" in schemas(admin, database)


@pytest.mark.parametrize("what", ["session", "master", "gone"])
def test_tokens_expire(server: Server, log_in: Open, what: str) -> None:
    client = log_in("CUST-TWO")
    assert server.control.expire(what, account="CUST.TWO") >= 1
    if what == "session":
        assert client.one("SELECT 1") == 1
    else:
        client.refused("SELECT 1", {"master": 390114, "gone": 390104}[what])


# --- when it strikes
def seen(server: Server, client: Client, tries: int, **how: Any) -> list[bool]:
    """Whether each of so many statements was refused."""
    out = []
    with server.control.armed("no-privilege", **how):
        for number in range(tries):
            try:
                client.rows(f"SELECT {number}")
            except Exception as error:
                assert getattr(error, "errno", None) == 3001  # noqa: PT017 - told apart by code
                out.append(True)
            else:
                out.append(False)
    return out


def test_it_strikes_once_unless_told_otherwise(server: Server, admin: Client) -> None:
    assert seen(server, admin, 3) == [True, False, False]


def test_it_strikes_at_the_nth(server: Server, admin: Client) -> None:
    assert seen(server, admin, 4, first=2, times=2) == [False, True, True, False]


def test_it_strikes_for_ever(server: Server, admin: Client) -> None:
    assert seen(server, admin, 3, times=None) == [True, True, True]


def test_it_strikes_a_text(server: Server, admin: Client) -> None:
    assert seen(server, admin, 3, sql="^select 2$") == [False, False, True]


def test_it_strikes_a_class(server: Server, admin: Client) -> None:
    assert seen(server, admin, 2, on="SHOW") == [False, False]
    assert seen(server, admin, 2, on="SELECT") == [True, False]


def test_it_strikes_an_account_and_a_user(server: Server, admin: Client, log_in: Open) -> None:
    other = log_in("CUST-ONE")
    assert seen(server, admin, 1, account="CUST.ONE") == [False]
    assert seen(server, other, 1, account="CUST.ONE", user="ADMIN") == [True]
    assert seen(server, other, 1, account="CUST.ONE", user="NOBODY") == [False]


def test_dice_fall_the_same_way_for_a_seed(server: Server, admin: Client) -> None:
    first = seen(server, admin, 20, times=None, probability=0.5, seed=7)
    assert first == seen(server, admin, 20, times=None, probability=0.5, seed=7)
    assert 0 < sum(first) < 20


def test_what_struck_is_on_record(server: Server, admin: Client) -> None:
    seen(server, admin, 1)
    last = server.control.fired()[-1]
    assert (last["name"], last["sql"]) == ("no-privilege", "SELECT 0")


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "no-such-fault"},
        {"name": "reset", "on": "NOWHERE"},
        {"name": "reset", "sql": "("},
        {"name": "reset", "first": "soon"},
        {"name": "reset", "options": {"colour": "red"}},
        {"name": "reset", "wehn": 1},
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_read_is_refused_in_words(server: Server, wish: dict[str, Any]) -> None:
    name = wish.pop("name")
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.control.arm(name, **wish)
    assert refused.value.code == 400
    assert len(refused.value.read()) > 20


def test_the_log_says_who_did_what(server: Server, admin: Client) -> None:
    since = server.control.newest()
    admin.one("SELECT 'logged'")
    (entry,) = [e for e in server.control.log(since) if e["sql"] == "SELECT 'logged'"]
    assert (entry["account"], entry["user"], entry["role"], entry["code"]) == (
        "ACME.DATA", "ADMIN", "ACCOUNTADMIN", "000000"
    )  # fmt: skip
    assert entry["request_id"]
    assert entry["query_id"]
