"""Filters that people keep for themselves, list by list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from portal.people.models import User
from shares.models import SavedFilter

# More than these nobody finds again.
MOST = 30
# What belongs to one look and not to the filter.
_PASSING = ("page", "format")


class TooMany(Exception):
    """The person has MOST of them in this list already."""


def of(user: User, listing: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(user=user, listing=listing))


def canonical(query: str) -> str:
    """The filter in an address: without the page, and without what was left empty."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if value and name not in _PASSING])


def keep(user: User, listing: str, name: str, query: str) -> SavedFilter:
    """Under a name that is there already it takes that one's place. Raises TooMany."""
    mine = SavedFilter.objects.filter(user=user, listing=listing)
    if mine.count() >= MOST and not mine.filter(name=name).exists():
        raise TooMany
    kept, _ = mine.update_or_create(user=user, listing=listing, name=name, defaults={"query": canonical(query)})
    return kept


def forget(user: User, pk: int) -> str | None:
    """The list that it was for; None when this person has no such filter."""
    found = SavedFilter.objects.filter(user=user, pk=pk).first()
    if found is None:
        return None
    found.delete()
    return found.listing
