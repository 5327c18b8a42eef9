"""Snowflake accounts as people write them, read into one identity.

Forms and rules: docs.snowflake.com/en/user-guide/admin-account-identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from shares.core import regions

# What a customer runs in the account that should receive the data.
LOOKUP_SQL = (
    "SELECT CURRENT_ORGANIZATION_NAME() || '.' || CURRENT_ACCOUNT_NAME() AS account,\n"
    "       CURRENT_ACCOUNT() AS locator, CURRENT_REGION() AS region;"
)

_ORGANIZATION = re.compile(r"[A-Z][A-Z0-9]*\Z")
_ACCOUNT = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_LOCATOR = re.compile(r"[A-Z][A-Z0-9_]{1,31}\Z")
_HOSTS = (".snowflakecomputing.com", ".snowflakecomputing.cn")
_NOT_ACCOUNTS = frozenset({"app", "www", "docs", "community", "status", "signup", "login", "app-cn"})
_EXAMPLE = "A right value looks like MYORG.MYACCOUNT; the query below prints yours."


class Unreadable(ValueError):
    """The text is no Snowflake account; the message says what is wrong and what a right value looks like."""


@dataclass(frozen=True)
class AccountIdentity:
    """One Snowflake account, every part upper case, "" where unknown.

    `organization` and `account` go together; `locator` is an identity only together with `region`
    (a Snowflake region id such as AWS_US_EAST_1), because two regions may use the same locator.
    """

    organization: str = ""
    account: str = ""
    locator: str = ""
    region: str = ""

    @property
    def needs_region(self) -> bool:
        """Whether a locator was given whose region is still unknown."""
        return not self.organization and not self.region

    def __str__(self) -> str:
        if self.organization:
            return f"{self.organization}.{self.account}"
        return f"{self.locator} ({self.region})" if self.region else self.locator


def parse(text: str, region: str = "") -> AccountIdentity:
    """Read an account in any of the usual forms.

    `ORG.ACCOUNT`, `org-account`, an account URL, `locator.region.cloud`, a bare locator together with
    `region`, or the row that LOOKUP_SQL prints. Raises Unreadable with words for the person who typed it.
    """
    cleaned = text.strip().strip("\"'`“”;,").strip()
    if not cleaned:
        raise Unreadable(f"Say which Snowflake account should receive the data. {_EXAMPLE}")
    if not cleaned.isascii():
        raise Unreadable(f"This has letters that no Snowflake account has. Type it by hand. {_EXAMPLE}")
    tokens = [token.strip("\"'|") for token in re.split(r"[\s|,;]+", cleaned) if token.strip("\"'|")]
    if len(tokens) > 1:
        return _lookup_row(tokens)
    is_url = "/" in cleaned or cleaned.lower().endswith(_HOSTS)
    return _with_region(_url(cleaned) if is_url else _dotted(cleaned.replace('"', "")), region)


def _lookup_row(tokens: list[str]) -> AccountIdentity:
    """The pasted result of LOOKUP_SQL: account, locator, region; or "locator region"."""
    first = _dotted(tokens[0])
    if len(tokens) == 2 and not first.organization:
        return _with_region(first, tokens[1])
    if len(tokens) == 3 and first.organization and regions.find(tokens[2]) and _LOCATOR.match(tokens[1].upper()):
        region = regions.find(tokens[2])
        return AccountIdentity(first.organization, first.account, tokens[1].upper(), region.id if region else "")
    raise Unreadable(f"This reads as {len(tokens)} values; give one account. {_EXAMPLE}")


def _url(text: str) -> AccountIdentity:
    parts = urlsplit(text if "//" in text else f"https://{text}")
    host = (parts.hostname or "").rstrip(".")
    steps = [step for step in parts.path.split("/") if step]
    if host.startswith("app.snowflake."):
        return _app_url(steps)
    for suffix in _HOSTS:
        if host.endswith(suffix):
            name = host.removesuffix(suffix).removesuffix(".privatelink")
            if name in _NOT_ACCOUNTS:
                raise Unreadable(f"{host} is a Snowflake page, not an account. {_EXAMPLE}")
            return _dotted(name, host=True)
    raise Unreadable(f"{host or text[:60]} is not a Snowflake address. {_EXAMPLE}")


def _app_url(steps: list[str]) -> AccountIdentity:
    """Snowsight: /org/account/… or /region[.cloud]/locator/…"""
    if len(steps) < 2:
        raise Unreadable(f"This Snowsight address does not name an account. {_EXAMPLE}")
    region = regions.by_suffix(steps[0]) or regions.by_suffix(f"{steps[0]}.aws")
    if region:
        return AccountIdentity(locator=_locator(steps[1]), region=region.id)
    return _pair(steps[0], steps[1])


def _dotted(text: str, *, host: bool = False) -> AccountIdentity:
    """`ORG.ACCOUNT`, `org-account`, `locator`, `locator.region[.cloud]`; in a host a dot starts the region."""
    first, dot, rest = text.partition(".")
    if dot:
        region = regions.by_suffix(rest) or regions.by_suffix(f"{rest}.aws")
        if region and not (_ACCOUNT.match(rest.upper()) and not host):
            return AccountIdentity(locator=_locator(first), region=region.id)
        if host or "." in rest or "-" in rest:
            raise Unreadable(f"“{rest[:60]}” is not a Snowflake region that Firn knows. {_EXAMPLE}")
        return _pair(first, rest)
    if "-" in first:
        organization, _, account = first.partition("-")
        return _pair(organization, account)
    if host:
        # The bare host of a locator is AWS US West (Oregon), the one region without a suffix.
        oregon = regions.by_suffix("")
        return AccountIdentity(locator=_locator(first), region=oregon.id if oregon else "")
    return AccountIdentity(locator=_locator(first))


def _pair(organization: str, account: str) -> AccountIdentity:
    organization, account = organization.upper(), account.upper().replace("-", "_")
    if not _ORGANIZATION.match(organization):
        raise Unreadable(
            f"“{organization[:60]}” cannot be an organization: it starts with a letter and has only letters "
            f"and digits. {_EXAMPLE}"
        )
    if not _ACCOUNT.match(account):
        raise Unreadable(
            f"“{account[:60]}” cannot be an account name: it starts with a letter, then letters, digits "
            f"and underscores. {_EXAMPLE}"
        )
    if len(organization) + 1 + len(account) > 63:
        raise Unreadable(f"This is longer than the 63 characters of a Snowflake account. {_EXAMPLE}")
    return AccountIdentity(organization, account)


def _locator(text: str) -> str:
    locator = text.upper()
    if not _LOCATOR.match(locator):
        raise Unreadable(f"“{text[:60]}” is neither ORGANIZATION.ACCOUNT nor an account locator. {_EXAMPLE}")
    return locator


def _with_region(found: AccountIdentity, region: str) -> AccountIdentity:
    if not region or found.region:
        return found
    known = regions.find(region)
    if known is None:
        raise Unreadable(f"“{region[:60]}” is not a Snowflake region. Choose one from the list.")
    return AccountIdentity(found.organization, found.account, found.locator, known.id)
