"""Row counts for the catalog: asked once, counted in the real sandbox, honest when it cannot be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from portal.mail.models import Outgoing
from shares.models import DatasetObject, ProviderAccount, Reading, Workspace
from shares.services.readings import account_of, ask_readings, fresh, measure, waiting
from tests.services.rows import EU, Scene, customer, overwrite, provider, view
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.django_db


def rung() -> list[int]:
    return [item.task["args"][0] for item in OrmQ.objects.all() if item.task["func"] == "shares.jobs.entry.measure"]


def asked(scene: Scene) -> Reading:
    """The reading of United's flights, asked for."""
    (reading,) = ask_readings(scene.united, scene.flights)
    return reading


def measured(reading: Reading) -> Reading:
    measure(reading.pk)
    reading.refresh_from_db()
    return reading


def with_freshness(scene: Scene) -> Scene:
    DatasetObject.objects.update(freshness_column="TIME_HOUR")
    overwrite(scene.flights)
    return scene


def test_asking_marks_the_reading_and_rings_once() -> None:
    scene = Scene()
    reading = asked(scene)
    assert reading.asked_at
    assert reading.workspace == scene.united.workspaces.get()
    assert asked(scene) == reading
    assert rung() == [reading.pk]


def test_each_workspace_is_read_by_itself_and_reference_data_once() -> None:
    scene = Scene()
    Workspace.objects.create(organization=scene.united, name="Cargo", tenant_key="UC")
    Workspace.objects.create(organization=scene.united, name="Old", tenant_key="UO", is_active=False)
    view(scene.flights, "AIRPORTS", "FAA NAME", is_reference=True)
    view(scene.flights, "HIDDEN", is_exposed=False)
    DatasetObject.objects.create(dataset=scene.flights, kind="function", shared_name="F", returns="NUMBER", body="1")
    overwrite(scene.flights)
    readings = ask_readings(scene.united, scene.flights)
    assert sorted((r.object.shared_name, r.workspace.tenant_key if r.workspace else "") for r in readings) == [
        ("AIRPORTS", ""),
        ("FLIGHTS", "UA"),
        ("FLIGHTS", "UC"),
    ]


def test_two_customers_share_the_reading_of_reference_data() -> None:
    scene = Scene()
    DatasetObject.objects.update(is_reference=True, tenant_column="")
    overwrite(scene.flights)
    delta = customer("Delta", "DL")
    assert ask_readings(scene.united, scene.flights) == ask_readings(delta, scene.flights)
    assert len(rung()) == 1


@pytest.mark.parametrize(
    ("age", "error", "is_fresh"),
    [
        (timedelta(minutes=59), "", True),
        (timedelta(minutes=61), "", False),
        (timedelta(minutes=4), "It failed.", True),
        (timedelta(minutes=6), "It failed.", False),
    ],
)
def test_a_count_is_good_for_an_hour_and_an_error_for_five_minutes(age: timedelta, error: str, is_fresh: bool) -> None:
    reading = asked(Scene())
    OrmQ.objects.all().delete()
    then = timezone.now() - age
    Reading.objects.update(asked_at=then, measured_at=then, error=error)
    reading.refresh_from_db()
    assert fresh(reading) is is_fresh
    ask_readings(reading.workspace.organization, reading.object.dataset)  # type: ignore[union-attr]
    assert bool(rung()) is not is_fresh


def test_a_lost_bell_is_rung_again_after_two_minutes() -> None:
    scene = Scene()
    asked(scene)
    Reading.objects.update(asked_at=timezone.now() - timedelta(minutes=3))
    asked(scene)
    assert len(rung()) == 2


def test_it_counts_the_customers_own_rows_at_the_source(snowflake: Snowflake) -> None:
    scene = with_freshness(Scene())
    reading = measured(asked(scene))
    assert (reading.rows, reading.error) == (3, "")
    assert reading.newest == datetime(2013, 1, 2, 5, tzinfo=UTC)
    assert reading.oldest == datetime(2013, 1, 1, 5, tzinfo=UTC)
    assert reading.measured_at
    assert fresh(reading)


def test_it_counts_reference_data_whole(snowflake: Snowflake) -> None:
    scene = Scene()
    view(scene.fleet, "AIRPORTS", "FAA NAME", is_reference=True)
    DatasetObject.objects.filter(shared_name="FLEET").delete()
    overwrite(scene.fleet)
    (reading,) = ask_readings(scene.united, scene.fleet)
    assert (measured(reading).rows, reading.newest) == (3, None)


