"""What every bench has: its plan, the machine, a table, the CPU and memory of a process."""

from __future__ import annotations

import datetime
import os
import platform
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


class Wrong(Exception):
    """A result that is not what it must be. Slow is never wrong."""


@dataclass(frozen=True)
class Plan:
    """How to measure: `quick` for small and short, `against` an older checkout to compare with."""

    quick: bool = False
    against: Path | None = None


def machine() -> dict[str, object]:
    """Where and when: cores, memory in GiB, Python, date, and the load of the last minute, which was others'."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "gib": round(pages / 2**30),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def cpu(pid: int) -> float:
    """Seconds of CPU that the process has used so far, its own and the kernel's for it (proc(5), utime and stime)."""
    return _cpu(pid, ended=False)


def _cpu(pid: int, *, ended: bool) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13])) / _TICK


def cpu_of_all(pid: int) -> float:
    """Seconds of CPU of a process, its children and theirs, those that ended among them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _cpu(pid, ended=True) + sum(cpu_of_all(int(child)) for child in children)


def resident(pid: int) -> float:
    """Resident memory in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def p95(seconds: list[float]) -> float:
    """Of a hundred ninety-five took no longer."""
    return sorted(seconds)[int(0.95 * len(seconds))]


def ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def table(lines: list[dict[str, object]]) -> str:
    """Measurements as aligned columns; each line's first key says what was measured."""
    rows = []
    for line in lines:
        what, *rest = line.items()
        rows.append((str(what[1]), ", ".join(f"{key} {value}" for key, value in rest)))
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {text}" for name, text in rows)
