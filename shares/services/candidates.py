"""Outbound shares of a provider account that Firn did not make: what they are, and why one may not be taken over.

SHOW SHARES lists those that Firn's role owns, itself or through a role that was granted to it; others are not seen
(docs.snowflake.com/en/sql-reference/sql/show-shares). The owner of a share cannot be changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shares.core import claims
from shares.core.privileges import ADMIN_ROLES
from shares.core.sound import is_audience
from shares.core.spec import ObservedShare
from shares.models import Adoption, ConsumerAccount, ProviderAccount
from shares.services import provider_role
from shares.snowflake import inspect, setup_sql, sql
from shares.snowflake.client import Client

_OTHER_FIRN = re.compile(r"firn:[^:]+:[0-9a-f]{32}")


@dataclass(frozen=True)
class Obstacle:
    """Why a share cannot be taken over, and what to do about it."""

    words: str
    what_to_do: str


@dataclass(frozen=True)
class Candidate:
    """One share; `account` is the customer's where its one reader is known already."""

    name: str
    seen: ObservedShare
    owner: str
    account: ConsumerAccount | None
    obstacle: Obstacle | None

    @property
    def readers(self) -> str:
        return ", ".join(self.seen.accounts) or "nobody"


def candidates(client: Client, account: ProviderAccount) -> list[Candidate]:
    """In the order of their names. Raises SnowflakeError."""
    role = str(client.run(sql.WHO).rows[0]["role"] or "")
    rows = [row for row in client.run(sql.SHOW_SHARES).rows if row["kind"] == "OUTBOUND"]
    roles = [role]
    if any(row.get("owner") != role for row in rows):
        roles = provider_role.privileges(client, role, through=("USAGE",))[0]
    found = [_candidate(row, account, role, roles) for row in rows]
    ours = {candidate.name for candidate in found if claims.marked(candidate.seen.comment, settings.FIRN_INSTANCE)}
    return sorted((item for item in found if item.name not in ours), key=lambda item: item.name)


def _candidate(row: dict[str, Any], account: ProviderAccount, role: str, roles: list[str]) -> Candidate:
    seen, name, owner = inspect.share_in(row), str(row["name"]), str(row.get("owner") or "")
    reader = _reader(seen)
    known = _known(reader, account)
    listing = str(row.get("listing_global_name") or "")
    foreign = None if owner in roles else _about_owner(owner, role)
    obstacle = _about_mark(seen) or foreign or _about_listing(seen, listing)
    obstacle = obstacle or _about_content(seen) or _about_readers(seen) or _about_known(name, known)
    return Candidate(name, seen, owner, known, obstacle)


def _reader(seen: ObservedShare) -> str:
    return seen.accounts[0] if len(seen.accounts) == 1 else ""


def _known(reader: str, account: ProviderAccount) -> ConsumerAccount | None:
    organization, dot, name = reader.partition(".")
    if dot:
        found = ConsumerAccount.objects.filter(snowflake_organization=organization, account_name=name)
    else:
        found = ConsumerAccount.objects.filter(locator=reader or "-", region=account.region)
    return found.select_related("organization").first()


def _about_owner(owner: str, role: str) -> Obstacle:
    words = f"It belongs to the role {owner or '(hidden)'}, and Firn works as {role}: it may not change it."
    fixed = "Snowflake changes no share's owner."
    new = "let the customer request a new share, and drop this one by hand once that is mounted."
    if not owner or owner in ADMIN_ROLES:
        return Obstacle(words, f"{fixed} Firn should not become an administrator either: {new}")
    give = setup_sql.grant_role(owner, role)
    return Obstacle(words, f"{fixed} Have {give} run, with which Firn may do whatever {owner} may; or {new}")


def _about_mark(seen: ObservedShare) -> Obstacle | None:
    if _OTHER_FIRN.fullmatch(seen.comment):
        return Obstacle(
            "Another Firn looks after it: its mark stands in the comment.",
            "Leave it to that portal, or end it there first.",
        )
    return None


def _about_listing(seen: ObservedShare, listing: str) -> Obstacle | None:
    if listing or any(is_audience(one) for one in seen.accounts):
        return Obstacle(
            "It belongs to a listing, which decides who reads it.",
            "Take the share out of the listing first, if it should be Firn's.",
        )
    return None


def _about_content(seen: ObservedShare) -> Obstacle | None:
    if seen.database:
        return None
    return Obstacle("It is bound to no database, so it shows nothing.", "Drop it by hand if nobody needs it.")


def _about_readers(seen: ObservedShare) -> Obstacle | None:
    if not seen.accounts:
        return Obstacle("Nobody reads it.", "Drop it by hand, or add the customer's account first.")
    if len(seen.accounts) > 1:
        return Obstacle(
            f"{len(seen.accounts)} accounts read it, and a share of Firn's has one: what one customer is granted must "
            "not show to another.",
            "Give each account a share of its own, by a request or by hand, then take the accounts out of this one.",
        )
    return None


def _about_known(name: str, known: ConsumerAccount | None) -> Obstacle | None:
    other = known.shares.exclude(adopted_name=name).filter(grants__isnull=False).first() if known else None
    if other:
        return Obstacle(
            f"{known} has the share {other.name} from Firn already.",
            "Grant there what is missing, then drop this one by hand.",
        )
    begun = Adoption.objects.filter(share__adopted_name=name, share__ready_at__isnull=False).first()
    if begun:
        return Obstacle("Firn took it over, and its mark is gone.", "Reconcile that share, or put the mark back.")
    return None
