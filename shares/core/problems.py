"""What stops a plan: whatever Firn may not or cannot mend by itself."""

from __future__ import annotations

from collections.abc import Iterator

from shares.core.said import Said
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
            Said("The database %(name)s does not exist, or Firn's role may not see it.", name=desired.database),
            Said("Run docs/snowflake-setup.sql in this provider account, then reconcile."),
        )
    if not desired.objects:
        yield Problem(
            "nothing-to-share",
            Said("The granted datasets have no object that could be shared with this customer."),
            Said("Add objects with columns to the datasets in the catalog, then reconcile."),
        )


def _foreign(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    if desired.adopted and desired.adopted.fresh:
        yield from _adoption(desired, observed)
    elif observed.share and observed.share.comment != desired.mark:
        yield Problem(
            "share-not-ours",
            Said(
                "A share called %(name)s exists that this Firn did not make (its comment is %(comment)s).",
                **_seen(desired.share, observed.share.comment),
            ),
            Said("Find out whose share it is. Rename or remove it, or put the mark back, then reconcile."),
        )
    if observed.schema_comment is not None and observed.schema_comment != desired.mark:
        yield Problem(
            "schema-not-ours",
            Said(
                "A schema called %(name)s exists that this Firn did not make (its comment is %(comment)s).",
                **_seen(f"{desired.database}.{desired.schema}", observed.schema_comment),
            ),
            Said("Find out whose schema it is. Rename or remove it, or put the mark back, then reconcile."),
        )
    if observed.share and observed.share.database not in ("", desired.database):
        yield Problem(
            "other-database",
            Said(
                "The share %(share)s is bound to the database %(name)s.",
                share=desired.share,
                name=observed.share.database,
            ),
            Said("Firn shares from %(name)s only; find out who changed the share.", name=desired.database),
        )


def _adoption(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    """Nothing but what a person confirmed is taken over; until then the share is not touched."""
    marked = observed.share is not None and observed.share.comment == desired.mark
    if desired.phase is Phase.LIVE and not marked and not may_adopt(desired, observed):
        yield Problem(
            "adoption-moved",
            Said(
                "The share %(share)s is not what it was when somebody confirmed that Firn takes it over.",
                share=desired.share,
            ),
            Said(
                "Nothing was changed. Use “Take over shares” of the provider account: look at it anew, and confirm "
                "that."
            ),
        )


def _readers(desired: ShareSpec, observed: Observed) -> Iterator[Problem]:
    unproved = unproved_readers(desired, observed)
    if unproved:
        yield Problem(
            "account-not-proved",
            Said(
                "%(names)s is in the share %(share)s, but nobody has proved whose account it is. Firn shows it "
                "nothing.",
                names=", ".join(unproved),
                share=desired.share,
            ),
            Said("Prove the account or answer for it by name; or find out who added it and remove it."),
        )
    listed = audiences(observed)
    if listed:
        yield Problem(
            "listed",
            Said(
                "The share %(share)s is open to %(names)s, which is no account. Firn shows it nothing.",
                share=desired.share,
                names=", ".join(listed),
            ),
            Said("Take the share out of the listing that somebody put it into, then reconcile."),
        )


def _seen(name: str, comment: str) -> dict[str, str]:
    return {"name": name, "comment": repr(comment[:60])}
