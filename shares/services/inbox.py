"""What waits for an approver, to read and to decide on one page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.people.models import User
from shares.models import Ask, Vote
from shares.services import approvals, pages, sensitive


@dataclass(frozen=True)
class Letter:
    """One question. `alone`: it wants a page of its own, because it asks for more than a yes."""

    ask: Ask
    alone: bool


def letters(user: User) -> list[Letter]:
    """What waits, the oldest first."""
    found = pages.open_asks(user).prefetch_related("request__workspaces", "request__datasets__version")
    return [Letter(ask, alone=sensitive.wants_fresh(ask.request)) for ask in found]


def answer(waiting: list[Letter], chosen: Collection[str], user: User, said: str, reason: str) -> tuple[int, list[str]]:
    """Give one answer to each that was chosen, on its own: how many counted, and of the others why not."""
    counted, refused = 0, []
    for letter in waiting:
        if letter.alone or str(letter.ask.public_id) not in chosen:
            continue
        ask = letter.ask
        try:
            approvals.decide(
                ask.request, user, said, channel=Vote.Channel.SESSION, revision=ask.revision, reason=reason
            )
            counted += 1
        except approvals.CannotDecide as words:
            refused.append(f"{ask.request}: {words}")
    return counted, refused
