"""Statements sent ahead: side by side, each answer once, an error in its place."""

from __future__ import annotations

import threading

import pytest

from shares.snowflake.client import Result
from shares.snowflake.errors import SnowflakeError
from shares.snowflake.together import Ahead


class Meeting:
    """Answers only when two statements wait at the same time; what begins with BAD is refused."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._both = threading.Barrier(2, timeout=10)

    def run(self, sql: str) -> Result:
        self.sent.append(sql)
        if sql != "LATER":
            self._both.wait()
        if sql.startswith("BAD"):
            raise SnowflakeError(2003, sql)
        return Result(({"sql": sql},), "q", 1)

    def discard(self) -> None:
        self.sent.append("discarded")

    def close(self) -> None:
        self.sent.append("closed")


def test_answers_are_kept_for_whoever_asks_first() -> None:
    client = Meeting()
    ahead = Ahead(client, ["ONE", "BAD"])
    assert sorted(client.sent) == ["BAD", "ONE"]
    assert ahead.run("ONE").rows == ({"sql": "ONE"},)
    with pytest.raises(SnowflakeError):
        ahead.run("BAD")
    assert len(client.sent) == 2


def test_what_was_not_asked_ahead_goes_to_snowflake_and_so_does_a_second_question() -> None:
    client = Meeting()
    ahead = Ahead(client, ["LATER"])
    assert [ahead.run("LATER").rows, ahead.run("LATER").rows] == [({"sql": "LATER"},)] * 2
    assert client.sent == ["LATER", "LATER"]
    ahead.discard()
    ahead.close()
    assert client.sent[2:] == ["discarded", "closed"]


def test_nothing_ahead_is_nothing_sent() -> None:
    client = Meeting()
    Ahead(client, [])
    assert client.sent == []
