"""Kinds of objects that nobody can make here: SHOW tells Snowflake's columns and, truly, no rows."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Client

# Some columns that SnowDDL and snowcap read of each.
READ = {
    "ALERTS": {"name", "schedule", "state", "condition", "action"},
    "BACKUP POLICIES": {"name", "schedule", "expire_after_days"},
    "DYNAMIC TABLES": {"name", "target_lag", "refresh_mode", "text"},
    "EVENT TABLES": {"name", "owner"},
    "EXTERNAL TABLES": {"name", "location", "file_format_type"},
    "HYBRID TABLES": {"name", "rows"},
    "ICEBERG TABLES": {"name", "external_volume_name", "base_location"},
    "NETWORK RULES": {"name", "type", "mode"},
    "PIPES": {"name", "definition", "pattern"},
    "PROJECTION POLICIES": {"name", "kind"},
    "SECRETS": {"name", "secret_type"},
    "SEMANTIC VIEWS": {"name", "extension"},
    "STREAMS": {"name", "source_type", "base_tables", "stale_after"},
    "TASKS": {"name", "schedule", "predecessors", "definition"},
    "USER PROCEDURES": {"name", "arguments", "is_secure"},
}


@pytest.mark.parametrize("kind", READ)
def test_columns_without_rows(admin: Client, database: str, kind: str) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(f"SHOW {kind} LIKE 'X%' IN SCHEMA {database}.PUBLIC")
        assert {column[0] for column in cursor.description} >= READ[kind]
        assert cursor.fetchall() == []
    admin.run(f"SHOW {kind} IN ACCOUNT", f"SHOW {kind} IN DATABASE {database}")


@pytest.mark.parametrize("kind", ["PIPES", "TASKS", "AS RESOURCE DYNAMIC TABLES"])
def test_the_scope_must_be_there(admin: Client, database: str, kind: str) -> None:
    admin.refused(f"SHOW {kind} IN SCHEMA {database}.NO_SUCH", 2043)
    admin.refused(f"SHOW {kind} IN DATABASE NO_SUCH_DATABASE", 2043)


@pytest.mark.parametrize("kind", ["NETWORK POLICIES", "RESOURCE MONITORS", "STORAGE INTEGRATIONS"])
def test_kinds_of_the_account(admin: Client, kind: str) -> None:
    admin.run(f"SHOW {kind}", f"SHOW {kind} LIKE '%'")
    admin.refused(f"SHOW {kind} IN SCHEMA X", 1003)


def test_one_as_a_resource(admin: Client, database: str) -> None:
    with admin.connection.cursor() as cursor:
        cursor.execute(f"SHOW AS RESOURCE DYNAMIC TABLES IN SCHEMA {database}.PUBLIC")
        assert [column[0] for column in cursor.description] == ["As Resource"]


def test_none_of_them_can_be_made(admin: Client, database: str) -> None:
    """That is what makes an empty listing true."""
    for statement in (
        "CREATE PIPE P AS COPY INTO T FROM @S",
        "CREATE TASK T AS SELECT 1",
        "CREATE ALERT A SCHEDULE = '1 MINUTE' IF (EXISTS (SELECT 1)) THEN SELECT 1",
        "CREATE NETWORK POLICY N ALLOWED_IP_LIST = ('1.2.3.4')",
        "CREATE RESOURCE MONITOR R WITH CREDIT_QUOTA = 1",
    ):
        admin.refused(statement, 2)
