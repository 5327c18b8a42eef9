"""What can be said of a typed account before a request is sent: read as, where, possible or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.people.models import Organization
from shares.core import regions
from shares.core.accounts import AccountIdentity
from shares.models import ConsumerAccount, Dataset, ProviderAccount


@dataclass(frozen=True)
class Hint:
    """One thing understood. `level` is "ok", "warn" (may be sent all the same) or "bad" (may not)."""

    level: str
    words: str


@dataclass(frozen=True)
class Preflight:
    """`identity` has the region filled in where it is known; `provider_account` is None where nothing can be sent."""

    identity: AccountIdentity
    hints: tuple[Hint, ...]
    provider_account: ProviderAccount | None = None

    @property
    def possible(self) -> bool:
        return self.provider_account is not None and all(hint.level != "bad" for hint in self.hints)

    @property
    def first_obstacle(self) -> str:
        return next((hint.words for hint in self.hints if hint.level == "bad"), "")


def check(organization: Organization, identity: AccountIdentity, datasets: Iterable[Dataset]) -> Preflight:
    """Everything that our own tables tell about sending `datasets` to this account."""
    known = find_account(identity)
    hints = [Hint("ok", f"Read as {identity}.")]
    # Every match, not the best one: a locator of another customer's must not slip through beside a name of one's own.
    if _matching(identity).exclude(organization=organization).exists():
        hints.append(
            Hint("bad", "This account is already connected to another customer. If it is yours, write to support.")
        )
        return Preflight(identity, tuple(hints))
    if known and not identity.region:
        identity = AccountIdentity(identity.organization, identity.account, identity.locator, known.region)
    if not identity.region:
        hints.append(Hint("bad", "Choose the account's region: the query below prints it in its last column."))
        return Preflight(identity, tuple(hints))
    if known and known.region != identity.region:
        hints.append(Hint("bad", f"This account is in {known.region_label}, as we know it. Choose that region."))
        return Preflight(identity, tuple(hints))
    provider, where = _route(identity, tuple(datasets))
    hints.append(where)
    if provider:
        hints.append(_ownership(known))
    return Preflight(identity, tuple(hints), provider)


def provider_in(region: str) -> ProviderAccount | None:
    """The provider account that reaches this region directly."""
    return ProviderAccount.objects.filter(region=region, is_active=True).order_by("pk").first()


def find_account(identity: AccountIdentity) -> ConsumerAccount | None:
    """The account as we know it already, whoever's it is. A locator counts only with its region."""
    found = _matching(identity)
    return found.exclude(snowflake_organization="").first() or found.first()


def _matching(identity: AccountIdentity) -> QuerySet[ConsumerAccount]:
    match = Q(pk__in=())
    if identity.organization:
        match |= Q(snowflake_organization=identity.organization, account_name=identity.account)
    if identity.locator and identity.region:
        match |= Q(locator=identity.locator, region=identity.region)
    return ConsumerAccount.objects.filter(match)


def _route(identity: AccountIdentity, datasets: tuple[Dataset, ...]) -> tuple[ProviderAccount | None, Hint]:
    """The provider account that reaches this region directly, and what to tell."""
    here = provider_in(identity.region)
    label = regions.label(identity.region)
    if here is None:
        offered = ProviderAccount.objects.filter(is_active=True).values_list("region", flat=True)
        there = "; ".join(sorted({regions.label(region) for region in offered})) or "no region yet"
        return None, Hint(
            "bad", f"{label} is not offered yet. Data can be shared to accounts in: {there}. Use one of yours there."
        )
    published = set(here.datasets.values_list("pk", flat=True))
    missing = [dataset.name for dataset in datasets if dataset.pk not in published]
    if missing:
        return None, Hint("bad", f"Not published in {label} yet: {', '.join(missing)}. Leave it out for now.")
    return here, Hint("ok", f"{label}, the same region as the data: instant, and nothing is copied.")


def _ownership(known: ConsumerAccount | None) -> Hint:
    if known and known.is_proved:
        return Hint("ok", "Known to be yours.")
    return Hint("warn", "New to us. You prove that it is yours with a one-time code; nothing is shared before.")
