"""Every address of the portal, with an object of one's own, one of another customer's and one that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.people import invitations
from portal.people.models import EmailDomain, Membership, Organization, Role, User
from shares.core import accounts
from shares.models import Ask, Share, ShareRequest
from shares.services import moves, requests
from tests.web import rows

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
# What only another customer's pages may show.
MARKS = ("Carrier DL", "CARRIERDL", "cy@dl.example", "A reason of DL", "Secret draft")
_WRITE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "([a-z_0-9]+)"', re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """A named URL; `kind` says whose object stands in it ("" where it takes none)."""

    name: str
    path: str
    kind: str


@dataclass(frozen=True)
class Side:
    """One customer's objects."""

    organization: Organization
    share: Share
    request: ShareRequest
    move: Any
    slug: str


class Unlisted(Exception):
    """A new URL takes something that the matrix has no object for: give it one in `_arguments`."""


def people(house: rows.House) -> dict[str, User | None]:
    return {
        "anonymous": None,
        "newcomer": rows.person("newcomer@somewhere.example"),
        "viewer": house.vic,
        "member": house.bea,
        "owner": house.ada,
        "approver": house.dan,
        "auditor": rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor"),
        "operator": rows.person("op@skyledger.example", is_staff=True, staff_role="operator"),
        "admin": house.eve,
    }


def verify_everybody() -> None:
    """allauth writes a row for whoever has none yet; in a real portal everybody has one since their sign-up."""
    for user in User.objects.filter(emailaddress__isnull=True):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sides(house: rows.House) -> tuple[Side, Side]:
    """Ours, with everything in it, and the other customer's, whose approver is another."""
    kim = rows.person("kim@skyledger.example", "Kim")
    theirs = rows.dataset("Fares", approver=kim)
    rows.dataset("Secret draft", approver=kim, is_published=False)
    ours = _side(house.ada, house.ua, house.flights, house.dan, "CARRIERUA", "flights")
    return ours, _side(house.cy, house.dl, theirs, kim, "CARRIERDL", "secret-draft")


def _side(owner: User, organization: Organization, dataset: Any, approver: User, name: str, slug: str) -> Side:
    reason = f"A reason of {organization.name.removeprefix('Carrier ')}"
    first = rows.account(organization, f"{name}.ANALYTICS")
    share = rows.healthy(rows.request(owner, dataset, to=first, reason=reason), approver)
    asked = rows.request(owner, dataset, to=rows.account(organization, f"{name}.NEW"), reason=reason)
    identity = accounts.AccountIdentity(name, "SECOND", "", "AWS_US_EAST_1")
    move = requests.submit(moves.draft(share, owner, identity, 14, reason)).move
    invitations.invite(organization, f"guest@{name.lower()}.example", Role.VIEWER, owner)
    EmailDomain.objects.create(organization=organization, domain=f"{name.lower()}.example")
    return Side(organization, share, asked, move, slug)


def addresses(ours: Side, theirs: Side) -> Iterator[Address]:
    for name, arguments in _named(get_resolver(), "", ()):
        if not arguments:
            yield Address(name, reverse(name), "")
            continue
        for kind, side in (("own", ours), ("foreign", theirs), ("random", None)):
            path = reverse(name, kwargs=_arguments(name, arguments, side))
            query = f"?share={side.share.public_id}" if side and name == "share-operate" else ""
            yield Address(name, path + query, kind)


