"""What the current request is (its id and the client's address), for audit entries and log lines."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Origin(NamedTuple):
    """`request_id` also names a job's run; `address` is the client's IP address where there is one."""

    request_id: str
    address: str | None = None


_NOWHERE = Origin("")
_origin: ContextVar[Origin] = ContextVar("firn_origin", default=_NOWHERE)


def current() -> Origin:
    return _origin.get()


def new_request_id() -> str:
    return uuid.uuid4().hex


@contextmanager
def origin(request_id: str, address: str | None = None) -> Iterator[Origin]:
    """Everything recorded inside carries this id and address."""
    token = _origin.set(Origin(request_id, address))
    try:
        yield _origin.get()
    finally:
        _origin.reset(token)


class RequestIdFilter(logging.Filter):
    """Gives every log line the field `request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current().request_id or "-"
        return True
