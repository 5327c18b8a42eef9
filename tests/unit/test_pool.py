"""Sessions between runs: lent again while they are sound and young, ended otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from shares.snowflake import pool
from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from tests.snowflake.world import ROOT


class Session:
    def __init__(self) -> None:
        self.closed = False
        self.refusal: SnowflakeError | None = None

    def run(self, _: str) -> Result:
        if self.refusal:
            raise self.refusal
        return Result((), "q", 1)

    def discard(self) -> None:
        raise AssertionError("the pool discards, not the session")

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    pool.close_idle()
    yield
    pool.close_idle()


def borrow(key: str = "a") -> tuple[pool.Pooled, Session]:
    lent = pool.borrow(key, Session)
    session = lent.client
    assert isinstance(session, Session)
    return lent, session


def test_a_session_that_was_given_back_is_lent_again() -> None:
    first, session = borrow()
    first.close()
    assert not session.closed
    assert borrow()[1] is session


def test_two_borrowers_never_share_one() -> None:
    assert borrow()[1] is not borrow()[1]


def test_another_key_is_another_session() -> None:
    first, session = borrow("a")
    first.close()
    assert borrow("b")[1] is not session


@pytest.mark.parametrize(("code", "kept"), [(2003, True), (3033, True), (390112, False), (6, False), (3001, False)])
def test_a_session_after_an_error_of_the_session_is_not_lent_again(code: int, kept: bool) -> None:
    lent, session = borrow()
    session.refusal = SnowflakeError(code, "no")
    with pytest.raises(SnowflakeError):
        lent.run("X")
    lent.close()
    assert session.closed is not kept


def test_a_discarded_session_ends() -> None:
    lent, session = borrow()
    lent.discard()
    lent.close()
    assert session.closed


@pytest.mark.parametrize(("age", "idle"), [(pool.MAX_AGE + 1, 0.0), (0.0, pool.MAX_IDLE + 1)])
def test_an_old_session_ends_instead_of_being_lent(age: float, idle: float) -> None:
    lent, session = borrow()
    lent.close()
    lent.born -= age
    lent.used -= idle
    assert borrow()[1] is not session
    assert session.closed


def test_more_than_a_few_are_not_kept() -> None:
    lent = [borrow() for _ in range(pool.MAX_KEPT + 2)]
    for borrowed, _ in lent:
        borrowed.close()
    assert sum(session.closed for _, session in lent) == 2


def test_a_forked_child_starts_with_none() -> None:
    lent, _ = borrow()
    lent.close()
    child = os.fork()
    if child == 0:
        os._exit(0 if not any(pool._idle.values()) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert any(pool._idle.values())


def test_those_that_are_kept_end_with_the_process() -> None:
    program = """
from shares.snowflake import pool

class Session:
    def close(self):
        print("closed")

pool.borrow("a", Session).close()
print("kept")
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["kept", "closed"]
