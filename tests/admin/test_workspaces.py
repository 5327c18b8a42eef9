"""Workspaces in the administration: what was asked for or granted is not changed by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.people.models import Organization
from shares.models import Workspace
from tests.admin.pages import act, change
from tests.services.rows import Scene, customer


@pytest.fixture
def workspace(scene: Scene) -> Workspace:
    return scene.united.workspaces.get()


def delete(eve: Client, workspace: Workspace) -> int:
    address = reverse("admin:shares_workspace_delete", args=[workspace.pk])
    return eve.post(address, {"post": "yes"}).status_code


def move(eve: Client, workspace: Workspace, to: Organization, **fields: str) -> Workspace:
    posted = {"organization": str(to.pk), "name": "Renamed", "tenant_key": "UA", "is_active": "on", **fields}
    assert eve.post(change(workspace), posted).status_code == 302
    return Workspace.objects.get(pk=workspace.pk)


def test_what_nobody_asked_for_is_changed_and_deleted(eve: Client, workspace: Workspace) -> None:
    other = customer("Delta", "DL")
    moved = move(eve, workspace, other, tenant_key="UX")
    assert (moved.organization, moved.tenant_key) == (other, "UX")
    assert delete(eve, workspace) == 302
    assert not Workspace.objects.filter(pk=workspace.pk).exists()


def test_what_is_granted_keeps_its_customer_and_its_key_and_is_not_deleted(
    scene: Scene, eve: Client, workspace: Workspace
) -> None:
    scene.approved()
    moved = move(eve, workspace, customer("Delta", "DL"), tenant_key="UX")
    assert (moved.name, moved.organization, moved.tenant_key) == ("Renamed", scene.united, "UA")
    assert delete(eve, workspace) == 403
    assert act(eve, "delete_selected", [workspace], post="yes").status_code == 403
    assert Workspace.objects.filter(pk=workspace.pk).exists()
    assert "Rows of it were granted" in eve.get(change(workspace)).content.decode()


def test_what_a_request_names_keeps_its_customer_and_is_not_deleted(
    scene: Scene, eve: Client, workspace: Workspace
) -> None:
    scene.request()
    moved = move(eve, workspace, customer("Delta", "DL"), tenant_key="UX")
    assert (moved.organization, moved.tenant_key) == (scene.united, "UX"), "a key that was mistyped is put right"
    assert delete(eve, workspace) == 403
    assert "A request names it" in eve.get(change(workspace)).content.decode()
