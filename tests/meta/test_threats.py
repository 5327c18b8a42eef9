"""docs/threats.md: each of the 42 threats has one row, and each row names tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.meta.test_faults import ROOT, functions

ROWS = re.findall(
    r"^\| T(\d+) \| ([STRIDE, ]+) \| (.+) \| (.+) \| (.+) \|$", (ROOT / "docs/threats.md").read_text(), re.MULTILINE
)
THREATS = 42


def test_every_threat_has_one_row() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, THREATS + 1))


@pytest.mark.parametrize(("number", "where"), [(row[0], row[-1]) for row in ROWS])
def test_a_row_names_tests_and_they_exist(number: str, where: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", where)
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
