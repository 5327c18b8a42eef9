"""Every statement is one statement, whatever names, keys and comments people invent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shares.core.names import BadName
from shares.core.spec import AccountRef, FunctionSpec, Granted, ViewSpec
from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    RemoveAccounts,
    Revoke,
)
from shares.snowflake import customer_sql, lake_sql, sql
from tests.unit.shapes import CUSTOMER, airports, flights, punctuality
from tests.unit.test_names import NAME, TEXT
from tests.unit.tokens import STRING, is_one_statement, tokens, words

many = settings(max_examples=400, deadline=None, derandomize=True, database=None)
HOSTILE = r"""it's \'; DROP SHARE S; -- "x" /* $$"""


@st.composite
def actions(draw: st.DrawFn) -> Action:
    """Any action with the worst names, keys and comments."""
    database, schema, name, comment = draw(NAME), draw(NAME), draw(NAME), draw(TEXT)
    path = (database, schema, name)
    view = ViewSpec(name, path, tuple(draw(st.lists(NAME, min_size=1, max_size=3))), "", "", draw(NAME), (draw(TEXT),))
    view = replace(view, definition=sql.select(view))
    assume("(" not in name)
    arguments = tuple(
        (draw(NAME), kind) for kind in draw(st.lists(st.sampled_from(["VARCHAR", "NUMBER(2,0)"]), max_size=2))
    )
    function = FunctionSpec(name, arguments, "TABLE (X VARCHAR)", draw(TEXT))
    granted = draw(
        st.sampled_from(
            [
                Granted("SELECT", "VIEW", path),
                Granted("USAGE", "FUNCTION", (database, schema, name + function.signature)),
                Granted("USAGE", "DATABASE_ROLE", (database, name)),
                Granted("SELECT", "EXTERNAL_TABLE", path),
                Granted("REFERENCE_USAGE", "DATABASE", (database,)),
            ]
        )
    )
    made: list[Action] = [
        CreateSchema((database, schema), comment),
        CreateView(path, view, comment, draw(st.booleans())),
        CreateFunction(path, function, comment, draw(st.booleans())),
        CreateShare(name, comment),
        Grant(granted, schema),
        Revoke(granted, schema),
        AddAccounts(name, (AccountRef(database, schema), AccountRef(locator=name))),
        Drop("FUNCTION", (database, schema, name + function.signature)),
        Drop("VIEW", path),
    ]
    return draw(st.sampled_from(made))


@many
@given(actions())
def test_any_action_is_exactly_one_statement(action: Action) -> None:
    assert is_one_statement(sql.render(action))


@many
@given(TEXT, NAME)
def test_a_comment_is_one_string_of_the_statement(comment: str, name: str) -> None:
    found = words(sql.render(CreateShare(name, comment)))
    assert found[-1] == (STRING, comment)
    assert sum(kind is STRING for kind, _ in found) == 1


@many
@given(st.lists(TEXT, min_size=1, max_size=5), NAME)
def test_each_tenant_key_is_one_string_of_the_filter(keys: list[str], column: str) -> None:
    view = ViewSpec("V", ("A", "B", "C"), ("X",), "", "", column, tuple(keys))
    for text in (sql.select(view), sql.reading(view)):
        assert is_one_statement(text)
    assert [text for kind, text in words(sql.select(view)) if kind is STRING] == keys
    assert [text for kind, text in words(sql.leak_test(view, "D", "S")) if kind is STRING] == keys


@many
@given(NAME, NAME, NAME)
def test_every_look_is_one_statement(database: str, schema: str, name: str) -> None:
    view = ViewSpec(name, (database, schema, name), (name,), "", freshness_column=name)
    looks = [
        sql.show_databases(name),
        sql.show_schemas(database, name),
        sql.show_views(database, schema),
        sql.show_schema_tables(database, schema),
        sql.show_functions(database, schema),
        sql.show_shares(name),
        sql.show_grants_to_share(name),
        sql.show_grants_of_share(name),
        lake_sql.show_tables(database),
        lake_sql.show_tables(database, schema),
        lake_sql.show_views(database),
        lake_sql.show_schemas(database),
        lake_sql.show_functions(database, schema),
        lake_sql.describe_table((database, schema, name), "TABLE"),
        lake_sql.column_tags((database, schema, name)),
        sql.pretend(AccountRef(locator=name)),
        sql.leak_test(view, database, schema),
        sql.reading(view),
    ]
    for text in looks:
        assert is_one_statement(text), text


