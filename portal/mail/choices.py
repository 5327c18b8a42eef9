"""Which mails somebody chose not to get, and which they get collected, once a day. Rooms register what may be chosen;
whatever is not registered always comes, at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise

from portal.people.models import User


class Topic(NamedTuple):
    """Kinds of mail that somebody may do without, under one name. `label` ends “Tell me by mail”."""

    name: str
    label: str | Promise
    kinds: frozenset[str]


_topics: list[Topic] = []
_collected: set[str] = set()


def register(topics: Iterable[Topic], collected: Iterable[str]) -> None:
    """`collected` are the kinds that wait for the daily mail of whoever wants that."""
    _topics.extend(topics)
    _collected.update(collected)


def topics() -> list[Topic]:
    return list(_topics)


def wants(user: User, kind: str) -> bool:
    return not any(kind in topic.kinds for topic in _topics if topic.name in user.muted)


def collects(user: User, kind: str) -> bool:
    return user.digest and kind in _collected
