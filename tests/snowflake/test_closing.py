"""A window closes, of a grant and of the grace days, while three statements in ten fail: what must go goes within a
minute, removal before anything else. The worker, its sweeper and its sessions are the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from shares.core.states import ShareState
from shares.models import Run, Share
from shares.services.bell import wake
from shares.services.status import state_of
from tests.snowflake.builders import Scene
from tests.snowflake.reading import can_see, mounted
from tests.snowflake.test_worker import Worker, is_ready, until, worker
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.slow
__all__ = ["worker"]

# What the requirement allows from the close of a window to its effect.
IN_TIME = 60.0
# Answered with an error before or after it was carried out, cancelled, or not reached at all: three in ten together.
FAILURES = {"internal-error": 0.1, "internal-error-after": 0.1, "canceled": 0.06, "http-503": 0.04}
SOON = timedelta(seconds=2)


@contextmanager
def failing(snowflake: Snowflake, seed: int) -> Iterator[list[int]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                snowflake.control.armed(name, user="FIRN_SVC", times=None, probability=chance, seed=seed + n)
            )
            for n, (name, chance) in enumerate(FAILURES.items())
        ]


def due_soon(share: Share, **fields: object) -> None:
    """The window closes in a moment, and the sweeper knows when, as after every run."""
    Share.objects.filter(pk=share.pk).update(next_check_at=Now() + SOON, **fields)


def test_what_must_go_goes_in_time_while_three_statements_in_ten_fail(
    scene: Scene, snowflake: Snowflake, worker: Worker
) -> None:
    share = scene.share()
    wake(share.pk, Run.Trigger.DECISION)
    until(lambda: is_ready(share), log=worker.log)
    with mounted(snowflake.ua, share) as database, failing(snowflake, seed=20130101) as armed:
        query = f"SELECT COUNT(*) FROM {database}.{share.name}.FLIGHTS"
        assert snowflake.ua.number(query) == 3
        before = snowflake.now()
        share.grants.update(valid_until=Now() + SOON)
        due_soon(share)
        took = until(lambda: refuses(snowflake, query), IN_TIME + SOON.total_seconds(), worker.log)
        print(f"rows gone {took - SOON.total_seconds():.1f} s after the window closed")
        changes = snowflake.changes_since(before)
        assert {sql.split()[0] for sql in changes} == {"REVOKE"}, changes

        until(lambda: at_rest(share), IN_TIME, worker.log)
        before = snowflake.now(before)
        due_soon(share, closes_at=Now() + SOON)
        took = until(lambda: not can_see(snowflake.ua, share), IN_TIME + SOON.total_seconds(), worker.log)
        print(f"share gone {took - SOON.total_seconds():.1f} s after the grace days were over")
        until(lambda: Share.objects.get(pk=share.pk).taken_back_at is not None, IN_TIME, worker.log)
        changes = snowflake.changes_since(before)
        removed = next(n for n, sql in enumerate(changes) if sql.startswith("DROP SHARE"))
        assert "REMOVE ACCOUNTS" in changes[0]
        assert all(sql.startswith(("ALTER SHARE", "DROP SHARE")) for sql in changes[: removed + 1]), changes
        assert sum(snowflake.control.shown(number)["struck"] for number in armed) > 0
    assert state_of(Share.objects.get(pk=share.pk)) is ShareState.ENDED
    assert snowflake.colleague.run(f"SHOW SCHEMAS LIKE '{share.name}' IN DATABASE FIRN_OUT") == []


def refuses(snowflake: Snowflake, query: str) -> bool:
    try:
        snowflake.ua.run(query)
    except Exception as error:
        if getattr(error, "errno", 0) != 2003:
            raise
        return True
    return False


def at_rest(share: Share) -> bool:
    fresh = Share.objects.get(pk=share.pk)
    return not fresh.lease_owner and fresh.failures == 0 and fresh.closes_at is not None
