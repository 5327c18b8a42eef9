"""A share as it should be beside what is there, object by object, for a person to read. The plan is made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shares.core.spec import FunctionSpec, Observed, Phase, ShareSpec, ViewSpec, object_grant, same_text


@dataclass(frozen=True)
class Part:
    """`wanted` and `found` say whether it should be there and is; `differs` in words where both hold and it is not as
    it should be."""

    kind: str
    name: str
    wanted: bool
    found: bool
    differs: str = ""

    @property
    def is_well(self) -> bool:
        return self.wanted == self.found and not self.differs


def compare(spec: ShareSpec, observed: Observed) -> list[Part]:
    """Schema, share, objects, what is visible in the share, and the accounts."""
    stays = spec.phase is not Phase.GONE
    has_share, marked = observed.share is not None, observed.schema_comment
    foreign_schema = "it lacks Firn's mark" if marked is not None and marked != spec.mark else ""
    comment = observed.share.comment if observed.share else spec.mark
    parts = [
        Part("schema", spec.schema, stays, marked is not None, foreign_schema),
        Part("share", spec.share, stays, has_share, "" if comment == spec.mark else "it lacks Firn's mark"),
    ]
    return [*parts, *_objects(spec, observed), *_visible(spec, observed), *_accounts(spec, observed)]


def _objects(spec: ShareSpec, observed: Observed) -> Iterator[Part]:
    stays = spec.phase is not Phase.GONE
    views = {view.name: view for view in observed.views}
    functions = {item.name + item.signature: item for item in observed.functions}
    for item in spec.objects if stays else ():
        name = item.name if isinstance(item, ViewSpec) else item.name + item.signature
        there = views.pop(name, None) if isinstance(item, ViewSpec) else functions.pop(name, None)
        kind = "function" if isinstance(item, FunctionSpec) else "view"
        differs = ""
        if there and not there.secure:
            differs = "it is not secure"
        elif there and not same_text(there.definition, item.definition):
            differs = "its text is not the approved one"
        yield Part(kind, name, True, there is not None, differs)
    yield from (Part("view", name, False, True) for name in sorted(views))
    yield from (Part("function", name, False, True) for name in sorted(functions))


def _visible(spec: ShareSpec, observed: Observed) -> Iterator[Part]:
    live = spec.phase is Phase.LIVE
    wanted = {object_grant(spec, item) for item in spec.objects if item.exposed} if live else set()
    found = {one for one in observed.grants if one.kind in ("VIEW", "FUNCTION", "TABLE")}
    for one in sorted(wanted | found, key=lambda one: (one.path, one.privilege)):
        yield Part("in the share", one.path[-1], one in wanted, one in found)


def _accounts(spec: ShareSpec, observed: Observed) -> Iterator[Part]:
    there = set(observed.share.accounts) if observed.share else set()
    for account in spec.accounts:
        wanted = spec.may_add and spec.phase is not Phase.GONE and bool(spec.objects)
        yield Part("account", account.key, wanted, bool(there & account.names))
        there -= account.names
    yield from (Part("account", name, False, True) for name in sorted(there))
