"""The consumer's side: mounting, reading, and what is left when the provider takes something away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from shares.core.spec import Phase, ShareSpec
from shares.snowflake import customer_sql
from shares.snowflake.client import Client
from tests.live.answers import check, received
from tests.live.contract import look, reach, spec
from tests.live.place import Place


@contextmanager
def mounted(place: Place, wanted: ShareSpec) -> Iterator[tuple[Client, str]]:
    """The consumer's session and the name of its database; the database goes afterwards."""
    assert place.consumer is not None
    client, name = place.consumer.client, place.name("M")
    client.run(customer_sql.mount(name, place.provider.ref.key, wanted.share).rstrip(";"))
    try:
        yield client, name
    finally:
        client.run(f"DROP DATABASE {name}")


def test_the_consumer_reads_its_rows_and_the_provider_sees_the_mount(consumer: Place) -> None:
    wanted = spec(consumer)
    reach(consumer, wanted)
    assert look(consumer, wanted)[0].mounted_by == ()
    with mounted(consumer, wanted) as (client, name):
        rows = client.run(f"SELECT CARRIER, FLIGHT FROM {name}.{wanted.schema}.FLIGHTS ORDER BY FLIGHT").rows
        assert [(row["carrier"], int(row["flight"])) for row in rows] == [("UA", 1), ("UA", 2), ("UA", 3)]
        (twice,) = client.run(f"SELECT {name}.{wanted.schema}.TWICE(21) AS N").rows
        assert int(twice["n"]) == 42
        assert len(look(consumer, wanted)[0].mounted_by) == 1
        (shown,) = [row for row in client.run(f"SHOW DATABASES LIKE '{name}'").rows if row["name"] == name]
        assert (shown["kind"], shown["origin"]) == (
            "IMPORTED DATABASE",
            f"{consumer.provider.ref.key}.{wanted.share}",
        )


def test_what_is_taken_out_comes_back_to_the_same_database(consumer: Place) -> None:
    wanted = spec(consumer)
    reach(consumer, wanted)
    with mounted(consumer, wanted) as (client, name):
        read = f"SELECT COUNT(*) AS N FROM {name}.{wanted.schema}.FLIGHTS"
        reach(consumer, replace(wanted, phase=Phase.SUSPENDED))
        check("missing_object", read, received(client, read))
        reach(consumer, wanted)
        assert int(client.run(read).rows[0]["n"]) == 3


def test_the_provider_keeps_its_own_objects(consumer: Place) -> None:
    wanted = spec(consumer)
    reach(consumer, wanted)
    with mounted(consumer, wanted) as (client, name):
        twice = customer_sql.mount(consumer.name("M"), consumer.provider.ref.key, wanted.share).rstrip(";")
        check("mounted_already", twice, received(client, twice))
        write = f"CREATE TABLE {name}.{wanted.schema}.T (A INT)"
        check("read_only", write, received(client, write))
        finer = f"GRANT USAGE ON SCHEMA {name}.{wanted.schema} TO ROLE PUBLIC"
        check("imported_only", finer, received(client, finer))


def test_a_removed_account_loses_its_database_for_good(consumer: Place) -> None:
    assert consumer.consumer is not None
    wanted = spec(consumer)
    reach(consumer, wanted)
    with mounted(consumer, wanted) as (client, name):
        key = consumer.consumer.ref.key
        consumer.provider.client.run(f"ALTER SHARE {wanted.share} REMOVE ACCOUNTS = {key}")
        read = f"SELECT * FROM {name}.{wanted.schema}.FLIGHTS"
        check("mount_broken", read, received(client, read))
        consumer.provider.client.run(f"ALTER SHARE {wanted.share} ADD ACCOUNTS = {key}")
        check("mount_broken", read, received(client, read))
    with mounted(consumer, wanted) as (client, name):
        assert len(client.run(f"SELECT * FROM {name}.{wanted.schema}.FLIGHTS").rows) == 3


def test_a_share_that_was_not_meant_for_the_account_does_not_exist(consumer: Place) -> None:
    wanted = replace(spec(consumer), accounts=(), may_add=False)
    reach(consumer, wanted)
    assert consumer.consumer is not None
    statement = customer_sql.mount(consumer.name("M"), consumer.provider.ref.key, wanted.share).rstrip(";")
    check("missing", statement, received(consumer.consumer.client, statement))
