"""`python -m sandbox.faults`: the table of all faults, as it stands in README.md."""

from __future__ import annotations

import sys

from sandbox.faults.kinds import FAULTS, Fault


def table() -> str:
    """All faults in Markdown; one that also strikes after the statement has its `-after` in the same line."""
    head = "| fault | after | what happens | strikes | options |\n|---|---|---|---|---|\n"
    names = [name for name in FAULTS if name.removesuffix("-after") == name]
    return head + "".join(_row(FAULTS[name]) for name in names)


def _row(fault: Fault) -> str:
    after = f"`{fault.name}-after`" if f"{fault.name}-after" in FAULTS else ""
    shown = {} if fault.way in ("code", "refuse") else fault.options
    options = ", ".join(f"`{name}` {value!r}" for name, value in shown.items())
    return f"| `{fault.name}` | {after} | {fault.words} | {fault.on.upper()} | {options} |\n"


if __name__ == "__main__":
    sys.stdout.write(table())
