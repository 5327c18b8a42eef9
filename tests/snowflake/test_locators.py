"""A customer known by ORG.ACCOUNT is read under that name until the locator is known, and then as that."""

from __future__ import annotations

from shares.core.accounts import parse
from shares.core.spec import AccountRef
from shares.models import Run, Share
from shares.services import naming
from shares.snowflake import sql
from tests.snowflake.builders import EAST, Scene, published, ready, settle
from tests.snowflake.reading import mounted, rows_of
from tests.snowflake.world import Snowflake


def simulated(snowflake: Snowflake, since: int) -> list[str]:
    towards = sql.pretend(AccountRef()).partition("'")[0]
    return [text.removeprefix(towards) for text in snowflake.firn_since(since) if text.startswith(towards)]


def test_until_then_it_is_proved_under_its_name_and_once_it_is_mounted_as_its_locator(
    scene: Scene, snowflake: Snowflake
) -> None:
    share, since = scene.share(), snowflake.now()
    ready(share)
    assert simulated(snowflake, since) == ["'ANALYTICS'"]
    assert share.proofs.get().seen_as == "ANALYTICS"

    with mounted(snowflake.ua, share) as database:
        since = snowflake.now()
        run = settle(share, Run.Trigger.CHECK)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    share = Share.objects.get(pk=share.pk)
    assert share.consumer_account.locator == "CUA30001"
    assert simulated(snowflake, since) == ["'CUA30001'"]
    newest = share.proofs.first()
    assert newest is not None
    assert (newest.run_id, newest.seen_as, newest.isolated) == (run.pk, "CUA30001", True)

    since = snowflake.now()
    settle(share, Run.Trigger.CHECK)
    assert snowflake.changes_since(since) == []
    assert simulated(snowflake, since) == []


def test_a_locator_that_is_somebody_else_s_is_not_taken(scene: Scene, snowflake: Snowflake) -> None:
    scene.account("", "", locator="CUA30001")
    share = ready(scene.share())
    with mounted(snowflake.ua, share):
        settle(share, Run.Trigger.CHECK)
    assert Share.objects.get(pk=share.pk).consumer_account.locator == ""


def test_the_whole_row_of_the_look_up_query_tells_it_too(scene: Scene, snowflake: Snowflake) -> None:
    account = scene.account()
    for text in ("CARRIERUA.ANALYTICS", "CARRIERDL.ANALYTICS CDL30002 AWS_US_EAST_1"):
        assert naming.learn_pasted(account, parse(text, EAST)).locator == ""
    assert naming.learn_pasted(account, parse("CARRIERUA.ANALYTICS CUA30001 AWS_US_EAST_1")).locator == "CUA30001"
    share, since = scene.share(account), snowflake.now()
    ready(share)
    assert simulated(snowflake, since) == ["'CUA30001'"]


def test_what_asks_who_is_asking_is_proved_as_the_account_itself(scene: Scene, snowflake: Snowflake) -> None:
    """A view of the provider's own that lets rows through by CURRENT_ACCOUNT()."""
    snowflake.admin.run(
        "CREATE OR REPLACE VIEW LAKE.NYC.ASKING AS SELECT * FROM LAKE.NYC.FLIGHTS WHERE CURRENT_ACCOUNT() = 'CUA30001'"
    )
    snowflake.admin.run("GRANT SELECT ON VIEW LAKE.NYC.ASKING TO ROLE FIRN WITH GRANT OPTION")
    scene.flights.dataset_objects.filter(shared_name="FLIGHTS").update(source_name="ASKING")
    published(scene.flights)
    share = ready(scene.share(None, scene.flights))
    assert share.proofs.get().rows == 0
    with mounted(snowflake.ua, share) as database:
        settle(share, Run.Trigger.CHECK)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    newest = share.proofs.first()
    assert newest is not None
    assert newest.rows == 3
