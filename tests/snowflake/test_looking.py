"""A dry run against the real protocol: it tells what is there and what would be done, and changes nothing."""

from __future__ import annotations

import pytest

from portal.people.models import User
from shares.models import Look, Share, Statement
from shares.services import looking
from tests.snowflake.builders import Scene, ready
from tests.snowflake.reading import can_see
from tests.snowflake.world import Snowflake


@pytest.fixture
def share(scene: Scene) -> Share:
    return ready(scene.share())


def looked(share: Share) -> Look:
    by, _ = User.objects.get_or_create(email="op@skyledger.example", defaults={"is_staff": True})
    look = looking.ask(share, by)
    looking.work(look.pk)
    look.refresh_from_db()
    assert look.finished_at
    return look


def test_a_healthy_share_is_an_empty_plan(share: Share) -> None:
    before = Statement.objects.count()
    look = looked(share)
    assert (look.steps, look.problems, look.error, look.phase) == ([], [], "", "live")
    assert all(part["is_well"] for part in look.parts)
    assert {"view", "function", "account", "in the share"} <= {part["kind"] for part in look.parts}
    assert Statement.objects.count() == before


def test_drift_is_told_and_left_as_it_is(share: Share, snowflake: Snowflake) -> None:
    snowflake.colleague.run(f"ALTER SHARE {share.name} ADD ACCOUNTS = MALLORY.LAB")
    snowflake.colleague.run(f"REVOKE SELECT ON VIEW FIRN_OUT.{share.name}.FLIGHTS FROM SHARE {share.name}")

    look = looked(share)

    unwell = {(part["kind"], part["name"]) for part in look.parts if not part["is_well"]}
    assert unwell == {("in the share", "FLIGHTS"), ("account", "MALLORY.LAB")}
    assert [step["sql"] for step in look.steps if "REMOVE ACCOUNTS" in step["sql"]]
    assert [step["sql"] for step in look.steps if "GRANT SELECT" in step["sql"]]
    assert can_see(snowflake.mallory, share)


def test_a_refused_sign_in_is_told(share: Share) -> None:
    share.provider_account.connection_name = "nowhere"
    share.provider_account.save(update_fields=["connection_name"])
    look = looked(share)
    assert "nowhere" in look.error
    assert look.parts == []
