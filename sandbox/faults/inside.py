"""Faults at the execution of a statement: of one within a block or a request of several, and all stale reads."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sandbox.errors import SandboxError, fail
from sandbox.faults.armed import Armed
from sandbox.faults.facts import Facts
from sandbox.faults.kinds import AFTER
from sandbox.faults.outsider import act
from sandbox.results import Result, done
from sandbox.sessions import Session
from sandbox.store import Store

if TYPE_CHECKING:
    from sandbox.engine import Sandbox

_SLICE_S = 0.05
GoOn = Callable[[], Result]


@dataclass
class Inner:
    """One statement. `ran` says how often it was carried out, `faults` which struck it, `store` what it is to see."""

    sandbox: Sandbox
    session: Session
    facts: Facts
    action: Callable[[Store], Result]
    describe: bool
    ran: int = 0
    faults: list[str] = field(default_factory=list)
    store: Store | None = None

    def run(self) -> Result:
        self.ran += 1
        self.sandbox.past.before(self.facts, self.sandbox.store, self.sandbox.armory)
        return self.action(self.store or self.sandbox.store)

    def is_part(self) -> bool:
        """Whether it belongs to a block or to a request of several, whose faults at the gate struck all of it."""
        return self.session.apart or len(set(self.session.running)) > 1


def carried_out(inner: Inner) -> Result:
    """The statement's result after the faults that strike it here; the one armed first is the outermost."""
    armory = inner.sandbox.armory
    if inner.session.outside or inner.describe or not armory.armed():
        return inner.run()
    part = inner.is_part()
    due = armory.due(inner.facts, lambda way: way in _ALWAYS or (part and way in _EFFECTS))
    inner.faults = [armed.fault.name for armed in due]
    go_on: GoOn = inner.run
    for armed in reversed(due):
        go_on = partial(_EFFECTS[armed.fault.way], inner, armed, go_on)
    return go_on()


# --- effects
def _code(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    if armed.fault.phase == AFTER:
        go_on()
    options = armed.options
    raise SandboxError("fault", int(options["code"]), str(options["sqlstate"]), str(options["text"]))


def _hold(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    result = go_on() if armed.fault.phase == AFTER else None
    _wait(inner, float(armed.options["seconds"]), armed.released.wait)
    return result or go_on()


def _latency(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    result = go_on() if armed.fault.phase == AFTER else None
    _wait(inner, float(armed.options["milliseconds"]) / 1000, _sleep)
    return result or go_on()


def _wait(inner: Inner, seconds: float, is_over: Callable[[float], bool]) -> None:
    """In slices, so that a cancel is heard."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not is_over(min(_SLICE_S, left)):
        if inner.session.is_canceled():
            raise fail("canceled")


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _did_nothing(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    return done()


def _external(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    options = armed.options
    result = go_on() if armed.fault.phase == AFTER else None
    act(inner.sandbox, options["account"], options["role"], options["statements"])
    return result or go_on()


def _kill(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    if armed.fault.phase == AFTER:
        go_on()
    os.kill(os.getpid(), signal.SIGKILL)
    return done()


def _as_of(inner: Inner, armed: Armed, go_on: GoOn) -> Result:
    """A session that is younger than that past sees the present: it would not know itself."""
    past = inner.sandbox.past.as_of(armed, inner.sandbox.store)
    if past.get(inner.session.role) and past.get(inner.session.user):
        inner.store = past
    return go_on()


_ALWAYS = {"as_of"}
_EFFECTS: dict[str, Callable[[Inner, Armed, GoOn], Result]] = {
    "code": _code,
    "hold": _hold,
    "latency": _latency,
    "did_nothing": _did_nothing,
    "external": _external,
    "kill": _kill,
    "as_of": _as_of,
}
