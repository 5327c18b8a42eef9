"""What stops a plan: whatever Firn may not or cannot mend by itself."""

from __future__ import annotations

from collections.abc import Iterator

from shares.core.sound import audiences, may_adopt, unproved_readers
from shares.core.spec import Observed, Phase, ShareSpec
from shares.core.steps import Problem


def problems(desired: ShareSpec, observed: Observed) -> tuple[Problem, ...]:
    """Every reason not to build or to open; taking away goes on in spite of them."""
    found = list(_foreign(desired, observed))
    if desired.phase is Phase.LIVE:
        found = [*_unready(desired, observed), *found, *_readers(desired, observed)]
    return tuple(found)


def _unready(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    if not observed.database_exists:
        yield Problem(
            "database-missing",
            f"The database {desired.database} does not exist, or Firn's role may not see it.",
            "Run docs/snowflake-setup.sql in this provider account, then reconcile.",
        )
    if not desired.objects:
        yield Problem(
            "nothing-to-share",
            "The granted datasets have no object that could be shared with this customer.",
            "Add objects with columns to the datasets in the catalog, then reconcile.",
        )


def _foreign(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    if desired.adopted and desired.adopted.fresh:
        yield from _adoption(desired, observed)
    elif observed.share and observed.share.comment != desired.mark:
        yield _not_ours("share", desired.share, observed.share.comment)
    if observed.schema_comment is not None and observed.schema_comment != desired.mark:
        yield _not_ours("schema", f"{desired.database}.{desired.schema}", observed.schema_comment)
    if observed.share and observed.share.database not in ("", desired.database):
        yield Problem(
            "other-database",
            f"The share {desired.share} is bound to the database {observed.share.database}.",
            f"Firn shares from {desired.database} only; find out who changed the share.",
        )


def _adoption(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    """Nothing but what a person confirmed is taken over; until then the share is not touched."""
    marked = observed.share is not None and observed.share.comment == desired.mark
    if desired.phase is Phase.LIVE and not marked and not may_adopt(desired, observed):
        yield Problem(
            "adoption-moved",
            f"The share {desired.share} is not what it was when somebody confirmed that Firn takes it over.",
            "Nothing was changed. Use “Take over shares” of the provider account: look at it anew, and confirm that.",
        )


def _readers(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    unproved = unproved_readers(desired, observed)
    if unproved:
        yield Problem(
            "account-not-proved",
            f"{', '.join(unproved)} is in the share {desired.share}, but nobody has proved whose account it is. "
            "Firn shows it nothing.",
            "Prove the account or answer for it by name; or find out who added it and remove it.",
        )
    listed = audiences(observed)
    if listed:
        yield Problem(
            "listed",
            f"The share {desired.share} is open to {', '.join(listed)}, which is no account. Firn shows it nothing.",
            "Take the share out of the listing that somebody put it into, then reconcile.",
        )


def _not_ours(kind: str, name: str, comment: str) -> Problem:
    return Problem(
        f"{kind}-not-ours",
        f"A {kind} called {name} exists that this Firn did not make (its comment is {comment[:60]!r}).",
        f"Find out whose {kind} it is. Rename or remove it, or put the mark back, then reconcile.",
    )
