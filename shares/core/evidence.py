"""What a look at a share proves of its objects, as plain values for whoever has to believe it."""

from __future__ import annotations

from typing import TypedDict

from shares.core.sound import readers
from shares.core.spec import (
    Granted,
    Observed,
    Phase,
    ShareSpec,
    container_grants,
    object_grant,
    print_of,
    reference_grants,
)


class SeenObject(TypedDict):
    """`seen` is the print of the text that Snowflake shows, `approved` of the one that was approved."""

    name: str
    secure: bool
    seen: str
    approved: str


class Examination(TypedDict):
    """`beyond` is what the share grants and nobody approved; `accounts` who is in it, as Snowflake prints them."""

    objects: list[SeenObject]
    granted: int
    beyond: list[str]
    accounts: list[str]


def examine(spec: ShareSpec, observed: Observed) -> Examination | None:
    """What stands there of a live share; None where nothing is to be seen through it."""
    if spec.phase is not Phase.LIVE or not spec.views:
        return None
    there = {function.name: (function.secure, function.definition) for function in observed.functions}
    there |= {view.name: (view.secure, view.definition) for view in observed.views}
    objects = []
    for item in spec.objects:
        secure, text = there.get(item.name, (False, ""))
        objects.append(
            SeenObject(name=item.name, secure=secure, seen=print_of(text), approved=print_of(item.definition))
        )
    wanted = {*container_grants(spec), *reference_grants(spec)}
    wanted |= {object_grant(spec, item) for item in spec.objects if item.exposed}
    beyond = sorted(_words(granted) for granted in observed.grants - wanted)
    return Examination(objects=objects, granted=len(observed.grants), beyond=beyond, accounts=sorted(readers(observed)))


def _words(granted: Granted) -> str:
    return f"{granted.privilege} on {granted.kind} {'.'.join(granted.path)}"
