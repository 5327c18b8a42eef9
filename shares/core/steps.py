"""What a plan is made of: actions, the stage each belongs to, and problems that stop a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from shares.core.spec import AccountRef, FunctionSpec, Granted, ViewSpec


class Stage(StrEnum):
    """When a step may run. Everything of one stage comes before the next; EXPOSE waits for the leak test."""

    SHRINK = "shrink"
    BUILD = "build"
    EXPOSE = "expose"
    CLEAN = "clean"


@dataclass(frozen=True)
class CreateSchema:
    path: tuple[str, str]
    comment: str


@dataclass(frozen=True)
class CreateView:
    path: tuple[str, str, str]
    view: ViewSpec
    comment: str
    replace: bool


@dataclass(frozen=True)
class CreateFunction:
    path: tuple[str, str, str]
    function: FunctionSpec
    comment: str
    replace: bool


@dataclass(frozen=True)
class CreateShare:
    share: str
    comment: str


@dataclass(frozen=True)
class MarkShare:
    """Take over a share that somebody made before Firn: from now on its comment says whose it is."""

    share: str
    comment: str


@dataclass(frozen=True)
class Grant:
    granted: Granted
    share: str


@dataclass(frozen=True)
class Revoke:
    granted: Granted
    share: str


@dataclass(frozen=True)
class AddAccounts:
    share: str
    accounts: tuple[AccountRef, ...]


@dataclass(frozen=True)
class RemoveAccounts:
    share: str
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Drop:
    """`kind` is VIEW, FUNCTION, SHARE or SCHEMA; a function's path ends in its signature."""

    kind: str
    path: tuple[str, ...]


Action = (
    CreateSchema
    | CreateView
    | CreateFunction
    | CreateShare
    | MarkShare
    | Grant
    | Revoke
    | AddAccounts
    | RemoveAccounts
    | Drop
)


@dataclass(frozen=True)
class Step:
    """One statement to be: what to do, when, and why in words that a customer may read."""

    stage: Stage
    action: Action
    purpose: str


@dataclass(frozen=True)
class Problem:
    """Something that Firn may not or cannot mend by itself; `what_to_do` is for the provider's staff."""

    code: str
    words: str
    what_to_do: str


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.steps or self.problems)

    def of(self, *stages: Stage) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.stage in stages)
