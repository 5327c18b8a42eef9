"""How much is tried: a sample in the ordinary suite, everything under script/torture; and the tally of what was.

A torture takes hours, so it is done in slices: the tally keeps a line for each drill, a later slice leaves out what
held before, and no drill begins after FIRN_TORTURE_UNTIL (seconds since 1970).
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

# FIRN_TORTURE is "all", or how many of each kind to draw.
EFFORT = os.environ.get("FIRN_TORTURE", "2")
SEED = int(os.environ.get("FIRN_TORTURE_SEED", "20130101"))
UNTIL = float(os.environ.get("FIRN_TORTURE_UNTIL", "inf"))


def everything() -> bool:
    return EFFORT == "all"


def some(name: str, choices: Iterable[T]) -> list[T]:
    """All of them, or a sample that is the same for the same seed; what was drawn is printed with a failure."""
    every = list(choices)
    if everything() or len(every) <= int(EFFORT):
        return every
    drawn = random.Random(f"{SEED} {name}").sample(every, int(EFFORT))
    print(f"{name}: seed {SEED}, of {len(every)} drawn: {drawn}")
    return drawn


def time_is_up() -> bool:
    return time.time() > UNTIL


def held_before(kind: str, name: str, point: str = "") -> bool:
    """Whether an earlier slice went through this very drill, and all of it held."""
    return (kind, name, point) in _held()


@cache
def _held() -> set[tuple[str, str, str]]:
    file = Path(os.environ.get("FIRN_TORTURE_TALLY", ""))
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []
    last = {(line["kind"], line["name"], line.get("point", "")): line["held"] for line in lines}
    return {key for key, held in last.items() if held}


@contextmanager
def tallied(kind: str, name: str, point: str = "", **facts: Any) -> Iterator[dict[str, Any]]:
    """A line for the report, where script/torture asked for one: what was counted, and whether all of it held.

    Skips the test where an earlier slice has that line already, or where the slice is over.
    """
    if time_is_up() or held_before(kind, name, point):
        pytest.skip("another slice of the torture has it")
    counts: dict[str, Any] = {"kind": kind, "name": name, "seed": SEED, "held": False, **facts}
    if point:
        counts["point"] = point
    try:
        yield counts
        counts["held"] = True
    except Exception as error:
        counts["broken"] = str(error)[:500]
        raise
    finally:
        if file := os.environ.get("FIRN_TORTURE_TALLY"):
            counts["commit"] = os.environ.get("FIRN_TORTURE_COMMIT", "")
            with Path(file).open("a") as output:
                output.write(json.dumps(counts) + "\n")
