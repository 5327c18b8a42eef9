"""The one table of who may do what: printed into the documentation, and asked by the guards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import RequestFactory

from portal.people import permissions
from portal.people.models import Role
from portal.people.permissions import Act, allows
from tests.web import rows


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
    assert {act.rpartition(".")[2] for act in may} == {"read", "see"}


def test_without_a_role_nothing_is_allowed() -> None:
    assert not any(allows(act) for act in Act)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flags", "may_view", "may_change", "may_name_staff"),
    [
        ({"is_staff": True, "is_superuser": True}, True, True, True),
        ({"is_staff": True, "staff_role": "operator"}, True, True, False),
        ({"is_staff": True, "staff_role": "auditor"}, True, False, False),
        ({"is_staff": True}, True, False, False),
        ({"staff_role": "operator"}, False, False, False),
    ],
)
def test_the_administration_goes_by_the_role_of_staff(
    flags: dict[str, Any], may_view: bool, may_change: bool, may_name_staff: bool
) -> None:
    user = rows.person("lou@skyledger.example", **flags)

    assert user.has_perm("shares.view_share") is may_view
    assert user.has_perm("shares.change_share") is may_change
    assert user.has_perm("people.change_user") is may_name_staff
    assert user.has_module_perms("shares") is may_view


@pytest.mark.django_db
def test_an_auditor_reads_every_list_of_the_administration_and_adds_nowhere() -> None:
    client = rows.browser(rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor"))
    for model in admin.site._registry:
        where = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        assert client.get(f"{where}/").status_code == 200, where
        assert client.post(f"{where}/add/", {}).status_code == 403, where


@pytest.mark.django_db
def test_operators_operate_and_auditors_do_not() -> None:
    house = rows.house()
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    path = f"/shares/operate/suspend/?share={share.public_id}"
    operator = rows.person("op@skyledger.example", is_staff=True, staff_role="operator")
    auditor = rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor")

    assert rows.browser(operator).get(path).status_code == 200
    assert rows.browser(auditor).get(path).status_code == 403
    assert rows.browser(auditor).get(f"/shares/{share.public_id}/").status_code == 200
    assert rows.browser(auditor).get("/audit/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["auditor", ""])
def test_the_administration_offers_whoever_only_reads_nothing_that_changes(role: str, rf: RequestFactory) -> None:
    """Neither adding, changing and deleting, nor an action but to answer what one was asked oneself."""
    request = rf.get("/admin/")
    request.user = rows.person("lou@skyledger.example", is_staff=True, staff_role=role)
    # Whatever was granted by hand in an earlier version of Firn counts no more.
    request.user.user_permissions.set(Permission.objects.all())
    for model, its in admin.site._registry.items():
        assert its.has_view_permission(request), model
        changes = (its.has_add_permission, its.has_change_permission, its.has_delete_permission)
        assert not any(may(request) for may in changes), model
        assert set(its.get_actions(request)) <= {"approve", "decline"}, model
