"""How much is tried: a sample in the ordinary suite, everything under script/torture; and the tally of what was."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

# FIRN_TORTURE is "all", or how many of each kind to draw.
EFFORT = os.environ.get("FIRN_TORTURE", "2")
SEED = int(os.environ.get("FIRN_TORTURE_SEED", "20130101"))


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


@contextmanager
def tallied(kind: str, name: str, **facts: Any) -> Iterator[dict[str, Any]]:
    """A line for the report, where script/torture asked for one: what was counted, and whether all of it held."""
    counts: dict[str, Any] = {"kind": kind, "name": name, "seed": SEED, "held": False, **facts}
    try:
        yield counts
        counts["held"] = True
    finally:
        if file := os.environ.get("FIRN_TORTURE_TALLY"):
            with Path(file).open("a") as output:
                output.write(json.dumps(counts) + "\n")
