"""What Firn may not mend in the real sandbox: it leaves it alone, says so, and says when it is over."""

from __future__ import annotations

from portal.mail.models import Outgoing
from shares.models import Incident, Run, Share
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import Snowflake


def open_codes(share: Share) -> list[str]:
    return list(share.incidents.filter(closed_at=None).values_list("code", flat=True))


def test_a_strangers_view_stays_and_is_an_incident_until_it_is_moved(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    theirs = f"FIRN_OUT.{share.name}.THEIRS"
    snowflake.colleague.run(f"CREATE VIEW {theirs} AS SELECT 1 AS ONE")
    before = snowflake.now()
    settle(share, Run.Trigger.CHECK)
    assert snowflake.changes_since(before) == []
    assert open_codes(share) == ["strangers-object"]
    assert "THEIRS" in Outgoing.objects.get(kind="alert").text
    snowflake.colleague.run(f"DROP VIEW {theirs}")
    settle(share, Run.Trigger.CHECK)
    assert open_codes(share) == []


def test_a_mount_that_the_customer_drops_is_missed_until_it_is_back(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share):
        settle(share, Run.Trigger.CHECK)
        assert share.mounted_at
    settle(share, Run.Trigger.CHECK)
    assert open_codes(share) == ["mount-removed"]
    assert Outgoing.objects.get(kind="incident").to == "ada@ua.test"
    with mounted(snowflake.ua, share) as database:
        settle(share, Run.Trigger.CHECK)
        assert open_codes(share) == []
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_an_account_removed_by_hand_breaks_the_mount_and_says_so(scene: Scene, snowflake: Snowflake) -> None:
    """Firn lets the account in again; the database that it had is gone for good."""
    share = ready(scene.share())
    snowflake.ua.run(f"CREATE DATABASE BROKEN FROM SHARE SKYLEDGER.DATA.{share.name}")
    settle(share, Run.Trigger.CHECK)
    snowflake.colleague.run(f"ALTER SHARE {share.name} REMOVE ACCOUNTS = CARRIERUA.ANALYTICS")
    settle(share, Run.Trigger.CHECK)
    assert Incident.objects.get().code == "mount-removed"
    snowflake.ua.run("DROP DATABASE BROKEN")
