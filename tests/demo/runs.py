"""Starts `python -m demo` for real and looks at what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
LONG = 240


def once(state: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """`--once` to its end."""
    command = [sys.executable, "-m", "demo", "--once", "--state", str(state), *more]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=LONG, check=False)


def start(state: Path, *more: str) -> tuple[subprocess.Popen[str], Path]:
    """A demo that stays, and the file with all that it says; it returns when the table of addresses is there."""
    said = state.parent / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "demo", "--port", "0", "--state", str(state), *more],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            text=True,
            start_new_session=True,
        )
    until(lambda: "Ctrl-C stops everything" in said.read_text() or process.poll() is not None, LONG)
    assert process.poll() is None, said.read_text()
    return process, said


def until(done: Callable[[], bool], seconds: float) -> None:
    """Look until `done()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(0.1)


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process: id -> command line."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {child: command(child) for child in found - {pid}}


def command(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive(processes: dict[int, str]) -> list[str]:
    """Which of these still run as what they were."""
    return [line for pid, line in processes.items() if line and command(pid) == line]


def one(processes: dict[int, str], words: str) -> int:
    """The first started process whose command line has `words`."""
    return min(pid for pid, line in processes.items() if words in line)


def signal_to(pid: int, number: int) -> None:
    os.kill(pid, number)
