"""docs/asvs.md: every line has an answer, and every test that it names exists."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.meta.test_faults import ROOT, functions

PAGE = (ROOT / "docs/asvs.md").read_text()
ROWS = re.findall(r"^\| ([\d.]+) \| ([12]) \| (.+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.M)
# Counted in the standard's text, version 5.0.0.
LEVEL_ONE, LINES = 70, 123


def test_every_line_of_the_standard_has_one_row() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) == LINES
    assert sum(row[1] == "1" for row in ROWS) == LEVEL_ONE
    counts = Counter(row[3] for row in ROWS)
    assert ", ".join(f"{answer} {number}" for answer, number in counts.most_common()) in PAGE
    assert {row[3] for row in ROWS} <= {"yes", "in part", "no", "n/a", "operator"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_tests_that_exist_and_says_what_is_not_there(row: tuple[str, ...]) -> None:
    _number, _level, _asks, answer, how, where = row
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", where)
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
    assert how != "–" if answer != "yes" else named or how != "–"
