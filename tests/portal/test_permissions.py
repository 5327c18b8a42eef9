"""The one table of who may do what: printed into the documentation, and asked by the guards."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from portal.people import permissions
from portal.people.models import Role
from portal.people.permissions import Act, allows


def test_the_documentation_shows_the_table_as_it_is() -> None:
    page = (Path(settings.BASE_DIR) / "docs/permissions.md").read_text()
    assert permissions.markdown() in page


def test_every_act_has_a_rule_and_every_rule_somebody() -> None:
    assert set(permissions.RULES) == set(Act)
    assert all(rule.customer or rule.provider for rule in permissions.RULES.values())


@pytest.mark.parametrize("act", list(Act))
def test_what_a_lower_role_may_a_higher_may_too(act: Act) -> None:
    rule = permissions.RULES[act]
    ranks = [role.value for role in (Role.VIEWER, Role.MEMBER, Role.OWNER)]
    allowed = [role in rule.customer for role in ranks]
    assert allowed == sorted(allowed)


def test_an_auditor_changes_nothing() -> None:
    may = {act for act in Act if allows(act, provider="auditor")}
    assert {act.rpartition(".")[2] for act in may} == {"read"}


def test_without_a_role_nothing_is_allowed() -> None:
    assert not any(allows(act) for act in Act)
