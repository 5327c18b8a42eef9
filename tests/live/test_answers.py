"""How a refusal is compared with its entry in sandbox/refusals."""

from __future__ import annotations

import pytest

from sandbox.errors import REFUSALS
from sandbox.refusals.form import Refusal
from shares.snowflake.errors import SnowflakeError
from tests.live import answers

ENTRY = Refusal(3033, "0A000", "SQL compilation error:\nDatabase '{name}' does not belong.")
TEXT = "003033 (0A000): SQL compilation error: Database 'LAKE' does not belong. (request_id=1)"


@pytest.fixture(autouse=True)
def learned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(answers, "LEARNED", found)
    return found


def test_names_and_line_ends_do_not_matter() -> None:
    assert answers.differences(ENTRY, SnowflakeError(3033, TEXT, sqlstate="0A000")) == []


def test_what_differs_is_named() -> None:
    assert answers.differences(ENTRY, SnowflakeError(3034, TEXT, sqlstate="0A000")) == ["code"]
    assert answers.differences(ENTRY, SnowflakeError(3033, TEXT, sqlstate="42000")) == ["SQLSTATE"]
    other = SnowflakeError(3033, "Schema 'LAKE' does not belong.", sqlstate="0A000")
    assert answers.differences(ENTRY, other) == ["text"]


def test_a_difference_fails_with_both_side_by_side(monkeypatch: pytest.MonkeyPatch, learned: list[str]) -> None:
    monkeypatch.setitem(REFUSALS, "share_database", ENTRY._replace(confirmed=False))
    with pytest.raises(AssertionError, match="code of 'share_database' differ") as failed:
        answers.check("share_database", "GRANT\n  X", SnowflakeError(3034, TEXT, sqlstate="0A000"))
    assert "received   003034 (0A000) 003033 (0A000): SQL compilation error: Database 'LAKE'" in str(failed.value)
    assert "refusals  003033 (0A000) SQL compilation error: Database '{name}' does" in str(failed.value)
    assert "[confirmed=False]" in str(failed.value)
    assert learned == [str(failed.value).partition("\n")[2]]


def test_what_agrees_without_a_source_can_be_confirmed(monkeypatch: pytest.MonkeyPatch, learned: list[str]) -> None:
    monkeypatch.setitem(REFUSALS, "share_database", ENTRY._replace(confirmed=False))
    answers.check("share_database", "GRANT X", SnowflakeError(3033, TEXT, sqlstate="0A000"))
    assert learned == ["share_database: confirmed, take confirmed=False away\n    GRANT X"]
