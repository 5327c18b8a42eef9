"""Time and chance that stand still, so that a page of the small world looks the same whenever it is asked for."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import time_machine
from django.http import HttpRequest, HttpResponse

# The world is made at the one, and its pages are asked for at the other.
MADE = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
ASKED = datetime(2026, 3, 12, 9, 45, tzinfo=UTC)


def made() -> AbstractContextManager[object]:
    """While the world is made: one moment, and the same ids each time, because pages show them."""
    chance = random.Random("firn")
    os.urandom = chance.randbytes
    random._urandom = chance.randbytes  # type: ignore[attr-defined] # secrets draws from here
    return time_machine.travel(MADE, tick=False)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Every answer is given at ASKED. For a server that gives one at a time."""

    def answer(request: HttpRequest) -> HttpResponse:
        with time_machine.travel(ASKED, tick=False):
            return get_response(request)

    return answer
