"""Which steps of a stage may go side by side: each wave needs only what earlier waves made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    MarkShare,
    RemoveAccounts,
    Revoke,
    Step,
)

# Snowflake wants containers before their content, both when granting and when creating, and the other way round when
# taking away (docs.snowflake.com/en/sql-reference/sql/grant-privilege-share). REFERENCE_USAGE comes after USAGE on the
# share's own database (error 500130) and before the views that need it.
_GRANTS = {"DATABASE": 1, "SCHEMA": 2}
_DROPS = {"FUNCTION": 0, "VIEW": 1, "SHARE": 2, "SCHEMA": 3}
_DEEPEST = 3


def waves(steps: Iterable[Step]) -> tuple[tuple[Step, ...], ...]:
    """The steps of one stage in as few rounds as their dependencies allow, each in the order of the plan."""
    by_rank: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        by_rank[_rank(step.action)].append(step)
    return tuple(tuple(by_rank[rank]) for rank in sorted(by_rank))


def _rank(action: Action) -> int:
    match action:
        case CreateSchema() | CreateShare() | MarkShare() | RemoveAccounts():
            return 0
        case CreateView():
            return 1
        case CreateFunction():
            return 2
        case Grant(granted=granted) if granted.privilege == "REFERENCE_USAGE":
            return 2
        case Grant(granted=granted):
            return _GRANTS.get(granted.kind, 3)
        case Revoke(granted=granted):
            # After the accounts that must go; objects, then schema, then database.
            return 1 + max(0, _DEEPEST - len(granted.path))
        case AddAccounts():
            return 4
        case Drop(kind=kind):
            return _DROPS[kind]
