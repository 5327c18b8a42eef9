"""Parameters of sessions, users, databases, schemas, tables and warehouses: where they were set, what holds."""

from __future__ import annotations

import itertools

import pytest

from tests.sandbox.conftest import Client, Open

_numbers = itertools.count(1)


def shown(client: Client, name: str, scope: str) -> tuple[str, str, str, str]:
    (row,) = client.table(f"SHOW PARAMETERS LIKE '{name}' IN {scope}")
    return row["value"], row["default"], row["level"], row["type"]


def test_columns_and_defaults(admin: Client, database: str) -> None:
    rows = admin.table(f"SHOW PARAMETERS IN DATABASE {database}")
    assert list(rows[0]) == ["key", "value", "default", "level", "description", "type"]
    by_name = {r["key"]: (r["value"], r["level"], r["type"]) for r in rows}
    assert by_name["DATA_RETENTION_TIME_IN_DAYS"] == ("1", "", "NUMBER")
    assert by_name["LOG_LEVEL"] == ("OFF", "", "STRING")
    assert by_name["QUOTED_IDENTIFIERS_IGNORE_CASE"] == ("false", "", "BOOLEAN")
    assert "MAX_CONCURRENCY_LEVEL" not in by_name
    assert "PIPE_EXECUTION_PAUSED" not in by_name


def test_a_schema_takes_over_what_its_database_sets(admin: Client, database: str) -> None:
    admin.run(f"ALTER DATABASE {database} SET DATA_RETENTION_TIME_IN_DAYS = 5", f"CREATE SCHEMA {database}.S")
    assert shown(admin, "DATA_RETENTION%", f"SCHEMA {database}.S") == ("5", "1", "DATABASE", "NUMBER")
    admin.run(f"ALTER SCHEMA {database}.S SET DATA_RETENTION_TIME_IN_DAYS = 0")
    assert shown(admin, "DATA_RETENTION%", f"SCHEMA {database}.S") == ("0", "1", "SCHEMA", "NUMBER")
    admin.run(f"CREATE TABLE {database}.S.T (A INT)")
    assert shown(admin, "data_retention%", f"TABLE {database}.S.T") == ("0", "1", "SCHEMA", "NUMBER")
    admin.run(f"ALTER SCHEMA {database}.S UNSET DATA_RETENTION_TIME_IN_DAYS")
    assert shown(admin, "DATA_RETENTION%", f"SCHEMA {database}.S") == ("5", "1", "DATABASE", "NUMBER")


def test_show_tells_the_retention_that_holds(admin: Client, database: str) -> None:
    admin.run(
        f"ALTER DATABASE {database} SET DATA_RETENTION_TIME_IN_DAYS = 7", f"CREATE TABLE {database}.PUBLIC.T (A INT)"
    )
    (row,) = admin.table(f"SHOW DATABASES LIKE '{database}'")
    assert row["retention_time"] == "7"
    assert {r["retention_time"] for r in admin.table(f"SHOW TABLES IN DATABASE {database}")} == {"7"}
    (schema,) = admin.table(f"SHOW SCHEMAS LIKE 'PUBLIC' IN DATABASE {database}")
    assert schema["retention_time"] == "7"


def test_managed_access_is_an_option_of_the_schema(admin: Client, database: str) -> None:
    admin.run(f"CREATE SCHEMA {database}.M WITH MANAGED ACCESS")
    (schema,) = admin.table(f"SHOW SCHEMAS LIKE 'M' IN DATABASE {database}")
    assert schema["options"] == "MANAGED ACCESS"


def test_a_value_that_is_none_is_refused(admin: Client, database: str) -> None:
    text = admin.refused(f"ALTER DATABASE {database} SET LOG_LEVEL = 'LOUD'", 1008)
    assert "invalid value [LOUD] for parameter 'LOG_LEVEL'" in text
    admin.refused(f"ALTER DATABASE {database} SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE", 2)
    admin.refused(f"CREATE DATABASE {database}X LOG_LEVEL = 'LOUD'", 1008)
    assert admin.table(f"SHOW DATABASES LIKE '{database}X'") == []


def test_the_object_must_be_visible(admin: Client, svc: Client, database: str) -> None:
    svc.refused(f"SHOW PARAMETERS IN DATABASE {database}", 2003)
    svc.refused(f"SHOW PARAMETERS IN SCHEMA {database}.PUBLIC", 2003)
    svc.refused("SHOW PARAMETERS IN USER ADMIN", 3001)
    admin.refused("SHOW PARAMETERS IN PIPE X", 1003)


def test_a_user_starts_every_session_with_its_parameters(admin: Client, log_in: Open) -> None:
    name = f"TUNED{next(_numbers)}"
    admin.run(f"CREATE USER {name} PASSWORD = 's3cret!' QUERY_TAG = 'nightly' STATEMENT_TIMEOUT_IN_SECONDS = 900")
    tuned = log_in(user=name)
    assert shown(tuned, "QUERY_TAG", "SESSION") == ("nightly", "", "USER", "STRING")
    assert shown(admin, "STATEMENT_TIMEOUT_IN_SECONDS", f"USER {name}") == ("900", "172800", "USER", "NUMBER")
    tuned.run("ALTER SESSION SET QUERY_TAG = 'mine'")
    assert shown(tuned, "QUERY_TAG", "SESSION") == ("mine", "", "SESSION", "STRING")
    tuned.run("ALTER SESSION UNSET QUERY_TAG")
    assert shown(tuned, "QUERY_TAG", "SESSION") == ("nightly", "", "USER", "STRING")
    admin.run(f"ALTER USER {name} UNSET QUERY_TAG")
    assert shown(admin, "QUERY_TAG", f"USER {name}") == ("", "", "", "STRING")
    assert shown(log_in(user=name), "QUERY_TAG", "SESSION") == ("", "", "", "STRING")


@pytest.mark.parametrize(("what", "code"), [("QUERY_TAGG = 'x'", 1420), ("STATEMENT_TIMEOUT_IN_SECONDS = -1", 1003)])
def test_a_user_takes_no_unknown_parameter(admin: Client, what: str, code: int) -> None:
    name = f"UNTUNED{next(_numbers)}"
    admin.refused(f"CREATE USER {name} {what}", code)
    assert admin.table(f"SHOW USERS LIKE '{name}'") == []


def test_warehouse_and_account(admin: Client) -> None:
    admin.run("CREATE WAREHOUSE IF NOT EXISTS PAR_WH MAX_CONCURRENCY_LEVEL = 4")
    assert shown(admin, "MAX_CONCURRENCY_LEVEL", "WAREHOUSE PAR_WH") == ("4", "8", "WAREHOUSE", "NUMBER")
    assert shown(admin, "MAX_DATA_EXTENSION_TIME_IN_DAYS", "ACCOUNT") == ("14", "14", "", "NUMBER")
    assert shown(admin, "QUERY_TAG", "ACCOUNT") == ("", "", "", "STRING")
