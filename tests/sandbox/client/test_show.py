"""SHOW, DESCRIBE and INFORMATION_SCHEMA: Snowflake's columns in Snowflake's order."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client

# From the page of each statement below docs.snowflake.com/en/sql-reference/sql/ (`show-databases` and so on).
# A ~ stands for a blank inside a name; the names in the statements are those of the world, or made by `things`.
_GRANTS = "created_on privilege granted_on name granted_to grantee_name grant_option granted_by"
_GRANTED = "created_on role granted_to grantee_name granted_by"
_FUNCTIONS = (
    "created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments "
    "description catalog_name is_table_function valid_for_clustering is_secure secrets external_access_integrations"
)
_TERSE = "created_on name kind database_name schema_name"
_KEYS = "created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment"
_DESCRIBED = (
    "name type kind null? default primary~key unique~key check expression comment policy~name privacy~domain "
    "name_mapping"
)
COLUMNS = {
    "SHOW DATABASES": "created_on name is_default is_current origin owner comment options retention_time kind budget "
    "object_visibility owner_role_type dropped_on",
    "SHOW TERSE DATABASES": _TERSE,
    "SHOW SCHEMAS": "created_on name is_default is_current database_name owner comment options retention_time "
    "owner_role_type budget dropped_on",
    "SHOW TERSE SCHEMAS": _TERSE,
    "SHOW TABLES": "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time "
    "automatic_clustering change_tracking search_optimization search_optimization_progress search_optimization_bytes "
    "is_external enable_schema_evolution owner_role_type is_event budget is_hybrid is_iceberg is_dynamic "
    "is_immutable dropped_on",
    "SHOW TERSE TABLES": _TERSE,
    "SHOW VIEWS": "created_on name reserved database_name schema_name owner comment text is_secure is_materialized "
    "owner_role_type change_tracking",
    "SHOW TERSE VIEWS": _TERSE,
    "SHOW TERSE OBJECTS": _TERSE,
    "SHOW COLUMNS IN TABLE LAKE.NYC.PLANES": "table_name schema_name column_name data_type null? default kind "
    "expression comment database_name autoincrement schema_evolution_record",
    "SHOW PRIMARY KEYS": _KEYS,
    "SHOW UNIQUE KEYS": _KEYS,
    "SHOW IMPORTED KEYS": "created_on pk_database_name pk_schema_name pk_table_name pk_column_name fk_database_name "
    "fk_schema_name fk_table_name fk_column_name key_sequence update_rule delete_rule fk_name pk_name deferrability "
    "rely comment",
    "SHOW USER FUNCTIONS": f"{_FUNCTIONS} is_external_function language is_memoizable is_data_metric",
    "SHOW PROCEDURES": _FUNCTIONS,
    "SHOW SEQUENCES": "name database_name schema_name next_value interval created_on owner comment owner_role_type "
    "ordered",
    "SHOW TAGS": "created_on name database_name schema_name owner comment allowed_values owner_role_type",
    "SHOW ROW ACCESS POLICIES": "created_on name database_name schema_name kind owner comment owner_role_type options",
    "SHOW MASKING POLICIES": "created_on name database_name schema_name kind owner comment owner_role_type options",
    "SHOW SHARES": "created_on kind owner_account name database_name to owner comment listing_global_name "
    "secure_objects_only",
    "SHOW GRANTS ON DATABASE LAKE": f"{_GRANTS} granted_by_role_type",
    "SHOW GRANTS TO ROLE SHARER": _GRANTS,
    "SHOW GRANTS OF ROLE SHARER": _GRANTED,
    "SHOW GRANTS TO USER SVC": _GRANTED,
    "SHOW FUTURE GRANTS IN DATABASE LAKE": "created_on privilege grant_on name grant_to grantee_name grant_option",
    "SHOW ROLES": "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles "
    "owner comment",
    "SHOW DATABASE ROLES IN DATABASE LAKE": "created_on name is_default is_current is_inherited granted_to_roles "
    "granted_to_database_roles granted_database_roles owner comment owner_role_type",
    "SHOW PARAMETERS": "key value default level description type",
    "SHOW VARIABLES": "session_id created_on updated_on name value type comment",
    "DESCRIBE TABLE LAKE.NYC.PLANES": _DESCRIBED,
    "DESCRIBE DATABASE LAKE": "created_on name kind",
    "DESCRIBE SCHEMA LAKE.NYC": "created_on name kind",
    "DESCRIBE USER SVC": "property value default description",
}


@pytest.mark.parametrize("sql", COLUMNS)
def test_columns(admin: Client, sql: str) -> None:
    admin.run("USE SCHEMA LAKE.NYC")
    with admin.connection.cursor() as cursor:
        cursor.execute(sql)
        assert [column[0] for column in cursor.description] == [name.replace("~", " ") for name in COLUMNS[sql].split()]


def test_terse_has_five_columns(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT)", "CREATE VIEW V AS SELECT A FROM T")
    admin.run("CREATE MATERIALIZED VIEW M AS SELECT A FROM T")
    asked = {
        "DATABASES": (f"LIKE '{database}'", [(database, "STANDARD", None, None)]),
        "SCHEMAS": ("LIKE 'PUBLIC'", [("PUBLIC", None, database, None)]),
        "TABLES": ("", [("T", "TABLE", database, "PUBLIC")]),
        "VIEWS": ("", [("M", "MATERIALIZED_VIEW", database, "PUBLIC"), ("V", "VIEW", database, "PUBLIC")]),
    }
    for kind, (rest, rows) in asked.items():
        found = admin.table(f"SHOW TERSE {kind} {rest}")
        assert list(found[0]) == ["created_on", "name", "kind", "database_name", "schema_name"]
        assert [tuple(row.values())[1:] for row in found] == rows


def test_history_shows_what_was_dropped(admin: Client, database: str) -> None:
    admin.run(
        "CREATE TABLE T (A INT) COMMENT = 'first'",
        "INSERT INTO T VALUES (1), (2)",
        "DROP TABLE T",
        "CREATE TABLE T (A INT)",
        "CREATE TABLE GONE_AT_ONCE (A INT) DATA_RETENTION_TIME_IN_DAYS = 0",
        "DROP TABLE GONE_AT_ONCE",
        "CREATE SCHEMA S",
        "CREATE TABLE S.INSIDE (A INT)",
        "DROP SCHEMA S",
        f"USE SCHEMA {database}.PUBLIC",
    )
    assert [r["dropped_on"] for r in admin.table("SHOW TABLES")] == [None]
    now, before = admin.table("SHOW TABLES HISTORY")
    assert (now["name"], now["rows"], now["dropped_on"]) == ("T", 0, None)
    assert (before["name"], before["rows"], before["comment"], before["owner"]) == ("T", 2, "first", "ACCOUNTADMIN")
    assert before["dropped_on"] >= before["created_on"]
    schemas = {r["name"]: r["dropped_on"] for r in admin.table(f"SHOW SCHEMAS HISTORY IN DATABASE {database}")}
    assert schemas["S"] is not None
    assert schemas["PUBLIC"] is None
    admin.run(f"DROP DATABASE {database}")
    assert admin.table(f"SHOW DATABASES LIKE '{database}'") == []
    (row,) = admin.table(f"SHOW DATABASES HISTORY LIKE '{database}'")
    assert row["dropped_on"] is not None
    admin.run(f"UNDROP DATABASE {database}")
    assert [r["dropped_on"] for r in admin.table(f"SHOW DATABASES HISTORY LIKE '{database}'")] == [None]


def test_like_ignores_case_and_knows_wild_cards(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE AB (X INT)", "CREATE TABLE A_B (X INT)", 'CREATE TABLE "aXb" (X INT)')
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'a_b'")] == ["A_B", "aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'a%'")] == ["AB", "A_B", "aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIKE 'A\\\\_B'")] == ["A_B"]
    assert [r["name"] for r in admin.table("SHOW TABLES STARTS WITH 'a'")] == ["aXb"]
    assert [r["name"] for r in admin.table("SHOW TABLES LIMIT 1 FROM 'AB'")] == ["A_B"]


def test_in_account_database_and_schema(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE HERE (X INT)", "CREATE SCHEMA OTHER", "CREATE TABLE THERE (X INT)")
    assert [r["name"] for r in admin.table("SHOW TABLES")] == ["THERE"]
    assert [r["name"] for r in admin.table(f"SHOW TABLES IN {database}.PUBLIC")] == ["HERE"]
    assert [r["name"] for r in admin.table(f"SHOW TABLES IN DATABASE {database}")] == ["THERE", "HERE"]
    assert {"FLIGHTS", "HERE"} <= {r["name"] for r in admin.table("SHOW TABLES IN ACCOUNT")}
    for kind in ("TABLES", "VIEWS", "OBJECTS", "COLUMNS", "SEQUENCES", "STAGES"):
        admin.refused(f"SHOW {kind} IN SCHEMA NO_SUCH", 2043, "02000")
        admin.refused(f"SHOW {kind} IN DATABASE NO_SUCH", 2043, "02000")
    admin.refused("SHOW SCHEMAS IN DATABASE NO_SUCH", 2043, "02000")
    for kind in ("USER FUNCTIONS", "PROCEDURES"):
        assert "'LAKE.NO_SUCH'" in admin.refused(f"SHOW {kind} IN SCHEMA LAKE.NO_SUCH", 2003, "02000")
        admin.refused(f"SHOW {kind} IN DATABASE NO_SUCH", 2003, "02000")
    admin.refused("SHOW DATABASE ROLES IN DATABASE NO_SUCH", 2003, "02000")


def test_tables_count_their_rows(admin: Client) -> None:
    (row,) = admin.table("SHOW TABLES LIKE 'FLIGHTS' IN SCHEMA LAKE.NYC")
    assert (row["rows"], row["kind"], row["owner"]) == (6, "TABLE", "ACCOUNTADMIN")


def test_comments_are_kept(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A INT COMMENT 'a column') COMMENT = 'a table'", "CREATE VIEW V AS SELECT A FROM T")
    admin.run(
        "COMMENT ON VIEW V IS 'a view'", "COMMENT ON COLUMN T.A IS 'another'", f"COMMENT ON DATABASE {database} IS 'd'"
    )
    assert admin.table("SHOW TABLES")[0]["comment"] == "a table"
    assert admin.table("SHOW VIEWS")[0]["comment"] == "a view"
    assert admin.table("DESCRIBE TABLE T")[0]["comment"] == "another"
    assert admin.table(f"SHOW DATABASES LIKE '{database}'")[0]["comment"] == "d"


def test_columns_of_a_table(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A NUMBER(5,2) NOT NULL, B VARCHAR(7))")
    first, second = admin.table("SHOW COLUMNS IN TABLE T")
    assert (first["column_name"], first["null?"]) == ("A", "false")
    assert first["data_type"] == '{"type":"FIXED","precision":5,"scale":2,"nullable":false}'
    assert '"length":7' in second["data_type"]


def test_information_schema(admin: Client, database: str) -> None:
    admin.run("CREATE TABLE T (A NUMBER(5,2), B VARCHAR(7))", "CREATE SECURE VIEW V AS SELECT B FROM T")
    tables = "SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1"
    assert admin.rows(tables) == [("T", "BASE TABLE"), ("V", "VIEW")]
    columns = admin.rows(
        f"SELECT COLUMN_NAME, DATA_TYPE, NUMERIC_PRECISION, CHARACTER_MAXIMUM_LENGTH "
        f"FROM {database}.information_schema.columns WHERE TABLE_NAME = 'T' ORDER BY ORDINAL_POSITION"
    )
    assert columns == [("A", "NUMBER", 5, None), ("B", "TEXT", None, 7)]
    assert admin.rows("SELECT IS_SECURE FROM INFORMATION_SCHEMA.VIEWS") == [("YES",)]
    admin.refused("SELECT * FROM INFORMATION_SCHEMA.NO_SUCH", 2003)


def test_what_is_missing_is_said_to_be_missing(admin: Client, database: str) -> None:
    for kind in ("TABLE", "VIEW"):
        assert "does not exist or not authorized" in admin.refused(f"DESCRIBE {kind} NOPE", 2003)
    admin.refused("DESCRIBE FUNCTION NOPE()", 2003)
    admin.refused("DESC USER NOPE", 2003)


def test_session_parameters(admin: Client) -> None:
    admin.run("ALTER SESSION SET QUERY_TAG = 'it''s me', STATEMENT_TIMEOUT_IN_SECONDS = 60")
    (row,) = admin.table("SHOW PARAMETERS LIKE 'query_tag'")
    assert (row["value"], row["default"], row["level"]) == ("it's me", "", "SESSION")
    admin.run("ALTER SESSION UNSET QUERY_TAG")
    assert admin.table("SHOW PARAMETERS LIKE 'QUERY_TAG'")[0]["value"] == ""
    admin.refused("ALTER SESSION SET NO_SUCH = 1", 1420)
    admin.refused("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 'soon'", 1008)
