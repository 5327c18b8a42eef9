"""Masked columns on the wire, and the classification of the provider's columns as Snowflake tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shares.models import DatasetColumn, Incident, Proof, Treatment
from shares.services import tags, watch
from shares.services.sessions import open_client
from tests.snowflake.builders import Scene, published, ready, settle
from tests.snowflake.reading import mounted
from tests.snowflake.world import OWN_FLIGHTS, Snowflake

SOURCE = ("LAKE", "NYC", "FLIGHTS")


def test_the_consumer_reads_nothing_in_a_masked_column(scene: Scene, snowflake: Snowflake) -> None:
    DatasetColumn.objects.filter(object__shared_name="FLIGHTS", name="ORIGIN").update(treatment=Treatment.MASK)
    published(scene.flights)
    share = ready(scene.share(None, scene.flights))

    with mounted(snowflake.ua, share) as database:
        read = snowflake.ua.run(f"SELECT ORIGIN, FLIGHT FROM {database}.{share.name}.FLIGHTS")
    assert len(read) == OWN_FLIGHTS["UA"]
    assert {row["origin"] for row in read} == {None}
    assert all(row["flight"] for row in read)
    proof = Proof.objects.filter(share=share).latest("proved_at")
    assert [(one["masked"], one["unmasked"]) for one in proof.readings] == [(["ORIGIN"], 0)]


@pytest.fixture
def tagged(snowflake: Snowflake) -> Iterator[None]:
    snowflake.admin.run("CREATE TAG IF NOT EXISTS LAKE.NYC.PRIVACY_CATEGORY")
    where = "ALTER TABLE LAKE.NYC.FLIGHTS MODIFY COLUMN ORIGIN"
    snowflake.admin.run(f"{where} SET TAG LAKE.NYC.PRIVACY_CATEGORY = 'IDENTIFIER'")
    yield
    snowflake.admin.run(f"{where} UNSET TAG LAKE.NYC.PRIVACY_CATEGORY")


def test_a_check_reads_the_tags_and_opens_an_incident(scene: Scene, snowflake: Snowflake, tagged: None) -> None:
    share = ready(scene.share(None, scene.flights))
    client = open_client(scene.provider)
    try:
        assert tags.read(client, [SOURCE, ("LAKE", "NYC", "NOWHERE")]) == {
            SOURCE: {"ORIGIN": "PRIVACY_CATEGORY: IDENTIFIER"}
        }
    finally:
        client.close()

    watch.check(scene.provider.pk)

    incident = Incident.objects.get(share=share, code="personal-tag")
    assert "FLIGHTS.ORIGIN (PRIVACY_CATEGORY: IDENTIFIER)" in incident.words
    settle(share)
    assert Incident.objects.filter(share=share, code="personal-tag", closed_at=None).exists()
