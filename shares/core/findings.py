"""What a look shows that Firn may not mend, and what people can do about it. Nothing here stops a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shares.core.said import Said, few, together
from shares.core.spec import Observed, Phase, ShareSpec

STRANGERS_OBJECT = "strangers-object"
MOUNT_REMOVED = "mount-removed"
# Found by looking, whatever else is the matter; all other incidents stopped the share.
BY_LOOKING = (STRANGERS_OBJECT, MOUNT_REMOVED)
# Found in the provider's own data, and closed from there: no look at a share sees it.
PERSONAL_TAG = "personal-tag"
# Nobody whom mail reaches can decide a request for it; over when somebody can, or when it is decided.
NOBODY_REACHED = "nobody-reached"
ELSEWHERE = (PERSONAL_TAG, NOBODY_REACHED)


@dataclass(frozen=True)
class Finding:
    """`for_customer`: only the customer can mend it."""

    code: str
    words: str
    what_to_do: str
    for_customer: bool = False


def findings(desired: ShareSpec, observed: Observed, *, was_mounted: bool, mounted: bool) -> tuple[Finding, ...]:
    """Everything of the kind, of a share that is otherwise as it should be."""
    found = []
    if strange := strangers_objects(desired, observed):
        found.append(_strange(desired, strange))
    if was_mounted and not mounted and desired.phase is not Phase.GONE:
        found.append(_unmounted(desired))
    return tuple(found)


def strangers_objects(desired: ShareSpec, observed: Observed) -> tuple[str, ...]:
    """What stands in the share's own schema without our mark, and under no name that Firn derived."""
    if observed.schema_comment != desired.mark:
        return ()
    views, functions = {view.name for view in desired.views}, {item.name for item in desired.functions}
    return tuple(
        sorted(
            [item.name for item in observed.views if item.comment != desired.mark and item.name not in views]
            + [item.name for item in observed.functions if item.comment != desired.mark and item.name not in functions]
            + list(observed.tables)
        )
    )


def tagged(columns: Sequence[str]) -> Finding:
    """Columns, as `VIEW.COLUMN (TAG: VALUE)`, that Snowflake's classification calls personal, and the catalog not."""
    return Finding(
        PERSONAL_TAG,
        Said(
            "This share shows columns that were tagged as personal after they were approved: %(names)s.",
            names=few(columns),
        ),
        Said(
            "Open the object in the administration: mask the columns, leave them out, or mark them as about persons, "
            "and publish. What is shown on wants the privacy approver."
        ),
    )


def _strange(desired: ShareSpec, names: Sequence[str]) -> Finding:
    there = Said(
        "In %(schema)s stands what this Firn did not make: %(names)s. It is not shared, and Firn leaves it alone.",
        schema=f"{desired.database}.{desired.schema}",
        names=few(names),
    )
    if desired.phase is Phase.GONE:
        stays = Said("Therefore the schema stays, although the share is gone.")
        do = Said("Find out whose it is and have it moved to another schema or dropped, then drop the schema.")
        return Finding(STRANGERS_OBJECT, together(there, stays), do)
    return Finding(
        STRANGERS_OBJECT,
        there,
        Said(
            "Find out whose it is and have it moved to another schema or dropped: the schema belongs to this share "
            "alone."
        ),
    )


def _unmounted(desired: ShareSpec) -> Finding:
    return Finding(
        MOUNT_REMOVED,
        Said("No database in %(account)s is made from this share any more.", account=desired.accounts[0].key),
        Said(
            "If somebody dropped it by mistake, run the SQL on the share's page once more, and grant the database to "
            "the roles that read it. If it is not needed any more, end the share."
        ),
        for_customer=True,
    )
