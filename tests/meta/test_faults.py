"""docs/faults.md: every fault and invariant of the catalogue has a row, and every test that a row names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "faults.md").read_text()
ROWS = re.findall(r"^\| ([FI]\d+(?:–[FI]\d+)?) \| (.+) \| (.+) \|$", TABLE, re.MULTILINE)
FAULTS, INVARIANTS = 64, 11


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_fault_and_every_invariant_has_one_row() -> None:
    found = []
    for code, _, _ in ROWS:
        first, last = (code.split("–") * 2)[:2]
        found += [f"{code[0]}{number}" for number in range(int(first[1:]), int(last[1:]) + 1)]
    expected = [f"F{number}" for number in range(1, FAULTS + 1)] + [f"I{number}" for number in range(1, INVARIANTS + 1)]
    assert found == expected


@pytest.mark.parametrize(("code", "where"), [(code, where) for code, _, where in ROWS])
def test_what_a_row_names_exists(code: str, where: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", where)
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
    assert named
