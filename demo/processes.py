"""Start processes, wait until they are ready, say why one is not, and leave none behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 0.05
# How long a process may take to finish what it does before it is killed.
PATIENCE = 15.0
LAST_LINES = 25
_PR_SET_PDEATHSIG = 1


class Broken(Exception):
    """A process of the demo did not do its part; the message says which, and shows the end of its log."""


@dataclass
class Child:
    """A process in a process group of its own, with everything that it prints in one log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_lines(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join(f"    {line}" for line in lines) or "    (it printed nothing)"

    def broken(self, what: str) -> Broken:
        return Broken(f"{self.name} {what}. The last lines of {self.log}:\n{self.last_lines()}")

    def ended(self) -> int | None:
        """Its exit code, negative for a signal, None while it runs. Not collected: its number stays taken."""
        if self.process.returncode is not None:
            return self.process.returncode
        info = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if info is None:
            return None
        return info.si_status if info.si_code == os.CLD_EXITED else -info.si_status

    def check(self) -> None:
        """Raises Broken when it has ended."""
        code = self.ended()
        if code is not None:
            raise self.broken(f"stopped by itself with {_ended(code)}")


def _ended(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _end_with_parent() -> None:
    """In the child: get SIGTERM when the demo is killed without a chance to stop anything (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start(name: str, command: Sequence[str], env: Mapping[str, str], logs: Path, pass_fds: Iterable[int] = ()) -> Child:
    """Start `command`; what it prints goes to logs/<name>.log, which begins anew."""
    log = logs / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            list(command),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Safe, because this process has one thread.
            preexec_fn=_end_with_parent,
            pass_fds=tuple(pass_fds),
        )
    return Child(name, process, log)


def wait(what: str, ready: Callable[[], bool], children: Iterable[Child], seconds: float) -> None:
    """Look until `ready()`. Raises Broken when a child ends before, or after `seconds`."""
    needed = list(children)
    deadline = time.monotonic() + seconds
    while not ready():
        for child in needed:
            child.check()
        if time.monotonic() > deadline:
            raise needed[0].broken(f"was not ready after {seconds:.0f} s: {what}")
        time.sleep(LOOK_EVERY)


def wait_for_line(child: Child, pattern: str, seconds: float) -> re.Match[str]:
    """The first match of `pattern` in what `child` printed."""
    found: list[re.Match[str]] = []

    def printed() -> bool:
        match = re.search(pattern, child.log.read_text(errors="replace"), re.MULTILINE)
        found.extend([match] if match else [])
        return bool(found)

    wait("it prints its address", printed, [child], seconds)
    return found[0]


def finish(child: Child, seconds: float, also: Iterable[Child] = ()) -> None:
    """Wait until a step is done. Raises Broken when it failed, took too long, or one of `also` ended meanwhile."""
    others, deadline = list(also), time.monotonic() + seconds
    while child.ended() is None:
        for other in others:
            other.check()
        if time.monotonic() > deadline:
            raise child.broken(f"did not finish within {seconds:.0f} s")
        time.sleep(LOOK_EVERY)
    code = child.ended()
    _bury(child)
    if code:
        raise child.broken(f"failed with {_ended(code)}")


def stop(children: Sequence[Child]) -> None:
    """End every child, the last started first; what does not end by itself in PATIENCE seconds is killed."""
    for child in reversed(children):
        if child.ended() is None:
            child.process.terminate()
    deadline = time.monotonic() + PATIENCE
    while any(child.ended() is None for child in children) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    for child in reversed(children):
        _bury(child)


def _bury(child: Child) -> None:
    """Kill whatever is left of the child's group, then collect it: until then nobody else gets its number."""
    if child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
