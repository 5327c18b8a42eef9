"""What sticks to a session must not reach its next borrower."""

from __future__ import annotations

import gc
import weakref
from unittest.mock import patch

from shares.snowflake import pool, sql
from shares.snowflake.connect import connect
from tests.snowflake.builders import Scene, ready
from tests.snowflake.world import Snowflake


def test_a_session_that_is_given_back_pretends_nothing(scene: Scene, snowflake: Snowflake) -> None:
    pool.close_idle()
    before = snowflake.now()
    ready(scene.share())
    sent = snowflake.firn_since(before)
    pretended = [text for text in sent if "SIMULATED_DATA_SHARING_CONSUMER" in text]
    assert pretended
    assert pretended[1::2] == [sql.STOP_PRETENDING] * (len(pretended) // 2)
    assert len(pretended) % 2 == 0


def test_a_session_that_could_not_stop_pretending_is_not_lent_again(scene: Scene, snowflake: Snowflake) -> None:
    pool.close_idle()
    with snowflake.control.armed("canceled", sql="^ALTER SESSION UNSET SIMULATED", times=None, user="FIRN_SVC"):
        from shares.services.reconcile import reconcile

        share = scene.share()
        reconcile(share.pk)
    before = snowflake.now()
    ready(share)
    looked = [entry for entry in snowflake.log(before) if entry["user"] == "FIRN_SVC"]
    pretending = {
        entry["session"]
        for entry in snowflake.log()
        if entry["user"] == "FIRN_SVC" and entry["seq"] <= before and entry["sql"].startswith("ALTER SESSION SET SIMUL")
    }
    assert looked
    assert pretending
    assert not {entry["session"] for entry in looked} & pretending


def test_an_ended_session_does_nothing_when_python_collects_it(snowflake: Snowflake) -> None:
    """Whatever the connector did then, it would do in the middle of somebody else's line."""
    from snowflake.connector import SnowflakeConnection

    client = connect(snowflake.connections, "data", "a test")
    collected = weakref.ref(client._connection)
    client.close()
    asked: list[object] = []
    with patch.object(SnowflakeConnection, "is_closed", lambda connection: asked.append(type(connection))):
        del client
        gc.collect()
    assert collected() is None
    assert asked == []