def _named(resolver: URLResolver, space: str, before: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for found in resolver.url_patterns:
        taken = (*before, *found.pattern.regex.groupindex)
        if isinstance(found, URLResolver):
            yield from _named(found, f"{space}{found.namespace}:" if found.namespace else space, taken)
        elif isinstance(found, URLPattern) and found.name:
            yield f"{space}{found.name}", taken


def _arguments(name: str, arguments: tuple[str, ...], side: Side | None) -> dict[str, Any]:
    return {one: argument(name, one, side) for one in arguments}


def argument(name: str, wanted: str, side: Side | None) -> Any:
    if name.startswith("admin:"):
        return _row_of_admin(name, wanted, side)
    found = FIXED.get(wanted) or _objects().get((name.split("-")[0], wanted)) or _objects().get((name, wanted))
    if found is None:
        raise Unlisted(f"{name} takes {wanted}, and `_objects` in tests/web/matrix.py has none for it")
    return found(side)


def _row_of_admin(name: str, argument: str, side: Side | None) -> Any:
    if argument == "app_label":
        return "shares"
    for model in admin.site._registry:
        if f"{model._meta.app_label}_{model._meta.model_name}_" in name:
            found = model._default_manager.order_by("pk" if side and side.slug == "flights" else "-pk").first()
            return found.pk if side and found else 99_999_999
    return 99_999_999


def _of(pick: Callable[[Side], Any], nothing: Any) -> Callable[[Side | None], Any]:
    return lambda side: pick(side) if side else nothing


FIXED: dict[str, Callable[[Side | None], Any]] = {
    "slug": _of(lambda side: side.slug, "nothing"),
    "number": _of(lambda side: 1, 99),
    "verb": _of(lambda side: "suspend", "nothing"),
    "uidb36": _of(lambda side: "1", "zz"),
    "key": _of(lambda side: "abc-def", "abc-def"),
    "token": _of(lambda side: "guessed", "guessed"),
}


IMPORTS = ("operations-import", "operations-import-again", "operations-import-separate")


def _objects() -> dict[tuple[str, str], Callable[[Side | None], Any]]:
    """By the first word of a URL's name, or its whole name."""
    return {
        ("share", "public_id"): _of(lambda side: side.share.public_id, NOWHERE),
        ("access", "public_id"): _of(lambda side: side.share.public_id, NOWHERE),
        ("request", "public_id"): _of(lambda side: side.request.public_id, NOWHERE),
        ("move", "public_id"): _of(lambda side: side.move.public_id, NOWHERE),
        ("account", "public_id"): _of(lambda side: side.request.consumer_account.public_id, NOWHERE),
        ("approval", "public_id"): _of(lambda side: Ask.objects.get(request=side.request).public_id, NOWHERE),
        ("customer", "public_id"): _of(lambda side: side.organization.public_id, NOWHERE),
        ("invitation", "public_id"): _of(lambda side: side.organization.invitations.get().public_id, NOWHERE),
        ("member", "pk"): _of(lambda side: Membership.objects.filter(organization=side.organization)[0].pk, 99_999),
        ("domain", "pk"): _of(lambda side: side.organization.domains.get().pk, 99_999),
        ("operations-share", "public_id"): _of(lambda side: side.share.public_id, NOWHERE),
        ("operations-look", "public_id"): _of(lambda side: side.share.public_id, NOWHERE),
        ("operations-reconcile", "public_id"): _of(lambda side: side.share.public_id, NOWHERE),
        ("operations-run", "public_id"): _of(lambda side: side.share.runs.all()[0].public_id, NOWHERE),
        ("operations-bulk", "public_id"): _of(lambda side: NOWHERE, NOWHERE),
        **{(name, "public_id"): _of(lambda side: NOWHERE, NOWHERE) for name in IMPORTS},
        ("operations-list", "code"): _of(lambda side: "shares", "nothing"),
        ("operations-filter-keep", "code"): _of(lambda side: "shares", "nothing"),
        ("operations-filter-forget", "pk"): _of(lambda side: 99_999, 99_999),
        ("openid_connect_login", "provider_id"): _of(lambda side: side.organization.public_id, NOWHERE),
        ("openid_connect_callback", "provider_id"): _of(lambda side: side.organization.public_id, NOWHERE),
        ("mfa_remove_webauthn", "pk"): _of(lambda side: 99_999, 99_999),
        ("mfa_edit_webauthn", "pk"): _of(lambda side: 99_999, 99_999),
    }


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that are written meanwhile, but for sessions; everything is taken back afterwards."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written = _WRITE.match(sql)
        if written and written[1] not in ("django_session", "django_cache"):
            found.append(written[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield found
        transaction.set_rollback(True)
