"""Addresses of Snowflake accounts: which account an address belongs to, and which addresses belong to none.

Forms: docs.snowflake.com/en/user-guide/organizations-connect, and .../admin-account-identifier for locators.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from shares.core import regions
from shares.core.regions import Region
from shares.core.said import Said

_DOMAINS = ("snowflakecomputing.com", "snowflakecomputing.cn")
_SNOWSIGHT = ("app.snowflake.com", "app.snowflake.cn")
# Hosts of Snowflake's own, and the first label of hosts that serve something else than an account's sign-in.
_SERVICES = frozenset(
    """
    api app app-cn apps blog cdn client-telemetry community crl data developers docs download go help info investors
    learn login marketplace ocsp ocsp-cn ocspssd other-docs privatelink quickstarts registry resources sfc-repo signin
    signup sso status support training trial trust www
    """.split()  # noqa: SIM905 - a list of forty strings reads worse
)
# First steps of Snowsight's paths that are pages and no organizations.
_PAGES = frozenset(
    {"account", "console", "legal", "listing", "login", "marketplace", "oauth", "page", "signin", "signup"}
)


class NotAnAccount(ValueError):
    """The address leads to no Snowflake account; `words` say why, in one sentence."""

    def __init__(self, words: Said) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Address:
    """`names` are organization and account where `region` is None, and the locator alone where it is known."""

    names: tuple[str, ...]
    region: Region | None = None


def is_address(text: str) -> bool:
    """Whether `text` looks like an address rather than like an identifier."""
    return "/" in text or "snowflakecomputing." in text.lower() or "app.snowflake." in text.lower()


def locate(text: str) -> Address:
    """The account that an address leads to. Raises NotAnAccount."""
    parts, host = _split(text)
    if host in _SNOWSIGHT:
        return _snowsight([step for step in parts.path.split("/") if step])
    for domain in _DOMAINS:
        if host.endswith(f".{domain}"):
            return _account_host(host, domain)
    raise NotAnAccount(Said("%(host)s is not the address of a Snowflake account.", host=host[:80] or text[:60]))


def _split(text: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise NotAnAccount(Said("“%(text)s” is not an address.", text=text[:60])) from None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise NotAnAccount(Said("“%(text)s” is not the address of a page.", text=text[:60]))
    return parts, host


def _snowsight(steps: list[str]) -> Address:
    """/org/account/… or /region[.cloud]/locator/…"""
    if len(steps) < 2 or steps[0].lower() in _PAGES:
        raise NotAnAccount(Said("This Snowsight address does not name an account."))
    region = regions.by_suffix(steps[0])
    return Address((steps[1],), region) if region else Address((steps[0], steps[1]))


def _account_host(host: str, domain: str) -> Address:
    """`org-account`, `locator` or `locator.region[.cloud]`, each with `.privatelink` or without."""
    name = host.removesuffix(f".{domain}")
    bare = name.removesuffix(".privatelink")
    if bare != name and "." not in bare and bare.count("-") > 1:
        # Snowsight over a private link: app-<organization>-<account>.
        bare = bare.removeprefix("app-")
    first, dot, rest = bare.partition(".")
    if first in _SERVICES:
        raise NotAnAccount(Said("%(host)s is a page or a service of Snowflake, not an account.", host=host))
    if not dot and "-" in first:
        organization, _, account = first.partition("-")
        return Address((organization, account))
    # The bare host of a locator is AWS US West (Oregon), the one region without a suffix.
    region = regions.by_suffix(rest) if rest or not dot else None
    if region is None or region.domain != domain:
        typed = rest[:60] or host[:60]
        raise NotAnAccount(Said("“%(text)s” does not name a Snowflake region that Firn knows.", text=typed))
    return Address((first,), region)
