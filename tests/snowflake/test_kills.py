"""A worker is killed at every statement, before and after it: nobody sees a foreign row, and the next run ends well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shares.models import Run, Share, Statement
from shares.services import grants
from tests.snowflake.builders import Scene, let_lease_lapse, ready, settle
from tests.snowflake.processes import Killer, killer
from tests.snowflake.reading import can_see, foreign_rows, mounted, rows_of
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.slow


@pytest.fixture
def deadly(scene: Scene, snowflake: Snowflake) -> Iterator[Killer]:
    with killer(snowflake.connections) as running:
        yield running


def state(snowflake: Snowflake, share: Share) -> dict[str, Any]:
    """What Snowflake holds of the share, without the names and times that differ from share to share."""

    def plain(value: object) -> str:
        return str(value).replace(share.name, "SHARE").replace(share.mark, "MARK")

    firn = snowflake.colleague
    schemas = firn.run(f"SHOW SCHEMAS LIKE '{share.name}' IN DATABASE FIRN_OUT")
    shares = firn.run(f"SHOW SHARES LIKE '{share.name}'")
    found: dict[str, Any] = {
        "schemas": [plain(row["comment"]) for row in schemas],
        "shares": [(plain(row["comment"]), row["to"]) for row in shares],
    }
    if schemas:
        views = firn.run(f"SHOW VIEWS IN SCHEMA FIRN_OUT.{share.name}")
        functions = firn.run(f"SHOW USER FUNCTIONS IN SCHEMA FIRN_OUT.{share.name}")
        found["views"] = sorted((row["name"], row["is_secure"], plain(row["text"])) for row in views)
        found["functions"] = sorted((row["name"], row["is_secure"], plain(row["arguments"])) for row in functions)
    if shares:
        granted = firn.run(f"SHOW GRANTS TO SHARE {share.name}")
        found["grants"] = sorted((row["privilege"], row["granted_on"], plain(row["name"])) for row in granted)
    return found


def every_kill(
    deadly: Killer,
    prepare: Callable[[], Share],
    check: Callable[[Share], None],
    done: Callable[[Share], None],
    phases: tuple[str, ...] = ("before", "after"),
) -> int:
    """Kill at statement 1, 2, 3 … until a run ends before its turn. How many kills that were."""
    kills = 0
    for phase in phases:
        for at in range(1, 200):
            share = prepare()
            status = deadly.run(share, at, phase)
            check(share)
            if status == 0:
                done(share)
                break
            assert status == -9
            kills += 1
            let_lease_lapse(share)
            settle(share, Run.Trigger.RETRY)
            check(share)
            done(share)
    return kills


def test_provisioning_survives_a_kill_at_every_statement(scene: Scene, snowflake: Snowflake, deadly: Killer) -> None:
    undisturbed = ready(scene.share())
    expected = state(snowflake, undisturbed)
    last = [undisturbed]

    def prepare() -> Share:
        scene.forget(last[0])
        last[0] = scene.share()
        return last[0]

    def check(share: Share) -> None:
        assert foreign_rows(snowflake, share) == 0

    def done(share: Share) -> None:
        assert state(snowflake, share) == expected
        with mounted(snowflake.ua, share) as database:
            assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        assert not Run.objects.filter(share=share, outcome=Run.Outcome.RUNNING).exists()

    kills = every_kill(deadly, prepare, check, done)
    # One run has a dozen changes, each before and after; the looks between them are killed at as well.
    assert kills > 2 * len(Statement.objects.filter(run__share=last[0], changes=True))


def test_taking_back_survives_a_kill_at_every_statement(scene: Scene, snowflake: Snowflake, deadly: Killer) -> None:
    last = [scene.share()]
    ended = [0]

    def prepare() -> Share:
        scene.forget(last[0])
        last[0] = ready(scene.share())
        grants.end(last[0], scene.ada)
        Share.objects.filter(pk=last[0].pk).update(closes_at="2000-01-01T00:00:00Z")
        ended[0] = snowflake.now(last_known=ended[0])
        return last[0]

    def check(share: Share) -> None:
        # Whatever was killed: nobody is let in again, and the account goes before anything is cleaned.
        changes = snowflake.changes_since(ended[0])
        assert not [sql for sql in changes if "ADD ACCOUNTS" in sql or sql.startswith("GRANT")]
        assert not changes or "REMOVE ACCOUNTS" in changes[0]

    def done(share: Share) -> None:
        assert state(snowflake, share) == {"schemas": [], "shares": []}
        assert not can_see(snowflake.ua, share)

    # Before the next statement is after this one.
    assert every_kill(deadly, prepare, check, done, phases=("after",)) > 10
