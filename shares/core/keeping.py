"""Views that stay readable while the tenants in them change: fewer at once and in place, more once they are proved.

Taking such a view out of the share until it is right would be as safe, and break every query on the rows that stay.
CREATE OR REPLACE … COPY GRANTS changes what it shows in one moment. What it is about to show besides is built beside
it, under a name that nobody is granted, and read there as the consumer first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shares.core.names import MAX_IDENTIFIER, literal
from shares.core.spec import Observed, ObservedView, ShareSpec, ViewSpec, object_grant, same_text

# A string as `literal` writes it; a list of them in brackets at the end of a text.
_STRING = r"'(?:[^'\\]|\\.|'')*'"
_LIST = re.compile(rf"\(\s*({_STRING}(?:\s*,\s*{_STRING})*)\s*\)[\s;]*\Z", re.DOTALL)


@dataclass(frozen=True)
class Kept:
    """A view that stays: as wanted, with those of its tenants that it shows already, and what it shows now."""

    wanted: ViewSpec
    fewer: ViewSpec
    seen: ObservedView

    @property
    def must_shrink(self) -> bool:
        return not same_text(self.seen.definition, self.fewer.definition)

    @property
    def must_grow(self) -> bool:
        return self.fewer.tenant_keys != self.wanted.tenant_keys


def stand_in(name: str) -> str:
    """What the next text of a view is called until it is proved."""
    return f"{name}$NEXT"


def kept_views(desired: ShareSpec, observed: Observed) -> Mapping[str, Kept]:
    """By name, the granted views that differ from what is wanted in nothing but tenants, and have some in common."""
    seen = {view.name: view for view in observed.views}
    names = {item.name for item in desired.objects}
    found = {}
    for view in desired.views:
        there, beside = seen.get(view.name), seen.get(stand_in(view.name))
        granted = view.exposed and object_grant(desired, view) in observed.grants
        free = stand_in(view.name) not in names and (beside is None or beside.comment == desired.mark)
        free = free and len(stand_in(view.name)) <= MAX_IDENTIFIER
        if there and granted and free and there.secure and there.comment == desired.mark:
            fewer = _in_common(view, there.definition)
            if fewer and not same_text(there.definition, view.definition):
                found[view.name] = Kept(view, fewer, there)
    return found


def read_at(desired: ShareSpec, observed: Observed) -> Mapping[str, str]:
    """By view, where the leak test reads what it is about to show; a view that is not in here under its own name."""
    growing = {name for name, kept in kept_views(desired, observed).items() if kept.must_grow}
    there = {view.name for view in observed.views}
    return {name: stand_in(name) for name in growing if stand_in(name) in there}


def _in_common(view: ViewSpec, text: str) -> ViewSpec | None:
    """`view` for those of its tenants that `text` shows; None when there are none, or `text` is another view."""
    found = _LIST.search(text)
    own = _LIST.search(view.definition)
    if not (view.tenant_column and found and own):
        return None
    if not same_text(text[: found.start()], view.definition[: own.start()]):
        return None
    shown = set(re.findall(_STRING, found.group(1), re.DOTALL))
    keys = tuple(key for key in view.tenant_keys if literal(key) in shown)
    if not keys:
        return None
    head = view.definition[: own.start()]
    return replace(view, tenant_keys=keys, definition=f"{head}({', '.join(literal(key) for key in keys)})")
