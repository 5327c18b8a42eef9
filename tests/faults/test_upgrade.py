"""F12: an upgrade in the middle of a run. What an older version had built up to some statement, the newest finishes.

half_states.json holds what version 0.1.0 left after each statement of building a share; it is never made
anew, because then it would be what the newest version makes. The names and marks in it are put in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from shares.core.spec import Granted
from shares.models import Run
from shares.services.reconcile import reconcile
from tests.faults.effort import some, tallied
from tests.faults.hands import CUSTOMER, DATABASE
from tests.faults.stand_in import Snowflake
from tests.services.rows import Scene
from tests.unit.simulator import Share, Thing, World

FILE = Path(__file__).with_name("half_states.json")
HALF: list[dict[str, Any]] = json.loads(FILE.read_text())


def packed(world: World, name: str, mark: str) -> dict[str, Any]:
    """A world as JSON, with SHARE and MARK for what differs from share to share."""

    def plain(value: str) -> str:
        return value.replace(name, "SHARE").replace(mark, "MARK")

    return {
        "schemas": [[*map(plain, path), plain(comment)] for path, comment in world.schemas.items()],
        "views": [
            [*map(plain, path), thing.definition, thing.secure, plain(thing.comment), list(thing.reads)]
            for path, thing in world.views.items()
        ],
        "shares": [
            {
                "comment": plain(share.comment),
                "grants": sorted([g.privilege, g.kind, *map(plain, g.path)] for g in share.grants),
                "references": sorted(share.references),
                "accounts": share.accounts,
            }
            for share in world.shares.values()
        ],
    }


def unpacked(half: dict[str, Any], name: str, mark: str) -> World:
    half = json.loads(json.dumps(half).replace("SHARE", name).replace("MARK", mark))
    world = World({DATABASE, "LAKE"})
    world.schemas = {tuple(row[:-1]): row[-1] for row in half["schemas"]}
    for *path, definition, secure, comment, reads in half["views"]:
        world.views[tuple(path)] = Thing(definition, secure, comment, tuple(reads))
    for row in half["shares"]:
        grants = {Granted(privilege, kind, tuple(path)) for privilege, kind, *path in row["grants"]}
        world.shares[name] = Share(row["comment"], grants, set(row["references"]), row["accounts"])
    return world


@pytest.mark.django_db
@pytest.mark.parametrize("number", some("half states", range(len(HALF))))
def test_f12_what_an_older_version_began_the_newest_finishes(number: int) -> None:
    with tallied("world", f"F12 half state {number}"):
        scene = Scene()
        share = scene.share_of(scene.approved())
        snowflake = Snowflake(unpacked(HALF[number], share.name, share.mark))
        with snowflake.standing_in(), snowflake.troubled(None):
            run = reconcile(share.pk, Run.Trigger.RETRY)
            assert run is not None
            assert run.outcome == Run.Outcome.CONVERGED, run.words
            assert {path[-1] for path, _, secure in snowflake.world.visible(CUSTOMER) if secure} == {"FLIGHTS"}
            assert snowflake.wrong == []


@pytest.mark.django_db
def test_f12_what_an_older_version_finished_the_newest_leaves_alone() -> None:
    """The last of them is a share that was ready: the texts that are compared are still the same."""
    scene = Scene()
    share = scene.share_of(scene.approved())
    snowflake = Snowflake(unpacked(HALF[-1], share.name, share.mark))
    with snowflake.standing_in(), snowflake.troubled(None):
        reconcile(share.pk, Run.Trigger.RETRY)
    assert snowflake.sent == []
    assert share.grants.in_force(timezone.now()).exists()
