"""Logging in through ADBC."""

from __future__ import annotations

from pathlib import Path

import adbc_driver_snowflake.dbapi
import pytest

from tests.clients.adbc.conftest import Client, Open


def test_a_password_opens_a_session_of_the_account(admin: Client) -> None:
    assert admin.rows("SELECT CURRENT_ACCOUNT_NAME(), CURRENT_USER(), CURRENT_ROLE()") == [
        ("DATA", "ADMIN", "ACCOUNTADMIN")
    ]


def test_a_key_pair_opens_a_session(log_in: Open, world: Path) -> None:
    keys = {
        "adbc.snowflake.sql.auth_type": "auth_jwt",
        "adbc.snowflake.sql.client_option.jwt_private_key": str(world.parent / "svc.pem"),
    }
    service = log_in(user="SVC", options=keys)
    assert service.rows("SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE()") == [("SVC", "SHARER", "WH")]


def test_another_key_is_refused(log_in: Open, world: Path) -> None:
    keys = {
        "adbc.snowflake.sql.auth_type": "auth_jwt",
        "adbc.snowflake.sql.client_option.jwt_private_key": str(world.parent / "other.pem"),
    }
    with pytest.raises(adbc_driver_snowflake.dbapi.Error, match="390144"):
        log_in(user="SVC", options=keys)


def test_a_wrong_password_is_refused(log_in: Open) -> None:
    with pytest.raises(adbc_driver_snowflake.dbapi.Error, match="390100"):
        log_in(options={"password": "wrong"})


def test_role_database_and_schema_are_taken_at_login(log_in: Open) -> None:
    options = {
        "adbc.snowflake.sql.role": "ACCOUNTADMIN",
        "adbc.snowflake.sql.db": "LAKE",
        "adbc.snowflake.sql.schema": "NYC",
        "adbc.snowflake.sql.warehouse": "WH",
    }
    client = log_in(options=options)
    assert client.rows("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_WAREHOUSE()") == [("LAKE", "NYC", "WH")]
    assert client.connection.adbc_current_catalog == "LAKE"
    assert client.connection.adbc_current_db_schema == "NYC"


def test_a_role_that_was_not_granted_is_refused(log_in: Open, world: Path) -> None:
    keys = {
        "adbc.snowflake.sql.auth_type": "auth_jwt",
        "adbc.snowflake.sql.client_option.jwt_private_key": str(world.parent / "svc.pem"),
        "adbc.snowflake.sql.role": "ACCOUNTADMIN",
    }
    with pytest.raises(adbc_driver_snowflake.dbapi.Error, match="390189"):
        log_in(user="SVC", options=keys)


def test_catalog_and_schema_can_be_changed_in_the_session(admin: Client) -> None:
    admin.connection.adbc_current_catalog = "LAKE"
    admin.connection.adbc_current_db_schema = "NYC"
    assert admin.rows("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()") == [("LAKE", "NYC")]
    assert admin.rows("SELECT COUNT(*) FROM FLIGHTS") == [(6,)]
