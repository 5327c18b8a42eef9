"""Policies in the administration: saving makes a version, the preview tells what a request would go through."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from portal.audit.models import AuditEntry
from shares.models import Policy
from tests.admin.pages import change
from tests.services.rows import Scene

EMPTY = {f"{name}-{part}": "0" for name in ("stages", "rules", "versions") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}


def posted(scene: Scene, **fields: Any) -> dict[str, Any]:
    stage = {"stages-TOTAL_FORMS": "1", "stages-0-name": "Data owner", "stages-0-position": "1"}
    what = {"stages-0-when": "always", "stages-0-needs": "1", "stages-0-dataset_approvers": "on"}
    return {**EMPTY, **stage, **what, "name": "Plain", "code_suffices": "on", "datasets": [scene.flights.pk], **fields}


def add(eve: Client, scene: Scene, **fields: Any) -> Any:
    return eve.post(reverse("admin:shares_policy_add"), posted(scene, **fields))


def test_saving_makes_a_version_and_an_entry(eve: Client, scene: Scene) -> None:
    assert add(eve, scene).status_code == 302
    version = Policy.objects.get().versions.get()
    assert (version.number, version.made_by) == (1, scene.eve)
    assert version.content["stages"][0]["dataset_approvers"] is True
    assert AuditEntry.objects.filter(action="policy.version").exists()


def test_it_reads_itself_aloud(eve: Client, scene: Scene) -> None:
    add(eve, scene)
    page = eve.get(change(Policy.objects.get())).content.decode()
    assert "1 approval is enough (those named on the dataset)." in page


def test_a_dataset_has_one_policy(eve: Client, scene: Scene) -> None:
    add(eve, scene)
    page = add(eve, scene, name="Another")
    assert "Of another policy already: Flights" in page.content.decode()
    assert Policy.objects.count() == 1


def test_a_rule_needs_a_requirement_and_a_refusal_a_reason(eve: Client, scene: Scene) -> None:
    rule = {"rules-TOTAL_FORMS": "1", "rules-0-name": "R", "rules-0-position": "1", "rules-0-effect": "refuse"}
    assert "Tick at least one requirement" in add(eve, scene, **rule).content.decode()
    page = add(eve, scene, **rule, **{"rules-0-proved": "on"}).content.decode()
    assert "Say why, for the customer to read." in page
    assert not Policy.objects.exists()


def test_the_preview_says_what_a_request_would_go_through(eve: Client, scene: Scene) -> None:
    add(eve, scene)
    policy = Policy.objects.get()
    policy.stages.create(name="Privacy", position=2, when="pii")
    policy.rules.create(name="Not for long", effect="refuse", max_days=400, reason="A year at most.")
    path = reverse("admin:shares_policy_preview", args=[policy.pk])
    assert "It goes through" not in eve.get(path).content.decode()
    page = eve.get(path, {"has_pii": "on", "days": "30"}).content.decode()
    assert "1. Data owner" in page
    assert "2. Privacy" in page
    assert "Refused at once: A year at most." in eve.get(path, {"days": "401"}).content.decode()
    assert "2. Privacy" not in eve.get(path, {"days": "30"}).content.decode()
