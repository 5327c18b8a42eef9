"""Statements side by side: every answer in its place, every one asked, and never more at once than allowed."""

from __future__ import annotations

import threading

import pytest

from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import AT_ONCE, PATIENCE, PAUSES, run_repeatably, run_together


class Session:
    """Answers with the text itself; refuses what ends in `!`. A statement waits until `crowd` are under way."""

    def __init__(self, crowd: int = 1) -> None:
        self._barrier = threading.Barrier(crowd)
        self.crowd = crowd
        self.asked: list[str] = []

    def run(self, text: str) -> Result:
        self.asked.append(text)
        if self.crowd > 1:
            self._barrier.wait(10)
        if text.endswith("?"):
            raise ValueError(text)
        if text.endswith("!"):
            raise SnowflakeError(2003, text)
        return Result((), text, 1)

    def discard(self) -> None:
        raise AssertionError("not asked for")

    def close(self) -> None:
        raise AssertionError("the session is the caller's")


def answers(session: Session, *texts: str) -> list[str]:
    return [
        answer.query_id if isinstance(answer, Result) else f"{answer.code}" for answer in run_together(session, texts)
    ]


def test_answers_and_refusals_stand_in_the_order_of_the_questions() -> None:
    assert answers(Session(), "a", "b!", "c") == ["a", "2003", "c"]


def test_one_question_needs_no_thread() -> None:
    before = threading.active_count()
    session = Session()
    assert answers(session, "a") == ["a"]
    assert threading.active_count() == before


def test_they_are_really_under_way_at_the_same_time() -> None:
    texts = [str(number) for number in range(AT_ONCE)]
    assert answers(Session(crowd=AT_ONCE), *texts) == texts


def test_a_refusal_stops_no_other() -> None:
    session = Session()
    answers(session, *["a!"] * 20)
    assert len(session.asked) == 20


def test_an_error_that_is_no_refusal_is_raised_after_all_were_asked() -> None:
    session = Session()
    with pytest.raises(ValueError, match=r"\?"):
        answers(session, "a", "?", "b")
    assert sorted(session.asked) == ["?", "a", "b"]


class Lossy(Session):
    """Answers a question only when it is asked for the n-th time: `lost` says how often each is lost before."""

    def __init__(self, **lost: int) -> None:
        super().__init__()
        self.lost = lost

    def run(self, text: str) -> Result:
        if self.lost.get(text, 0):
            self.lost[text] -= 1
            self.asked.append(text)
            raise SnowflakeError(603, "internal error")
        return super().run(text)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("shares.snowflake.together.time.sleep", slept.append)
    return slept


def test_a_lost_answer_is_asked_for_again_and_only_that(pauses: list[float]) -> None:
    session = Lossy(b=2)
    found = run_repeatably(session, ["a", "b", "c!"])
    assert [item.query_id if isinstance(item, Result) else item.code for item in found] == ["a", "b", 2003]
    assert sorted(session.asked) == ["a", "b", "b", "b", "c!"]
    assert pauses == list(PAUSES[:2])


def test_what_is_lost_again_and_again_stays_an_error(pauses: list[float]) -> None:
    session = Lossy(a=99)
    [answer] = run_repeatably(session, ["a"])
    assert isinstance(answer, SnowflakeError)
    assert len(session.asked) == len(PAUSES) + 1


def test_slow_losses_are_not_waited_for_beyond_the_patience(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter((0.0, PATIENCE + 1))
    monkeypatch.setattr("shares.snowflake.together.time.monotonic", lambda: next(ticks))
    session = Lossy(a=99)
    run_repeatably(session, ["a"])
    assert (len(session.asked), pauses) == (1, [])
