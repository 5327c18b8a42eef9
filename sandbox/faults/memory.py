"""What SHOW and DESCRIBE answered before, for reads that are behind the truth."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sandbox.faults.answers import Answer
from sandbox.faults.facts import Facts

_KEPT = 1000
_LOOKS = {"SHOW", "DESCRIBE"}


class Memory:
    """The newest answer to each question of each user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, str, str], Answer] = OrderedDict()

    def note(self, facts: Facts, answer: Answer) -> None:
        """Only answers to looks are kept, and only those that say something."""
        if not facts.classes & _LOOKS or b'"success":true' not in answer.body:
            return
        with self._lock:
            self._answers[_key(facts)] = answer
            self._answers.move_to_end(_key(facts))
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)

    def recall(self, facts: Facts) -> Answer | None:
        with self._lock:
            return self._answers.get(_key(facts))


def _key(facts: Facts) -> tuple[str, str, str]:
    return facts.account, facts.user, facts.sql
