"""Who decides what is asked, by plain values: stages of people, and rules that decide by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class When(StrEnum):
    """Which requests a stage is for."""

    ALWAYS = "always"
    PII = "pii"
    NEW_CUSTOMER = "new-customer"


class Effect(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Stage:
    """`needs` is how many of them must approve; 0 means everybody who is asked."""

    name: str
    when: str = When.ALWAYS
    people: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    account_manager: bool = False
    dataset_approvers: bool = False
    needs: int = 1
    privacy_approvers: bool = False


@dataclass(frozen=True)
class Rule:
    """Requirements: one that approves wants all of them kept; one that refuses, wants none of them broken."""

    name: str
    effect: str
    reason: str = ""
    without_pii: bool = False
    proved: bool = False
    good_standing: bool = False
    same_region: bool = False
    max_days: int | None = None


@dataclass(frozen=True)
class Policy:
    """What stands in a version."""

    stages: tuple[Stage, ...] = ()
    rules: tuple[Rule, ...] = ()
    backups: tuple[int, ...] = ()
    code_suffices: bool = True


# What holds for a dataset without a policy.
PLAIN = Policy((Stage("Data owner", dataset_approvers=True),))
# What comes besides where columns about persons are shared and the policy has no stage for that.
PRIVACY = Stage("Privacy", When.PII, privacy_approvers=True)


@dataclass(frozen=True)
class Facts:
    """Of one request. `days` is how long its window is, None without an end."""

    has_pii: bool
    is_proved: bool
    good_standing: bool
    same_region: bool
    new_customer: bool
    days: int | None


def to_json(policy: Policy) -> dict[str, Any]:
    return asdict(policy)


def from_json(content: Mapping[str, Any]) -> Policy:
    """What `to_json` wrote, after a way through a database."""
    stages = (
        Stage(**{**row, "people": tuple(row["people"]), "groups": tuple(row["groups"])}) for row in content["stages"]
    )
    rules = (Rule(**row) for row in content["rules"])
    return Policy(tuple(stages), tuple(rules), tuple(content["backups"]), content["code_suffices"])


def stages_for(policy: Policy, facts: Facts) -> tuple[Stage, ...]:
    """The stages that a request goes through, in order; never none, and for personal data never without privacy."""
    concerned = {When.ALWAYS: True, When.PII: facts.has_pii, When.NEW_CUSTOMER: facts.new_customer}
    stages = tuple(stage for stage in policy.stages if concerned[When(stage.when)]) or PLAIN.stages
    guarded = any(stage.when == When.PII or stage.privacy_approvers for stage in stages)
    return stages if guarded or not facts.has_pii else (*stages, PRIVACY)


def broken(rule: Rule, facts: Facts) -> bool:
    """Whether one of its requirements is not kept."""
    too_long = rule.max_days is not None and (facts.days is None or facts.days > rule.max_days)
    return (
        (rule.without_pii and facts.has_pii)
        or (rule.proved and not facts.is_proved)
        or (rule.good_standing and not facts.good_standing)
        or (rule.same_region and not facts.same_region)
        or too_long
    )


def refusal(policy: Policy, facts: Facts) -> Rule | None:
    """The first rule that refuses the request."""
    return next((rule for rule in policy.rules if rule.effect == Effect.REFUSE and broken(rule, facts)), None)


def approval(policy: Policy, facts: Facts) -> Rule | None:
    """The first rule that approves it by itself. One without a requirement never does: it would approve everything."""
    able = (rule for rule in policy.rules if rule.effect == Effect.APPROVE and requires(rule))
    return next((rule for rule in able if not broken(rule, facts)), None)


def requires(rule: Rule) -> bool:
    return rule.without_pii or rule.proved or rule.good_standing or rule.same_region or rule.max_days is not None


def is_met(stage: Stage, asked: Iterable[int], yes: Iterable[int], besides: Iterable[int] = ()) -> bool:
    """Whether enough of `asked` said yes. A stage that more are needed in than there are is met by all of them.

    Those who were asked `besides` because somebody does not answer, count like them, but add to nobody's number.
    """
    people = set(asked)
    needed = min(stage.needs or len(people), len(people))
    return bool(people) and len((people | set(besides)) & set(yes)) >= needed