@pytest.mark.parametrize(
    "text",
    [
        customer_sql.mount("FLIGHTS", "FIRN.PROVIDER", "S"),
        customer_sql.imported_privileges("FLIGHTS", "ANALYST"),
        customer_sql.first_rows("FLIGHTS", "S", "V"),
        sql.WHO,
        sql.STOP_PRETENDING,
    ],
)
def test_what_people_copy_is_one_statement(text: str) -> None:
    assert is_one_statement(text.removesuffix(";"))


PATH = ("D", "S", "V")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (CreateSchema(("D", "S"), "m"), "CREATE SCHEMA D.S COMMENT = 'm'"),
        (CreateShare("X", "m"), "CREATE SHARE X COMMENT = 'm'"),
        (Grant(Granted("SELECT", "VIEW", PATH), "X"), "GRANT SELECT ON VIEW D.S.V TO SHARE X"),
        (
            Grant(Granted("USAGE", "FUNCTION", ("D", "S", "F(A, B)")), "X"),
            "GRANT USAGE ON FUNCTION D.S.F(A, B) TO SHARE X",
        ),
        (Grant(Granted("USAGE", "FUNCTION", ("D", "S", "f()")), "X"), 'GRANT USAGE ON FUNCTION D.S."f"() TO SHARE X'),
        (Grant(Granted("REFERENCE_USAGE", "DATABASE", ("D",)), "X"), "GRANT REFERENCE_USAGE ON DATABASE D TO SHARE X"),
        (Revoke(Granted("SELECT", "DYNAMIC_TABLE", PATH), "X"), "REVOKE SELECT ON DYNAMIC TABLE D.S.V FROM SHARE X"),
        (Revoke(Granted("USAGE", "DATABASE_ROLE", ("D", "R")), "X"), "REVOKE DATABASE ROLE D.R FROM SHARE X"),
        (AddAccounts("X", (CUSTOMER,)), "ALTER SHARE X ADD ACCOUNTS = UNITED.ANALYTICS"),
        (AddAccounts("X", (AccountRef(locator="UA1"), CUSTOMER)), "ALTER SHARE X ADD ACCOUNTS = UA1, UNITED.ANALYTICS"),
        (RemoveAccounts("X", ("A.B", "UA1")), "ALTER SHARE X REMOVE ACCOUNTS = A.B, UA1"),
        (RemoveAccounts("X", ("A.b c",)), 'ALTER SHARE X REMOVE ACCOUNTS = A."b c"'),
        (Drop("SHARE", ("X",)), "DROP SHARE X"),
        (Drop("SCHEMA", ("D", "S")), "DROP SCHEMA D.S"),
        (Drop("VIEW", PATH), "DROP VIEW D.S.V"),
        (Drop("FUNCTION", ("D", "S", "F(NUMBER)")), "DROP FUNCTION D.S.F(NUMBER)"),
    ],
)
def test_an_action_reads_like_this(action: Action, expected: str) -> None:
    assert sql.render(action) == expected


def test_a_new_view_is_secure_and_replaces_nothing() -> None:
    text = sql.render(CreateView(PATH, airports(), "m", replace=False))
    assert text.startswith("CREATE SECURE VIEW D.S.V\nCOMMENT = 'm'\nAS\nSELECT FAA")
    assert "GRANTS" not in text


def test_a_replaced_view_keeps_its_grants() -> None:
    text = sql.render(CreateView(PATH, airports(), "m", replace=True))
    assert text.startswith("CREATE OR REPLACE SECURE VIEW D.S.V\nCOPY GRANTS\nCOMMENT = 'm'\nAS\n")


def test_a_replaced_function_keeps_its_grants_and_says_so_before_returns() -> None:
    text = sql.render(CreateFunction(("D", "S", "F"), punctuality(), "m", replace=True))
    assert text.splitlines()[:4] == [
        "CREATE OR REPLACE SECURE FUNCTION D.S.F(PLACE STRING, MONTH NUMBER(2,0))",
        "COPY GRANTS",
        "RETURNS FLOAT",
        "COMMENT = 'm'",
    ]


