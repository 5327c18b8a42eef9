"""Every fault by its name: what the driver shows of it, and whether the statement was carried out.

Both connectors try again by themselves after most of what happens to a connection; they differ in what they give up on
at once, and the older one lets errors of the libraries below it through.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest

from tests.sandbox.conftest import Client, Open
from tests.sandbox.serving import Server
from tests.sandbox.timeouts import MAJOR, SHORT

OK = "ok"


class Case(NamedTuple):
    """`seen` is "ok", an errno or the name of an exception, `rows` how many an INSERT of one row left; then the same
    for connector 4 where it differs."""

    seen: int | str
    rows: int
    seen_by_4: int | str | None = None
    rows_by_4: int | None = None

    @property
    def expected(self) -> tuple[int | str, int]:
        if MAJOR >= 5 or self.seen_by_4 is None:
            return self.seen, self.rows
        return self.seen_by_4, self.rows if self.rows_by_4 is None else self.rows_by_4


CASES = {
    "http-307": Case("ok", 1),
    "http-307-after": Case("ok", 1),
    "http-400": Case(6, 0, "ok", 1),
    "http-400-after": Case(6, 1, "ok", 1),
    "http-401": Case("ok", 1, 290401, 0),
    "http-401-after": Case("ok", 1, 290401, 1),
    "http-403": Case(6, 0, "ok", 1),
    "http-403-after": Case(6, 1, "ok", 1),
    "http-404": Case(6, 0, 290404, 0),
    "http-404-after": Case(6, 1, 290404, 1),
    "http-408": Case("ok", 1),
    "http-408-after": Case("ok", 1),
    "http-429": Case("ok", 1),
    "http-429-after": Case("ok", 1),
    "http-500": Case("ok", 1),
    "http-500-after": Case("ok", 1),
    "http-502": Case("ok", 1),
    "http-502-after": Case("ok", 1),
    "http-503": Case("ok", 1),
    "http-503-after": Case("ok", 1),
    "http-504": Case("ok", 1),
    "http-504-after": Case("ok", 1),
    "reset": Case("ok", 1),
    "reset-after": Case("ok", 1),
    "close": Case("ok", 1),
    "close-after": Case("ok", 1),
    "half-headers": Case("ok", 1),
    "half-headers-after": Case("ok", 1),
    "half-body": Case(6, 0, "ChunkedEncodingError", 0),
    "half-body-after": Case(6, 1, "ChunkedEncodingError", 1),
    "garbage": Case(6, 0, "ok", 1),
    "garbage-after": Case(6, 1, "ok", 1),
    "empty": Case(6, 0, "ok", 1),
    "empty-after": Case(6, 1, "ok", 1),
    "short-body": Case(6, 0, "ok", 1),
    "short-body-after": Case(6, 1, "ok", 1),
    "bad-status-line": Case("ok", 1),
    "bad-status-line-after": Case("ok", 1),
    "json-null": Case(6, 0, 250003, 0),
    "json-null-after": Case(6, 1, 250003, 1),
    "other-json": Case(6, 0, "AttributeError", 0),
    "other-json-after": Case(6, 1, "AttributeError", 1),
    "no-data": Case("ok", 0, "KeyError", 0),
    "no-data-after": Case("ok", 1, "KeyError", 1),
    "no-code": Case(13, 0, "TypeError", 0),
    "no-code-after": Case(13, 1, "TypeError", 1),
    "wrong-encoding": Case(6, 0, "ContentDecodingError", 0),
    "wrong-encoding-after": Case(6, 1, "ContentDecodingError", 1),
    "hang": Case("ok", 1),
    "hang-after": Case("ok", 1),
    "wrong-credentials": Case(390100, 0),
    "user-disabled": Case(390101, 0),
    "user-locked": Case(390102, 0),
    "password-expired": Case(390103, 0),
    "jwt-invalid": Case(390144, 0),
    "jwt-not-yet-valid": Case(394302, 0),
    "jwt-other-key": Case(394304, 0),
    # The older connector takes it as a word about a token that it kept, and logs in again.
    "id-token-invalid": Case(390195, 0, "ok", 0),
    "role-not-granted": Case(390189, 0),
    "object-missing": Case(390201, 0),
    "oauth-invalid": Case(390303, 0),
    "oauth-expired": Case(390318, 0),
    "network-policy": Case(390422, 0),
    "token-unknown": Case(390104, 0),
    "id-token-expired": Case(390110, 0),
    "session-gone": Case(390111, 0),
    "session-expired": Case("ok", 1),
    "master-unknown": Case(390113, 0),
    "master-expired": Case(390114, 0),
    "master-invalid": Case(390115, 0),
    "token-unknown-after": Case(390104, 1),
    "id-token-expired-after": Case(390110, 1),
    "session-gone-after": Case(390111, 1),
    "session-expired-after": Case("ok", 1),
    "master-unknown-after": Case(390113, 1),
    "master-expired-after": Case(390114, 1),
    "master-invalid-after": Case(390115, 1),
}
# Errors of a statement by their numbers; each comes before it is carried out, and after.
CODES = {
    "internal-error": 603,
    "canceled": 604,
    "no-warehouse": 606,
    "warehouse-gone": 608,
    "lock-timeout": 625,
    "timeout": 630,
    "invalid-identifier": 904,
    "syntax-error": 1003,
    "missing": 2003,
    "missing-operation": 2043,
    "no-privilege": 3001,
    "mount-gone": 3030,
    "account-refused": 3516,
    "too-many-accounts": 3517,
    "other-database": 3033,
    "not-secure": 90838,
    "not-a-number": 100038,
    "division": 100051,
    "not-executing": 605,
    "quota-exceeded": 90073,
    "edition-refused": 3518,
    "not-a-timestamp": 100035,
    "file-missing": 253003,
}
for _name, _code in CODES.items():
    CASES |= {_name: Case(_code, 0), f"{_name}-after": Case(_code, 1)}
# These have tests of their own: test_fault_ways.py, test_fault_inside.py, test_fault_sessions.py beside this file, and
# tests/sandbox/test_faults_deadly.py.
ELSEWHERE = {
    "did-nothing", "drip", "external", "hold", "hold-after", "in-progress", "kill", "kill-after", "latency",
    "no-connections", "no-dedupe", "result-lost", "show-cut", "show-empty", "show-stale", "slow",
    "twice", "unknown-account-silent", "show-more-columns", "stale", "token-expires", "token-expires-after",
    "tokens-expire", "session-ends", "clock-skew", "refused", "latency-after", "slow-after", "external-after",
    "tokens-expire-after", "session-ends-after",
}  # fmt: skip
_tables = itertools.count(1)


def outcome(error: BaseException) -> int | str:
    number = getattr(error, "errno", None)
    return number if isinstance(number, int) else type(error).__name__


def test_there_are_many_and_each_has_a_case(server: Server) -> None:
    names = {fault["name"] for fault in server.control.faults()}
    assert len(names) >= 64
    assert names == set(CASES) | ELSEWHERE
    assert not set(CASES) & ELSEWHERE


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_seen_by_the_driver(server: Server, log_in: Open, admin: Client, database: str, name: str) -> None:
    client = log_in(**SHORT)
    table = f"{database}.PUBLIC.FAULTY{next(_tables)}"
    admin.run(f"CREATE TABLE {table} (A INT)")
    fault = next(f for f in server.control.faults() if f["name"] == name)
    options = {"seconds": 1} if "seconds" in fault["options"] else {}
    target = {} if fault["on"] == "LOGIN" else {"sql": f"INSERT INTO {table}"}
    seen: int | str = OK
    with server.control.armed(name, options=options, **target) as number:
        try:
            if fault["on"] == "LOGIN":
                log_in(**SHORT)
            else:
                client.rows(f"INSERT INTO {table} VALUES (1)")
        except Exception as error:
            seen = outcome(error)
        assert server.control.shown(number)["struck"] == 1
    assert (seen, admin.one(f"SELECT COUNT(*) FROM {table}")) == CASES[name].expected
