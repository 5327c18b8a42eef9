"""One share from nothing to gone, as the portal would: what it sends is accepted, what it reads it understands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core import claims, prints
from shares.core.spec import FunctionSpec, Phase, ShareSpec, converged, same_text
from shares.snowflake import inspect, sql
from tests.live.contract import Count, leak_test, look, reach, spec
from tests.live.place import Place


def test_the_provider_knows_itself(place: Place) -> None:
    assert place.provider.ref.organization
    assert place.provider.ref.account
    assert place.provider.ref.locator
    assert place.provider.role


def test_a_share_is_built_and_then_nothing_is_left_to_do(place: Place) -> None:
    wanted = spec(place)
    before, planned = look(place, wanted)
    assert (before.database_exists, before.schema_comment, before.share) == (True, None, None)
    assert not planned.problems
    reach(place, wanted)
    seen, again = look(place, wanted)
    assert not again
    ideal = converged(wanted)
    assert (seen.schema_comment, seen.share, seen.grants) == (ideal.schema_comment, ideal.share, ideal.grants)
    assert [(v.name, v.secure, v.comment) for v in seen.views] == [("FLIGHTS", True, place.mark)]
    assert same_text(seen.views[0].definition, wanted.views[0].definition)
    assert [(f.name, f.signature, f.secure) for f in seen.functions] == [("TWICE", "(NUMBER)", True)]


def test_the_epoch_stands_in_the_databases_comment(place: Place) -> None:
    client, now = place.provider.client, claims.Epoch(7, "a" * claims.SEAL)
    before = inspect.database_comment(client, place.out)
    assert before == place.mark
    try:
        client.run(sql.comment_on_database(place.out, claims.write(before, "live", now)))
        assert look(place, spec(place))[0].database_comment == f"{before} firn:live:7:{now.seal}"
    finally:
        client.run(sql.comment_on_database(place.out, before))


def test_the_leak_test_counts_the_tenants_rows_only(place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    assert leak_test(place.provider.client, wanted) == Count(3, 0, "2013-01-02 05:00:00")
    counted = place.provider.client.run(sql.reading(wanted.views[0])).rows[0]
    assert (int(counted["row_count"]), int(counted["foreign_count"])) == (3, 0)


def test_a_leak_is_counted(place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    view = f"{wanted.database}.{wanted.schema}.FLIGHTS"
    columns = ", ".join(wanted.views[0].columns)
    place.provider.client.run(
        f"CREATE OR REPLACE SECURE VIEW {view} COPY GRANTS AS SELECT {columns} FROM {place.lake}.NYC.FLIGHTS"
    )
    assert leak_test(place.provider.client, wanted) == Count(5, 2, "2013-01-03 05:00:00")


DRIFTS = {
    "a revoked view": ["REVOKE SELECT ON VIEW {schema}.FLIGHTS FROM SHARE {share}"],
    "a revoked function": ["REVOKE USAGE ON FUNCTION {schema}.TWICE(NUMBER) FROM SHARE {share}"],
    "a dropped view": ["DROP VIEW {schema}.FLIGHTS"],
    "a view replaced without its grants": [
        "CREATE OR REPLACE SECURE VIEW {schema}.FLIGHTS COMMENT = '{mark}' AS SELECT 1 AS A"
    ],
    "a view replaced with its grants": [
        "CREATE OR REPLACE SECURE VIEW {schema}.FLIGHTS COPY GRANTS COMMENT = '{mark}' AS SELECT 1 AS A"
    ],
    "an extra view": [
        "CREATE SECURE VIEW {schema}.MORE COMMENT = '{mark}' AS SELECT 1 AS A",
        "GRANT SELECT ON VIEW {schema}.MORE TO SHARE {share}",
    ],
    "a dropped function": ["DROP FUNCTION {schema}.TWICE(NUMBER)"],
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_is_seen_and_mended(name: str, place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    for statement in DRIFTS[name]:
        schema = f"{wanted.database}.{wanted.schema}"
        place.provider.client.run(statement.format(schema=schema, share=wanted.share, mark=place.mark))
    _, planned = look(place, wanted)
    assert planned.steps
    assert reach(place, wanted)
    assert look(place, wanted)[0].grants == converged(wanted).grants


def test_suspending_takes_the_objects_out_and_resuming_puts_them_back(place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    suspended = replace(wanted, phase=Phase.SUSPENDED)
    reach(place, suspended)
    seen, _ = look(place, suspended)
    assert {granted.kind for granted in seen.grants} <= {"DATABASE", "SCHEMA"}
    assert seen.share is not None
    assert set(seen.share.accounts) == {ref.key for ref in wanted.accounts}
    reach(place, wanted)
    assert look(place, wanted)[0].grants == converged(wanted).grants


def test_revoking_leaves_nothing(place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    gone = replace(wanted, phase=Phase.GONE)
    reach(place, gone)
    seen, planned = look(place, gone)
    assert not planned
    assert (seen.share, seen.schema_comment, seen.grants) == (None, None, frozenset())


def test_a_function_may_read_a_view_that_reads_another_database(place: Place) -> None:
    """Documentation speaks of functions that read another database themselves: this one reads the share's own view."""
    wanted = spec(place)
    view = f"{wanted.database}.{wanted.schema}.FLIGHTS"
    counts = FunctionSpec("COUNTED", (), "NUMBER", f"SELECT COUNT(*) FROM {view}", reads=("FLIGHTS",))
    wanted = replace(wanted, functions=(*wanted.functions, counts))
    reach(place, wanted)
    assert look(place, wanted)[0].grants == converged(wanted).grants