def test_a_new_function_is_secure_and_holds_its_body_in_one_string() -> None:
    function = replace(punctuality(), definition=HOSTILE)
    text = sql.render(CreateFunction(("D", "S", "F"), function, "m", replace=False))
    assert text.startswith("CREATE SECURE FUNCTION D.S.F(")
    assert words(text)[-1] == (STRING, HOSTILE)
    assert "GRANTS" not in text


@pytest.mark.parametrize(
    "action",
    [
        Grant(Granted("SELECT; DROP", "VIEW", PATH), "X"),
        Grant(Granted("SELECT", "VIEW V; DROP SHARE X --", PATH), "X"),
        Grant(Granted("select", "VIEW", PATH), "X"),
        Drop("VIEW IF EXISTS A; DROP VIEW", PATH),
        Revoke(Granted("USAGE", "FUNCTION", ("D", "S", "F(X;DROP/**/TABLE/**/Y)")), "X"),
        Revoke(Granted("USAGE", "FUNCTION", ("D", "S", "F")), "X"),
        Revoke(Granted("USAGE", "FUNCTION", ("D", "S", "F(NUMBER)(NUMBER)")), "X"),
        RemoveAccounts("X", ("A.",)),
        CreateFunction(("D", "S", "F"), replace(punctuality(), returns="FLOAT AS 'SELECT 1'; --"), "m", False),
        CreateFunction(("D", "S", "F"), replace(punctuality(), arguments=(("A", "FLOAT) --"),)), "m", False),
    ],
)
def test_what_is_not_quoted_is_checked(action: Action) -> None:
    with pytest.raises(BadName):
        sql.render(action)


def test_a_view_lists_its_columns_and_filters_its_tenant() -> None:
    assert sql.select(flights("DL", "it's")) == (
        "SELECT CARRIER,\n       FLIGHT,\n       ORIGIN\nFROM LAKE.NYC.FLIGHTS\nWHERE CARRIER IN ('DL', 'it''s')"
    )


def test_reference_data_has_no_filter() -> None:
    assert sql.select(airports()) == "SELECT FAA,\n       NAME\nFROM REFERENCE.PUBLIC.AIRPORTS"


def test_a_tenant_column_without_keys_never_selects_everything() -> None:
    text = sql.select(replace(flights(), tenant_keys=()))
    assert text.endswith("WHERE CARRIER IN ()")


def test_the_leak_test_counts_strangers_rows_and_rows_of_nobody() -> None:
    view = replace(flights(), freshness_column="TIME_HOUR")
    assert sql.leak_test(view, "D", "S") == (
        "SELECT COUNT(*) AS ROW_COUNT, COUNT_IF(CARRIER IS NULL OR CARRIER NOT IN ('UA')) AS FOREIGN_COUNT, "
        "COUNT_IF(CARRIER IS NULL) AS NULL_COUNT, MAX(TIME_HOUR) AS NEWEST\nFROM D.S.FLIGHTS"
    )


def test_a_masked_column_is_empty_and_the_leak_test_sees_that_it_is() -> None:
    view = replace(flights("DL"), masked=(("ORIGIN", "VARCHAR(3)"), ("FLIGHT", "")))
    assert sql.select(view) == (
        "SELECT CARRIER,\n       CAST(NULL AS VARCHAR) AS FLIGHT,\n       CAST(NULL AS VARCHAR(3)) AS ORIGIN\n"
        "FROM LAKE.NYC.FLIGHTS\nWHERE CARRIER IN ('DL')"
    )
    assert sql.leak_test(view, "D", "S") == (
        "SELECT COUNT(*) AS ROW_COUNT, COUNT_IF(CARRIER IS NULL OR CARRIER NOT IN ('DL')) AS FOREIGN_COUNT, "
        "COUNT_IF(CARRIER IS NULL) AS NULL_COUNT, NULL AS NEWEST,\n"
        "       COUNT_IF(ORIGIN IS NOT NULL OR FLIGHT IS NOT NULL) AS UNMASKED_COUNT\nFROM D.S.FLIGHTS"
    )
    assert "UNMASKED" not in sql.reading(view)


