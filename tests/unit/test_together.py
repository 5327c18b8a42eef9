"""Statements side by side: every answer in its place, every one asked, and never more at once than allowed."""

from __future__ import annotations

import threading

import pytest

from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import AT_ONCE, run_together


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
