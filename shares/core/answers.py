"""What the first line of a reply decides. Deliberately narrow: what leaves room for doubt is no decision."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Answer = Literal["approve", "decline", "undo"]

_WORDS: dict[str, Answer] = {
    "approve": "approve",
    "approved": "approve",
    "approvo": "approve",
    "approvato": "approve",
    "decline": "decline",
    "declined": "decline",
    "rifiuto": "decline",
    "rifiutato": "decline",
    "undo": "undo",
    "annulla": "undo",
}
LONGEST_REASON = 500


class Read(NamedTuple):
    answer: Answer
    reason: str


def read(line: str) -> Read | None:
    """The answer on this line; None where it is none.

    To approve and to undo the word stands alone, or ends with a stop or a comma: "approve only if …" and "approve?" are
    for a person. To decline it is followed by a colon and the reason.
    """
    found = re.fullmatch(r"([A-Za-z]+)\s*(?:([.,!:])\s*(.*))?", line.strip(), re.ASCII | re.DOTALL)
    answer = _WORDS.get(found[1].lower()) if found else None
    if found is None or answer is None:
        return None
    mark, rest = found[2] or "", (found[3] or "").strip()
    if answer == "decline":
        return Read(answer, rest[:LONGEST_REASON]) if mark == ":" and rest else None
    return Read(answer, "") if mark != ":" else None


_QUOTE_BEGINS = re.compile(r">|--$|_{5,}|-{3,}|(On|Il|Am|Le|El) .*:$|(From|Da|Von|De): ")


def unquoted(text: str) -> str:
    """What somebody wrote above the mail that they answer; "" where they wrote below it, or nothing."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTE_BEGINS.match(line.strip()):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()
