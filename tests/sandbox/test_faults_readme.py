"""The README's list of faults is the list that can be armed."""

from __future__ import annotations

from sandbox.faults.__main__ import table
from sandbox.faults.kinds import FAULTS
from sandbox.faults.ways import WAYS
from tests.sandbox.serving import ROOT

_BEGIN, _END = "<!-- python -m sandbox.faults -->\n", "<!-- end of the table -->"


def test_the_readme_lists_every_fault() -> None:
    text = (ROOT / "sandbox" / "README.md").read_text()
    assert text.split(_BEGIN)[1].split(_END)[0] == table()


def test_every_fault_has_a_way_to_strike() -> None:
    assert {fault.way for fault in FAULTS.values()} == {*WAYS, "as_of"}
