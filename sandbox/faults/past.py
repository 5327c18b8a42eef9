"""The catalog as it was: what somebody reads who has not caught up yet."""

from __future__ import annotations

import threading
import time
from collections import deque

from sandbox.faults.armed import Armed, Armory
from sandbox.faults.facts import Facts
from sandbox.store import Store

_KEPT = 200


class Past:
    """Copies of the catalog, one from before each change that is made while a fault of way `as_of` is armed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._copies: deque[tuple[float, Store]] = deque(maxlen=_KEPT)

    def before(self, facts: Facts, store: Store, armory: Armory) -> None:
        """To be called before each statement: one that may change the catalog is remembered while it matters."""
        if any(armed.fault.way == "as_of" for armed in armory.armed()):
            if "WRITE" in facts.classes:
                copy = store.copy()
                with self._lock:
                    self._copies.append((time.time(), copy))
        elif self._copies:
            with self._lock:
                self._copies.clear()

    def as_of(self, armed: Armed, live: Store) -> Store:
        """The catalog before the newest `changes` changes, or `seconds` ago, or when the fault was armed.

        Nothing from before it was armed is known: what is asked for beyond that is answered as of then.
        """
        changes, seconds = int(armed.options["changes"]), float(armed.options["seconds"])
        with self._lock:
            copies = [(moment, store) for moment, store in self._copies if moment >= armed.at]
        if changes:
            copies = copies[-changes:]
        elif seconds:
            copies = [(moment, store) for moment, store in copies if moment > time.time() - seconds]
        return copies[0][1] if copies else live
