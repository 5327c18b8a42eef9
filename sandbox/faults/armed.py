"""Faults that wait for their statement, and which of them strikes now."""

from __future__ import annotations

import itertools
import random
import re
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults.facts import ON, Facts
from sandbox.faults.kinds import AFTER, BEFORE, FAULTS, Fault
from sandbox.hiding import hidden


class NotArmed(ValueError):
    """What is wrong with what was asked for, in a sentence."""


@dataclass
class Armed:
    """One fault and when it strikes: at the matches from number `first` on, `times` times (None: for ever).

    With a `probability` below 1 a match counts only by the dice of `seed`, so that the same run is hurt the same way.
    """

    id: int
    fault: Fault
    on: str
    options: dict[str, Any]
    sql: str = ""
    account: str = ""
    user: str = ""
    first: int = 1
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    matches: int = 0
    struck: int = 0
    at: float = field(default_factory=time.time)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - a repeatable choice, no secret
        self.pattern = re.compile(self.sql, re.IGNORECASE | re.DOTALL)

    def suits(self, facts: Facts) -> bool:
        """Whether the request is one of those that it waits for, whatever its number."""
        return (
            self.on in facts.classes
            and bool(self.pattern.search(facts.sql))
            and (not self.account or self.account in (facts.account, facts.account.replace("-", ".")))
            and (not self.user or self.user == facts.user)
        )

    def strikes(self) -> bool:
        """Counts a match, and says whether this is one to strike at."""
        self.matches += 1
        due = self.matches >= self.first and (self.times is None or self.struck < self.times)
        if not due or (self.probability < 1 and self.dice.random() >= self.probability):
            return False
        self.struck += 1
        return True

    def shown(self) -> dict[str, Any]:
        """For the control endpoint."""
        return {
            "id": self.id, "name": self.fault.name, "on": self.on, "sql": self.sql, "account": self.account,
            "user": self.user, "first": self.first, "times": self.times, "probability": self.probability,
            "options": self.options, "matches": self.matches, "struck": self.struck,
        }  # fmt: skip


_FIELDS = {"name", "on", "sql", "account", "user", "first", "times", "probability", "seed", "options", "phase"}


class Armory:
    """All armed faults. Several may suit a request: those that only wait go first, then the first other one strikes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._armed: list[Armed] = []
        self._fired: deque[dict[str, Any]] = deque(maxlen=10_000)
        self.no_connections_until = 0.0
        # The server's: closes its port and opens it again after so many seconds.
        self.refuse: Callable[[float], Awaitable[None]] = _nothing_to_refuse

    def arm(self, wanted: dict[str, Any]) -> Armed:
        """Raises NotArmed when the wish cannot be read."""
        armed = _read(wanted, next(self._numbers))
        with self._lock:
            self._armed.append(armed)
        return armed

    def disarm(self, number: int | None = None) -> int:
        """One fault, or all; whatever it holds goes on. How many that were."""
        with self._lock:
            gone = [a for a in self._armed if number in (None, a.id)]
            self._armed = [a for a in self._armed if a not in gone]
        for armed in gone:
            armed.released.set()
        return len(gone)

    def release(self, number: int) -> bool:
        """Lets go what this fault holds, now and from now on."""
        found = [a for a in self.armed() if a.id == number]
        for armed in found:
            armed.released.set()
        return bool(found)

    def armed(self) -> list[Armed]:
        with self._lock:
            return list(self._armed)

    def fired(self) -> list[dict[str, Any]]:
        """What struck, oldest first: number, name, time, text of the statement."""
        with self._lock:
            return list(self._fired)

    def due(self, facts: Facts, can: Callable[[str], bool]) -> list[Armed]:
        """The faults that strike this request: those that only wait, then one other at most. `can` says which ways
        are known where it is asked: at the gate, or where a statement is carried out."""
        with self._lock:
            found: list[Armed] = []
            for armed in self._armed:
                spent = any(a.fault.way not in WAITS for a in found)
                if not can(armed.fault.way) or not armed.suits(facts) or (spent and armed.fault.way not in WAITS):
                    continue
                if armed.strikes():
                    found.append(armed)
                    what = {"id": armed.id, "name": armed.fault.name, "at": time.time(), "sql": hidden(facts.sql)}
                    self._fired.append(what)
            return sorted(found, key=lambda a: a.fault.way not in WAITS)


async def _nothing_to_refuse(seconds: float) -> None:
    raise NotArmed("there is no server to refuse connections")


# Faults after which the request still goes its way.
WAITS = {"latency", "hold", "external", "expire", "as_of"}


def _fault(wanted: dict[str, Any]) -> Fault:
    """By its name; `phase` asks for the kind of it that comes before the statement or after."""
    name, phase = str(wanted.get("name")), wanted.get("phase")
    fault = FAULTS.get(name)
    if fault is None:
        raise NotArmed(f"there is no fault {wanted.get('name')!r}; GET /faults lists them")
    if phase not in (None, BEFORE, AFTER):
        raise NotArmed(f"a phase is {BEFORE} or {AFTER}, not {phase!r}")
    if phase in (None, fault.phase):
        return fault
    bare = name.removesuffix("-after")
    other = FAULTS.get(bare if phase == BEFORE else f"{bare}-after")
    if other is None or other.phase != phase:
        raise NotArmed(f"{name} can only strike {fault.phase} the statement")
    return other


def _read(wanted: dict[str, Any], number: int) -> Armed:
    unknown = set(wanted) - _FIELDS
    if unknown:
        raise NotArmed(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(_FIELDS))}")
    fault = _fault(wanted)
    on = str(wanted.get("on") or fault.on).upper()
    if on not in ON:
        raise NotArmed(f"a fault cannot strike {on!r}; it can strike {', '.join(ON)}")
    options = dict(wanted.get("options") or {})
    strange = sorted(set(options) - set(fault.options))
    if strange:
        known = ", ".join(sorted(fault.options)) or "none"
        raise NotArmed(f"{fault.name} has no option {', '.join(strange)}; it has: {known}")
    times = wanted.get("times", 1)
    try:
        return Armed(
            number,
            fault,
            on,
            {**fault.options, **options},
            str(wanted.get("sql") or ""),
            str(wanted.get("account") or "").upper(),
            str(wanted.get("user") or "").upper(),
            int(wanted.get("first", 1)),
            None if times is None else int(times),
            float(wanted.get("probability", 1)),
            int(wanted.get("seed", 0)),
        )
    except (TypeError, ValueError, re.error) as error:
        raise NotArmed(f"{fault.name}: {error}") from error
