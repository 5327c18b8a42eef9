"""People stand in the log by a number that says nothing by itself, and are shown by name while they have one.

An entry is never rewritten: what is written about a person must be such that it can stay when the person is erased.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.people.models import Organization, User

if TYPE_CHECKING:
    from portal.audit.models import AuditEntry

_PERSON = re.compile(r"\bperson (\d{1,18})\b")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def of(user: User) -> str:
    return f"person {user.pk}"


def hidden(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an entry, with the addresses of people we know replaced, at any depth."""
    addresses = {address.lower() for text in _texts(data) for address in _ADDRESS.findall(text)}
    if not addresses:
        return dict(data)
    known = {user.email: of(user) for user in User.objects.filter(email__in=addresses)}

    def hide(text: str) -> str:
        return _ADDRESS.sub(lambda found: known.get(found[0].lower(), found[0]), text)

    return {name: _mapped(value, hide) for name, value in data.items()}


Called = Callable[[User], str]


def by_address(user: User) -> str:
    return user.email


def as_customers_see(organization: Organization | None) -> Called:
    """Colleagues by their address; of the provider's people a customer reads the name alone."""

    @cache
    def members() -> set[int]:
        return set(organization.members.values_list("pk", flat=True)) if organization else set()

    return lambda user: user.email if user.pk in members() else user.name or _("the data provider")


def attach(entries: Iterable[AuditEntry], called: Called = by_address) -> list[AuditEntry]:
    """The entries with what is shown of them: `actor_shown`, `target_shown`, `data_shown`. One look for all, or none
    where the actors were selected along and nobody else is named.
    """
    found = list(entries)
    numbers = {int(number) for one in found for text in _all(one) for number in _PERSON.findall(text)}
    along = {one.actor.pk: one.actor for one in found if one._state.fields_cache.get("actor") and one.actor}
    others = numbers - set(along)
    people = [*along.values(), *(User.objects.filter(pk__in=others) if others else ())]
    names = {str(user.pk): called(user) for user in people if user.erased_at is None}

    def shown(text: str) -> str:
        return _PERSON.sub(lambda person: names.get(person[1], person[0]), text)

    for one in found:
        one.actor_shown, one.target_shown = shown(one.actor_label), shown(one.target_label)
        one.data_shown = {name: _mapped(value, shown) for name, value in one.data.items()}
    return found


def _all(entry: AuditEntry) -> Iterable[str]:
    return (entry.actor_label, entry.target_label, *_texts(entry.data))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _texts(item)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _mapped(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(item, change) for item in value]
    return value
