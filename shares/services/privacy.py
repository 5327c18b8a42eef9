"""Columns about persons: who has to agree before somebody reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from portal.people.models import User
from shares.core.published import Item, personal
from shares.models import Dataset, DatasetVersion, ShareRequest


def columns_of(request: ShareRequest) -> dict[Dataset, tuple[str, ...]]:
    """What of each dataset that is asked for tells of persons, as `VIEW.COLUMN`; datasets without any are left out."""
    found = {}
    # Pages have read them already.
    prefetch_related_objects([request], "datasets__version")
    for dataset in request.datasets.all():
        if dataset.version and (names := personal(dataset.version.items)):
            found[dataset] = names
    return found


def obstacle(dataset: Dataset, items: Sequence[Item], held: Iterable[DatasetVersion], by: User | None) -> str:
    """Why this person may not publish `items`: shares that exist would show more about persons, and nobody is asked
    again. "" when nothing stands in the way."""
    before = [set(personal(version.items)) for version in held]
    new = [name for name in personal(items) if any(name not in known for known in before)]
    named = list(dataset.privacy_approvers.filter(is_active=True))
    if not new or by in (named or User.objects.filter(is_superuser=True, is_active=True)):
        return ""
    who = ", ".join(user.display_name for user in named) or "a superuser"
    return (
        f"{', '.join(new)} would show live shares more about persons. Only {who} may publish that: have them do it, "
        "mask the columns, or leave them out."
    )