def test_it_sends_nothing_that_changes_anything(snowflake: Snowflake) -> None:
    since = snowflake.now()
    measured(asked(Scene()))
    assert snowflake.changes_since(since) == []
    assert any("FROM LAKE.NYC.FLIGHTS" in sql for sql in snowflake.firn_since(since))


def test_a_second_ring_counts_nothing_again(snowflake: Snowflake) -> None:
    reading = measured(asked(Scene()))
    since = snowflake.now()
    measured(reading)
    assert snowflake.firn_since(since) == []


def test_a_count_that_takes_long_is_not_begun_twice(snowflake: Snowflake) -> None:
    reading = asked(Scene())
    Reading.objects.update(asked_at=timezone.now() - timedelta(minutes=3), begun_at=timezone.now())
    before = snowflake.now()
    assert measured(reading).rows is None
    assert snowflake.firn_since(before) == []
    assert waiting(reading)


def test_a_count_whose_worker_died_is_begun_again(snowflake: Snowflake) -> None:
    reading = asked(Scene())
    Reading.objects.update(begun_at=timezone.now() - timedelta(hours=1))
    assert measured(reading).rows == 3
    assert reading.begun_at is None


def test_a_count_that_is_too_slow_says_so(snowflake: Snowflake) -> None:
    with snowflake.control.armed("timeout", sql="ROW_COUNT", user="FIRN_SVC"):
        reading = measured(asked(Scene()))
    assert "longer than this portal waits" in reading.error


def test_a_tenant_key_is_data_and_never_sql(snowflake: Snowflake) -> None:
    scene = Scene()
    scene.united.workspaces.update(tenant_key="UA') OR 1=1 --\\")
    assert measured(asked(scene)).rows == 0


def test_a_missing_table_is_told_in_words_and_keeps_the_last_count(snowflake: Snowflake) -> None:
    scene = Scene()
    reading = measured(asked(scene))
    DatasetObject.objects.update(source_name="GONE")
    overwrite(scene.flights)
    Reading.objects.update(asked_at=timezone.now())
    measured(reading)
    assert reading.rows == 3
    assert "missing" in reading.error
    assert "GONE" not in reading.error, "the customer learns nothing about the lake"


def test_a_refused_sign_in_opens_the_breaker_and_is_not_repeated(snowflake: Snowflake) -> None:
    scene = Scene()
    ProviderAccount.objects.update(connection_name="wrong-key")
    reading = measured(asked(scene))
    assert "cannot be reached" in reading.error
    scene.east.refresh_from_db()
    assert scene.east.breaker_until
    assert Outgoing.objects.filter(kind="alert").count() == 1
    since = snowflake.now()
    Reading.objects.update(asked_at=timezone.now())
    measured(reading)
    assert snowflake.log(since) == []
    assert Outgoing.objects.filter(kind="alert").count() == 1


def test_without_a_connections_file_it_says_so_and_does_not_raise(settings: Settings) -> None:
    settings.SNOWFLAKE_CONNECTIONS_FILE = settings.BASE_DIR / "there-is-no-such-file.toml"
    assert "cannot be reached" in measured(asked(Scene())).error


def test_a_dataset_that_is_published_nowhere_does_not_raise() -> None:
    scene = Scene()
    reading = asked(scene)
    scene.flights.provider_accounts.clear()
    assert "find the reason in the log" in measured(reading).error


def test_an_object_without_tenant_column_is_never_counted(snowflake: Snowflake) -> None:
    scene = Scene()
    reading = asked(scene)
    DatasetObject.objects.update(tenant_column="")
    overwrite(scene.flights)
    since = snowflake.now()
    assert measured(reading).error
    assert snowflake.firn_since(since) == []


def test_an_unknown_reading_is_no_trouble() -> None:
    measure(0)


def test_an_account_that_can_be_signed_in_to_comes_first() -> None:
    scene = Scene()
    eu = provider(EU, "DATA_EU")
    scene.flights.provider_accounts.add(eu)
    assert account_of(scene.flights) == scene.east
    ProviderAccount.objects.filter(pk=scene.east.pk).update(breaker_until=timezone.now() + timedelta(minutes=5))
    assert account_of(scene.flights) == eu