def test_the_leak_test_of_reference_data_has_no_strangers() -> None:
    assert sql.leak_test(airports(), "D", "S") == (
        "SELECT COUNT(*) AS ROW_COUNT, 0 AS FOREIGN_COUNT, 0 AS NULL_COUNT, NULL AS NEWEST\nFROM D.S.AIRPORTS"
    )


def test_a_reading_counts_at_the_source_what_the_view_would_show() -> None:
    assert sql.reading(flights()).endswith("\nFROM LAKE.NYC.FLIGHTS\nWHERE CARRIER IN ('UA')")
    assert sql.reading(airports()).endswith("NULL AS NEWEST, NULL AS OLDEST\nFROM REFERENCE.PUBLIC.AIRPORTS")
    dated = sql.reading(replace(flights(), freshness_column="TIME_HOUR"))
    assert "MAX(TIME_HOUR) AS NEWEST, MIN(TIME_HOUR) AS OLDEST\nFROM" in dated


def test_a_function_reads_the_share_s_own_views() -> None:
    bare = replace(punctuality(), reads=("FLIGHTS", "odd"))
    body = sql.function_body(bare, " SELECT * FROM {{FLIGHTS}} JOIN {{odd}} JOIN {{OTHER}} \n", "D", "S")
    assert body == 'SELECT * FROM D.S.FLIGHTS JOIN D.S."odd" JOIN {{OTHER}}'


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (CUSTOMER, "'UA12345'"),
        (AccountRef("UNITED", "ANALYTICS"), "'ANALYTICS'"),
        (AccountRef(locator="X'Y"), "'X''Y'"),
    ],
)
def test_the_session_pretends_to_be_the_locator_where_it_is_known(ref: AccountRef, expected: str) -> None:
    assert sql.pretend(ref) == f"ALTER SESSION SET SIMULATED_DATA_SHARING_CONSUMER = {expected}"


def test_a_mount_names_provider_and_share_part_by_part() -> None:
    assert (
        customer_sql.mount("flights", "FIRN.PROVIDER", "S") == 'CREATE DATABASE "flights" FROM SHARE FIRN.PROVIDER.S;'
    )


