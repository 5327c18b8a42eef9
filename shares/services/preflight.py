"""What can be said of a typed account before a request is sent: read as, where, possible or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.people.models import Organization
from shares.core import regions
from shares.core.accounts import AccountIdentity, Sureness
from shares.models import ConsumerAccount, Dataset, ProviderAccount, Rebinding, Share
from shares.models.accounts import Edition


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
    hints = [Hint("ok", _("Read as %(account)s.") % {"account": identity})]
    # Every match, not the best one: a locator of another customer's must not slip through beside a name of one's own.
    if _matching(identity).exclude(organization=organization).exists():
        words = _("This account is already connected to another customer. If it is yours, write to %(support)s.")
        hints.append(Hint("bad", words % {"support": settings.SUPPORT_EMAIL}))
        hints += _coming(organization, identity)
        return Preflight(identity, tuple(hints))
    if known and known.leaving_at:
        words = _("This account is being connected to another customer. If it is yours, an owner can call that off.")
        hints.append(Hint("bad", words))
        return Preflight(identity, tuple(hints))
    if known and not identity.region:
        identity = replace(identity, region=known.region)
    if not identity.region:
        hints.append(Hint("bad", _("Choose the account's region: the query below prints it in its last column.")))
        return Preflight(identity, tuple(hints))
    if known and known.region != identity.region:
        words = _("This account is in %(region)s, as we know it. Choose that region.")
        hints.append(Hint("bad", words % {"region": known.region_label}))
        return Preflight(identity, tuple(hints))
    provider, where = _route(identity, tuple(datasets))
    hints += where
    if provider:
        hints += [*_edition(provider, known), *_being_taken_back(known), *_doubts(identity, known), _ownership(known)]
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


def _coming(organization: Organization, identity: AccountIdentity) -> list[Hint]:
    """That it is being connected to this customer, and from when on it can be asked for."""
    going = Rebinding.objects.filter(done_at=None, called_off_at=None, new_organization=organization)
    coming = going.filter(account__in=_matching(identity)).first()
    if coming is None:
        return []
    words = _("It is being connected to you. Ask for data in it after %(day)s.")
    return [Hint("warn", words % {"day": date_format(coming.effective_at, "j M Y")})]


def _route(identity: AccountIdentity, datasets: tuple[Dataset, ...]) -> tuple[ProviderAccount | None, list[Hint]]:
    """The provider account that reaches this region directly, and what to tell."""
    here = provider_in(identity.region)
    label = regions.label(identity.region)
    if here is None:
        offered = ProviderAccount.objects.filter(is_active=True).values_list("region", flat=True)
        there = "; ".join(sorted({regions.label(region) for region in offered})) or _("no region yet")
        words = _(
            "%(region)s is not offered yet. Data can be shared to accounts in: %(there)s. Use one of yours there, "
            "or write to %(support)s."
        )
        return None, [Hint("bad", words % {"region": label, "there": there, "support": settings.SUPPORT_EMAIL})]
    published = set(here.datasets.values_list("pk", flat=True))
    missing = [dataset for dataset in datasets if dataset.pk not in published]
    if missing:
        return None, [_not_there(label, dataset) for dataset in missing]
    words = _("%(region)s, the same region as the data: instant, and nothing is copied.")
    return here, [Hint("ok", words % {"region": label})]


def _not_there(label: str, dataset: Dataset) -> Hint:
    """A dataset that is not published in this region, and where it is."""
    held = dataset.provider_accounts.filter(is_active=True).values_list("region", flat=True)
    there = "; ".join(sorted({regions.label(region) for region in held}))
    facts = {"dataset": dataset.name, "region": label, "there": there}
    if there:
        words = _("Not published in %(region)s yet: %(dataset)s. It is in: %(there)s. Leave it out for now.")
    else:
        words = _("Not published in %(region)s yet: %(dataset)s. Leave it out for now.")
    return Hint("bad", words % facts)


def _edition(provider: ProviderAccount, known: ConsumerAccount | None) -> list[Hint]:
    """Snowflake lets no share out of a Business Critical account into an account of a lower edition, nor from one with
    a HIPAA agreement into one without (docs.snowflake.com/en/user-guide/override_share_restrictions)."""
    if provider.edition != Edition.BUSINESS_CRITICAL:
        return []
    edition = known.edition if known else ""
    if edition and edition != Edition.BUSINESS_CRITICAL:
        words = _(
            "The data is kept in a Business Critical account, and Snowflake lets it go to Business Critical accounts "
            "only. Yours is %(edition)s as we know it: upgrade it, or name another."
        )
        return [Hint("bad", words % {"edition": Edition(edition).label})]
    if edition:
        return []
    words = _(
        "The data is kept in a Business Critical account. Snowflake lets it go to such accounts only, and, "
        "where a HIPAA agreement covers the data, only to accounts with one: see that yours is."
    )
    return [Hint("warn", words)]


def _being_taken_back(known: ConsumerAccount | None) -> list[Hint]:
    """An older share of the same account that has ended and still stands."""
    now = timezone.now()
    ended = Share.data.filter(consumer_account=known, taken_back_at=None, closes_at__isnull=False) if known else ()
    for share in ended:
        if share.grants.not_over(now).exists():
            continue
        if share.closes_at and share.closes_at > now:
            words = _("An older share with this account has ended and closes for good on %(day)s. It is used again.")
            return [Hint("warn", words % {"day": date_format(share.closes_at, "j M Y")})]
        words = _(
            "An older share with this account is still being taken down. Yours is built when that is done, and its "
            "database has to be made anew."
        )
        return [Hint("warn", words)]
    return []


def _doubts(identity: AccountIdentity, known: ConsumerAccount | None) -> list[Hint]:
    """An address may be that of a connection, which has a name like an account's and no account's rights."""
    if known or identity.sureness is not Sureness.ADDRESS:
        return []
    words = _(
        "Read from an address. If it is that of a connection for failover, name the account itself: the query below "
        "prints it."
    )
    return [Hint("warn", words)]


def _ownership(known: ConsumerAccount | None) -> Hint:
    if known and known.is_proved:
        return Hint("ok", _("Known to be yours."))
    return Hint("warn", _("New to us. You prove that it is yours with a one-time code; nothing is shared before."))
