"""Sample rows from the real sandbox: as the consumer where there is a share, and never anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shares.models import ReadDay, Reading, Share
from shares.services import samples
from shares.services.readings import ask_readings, measure
from tests.snowflake.builders import Scene, ready
from tests.snowflake.world import Snowflake


def measured(scene: Scene) -> Reading:
    (reading,) = ask_readings(scene.united, scene.flights)
    measure(reading.pk)
    reading.refresh_from_db()
    return reading


def flights_in(sample: dict[str, list[list[str]]]) -> set[str]:
    return {row[1] for row in sample["rows"]}


def test_without_a_share_the_rows_come_from_the_source(scene: Scene) -> None:
    reading = measured(scene)

    assert reading.sample["seen"] == "source"
    assert reading.sample["columns"] == ["CARRIER", "FLIGHT", "ORIGIN", "TIME_HOUR"]
    assert flights_in(reading.sample) == {"1", "2", "3"}
    assert reading.sample["rows"][0][3].startswith("2013-01-02 05:00"), "the newest comes first"
    assert ReadDay.objects.get().rows == 3


def test_with_a_share_they_are_read_as_the_consumer(scene: Scene, snowflake: Snowflake) -> None:
    share = ready(scene.share())
    since = snowflake.now()

    reading = measured(scene)

    assert (reading.sample["seen"], reading.sample["as"]) == ("consumer", "CARRIERUA.ANALYTICS")
    assert flights_in(reading.sample) == {"1", "2", "3"}
    sent = snowflake.firn_since(since)
    towards = next(place for place, text in enumerate(sent) if "SET SIMULATED_DATA_SHARING_CONSUMER" in text)
    read = next(place for place, text in enumerate(sent) if f"FROM FIRN_OUT.{share.schema}.FLIGHTS" in text)
    back = next(place for place, text in enumerate(sent) if "UNSET SIMULATED_DATA_SHARING_CONSUMER" in text)
    assert towards < read < back


@pytest.mark.parametrize("why", ["suspended_at", "blocked_at"])
def test_a_share_that_is_not_well_is_not_read(scene: Scene, why: str) -> None:
    share = ready(scene.share())
    Share.objects.filter(pk=share.pk).update(**{why: timezone.now()})

    assert measured(scene).sample["seen"] == "source"


def test_a_share_that_was_not_proved_is_not_read(scene: Scene) -> None:
    share = ready(scene.share())
    share.proofs.update(isolated=False)

    assert measured(scene).sample["seen"] == "source"


def test_rows_that_nobody_looked_at_for_days_are_forgotten(scene: Scene) -> None:
    reading = measured(scene)
    assert samples.forget_old() == 0
    Reading.objects.update(measured_at=timezone.now() - timedelta(days=8))

    assert samples.forget_old() == 1
    reading.refresh_from_db()
    assert reading.sample == {}
    assert reading.rows == 3
