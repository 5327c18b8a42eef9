"""How two versions of a dataset differ, in words, and whether that breaks something for who reads the older one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shares.core.published import Column, Item
from shares.core.said import Said


@dataclass(frozen=True)
class Difference:
    """One thing that differs in the object `name`. `breaking`: queries that work on the older version may fail, or
    answer something else, on the newer one."""

    code: str
    name: str
    words: str
    breaking: bool = False


def differences(old: Sequence[Item], new: Sequence[Item]) -> tuple[Difference, ...]:
    """Everything that differs, breaking things first, then by object."""
    before, after = _by_name(old), _by_name(new)
    found: list[Difference] = []
    for name in sorted({*before, *after}):
        if name not in after:
            found.append(_removed(before[name]))
        elif name not in before:
            found.append(_added(after[name]))
        else:
            found += _object(before[name], after[name])
    return tuple(sorted(found, key=lambda item: (not item.breaking, item.name)))


def told(old: Sequence[Item], new: Sequence[Item]) -> tuple[Difference, ...]:
    """The differences as a customer may read them: of what is shared with them, and without the lake's own names."""
    found = differences([item for item in old if item.is_exposed], [item for item in new if item.is_exposed])
    shown = [_without_lake(item) for item in found]
    if is_breaking(differences(old, new)) and not is_breaking(found):
        shown.insert(
            0, Difference("behind", "", Said("The rows that its functions answer from change."), breaking=True)
        )
    return tuple(shown)


def _without_lake(item: Difference) -> Difference:
    if item.code != "source":
        return item
    return replace(item, words=Said("%(name)s comes from another place in the provider's data.", name=item.name))


def is_breaking(found: Sequence[Difference]) -> bool:
    return any(item.breaking for item in found)


def _by_name(items: Sequence[Item]) -> dict[str, Item]:
    return {item.shared_name: item for item in items}


def _removed(item: Item) -> Difference:
    return Difference("object-removed", item.shared_name, _is_removed(item.shared_name), item.is_exposed)


def _added(item: Item) -> Difference:
    return Difference("object-added", item.shared_name, _is_new(item.shared_name))


def _is_removed(name: str) -> Said:
    return Said("%(name)s is removed.", name=name)


def _is_new(name: str) -> Said:
    return Said("%(name)s is new.", name=name)


def _is_described(name: str) -> Said:
    return Said("%(name)s is described anew.", name=name)


def _object(old: Item, new: Item) -> Iterator[Difference]:
    name, seen = old.shared_name, old.is_exposed
    if old.kind != new.kind:
        if new.is_function:
            words = Said("%(name)s is a function now, and was a view.", name=name)
        else:
            words = Said("%(name)s is a view now, and was a function.", name=name)
        yield Difference("kind", name, words, seen)
        return
    if old.is_exposed != new.is_exposed:
        if seen:
            words = Said("%(name)s is not shared any more, only read by functions.", name=name)
        else:
            words = Said("%(name)s is shared now.", name=name)
        yield Difference("exposed", name, words, seen)
    if old.description != new.description:
        yield Difference("described", name, _is_described(name))
    yield from _function(old, new) if new.is_function else _view(old, new)


def _function(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    if old.arguments != new.arguments:
        words = Said("%(name)s takes (%(new)s) instead of (%(old)s).", name=name, new=new.arguments, old=old.arguments)
        yield Difference("arguments", name, words, old.is_exposed)
    if old.returns != new.returns:
        words = Said("%(name)s returns %(new)s instead of %(old)s.", name=name, new=new.returns, old=old.returns)
        yield Difference("returns", name, words, old.is_exposed)
    if old.body != new.body:
        yield Difference("body", name, Said("%(name)s computes its answer in another way.", name=name))


def _view(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    # Breaking also where nobody reads the rows directly: a function answers from other rows then.
    if old.filter != new.filter:
        by, before = _separated(new), _separated(old)
        words = Said("%(name)s is separated by %(new)s instead of %(old)s.", name=name, new=by, old=before)
        yield Difference("filter", name, words, breaking=True)
    if old.source != new.source:
        source, before = ".".join(new.source), ".".join(old.source)
        words = Said("%(name)s comes from %(new)s instead of %(old)s.", name=name, new=source, old=before)
        yield Difference("source", name, words, breaking=True)
    if old.freshness_column != new.freshness_column:
        by = new.freshness_column or Said("no column")
        words = Said("%(name)s tells how fresh it is by %(column)s.", name=name, column=by)
        yield Difference("freshness", name, words)
    yield from _columns(old, new)


def _separated(item: Item) -> str:
    return item.filter or Said("nothing (everybody gets all rows)")


def _columns(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    before, after = _columns_of(old), _columns_of(new)
    for column in old.columns:
        if column.name not in after:
            yield Difference("column-removed", name, _is_removed(f"{name}.{column.name}"), old.is_exposed)
        elif column != after[column.name]:
            yield _column(old, column, after[column.name])
    for column in new.columns:
        if column.name not in before:
            yield Difference("column-added", name, _is_new(f"{name}.{column.name} {column.data_type}".rstrip()))
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield Difference("order", name, Said("The columns of %(name)s stand in another order.", name=name))


def _columns_of(item: Item) -> dict[str, Column]:
    return {column.name: column for column in item.columns}


def _column(item: Item, old: Column, new: Column) -> Difference:
    name = f"{item.shared_name}.{old.name}"
    if old.masked != new.masked:
        if new.masked:
            words = Said("%(name)s is masked: its values are not shared any more.", name=name)
        else:
            words = Said("%(name)s shows its values.", name=name)
        return Difference(
            "masked" if new.masked else "unmasked", item.shared_name, words, new.masked and item.is_exposed
        )
    if old.personal != new.personal:
        if new.personal:
            words = Said("%(name)s is about persons.", name=name)
        else:
            words = Said("%(name)s is not about persons.", name=name)
        return Difference("personal", item.shared_name, words)
    if old.data_type == new.data_type:
        return Difference("described", item.shared_name, _is_described(name))
    if not old.data_type:
        # What it was nobody wrote down, so nobody relied on it.
        return Difference("described", item.shared_name, Said("%(name)s is %(new)s.", name=name, new=new.data_type))
    now = new.data_type or Said("of no stated type")
    words = Said("%(name)s is %(new)s instead of %(old)s.", name=name, new=now, old=old.data_type)
    return Difference("column-retyped", item.shared_name, words, item.is_exposed)
