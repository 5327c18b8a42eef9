"""How two versions of a dataset differ, in words, and whether that breaks something for who reads the older one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shares.core.published import Column, Item


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
        shown.insert(0, Difference("behind", "", "The rows that its functions answer from change.", breaking=True))
    return tuple(shown)


def _without_lake(item: Difference) -> Difference:
    if item.code != "source":
        return item
    return replace(item, words=f"{item.name} comes from another place in the provider's data.")


def is_breaking(found: Sequence[Difference]) -> bool:
    return any(item.breaking for item in found)


def _by_name(items: Sequence[Item]) -> dict[str, Item]:
    return {item.shared_name: item for item in items}


def _removed(item: Item) -> Difference:
    return Difference("object-removed", item.shared_name, f"{item.shared_name} is removed.", item.is_exposed)


def _added(item: Item) -> Difference:
    return Difference("object-added", item.shared_name, f"{item.shared_name} is new.")


def _object(old: Item, new: Item) -> Iterator[Difference]:
    name, seen = old.shared_name, old.is_exposed
    if old.kind != new.kind:
        yield Difference("kind", name, f"{name} is a {new.kind} now, and was a {old.kind}.", seen)
        return
    if old.is_exposed != new.is_exposed:
        words = "is not shared any more, only read by functions." if seen else "is shared now."
        yield Difference("exposed", name, f"{name} {words}", seen)
    if old.description != new.description:
        yield Difference("described", name, f"{name} is described anew.")
    yield from _function(old, new) if new.is_function else _view(old, new)


def _function(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    if old.arguments != new.arguments:
        words = f"{name} takes ({new.arguments}) instead of ({old.arguments})."
        yield Difference("arguments", name, words, old.is_exposed)
    if old.returns != new.returns:
        words = f"{name} returns {new.returns} instead of {old.returns}."
        yield Difference("returns", name, words, old.is_exposed)
    if old.body != new.body:
        yield Difference("body", name, f"{name} computes its answer in another way.")


def _view(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    # Breaking also where nobody reads the rows directly: a function answers from other rows then.
    if old.filter != new.filter:
        words = f"{name} is separated by {_separated(new)} instead of {_separated(old)}."
        yield Difference("filter", name, words, breaking=True)
    if old.source != new.source:
        words = f"{name} comes from {'.'.join(new.source)} instead of {'.'.join(old.source)}."
        yield Difference("source", name, words, breaking=True)
    if old.freshness_column != new.freshness_column:
        yield Difference("freshness", name, f"{name} tells how fresh it is by {new.freshness_column or 'no column'}.")
    yield from _columns(old, new)


def _separated(item: Item) -> str:
    return item.filter or "nothing (everybody gets all rows)"


def _columns(old: Item, new: Item) -> Iterator[Difference]:
    name = old.shared_name
    before, after = _columns_of(old), _columns_of(new)
    for column in old.columns:
        if column.name not in after:
            yield Difference("column-removed", name, f"{name}.{column.name} is removed.", old.is_exposed)
        elif column != after[column.name]:
            yield _column(old, column, after[column.name])
    for column in new.columns:
        if column.name not in before:
            yield Difference("column-added", name, f"{name}.{column.name} {column.data_type}".rstrip() + " is new.")
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield Difference("order", name, f"The columns of {name} stand in another order.")


def _columns_of(item: Item) -> dict[str, Column]:
    return {column.name: column for column in item.columns}


def _column(item: Item, old: Column, new: Column) -> Difference:
    name = f"{item.shared_name}.{old.name}"
    if old.masked != new.masked:
        words = f"{name} is masked: its values are not shared any more." if new.masked else f"{name} shows its values."
        return Difference(
            "masked" if new.masked else "unmasked", item.shared_name, words, new.masked and item.is_exposed
        )
    if old.personal != new.personal:
        words = "is about persons." if new.personal else "is not about persons."
        return Difference("personal", item.shared_name, f"{name} {words}")
    if old.data_type == new.data_type:
        return Difference("described", item.shared_name, f"{name} is described anew.")
    if not old.data_type:
        # What it was nobody wrote down, so nobody relied on it.
        return Difference("described", item.shared_name, f"{name} is {new.data_type}.")
    words = f"{name} is {new.data_type or 'of no stated type'} instead of {old.data_type}."
    return Difference("column-retyped", item.shared_name, words, item.is_exposed)
