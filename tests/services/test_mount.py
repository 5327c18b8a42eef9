"""The SQL handed to the consumer."""

from __future__ import annotations

import pytest

from shares.services.mount import dbt_source, snippets
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


def test_the_sql_has_the_real_names_in_the_order_of_use() -> None:
    scene = Scene()
    share = scene.share_of(scene.approved())
    texts = [snippet.sql for snippet in snippets(share, [scene.flights])]
    assert texts == [
        f"CREATE DATABASE SKYLEDGER FROM SHARE SKYLEDGER.DATA.{share.name};",
        "GRANT IMPORTED PRIVILEGES ON DATABASE SKYLEDGER TO ROLE PUBLIC;",
        f"SELECT *\nFROM SKYLEDGER.{share.name}.FLIGHTS\nLIMIT 10;",
    ]


def test_a_dataset_may_bring_its_own_first_query() -> None:
    scene = Scene()
    scene.flights.first_query = "SELECT COUNT(*) FROM {{schema}}.FLIGHTS;"
    share = scene.share_of(scene.approved())
    assert snippets(share, [scene.flights])[-1].sql == f"SELECT COUNT(*) FROM SKYLEDGER.{share.name}.FLIGHTS;"


def test_the_source_of_dbt_names_every_table_and_quotes_what_people_wrote() -> None:
    scene = Scene()
    share = scene.share_of(scene.approved())
    scene.flights.summary = 'Every "departure": all of them'

    text = dbt_source(share, [scene.flights])

    assert f"    schema: {share.name}\n" in text
    assert '      - name: FLIGHTS\n        description: "Every \\"departure\\": all of them"\n' in text
    share.adopted_name = "OLD_NAME"
    assert f"    schema: {share.schema}\n" in dbt_source(share, [scene.flights])
