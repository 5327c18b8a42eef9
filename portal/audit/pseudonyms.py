"""People stand in the log by a number that says nothing by itself, and are shown by name while they have one.

An entry is never rewritten: what is written about a person must be such that it can stay when the person is erased.
The number stands in brackets that `typed` takes out of everything else, so that nobody can write one: neither to put
words into another's mouth nor to read whose number it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.people.models import Departure, Membership, Organization, User

if TYPE_CHECKING:
    from portal.audit.models import AuditEntry

_PERSON = re.compile(r"⟦person ([0-9]{1,18})⟧")
_BRACKETS = str.maketrans("⟦⟧", "[]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def of(user: User) -> str:
    return f"⟦person {user.pk}⟧"


def typed(text: str) -> str:
    """Text that is not ours, without what would make a number of it."""
    return text.translate(_BRACKETS)


def hidden(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an entry, at any depth, with the addresses of people we know replaced by their numbers, and others
    cut to what an entry is recognised by: whoever is not known could never be erased from here.
    """
    addresses = {address.lower() for text in _texts(data) for address in _ADDRESS.findall(text)}
    known = _known(addresses) if addresses else {}

    def hide(text: str) -> str:
        return _ADDRESS.sub(lambda found: known.get(found[0].lower()) or cut(found[0]), typed(text))

    return {hide(str(name)): _mapped(value, hide) for name, value in data.items()}


def _known(addresses: set[str]) -> dict[str, str]:
    """The numbers of those of these addresses that somebody has, also as a second one."""
    first = {user.email: of(user) for user in User.objects.filter(email__in=addresses)}
    others = EmailAddress.objects.filter(email__in=addresses - set(first), verified=True).select_related("user")
    return first | {one.email: of(one.user) for one in others}


def cut(address: str) -> str:
    """The first letter and the domain."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


Called = Callable[[User], str]


def by_address(user: User) -> str:
    return user.email


def as_customers_see(organization: Organization | None) -> Called:
    """Colleagues by their address, and former ones by their name; of the provider's people a customer reads the name
    alone. Of other customers' people not even that they are here: an address that was typed reads as one of nobody.
    """

    @cache
    def ours(model: type[Membership | Departure]) -> set[int]:
        return set(model.objects.filter(organization=organization).values_list("user_id", flat=True))

    def called(user: User) -> str:
        if user.pk in ours(Membership):
            return user.email
        if user.pk in ours(Departure):
            return user.name or cut(user.email)
        if user.is_staff or not user.memberships.exists():
            return user.name or _("the data provider")
        return cut(user.email)

    return cache(called)


def found_by_customers(words: str, organization: Organization | None) -> QuerySet[User]:
    """Whom these words find: of an address or a name no more than `as_customers_see` shows, or it could be guessed
    letter by letter.
    """
    ours = Membership.objects.filter(organization=organization).values("user_id")
    former = Departure.objects.filter(organization=organization).values("user_id")
    of_others = Membership.objects.exclude(organization=organization).values("user_id")
    by_name = Q(pk__in=former) | Q(is_staff=True) | ~Q(pk__in=of_others)
    return User.objects.filter(
        Q(pk__in=ours) & (Q(email__icontains=words) | Q(name__icontains=words)) | by_name & Q(name__icontains=words)
    )


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
        return _PERSON.sub(lambda person: names.get(person[1], person[0][1:-1]), text)

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
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _texts(item)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(name)): _mapped(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_mapped(item, change) for item in value]
    return value
