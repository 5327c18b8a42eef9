"""What a look shows that Firn may not mend, and what people can do about it. Nothing here stops a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
# As many names as a sentence bears.
NAMED = 5


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
    listed = ", ".join(columns[:NAMED]) + (f" and {len(columns) - NAMED} more" if len(columns) > NAMED else "")
    return Finding(
        PERSONAL_TAG,
        f"This share shows columns that were tagged as personal after they were approved: {listed}.",
        "Open the object in the administration: mask the columns, leave them out, or mark them as about persons, and "
        "publish. What is shown on wants the privacy approver.",
    )


def _strange(desired: ShareSpec, names: Sequence[str]) -> Finding:
    listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    stays = " Therefore the schema stays, although the share is gone." if desired.phase is Phase.GONE else ""
    return Finding(
        STRANGERS_OBJECT,
        f"In {desired.database}.{desired.schema} stands what this Firn did not make: {listed}. "
        f"It is not shared, and Firn leaves it alone.{stays}",
        "Find out whose it is and have it moved to another schema or dropped"
        + (", then drop the schema." if stays else ": the schema belongs to this share alone."),
    )


def _unmounted(desired: ShareSpec) -> Finding:
    return Finding(
        MOUNT_REMOVED,
        f"No database in {desired.accounts[0].key} is made from this share any more.",
        "If somebody dropped it by mistake, run the SQL on the share's page once more, and grant the database to the "
        "roles that read it. If it is not needed any more, end the share.",
        for_customer=True,
    )