def test_a_function_that_was_replaced_is_told_apart(place: Place) -> None:
    """No listing shows a body, so that the cheap check goes by the moment at which a function was made."""
    wanted = spec(place)
    reach(place, wanted)
    before = _function_print(place, wanted)
    assert _function_print(place, wanted) == before
    name = f"{wanted.database}.{wanted.schema}.TWICE(N NUMBER)"
    place.provider.client.run(
        f"CREATE OR REPLACE SECURE FUNCTION {name} COPY GRANTS RETURNS NUMBER COMMENT = '{place.mark}' AS 'N * 3'"
    )
    assert _function_print(place, wanted) != before


def _function_print(place: Place, wanted: ShareSpec) -> str:
    rows = place.provider.client.run(sql.show_functions(wanted.database, wanted.schema)).rows
    (row,) = (row for row in rows if row["schema_name"] == wanted.schema)
    return prints.together([prints.of_function(inspect.function_in(row))])


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        (sql.show_databases("{out}"), {"name", "kind", "origin", "owner", "comment"}),
        (sql.show_schemas("{out}", "COMMON"), {"name", "database_name", "comment"}),
        (sql.show_views("{out}", "COMMON"), {"name", "text", "is_secure", "comment"}),
        (sql.show_schema_tables("{lake}", "NYC"), {"name", "database_name", "schema_name"}),
        (
            sql.show_functions("{share.database}", "{share.schema}"),
            {"name", "schema_name", "arguments", "is_secure", "description"},
        ),
        (
            sql.show_shares("{share.share}"),
            {"created_on", "kind", "owner_account", "name", "database_name", "to", "owner", "comment"},
        ),
        (
            sql.show_grants_to_share("{share.share}"),
            {
                "created_on",
                "privilege",
                "granted_on",
                "name",
                "granted_to",
                "grantee_name",
                "grant_option",
                "granted_by",
            },
        ),
        ("DESCRIBE FUNCTION {share.database}.{share.schema}.TWICE(NUMBER)", {"property", "value"}),
    ],
)
def test_the_columns_that_the_portal_reads_are_there(statement: str, columns: set[str], place: Place) -> None:
    wanted = spec(place)
    reach(place, wanted)
    # The names stand between quotes because they are no names yet.
    text = statement.replace('"{', "{").replace('}"', "}").format(out=place.out, lake=place.lake, share=wanted)
    rows = place.provider.client.run(text).rows
    assert rows, text
    assert columns <= set(rows[0]), f"{text}: {sorted(rows[0])}"
