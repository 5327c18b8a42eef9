"""Empties the database after a test that committed: by DELETE, and without making anew what no test changes.

Django's own way truncates every table, which on PostgreSQL costs a new file for each table and index, and then asks for
each content type and each permission whether it is there: together most of the time of a short test.
"""

from __future__ import annotations

from importlib import import_module

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

# Written by `migrate` from the models, and read only.
KEPT = {"django_content_type", "auth_permission", "django_site", "django_migrations"}


def empty_by_delete() -> None:
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        connection = connections[name]
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        connection.ops.execute_sql_flush(statements(connection, sorted(set(tables) - KEPT)))


def statements(connection: BaseDatabaseWrapper, tables: list[str]) -> list[str]:
    """For one transaction. The audit log's triggers, which refuse to delete, are out of force while it lasts."""
    quoted = [connection.ops.quote_name(table) for table in tables]
    deletes = [f"DELETE FROM {table}" for table in quoted]
    if connection.vendor == "sqlite":
        trigger = import_module("portal.audit.migrations.0003_sqlite_delete")
        return [trigger.DROP, *deletes, trigger.CREATE]
    # As TRUNCATE does, waits for processes of the test that have not ended. Foreign keys are triggers, too.
    lock = f"LOCK TABLE {', '.join(quoted)} IN ACCESS EXCLUSIVE MODE"
    return ["; ".join([lock, "SET LOCAL session_replication_role = replica", *deletes])]
