"""Stages that a request goes through, and rules that decide by themselves."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from shares.core import policies
from shares.core.policies import Facts, Policy, Rule, Stage

FACTS = Facts(has_pii=False, is_proved=True, good_standing=True, same_region=True, new_customer=False, days=30)
OWNER, PRIVACY, LEGAL = Stage("Owner"), Stage("Privacy", when="pii"), Stage("Legal", when="new-customer", needs=0)
POLICY = Policy((OWNER, PRIVACY, LEGAL))
EVERYTHING: dict[str, Any] = {
    "without_pii": True,
    "proved": True,
    "good_standing": True,
    "same_region": True,
    "max_days": 90,
}


def but(**changes: Any) -> Facts:
    return dataclasses.replace(FACTS, **changes)


@pytest.mark.parametrize(
    ("facts", "stages"),
    [
        (FACTS, (OWNER,)),
        (but(has_pii=True), (OWNER, PRIVACY)),
        (but(new_customer=True), (OWNER, LEGAL)),
        (but(has_pii=True, new_customer=True), (OWNER, PRIVACY, LEGAL)),
    ],
)
def test_stages_are_for_those_whom_they_concern(facts: Facts, stages: tuple[Stage, ...]) -> None:
    assert policies.stages_for(POLICY, facts) == stages


def test_a_request_that_no_stage_is_for_is_the_data_owners() -> None:
    assert policies.stages_for(Policy((PRIVACY,)), FACTS) == policies.PLAIN.stages


def test_personal_data_never_goes_without_privacy() -> None:
    guarding = Stage("Guards", privacy_approvers=True)
    for stages in ((), (OWNER,), (OWNER, LEGAL)):
        policy = Policy(stages)
        assert policies.stages_for(policy, but(has_pii=True)) == (
            *(stages[:1] or policies.PLAIN.stages),
            policies.PRIVACY,
        )
        assert policies.PRIVACY not in policies.stages_for(policy, FACTS)
    assert policies.stages_for(Policy((OWNER, guarding)), but(has_pii=True)) == (OWNER, guarding)


@pytest.mark.parametrize(
    ("needs", "yes", "met"),
    [(1, {1}, True), (1, set(), False), (1, {9}, False), (2, {1}, False), (2, {1, 3}, True), (0, {1, 2}, False),
     (0, {1, 2, 3}, True), (7, {1, 2}, False), (7, {1, 2, 3}, True)],
)  # fmt: skip
def test_any_of_some_of_and_all_of(needs: int, yes: set[int], met: bool) -> None:
    assert policies.is_met(Stage("Owner", needs=needs), {1, 2, 3}, yes) is met


def test_a_stage_of_nobody_is_never_met() -> None:
    assert not policies.is_met(Stage("Owner", needs=0), set(), set())


BROKEN = [
    {"has_pii": True}, {"is_proved": False}, {"good_standing": False}, {"same_region": False}, {"days": 91},
    {"days": None},
]  # fmt: skip


@pytest.mark.parametrize("changes", BROKEN)
def test_one_broken_requirement_keeps_a_rule_from_approving(changes: dict[str, Any]) -> None:
    policy = Policy((OWNER,), (Rule("Small things", "approve", **EVERYTHING),))
    assert policies.approval(policy, FACTS) == policy.rules[0]
    assert policies.approval(policy, but(days=90)) == policy.rules[0]
    assert policies.approval(policy, but(**changes)) is None


@pytest.mark.parametrize("changes", BROKEN)
def test_one_broken_requirement_is_enough_to_refuse(changes: dict[str, Any]) -> None:
    policy = Policy((OWNER,), (Rule("Not this", "refuse", "Because.", **EVERYTHING),))
    assert policies.refusal(policy, FACTS) is None
    assert policies.refusal(policy, but(**changes)) == policy.rules[0]


def test_only_what_is_required_counts() -> None:
    policy = Policy((OWNER,), (Rule("Here", "approve", same_region=True),))
    assert policies.approval(policy, but(has_pii=True, is_proved=False, days=None)) == policy.rules[0]


@pytest.mark.parametrize("alone", [{name: value} for name, value in EVERYTHING.items()])
def test_each_requirement_is_one(alone: dict[str, Any]) -> None:
    assert policies.approval(Policy((OWNER,), (Rule("Here", "approve", **alone),)), FACTS) is not None


def test_a_rule_without_a_requirement_approves_nothing() -> None:
    assert policies.approval(Policy((OWNER,), (Rule("Everything", "approve"),)), FACTS) is None


def test_a_version_comes_back_from_the_database_as_it_was() -> None:
    whole = Policy(
        (OWNER, Stage("Privacy", "pii", (3, 4), (5,), True, True, 2)),
        (Rule("R", "refuse", "Why", max_days=3),),
        (7,),
        False,
    )
    assert policies.from_json(json.loads(json.dumps(policies.to_json(whole)))) == whole
