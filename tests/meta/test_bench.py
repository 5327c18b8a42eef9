"""script/bench offers what can be measured, and nothing else: `all` goes through each of them."""

from __future__ import annotations

import importlib
import inspect

import pytest

from bench.__main__ import BENCHES


def test_all_six_are_offered() -> None:
    assert BENCHES == ["check", "large", "provision", "queue", "sandbox", "web"]


@pytest.mark.parametrize("name", BENCHES)
def test_each_measures_by_a_plan_alone(name: str) -> None:
    measurements = importlib.import_module(f"bench.{name}").measurements
    assert list(inspect.signature(measurements).parameters) == ["plan"]
