"""Compares a refusal as received with its entry in sandbox/refusals, and keeps what was learned for the end."""

from __future__ import annotations

import re

from sandbox.errors import REFUSALS
from sandbox.refusals.form import Refusal
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

LEARNED: list[str] = []


def received(client: Client, statement: str) -> SnowflakeError:
    """The refusal of a statement that must be refused."""
    try:
        client.run(statement)
    except SnowflakeError as error:
        return error
    raise AssertionError(f"was carried out, although it had to be refused: {statement}")


def check(key: str, statement: str, error: SnowflakeError) -> None:
    """Fails, with both side by side, when code, SQLSTATE or text differ; notes what an account has confirmed."""
    entry = REFUSALS[key]
    wrong = differences(entry, error)
    if wrong:
        report = side_by_side(key, entry, statement, error)
        LEARNED.append(report)
        raise AssertionError(f"{', '.join(wrong)} of {key!r} differ\n{report}")
    if not entry.confirmed:
        LEARNED.append(f"{key}: confirmed, take confirmed=False away\n    {statement}")


def differences(entry: Refusal, error: SnowflakeError) -> list[str]:
    found = []
    if error.code != entry.code:
        found.append("code")
    if error.sqlstate != entry.sqlstate:
        found.append("SQLSTATE")
    if not _pattern(entry.text).search(_one_line(error.message)):
        found.append("text")
    return found


def side_by_side(key: str, entry: Refusal, statement: str, error: SnowflakeError) -> str:
    return (
        f"{key}:\n    statement  {_one_line(statement)}\n"
        f"    received   {error.code:06d} ({error.sqlstate}) {_one_line(error.message)}\n"
        f"    refusals  {entry.code:06d} ({entry.sqlstate}) {_one_line(entry.text)}"
        f"{'' if entry.confirmed else '  [confirmed=False]'}"
    )


def _pattern(template: str) -> re.Pattern[str]:
    """The text with anything in the place of each {name}; a connector may put more around it."""
    parts = re.split(r"\{\w+\}", _one_line(template))
    return re.compile(".*".join(re.escape(part) for part in parts))


def _one_line(text: str) -> str:
    return " ".join(text.split())