@pytest.mark.parametrize(
    ("look", "arguments", "expected"),
    [
        (sql.show_databases, ("D",), "SHOW DATABASES LIKE 'D'"),
        (
            sql.comment_on_database,
            (
                "D",
                "it's",
            ),
            "COMMENT ON DATABASE D IS 'it''s'",
        ),
        (
            sql.show_schemas,
            (
                "D",
                "S",
            ),
            "SHOW SCHEMAS LIKE 'S' IN DATABASE D",
        ),
        (
            sql.show_views,
            (
                "D",
                "S",
            ),
            "SHOW VIEWS IN SCHEMA D.S",
        ),
        (
            sql.show_schema_tables,
            (
                "D",
                "S",
            ),
            "SHOW TABLES IN SCHEMA D.S",
        ),
        (
            sql.show_functions,
            (
                "D",
                "S",
            ),
            "SHOW USER FUNCTIONS IN SCHEMA D.S",
        ),
        (sql.show_all_views, ("D",), "SHOW VIEWS IN DATABASE D LIMIT 10000"),
        (sql.show_all_functions, ("D",), "SHOW USER FUNCTIONS IN DATABASE D"),
        (
            sql.show_views_called,
            (
                "D",
                "V",
            ),
            "SHOW VIEWS LIKE 'V' IN DATABASE D LIMIT 10000",
        ),
        (
            sql.show_columns,
            (
                "D",
                "S",
            ),
            "SHOW COLUMNS IN SCHEMA D.S",
        ),
        (sql.show_columns_of, ("VIEW", ("D", "S", "v")), 'SHOW COLUMNS IN VIEW D.S."v"'),
        (sql.show_shares, ("X",), "SHOW SHARES LIKE 'X'"),
        (sql.show_shares_page, ("S_",), "SHOW SHARES STARTS WITH 'S_' LIMIT 10000"),
        (
            sql.show_shares_page,
            (
                "S_",
                "S_9",
            ),
            "SHOW SHARES STARTS WITH 'S_' LIMIT 10000 FROM 'S_9'",
        ),
        (
            sql.describe_function,
            (
                "D",
                "S",
                "F(NUMBER)",
            ),
            "DESCRIBE FUNCTION D.S.F(NUMBER)",
        ),
        (sql.show_grants_to_share, ("X",), "SHOW GRANTS TO SHARE X"),
        (sql.show_grants_of_share, ("X",), "SHOW GRANTS OF SHARE X"),
        (sql.show_grants_on_database, ("X",), "SHOW GRANTS ON DATABASE X"),
        (sql.constant, ("CODE", "it's"), "SELECT 'it''s' AS CODE"),
        (
            customer_sql.imported_privileges,
            (
                "D",
                "R",
            ),
            "GRANT IMPORTED PRIVILEGES ON DATABASE D TO ROLE R;",
        ),
        (
            customer_sql.first_rows,
            (
                "D",
                "S",
                "V",
            ),
            "SELECT *\nFROM D.S.V\nLIMIT 10;",
        ),
        (lake_sql.show_tables, ("d",), 'SHOW TABLES IN DATABASE "d" LIMIT 10000'),
        (lake_sql.show_views, ("d",), 'SHOW VIEWS IN DATABASE "d" LIMIT 10000'),
        (lake_sql.show_views, ("d", "s"), 'SHOW VIEWS IN SCHEMA "d"."s" LIMIT 10000'),
        (lake_sql.show_schemas, ("d",), 'SHOW SCHEMAS IN DATABASE "d" LIMIT 10000'),
        (lake_sql.show_functions, ("D", "s"), 'SHOW USER FUNCTIONS IN SCHEMA D."s"'),
        (
            lake_sql.describe_table,
            (
                ("D", "S", "V"),
                "VIEW",
            ),
            "DESCRIBE VIEW D.S.V",
        ),
        (
            sql.views_beyond,
            (
                "D",
                "S",
            ),
            "SELECT TABLE_SCHEMA AS SCHEMA_NAME, TABLE_NAME AS NAME, VIEW_DEFINITION AS TEXT, IS_SECURE, COMMENT,\n"
            "       CREATED AS CREATED_ON\nFROM D.INFORMATION_SCHEMA.VIEWS\nWHERE TABLE_SCHEMA > 'S'",
        ),
        (
            sql.changed_grants,
            ("2026-01-01",),
            "SELECT SHARE_NAME, MAX(GREATEST(CREATED_ON, COALESCE(DELETED_ON, CREATED_ON))) AS CHANGED_ON\n"
            "FROM SNOWFLAKE.ACCOUNT_USAGE.GRANTS_TO_SHARES\n"
            "WHERE GREATEST(CREATED_ON, COALESCE(DELETED_ON, CREATED_ON)) >= TO_TIMESTAMP_LTZ('2026-01-01')\n"
            "GROUP BY SHARE_NAME",
        ),
    ],
)
def test_looks_are_the_documented_ones(look: Callable[..., str], arguments: tuple[Any, ...], expected: str) -> None:
    assert look(*arguments) == expected


def test_what_is_no_kind_of_object_is_named_in_the_refusal() -> None:
    with pytest.raises(BadName, match=r"Neither a privilege nor a kind of object: '#{60}'$"):
        sql.render(Drop("#" * 90, PATH))


def test_the_judge_counts_two_statements_as_two() -> None:
    assert not is_one_statement("SELECT 1; SELECT 2")
    assert not is_one_statement("SELECT 1 -- more")
    assert is_one_statement("SELECT ';--'")
    assert len(tokens("SELECT 1")) == 2


def test_a_sample_shows_the_newest_rows_where_it_is_known_which_they_are() -> None:
    source = ("SHARED", "S", "FLIGHTS")
    where = "FROM SHARED.S.FLIGHTS\nWHERE CARRIER IN ('UA')"
    assert sql.sample(flights(), source, 5).endswith(f"{where}\nLIMIT 5")
    dated = replace(flights(), freshness_column="TIME_HOUR")
    assert sql.sample(dated, source, 5).endswith(f"{where}\nORDER BY TIME_HOUR DESC NULLS LAST\nLIMIT 5")
