"""Snowflake accounts as people write them, read into one identity.

Forms and rules: docs.snowflake.com/en/user-guide/admin-account-identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import IntEnum

from shares.core import regions
from shares.core.account_urls import NotAnAccount, is_address, locate
from shares.core.regions import Region
from shares.core.said import Said

# What a customer runs in the account that should receive the data.
LOOKUP_SQL = (
    "SELECT CURRENT_ORGANIZATION_NAME() || '.' || CURRENT_ACCOUNT_NAME() AS account,\n"
    "       CURRENT_ACCOUNT() AS locator, CURRENT_REGION() AS region;"
)

_ORGANIZATION = re.compile(r"[A-Z][A-Z0-9]*\Z")
_ACCOUNT = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_LOCATOR = re.compile(r"[A-Z][A-Z0-9_]{1,31}\Z")
# The heading and the rules that come along when a result is copied.
_HEADING = ("ACCOUNT", "LOCATOR", "REGION")
_RULE = re.compile(r"[-+]+\Z")
_EXAMPLE = Said("A right value looks like MYORG.MYACCOUNT; the query below prints yours.")
_BOTH = "%(why)s %(example)s"


class Sureness(IntEnum):
    """How much a text says about which account it means."""

    HALF = 1  # a locator, which two regions may share
    ADDRESS = 2  # an address without a region: a connection, which may point at another account tomorrow, looks alike
    NAMED = 3  # organization and account, or a locator with its region
    WHOLE = 4  # all of it, as Snowflake itself prints it


class Unreadable(ValueError):
    """The text is no Snowflake account; `words` say what is wrong and what a right value looks like."""

    def __init__(self, why: Said) -> None:
        self.words = Said(_BOTH, why=why, example=_EXAMPLE)
        super().__init__(self.words)


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
    from_address: bool = field(default=False, compare=False)

    @property
    def sureness(self) -> Sureness:
        if self.organization and self.locator and self.region:
            return Sureness.WHOLE
        if self.needs_region:
            return Sureness.HALF
        return Sureness.ADDRESS if self.organization and self.from_address else Sureness.NAMED

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of "names", "locator" and "region" nobody has said yet."""
        said = {"names": self.organization, "locator": self.locator, "region": self.region}
        return tuple(name for name, value in said.items() if not value)

    @property
    def needs_region(self) -> bool:
        """Whether a locator was given whose region is still unknown."""
        return not self.organization and not self.region

    @property
    def key(self) -> str:
        """ORG.ACCOUNT, or "" where only a locator is known."""
        return f"{self.organization}.{self.account}" if self.organization else ""

    def __str__(self) -> str:
        if self.organization:
            return self.key
        return f"{self.locator} ({self.region})" if self.region else self.locator


def parse(text: str, region: str = "") -> AccountIdentity:
    """Read an account in any of the usual forms.

    `ORG.ACCOUNT`, `org-account`, an account URL, `locator.region.cloud`, `REGION.LOCATOR`, a bare locator together
    with `region`, or the row that LOOKUP_SQL prints. Raises Unreadable with words for the person who typed it: also for
    an account in a government region or in a Virtual Private Snowflake, which no share from elsewhere reaches.
    """
    found = _parse(text, region)
    known = regions.find(found.region) if found.region else None
    if known and not known.is_public:
        raise Unreadable(
            Said(
                "%(region)s is a region for governments, and no share of this portal reaches it. "
                "Name an account in another region, or write to the data provider.",
                region=known.name,
            )
        )
    return found


def _parse(text: str, region: str) -> AccountIdentity:
    cleaned = text.strip().strip("\"'`“”;,").strip()
    if not cleaned:
        raise Unreadable(Said("Say which Snowflake account should receive the data."))
    if not cleaned.isascii():
        raise Unreadable(Said("This has letters that no Snowflake account has. Type it by hand."))
    tokens = [token.strip("\"'|") for token in re.split(r"[\s|,;]+", cleaned)]
    tokens = [token for token in tokens if token and not _RULE.match(token)]
    if tuple(token.upper() for token in tokens[:3]) == _HEADING and len(tokens) > 3:
        tokens = tokens[3:]
    if not tokens:
        raise Unreadable(Said("“%(text)s” names no Snowflake account.", text=cleaned[:60]))
    if len(tokens) > 1:
        return _row(tokens)
    return _with_region(_one(tokens[0].replace('"', "")), region)


