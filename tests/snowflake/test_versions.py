"""The catalog's versions against real wire traffic: what comes at once, what waits, and what nobody sees in between."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.models import Acknowledgement, Dataset, DatasetVersion, Share
from shares.services.publishing import publish
from shares.services.watch import check
from tests.snowflake.builders import Scene, ready, settle, view
from tests.snowflake.reading import asking, mounted, rows_of
from tests.snowflake.world import Person, Snowflake


def columns(person: Person, database: str, share: Share, name: str = "FLIGHTS") -> list[str]:
    """What the consumer sees of one view, in order."""
    return [row["name"] for row in person.run(f"DESCRIBE VIEW {database}.{share.name}.{name}")]


def end_notice(version: DatasetVersion) -> None:
    DatasetVersion.objects.filter(pk=version.pk).update(notice_until=timezone.now())


def quiet(share: Share, snowflake: Snowflake) -> bool:
    """Whether a run finds nothing to do."""
    before = snowflake.now()
    return settle(share).words == "Nothing to do." and snowflake.changes_since(before) == []


def add_column(dataset: Dataset, name: str, to: str) -> None:
    dataset.dataset_objects.get(shared_name=to).columns.create(position=20, name=name)


def remove_column(dataset: Dataset, name: str, of: str) -> None:
    dataset.dataset_objects.get(shared_name=of).columns.filter(name=name).delete()


def test_a_draft_reaches_nobody(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    remove_column(scene.flights, "FLIGHT", "FLIGHTS")
    scene.flights.dataset_objects.filter(shared_name="FLIGHTS").update(tenant_column="ORIGIN")
    assert quiet(share, snowflake)


def test_a_column_is_added_at_once_and_the_consumers_database_stays(scene: Scene, snowflake: Snowflake) -> None:
    remove_column(scene.flights, "FLIGHT", "FLIGHTS")
    publish(scene.flights, None)
    share = ready(scene.share())
    unaffected = ready(scene.share(scene.account("CARRIERDL", "ANALYTICS"), scene.airports))
    with mounted(snowflake.ua, share) as database:
        assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR"]
        add_column(scene.flights, "FLIGHT", "FLIGHTS")
        publish(scene.flights, scene.eve)
        run = settle(share)
        assert not run.drift
        assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR", "FLIGHT"]
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    assert quiet(unaffected, snowflake)


def test_a_column_is_removed_after_its_notice(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        remove_column(scene.flights, "FLIGHT", "FLIGHTS")
        version = publish(scene.flights, scene.eve)
        assert quiet(share, snowflake)
        end_notice(version)
        settle(share)
        assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR"]


def test_two_shares_are_on_two_versions_side_by_side(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    other = ready(scene.share(scene.account("CARRIERDL", "ANALYTICS")))
    remove_column(scene.flights, "FLIGHT", "FLIGHTS")
    version = publish(scene.flights, scene.eve)
    Acknowledgement.objects.create(version=version, share=share, acknowledged_by=scene.ada)
    settle(share)
    with mounted(snowflake.ua, share) as mine, mounted(snowflake.dl, other) as theirs:
        assert "FLIGHT" not in columns(snowflake.ua, mine, share)
        assert "FLIGHT" in columns(snowflake.dl, theirs, other)
        # The old version can not only be kept, but also be repaired.
        snowflake.colleague.run(f"DROP VIEW FIRN_OUT.{other.name}.FLIGHTS")
        assert settle(other).drift
        assert "FLIGHT" in columns(snowflake.dl, theirs, other)


def test_a_retyped_column_waits_while_both_types_can_be_had(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    # Another source in which the column has another type; the old one is still there.
    snowflake.admin.run("CREATE OR REPLACE VIEW LAKE.NYC.AIRPORTS_2 AS SELECT 1 AS FAA, NAME FROM LAKE.NYC.AIRPORTS")
    snowflake.admin.run("GRANT SELECT ON VIEW LAKE.NYC.AIRPORTS_2 TO ROLE FIRN")
    item = scene.airports.dataset_objects.get()
    scene.airports.dataset_objects.update(source_name="AIRPORTS_2")
    item.columns.filter(name="FAA").update(data_type="NUMBER(1,0)")
    with mounted(snowflake.ua, share) as database:
        version = publish(scene.airports, scene.eve)
        assert quiet(share, snowflake)
        assert snowflake.ua.number(f"SELECT COUNT_IF(FAA = 'EWR') FROM {database}.{share.name}.AIRPORTS") == 1
        end_notice(version)
        settle(share)
        assert snowflake.ua.number(f"SELECT SUM(FAA) FROM {database}.{share.name}.AIRPORTS") == 3


def test_an_object_is_added_at_once_and_removed_after_its_notice(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    with mounted(snowflake.ua, share) as database:
        view(scene.airports, "AIRPORT_NAMES", "NAME", "AIRPORTS", is_reference=True)
        publish(scene.airports, scene.eve)
        settle(share)
        names = f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORT_NAMES"
        assert snowflake.ua.number(names) == 3
        scene.airports.dataset_objects.filter(shared_name="AIRPORT_NAMES").delete()
        version = publish(scene.airports, scene.eve)
        assert quiet(share, snowflake)
        assert snowflake.ua.number(names) == 3
        end_notice(version)
        settle(share)
        assert snowflake.ua.refused(names) == 2003
        assert snowflake.ua.number(f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORTS") == 3
    assert quiet(share, snowflake)


def test_two_pending_versions_come_one_after_the_other(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share(None, scene.flights))
    with mounted(snowflake.ua, share) as database:
        remove_column(scene.flights, "FLIGHT", "FLIGHTS")
        first = publish(scene.flights, scene.eve)
        scene.flights.dataset_objects.filter(shared_name="FLIGHTS_FROM").delete()
        second = publish(scene.flights, scene.eve)
        end_notice(second)
        assert quiet(share, snowflake), "the later one does not overtake"
        end_notice(first)
        settle(share)
        assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR"]
        snowflake.ua.refused(f"SELECT {database}.{share.name}.FLIGHTS_FROM('EWR')")
    assert quiet(share, snowflake)


def test_another_tenant_column_never_shows_more_at_any_moment(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    scene.flights.dataset_objects.filter(shared_name="FLIGHTS").update(tenant_column="ORIGIN")
    version = publish(scene.flights, scene.eve)
    assert quiet(share, snowflake)
    with mounted(snowflake.ua, share) as database:
        query = f"SELECT DISTINCT CARRIER FROM {database}.{share.name}.FLIGHTS"
        with asking(snowflake.port, query, refused_too=False) as answers:
            for _ in range(3):
                end_notice(version)
                settle(share)
                # No airport is called UA: by the new column nothing is theirs.
                assert rows_of(snowflake.ua, database, share) == {}
                scene.flights.dataset_objects.filter(shared_name="FLIGHTS").update(tenant_column="CARRIER")
                end_notice(publish(scene.flights, scene.eve))
                settle(share)
                assert rows_of(snowflake.ua, database, share) == {"UA": 3}
                scene.flights.dataset_objects.filter(shared_name="FLIGHTS").update(tenant_column="ORIGIN")
                version = publish(scene.flights, scene.eve)
        assert answers
        assert {tuple(answer) for answer in answers} <= {(), ("UA",)}


def test_an_owners_answer_moves_the_share_without_waiting(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    remove_column(scene.flights, "FLIGHT", "FLIGHTS")
    version = publish(scene.flights, scene.eve)
    browser = Client()
    browser.force_login(scene.ada, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(f"/shares/{share.public_id}/changes/flights/{version.number}/")
    assert answer.status_code == 302
    with mounted(snowflake.ua, share) as database:
        settle(share)
        assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR"]


def test_what_the_lake_loses_during_the_notice_moves_at_once(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    remove_column(scene.flights, "FLIGHT", "FLIGHTS")
    publish(scene.flights, scene.eve)
    settle(share)
    check(scene.provider.pk)
    snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN FLIGHT TO NUMBER_OF_FLIGHT")
    try:
        check(scene.provider.pk)
        assert Outgoing.objects.get(kind="alert").subject == "Flights, version 2 came without its notice"
        settle(share)
        with mounted(snowflake.ua, share) as database:
            assert columns(snowflake.ua, database, share) == ["CARRIER", "ORIGIN", "TIME_HOUR"]
            assert rows_of(snowflake.ua, database, share) == {"UA": 3}
    finally:
        snowflake.admin.run("ALTER TABLE LAKE.NYC.FLIGHTS RENAME COLUMN NUMBER_OF_FLIGHT TO FLIGHT")
