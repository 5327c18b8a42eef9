"""An example of every kind of mail, for the preview in the administration and for the tests that hold mails to what
they were. Rooms register theirs; a kind without one fails a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.conf import settings

from portal.mail import outbox
from portal.mail.models import Outgoing

TO = "dan@skyledger.example"
_sources: list[Callable[[], Mapping[str, Example]]] = []


class Example(NamedTuple):
    """What a kind's templates are given, and the headers that such a mail has besides those of all mails."""

    context: Mapping[str, Any]
    headers: Mapping[str, str] = {}


def register(source: Callable[[], Mapping[str, Example]]) -> None:
    """`source` answers examples by kind; called when somebody looks."""
    _sources.append(source)


def every() -> dict[str, Example]:
    """Examples by kind, in the order of their names."""
    return dict(sorted((kind, example) for source in _sources for kind, example in source().items()))


def written(kind: str, example: Example, language: str = settings.LANGUAGE_CODE) -> Outgoing:
    """The mail as it would stand in the outbox, which it does not."""
    return outbox.write(kind, TO, example.context, language=language, headers=example.headers)
