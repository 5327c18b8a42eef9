"""What a look at a share proves of its objects, as plain values for whoever has to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from shares.core.sound import kept_grants, readers
from shares.core.spec import (
    FunctionSpec,
    Granted,
    Observed,
    Phase,
    ShareSpec,
    ViewSpec,
    container_grants,
    object_grant,
    print_of,
    reference_grants,
)


class SeenObject(TypedDict):
    """`seen` is the print of the text that Snowflake shows, `approved` of the one that was approved. Of a function
    `signature` has the argument types.
    """

    name: str
    signature: str
    secure: bool
    seen: str
    approved: str


class Examination(TypedDict):
    """`beyond` is what the share grants and nobody approved; `older` what it granted before Firn, and a person
    confirmed; `accounts` who is in it, as Snowflake prints them.
    """

    objects: list[SeenObject]
    granted: int
    older: list[str]
    beyond: list[str]
    accounts: list[str]


def examine(spec: ShareSpec, observed: Observed) -> Examination | None:
    """What stands there of a live share; None where nothing is to be seen through it."""
    if spec.phase is not Phase.LIVE or not spec.views:
        return None
    there = {(item.name, item.signature): (item.secure, item.definition) for item in observed.functions}
    there |= {(item.name, ""): (item.secure, item.definition) for item in observed.views}
    kept = observed.grants & kept_grants(spec, observed)
    wanted = {*container_grants(spec), *reference_grants(spec)}
    wanted |= {object_grant(spec, item) for item in spec.objects if item.exposed}
    return Examination(
        objects=[_seen(item, there) for item in spec.objects],
        granted=len(observed.grants),
        older=sorted(map(_words, kept - wanted)),
        beyond=sorted(map(_words, observed.grants - wanted - kept)),
        accounts=sorted(readers(observed)),
    )


def _seen(item: ViewSpec | FunctionSpec, there: Mapping[tuple[str, str], tuple[bool, str]]) -> SeenObject:
    signature = item.signature if isinstance(item, FunctionSpec) else ""
    secure, text = there.get((item.name, signature), (False, ""))
    return SeenObject(
        name=item.name, signature=signature, secure=secure, seen=print_of(text), approved=print_of(item.definition)
    )


def _words(granted: Granted) -> str:
    return f"{granted.privilege} on {granted.kind} {'.'.join(granted.path)}"
