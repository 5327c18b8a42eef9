"""What was dropped and can still be brought back: for SHOW … HISTORY and UNDROP."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox.history import PAST
from sandbox.rights import Eyes, can_global, owns
from sandbox.statements.parameters import effective
from sandbox.store import Store, Thing
from sandbox.things import Row

_DAY = 24 * 3600


@dataclass(frozen=True)
class Gone:
    """A dropped thing: the names of what it lay in, its owner's, and the second in which it was dropped."""

    thing: Thing
    path: list[str]
    owner: str
    at: float


def dropped(eyes: Eyes, kind: str, within: tuple[str, ...]) -> list[Gone]:
    """Those that the role owned or, with MANAGE GRANTS, all; of one database or schema if `within` names it."""
    found = []
    for past in eyes.store.every(eyes.account, PAST):
        said = past.props
        if said["kind"] != kind or said["along"] != said["row"][0] or tuple(said["path"][: len(within)]) != within:
            continue
        thing = Thing(Row(*said["row"]))
        seen = owns(eyes, thing) or can_global(eyes, "MANAGE GRANTS")
        if seen and (not thing.parent or eyes.store.get(thing.parent)) and is_kept(eyes.store, thing, past.created):
            found.append(Gone(thing, said["path"], said["owner"], past.created))
    return found


def is_kept(store: Store, thing: Thing, at: float) -> bool:
    """Whether the time for which it is kept is not over yet."""
    if thing.kind == "TAG":
        return time.time() - at < _DAY
    return time.time() - at < int(effective(store, thing, "DATA_RETENTION_TIME_IN_DAYS")) * _DAY