def _row(tokens: list[str]) -> AccountIdentity:
    """The pasted result of LOOKUP_SQL: account, locator, region; or an account or a locator and its region."""
    first = _one(tokens[0].replace('"', ""))
    if len(tokens) == 2 and not first.region:
        return _with_region(first, tokens[1])
    region = _region(tokens[-1])
    if len(tokens) == 3 and first.organization and region:
        return AccountIdentity(first.organization, first.account, _locator(tokens[1]), region.id)
    raise Unreadable(Said("This reads as %(number)s values; give one account.", number=str(len(tokens))))


def _one(text: str) -> AccountIdentity:
    if not is_address(text):
        return _dotted(text)
    try:
        address = locate(text)
    except NotAnAccount as error:
        raise Unreadable(error.words) from None
    if address.region is None:
        return replace(_pair(*address.names), from_address=True)
    return AccountIdentity(locator=_locator(address.names[0]), region=address.region.id)


def _dotted(text: str) -> AccountIdentity:
    """`ORG.ACCOUNT`, `org-account`, `locator`, `locator.region[.cloud]`, `[GROUP.]REGION.LOCATOR`."""
    first, dot, rest = text.partition(".")
    if not dot:
        organization, hyphen, account = first.partition("-")
        return _pair(organization, account) if hyphen else AccountIdentity(locator=_locator(first))
    head, _, last = text.rpartition(".")
    if leading := _region(head):
        return AccountIdentity(locator=_locator(last), region=leading.id)
    # No suffix of a region is an account name: each has a hyphen or a dot.
    region = regions.by_suffix(rest)
    if rest and region:
        return AccountIdentity(locator=_locator(first), region=region.id)
    if "." in rest or "-" in rest:
        raise Unreadable(
            Said(
                "“%(text)s” is neither an account name, which has underscores and no hyphens or dots, "
                "nor a Snowflake region that Firn knows.",
                text=rest[:60],
            )
        )
    return _pair(first, rest)


def _pair(organization: str, account: str) -> AccountIdentity:
    organization, account = organization.upper(), account.upper().replace("-", "_")
    if not _ORGANIZATION.match(organization):
        raise Unreadable(
            Said(
                "“%(text)s” cannot be an organization: it starts with a letter and has only letters and digits.",
                text=organization[:60],
            )
        )
    if not _ACCOUNT.match(account):
        raise Unreadable(
            Said(
                "“%(text)s” cannot be an account name: it starts with a letter, then letters, digits and underscores.",
                text=account[:60],
            )
        )
    if len(organization) + 1 + len(account) > 63:
        raise Unreadable(Said("This is longer than the 63 characters of a Snowflake account."))
    return AccountIdentity(organization, account)


def is_locator(text: str) -> bool:
    """Whether it can be one, as Snowflake prints it."""
    return bool(_LOCATOR.match(text))


def _locator(text: str) -> str:
    locator = text.upper()
    if not is_locator(locator):
        raise Unreadable(Said("“%(text)s” is neither ORGANIZATION.ACCOUNT nor an account locator.", text=text[:60]))
    return locator


def _with_region(found: AccountIdentity, region: str) -> AccountIdentity:
    if not region or found.region:
        return found
    known = _region(region)
    if known is None:
        raise Unreadable(
            Said(
                "“%(text)s” is not a Snowflake region that Firn knows; one looks like AWS_US_EAST_1.", text=region[:60]
            )
        )
    return replace(found, region=known.id)


def _region(text: str) -> Region | None:
    """A region, in front of which its group may stand; None for anything else. Raises Unreadable for a region of
    somebody's own (Virtual Private Snowflake), which has the name of an ordinary one and is another."""
    group, dot, name = text.strip().rpartition(".")
    known = regions.find(name)
    if known and dot and group.upper() != known.group.upper():
        raise Unreadable(
            Said(
                "“%(text)s” is no public region group: this looks like a Virtual Private Snowflake, which no share "
                "from outside reaches. Name an account in a public region.",
                text=group[:40],
            )
        )
    return known
