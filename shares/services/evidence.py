"""The evidence of a share's isolation, put together for whoever must believe it: a security team, an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shares.core.states import ShareState
from shares.models import Proof, Share
from shares.models.shares import Purpose
from shares.services.status import state_of

# Earlier proofs that the page lists.
EARLIER = 30


@dataclass(frozen=True)
class ViewEvidence:
    """One view as the consumer read it. `as_approved` and `secure` are None until a look has shown the object."""

    name: str
    filter: str
    tenants: tuple[str, ...]
    columns: tuple[str, ...]
    wrong_columns: tuple[str, ...]
    rows: int
    foreign: int
    nobodys: int | None
    query_id: str
    digest: str
    secure: bool | None
    as_approved: bool | None


@dataclass(frozen=True)
class FunctionEvidence:
    name: str
    secure: bool
    as_approved: bool
    digest: str


@dataclass(frozen=True)
class Evidence:
    """The newest proof of a share. `beyond` is what it grants and nobody approved, None while nobody has looked;
    `by_locator`: it was read as what the account itself calls CURRENT_ACCOUNT(), None where that was not written down;
    `older` what a person confirmed when Firn took it over, which no proof reads. `closed`: nobody reads anything now.
    """

    proof: Proof
    by_locator: bool | None
    views: tuple[ViewEvidence, ...]
    functions: tuple[FunctionEvidence, ...]
    granted: int | None
    beyond: tuple[str, ...] | None
    older: tuple[str, ...]
    closed: bool
    accounts: tuple[str, ...]
    examined_at: datetime | None
    earlier: tuple[Proof, ...]


def of(share: Share) -> Evidence | None:
    """None before the first proof, and for a share that only carries a code."""
    found = list(share.proofs.select_related("run")[: EARLIER + 1]) if share.purpose == Purpose.DATA else []
    if not found:
        return None
    proof, *earlier = found
    seen: Mapping[str, Any] = proof.examination or {}
    objects = seen.get("objects", ())
    stood = {item["name"]: item for item in objects if not item.get("signature")}
    views = tuple(_view(reading, stood.get(reading["name"])) for reading in proof.readings)
    return Evidence(
        proof=proof,
        by_locator=proof.seen_as == share.consumer_account.locator if proof.seen_as else None,
        views=views,
        functions=tuple(_function(item) for item in objects if item.get("signature")),
        granted=seen.get("granted"),
        beyond=tuple(seen["beyond"]) if "beyond" in seen else None,
        older=tuple(seen.get("older", ())),
        closed=share.suspended_at is not None or state_of(share) in (ShareState.ENDING, ShareState.ENDED),
        accounts=tuple(seen.get("accounts", ())),
        examined_at=proof.examined_at,
        earlier=tuple(earlier),
    )


def _view(reading: Mapping[str, Any], seen: Mapping[str, Any] | None) -> ViewEvidence:
    """A proof from before evidence was kept has counts alone."""
    return ViewEvidence(
        name=reading["name"],
        filter=reading.get("filter", ""),
        tenants=tuple(reading.get("tenants", ())),
        columns=tuple(reading.get("columns", ())),
        wrong_columns=tuple(reading.get("wrong_columns", ())),
        rows=reading["rows"],
        foreign=reading["foreign"],
        nobodys=reading.get("nobodys"),
        query_id=reading.get("query_id", ""),
        digest=reading.get("print", ""),
        secure=seen["secure"] if seen else None,
        as_approved=seen["seen"] == reading.get("print") if seen else None,
    )


def _function(seen: Mapping[str, Any]) -> FunctionEvidence:
    return FunctionEvidence(seen["name"], seen["secure"], seen["seen"] == seen["approved"], seen["seen"])
