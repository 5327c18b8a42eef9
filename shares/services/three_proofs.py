"""What is proved of a share before a row moves, and ever after: the right account, its rows alone, nothing beyond what
was approved. Reads only what the share's page has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shares.models import Proof, Share
from shares.services.desired import is_its_customers

GOOD, OPEN, WANTED, FAILED = "good", "info", "warn", "bad"


@dataclass(frozen=True)
class ThreeProofs:
    """How each proof stands: GOOD, OPEN (Firn has not made it yet), WANTED (the customer has not) or FAILED.

    `granted` counts what the share grants, `beyond` names what of it nobody approved, `strangers` the accounts in it
    that are not the customer's; all as Snowflake showed it `looked_at`.
    """

    account: str
    isolation: str
    obedience: str
    granted: int | None
    beyond: tuple[str, ...]
    strangers: tuple[str, ...]
    looked_at: datetime | None


def of(share: Share, proof: Proof | None) -> ThreeProofs:
    """`proof` is the newest of the share."""
    seen: Mapping[str, Any] = (proof.examination if proof else None) or {}
    beyond = tuple(seen.get("beyond", ()))
    strangers = _strangers(share, seen.get("accounts", ()))
    return ThreeProofs(
        account=GOOD if share.consumer_account.is_proved and is_its_customers(share) else WANTED,
        isolation=OPEN if proof is None else GOOD if proof.isolated else FAILED,
        obedience=OPEN if "beyond" not in seen else FAILED if beyond or strangers else GOOD,
        granted=seen.get("granted"),
        beyond=beyond,
        strangers=strangers,
        looked_at=proof.examined_at if proof else None,
    )


def _strangers(share: Share, accounts: tuple[str, ...]) -> tuple[str, ...]:
    account = share.consumer_account
    own = {account.locator, f"{account.snowflake_organization}.{account.account_name}"}
    return tuple(name for name in accounts if name not in own)
