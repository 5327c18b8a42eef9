"""What a portal leaves in Snowflake to say how far it has come there, in the COMMENT of the outbound database.

It names the newest entry of the portal's audit log by number and seal, as a commit is named: a portal whose own log
holds that very entry goes on from it. An older backup has no such entry yet, and a copy that went its own way has
another one under that number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SEAL = 16


@dataclass(frozen=True)
class Epoch:
    """`number` only grows; `seal` is the beginning of that audit entry's MAC."""

    number: int
    seal: str


def epoch(number: int, mac: str) -> Epoch:
    """The epoch that an audit entry begins."""
    return Epoch(number, mac[:SEAL])


def read(comment: str, instance: str) -> Epoch | None:
    """The epoch of this instance in a database's comment, which other instances and people may write into, too."""
    found = [match for word in comment.split() if (match := _word(instance).fullmatch(word))]
    epochs = [Epoch(int(match["number"]), match["seal"]) for match in found]
    return max(epochs, key=lambda one: one.number, default=None)


def write(comment: str, instance: str, now: Epoch) -> str:
    """The comment with this instance's epoch in it, and everything else as it was."""
    others = [word for word in comment.split() if not _word(instance).fullmatch(word)]
    return " ".join([*others, f"firn:{instance}:{now.number}:{now.seal}"])


def _word(instance: str) -> re.Pattern[str]:
    return re.compile(rf"firn:{re.escape(instance)}:(?P<number>[0-9]{{1,18}}):(?P<seal>[0-9a-f]{{{SEAL}}})")


def marked(comment: str, instance: str) -> str:
    """The id of the share whose mark this is, "" when it is not a mark of this instance."""
    found = re.fullmatch(rf"firn:{re.escape(instance)}:([0-9a-f]{{32}})", comment)
    return found[1] if found else ""
