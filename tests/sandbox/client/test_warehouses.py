"""Warehouses as names with properties: made, changed, shown, and who may do so."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.sandbox.client.test_sessions import SLOW
from tests.sandbox.conftest import Client, Open

_numbers = itertools.count(1)


@pytest.fixture
def name(admin: Client) -> str:
    made = f"W{next(_numbers)}"
    admin.run(f"CREATE WAREHOUSE {made}")
    return made


def shown(client: Client, name: str) -> dict[str, Any]:
    (row,) = client.table(f"SHOW WAREHOUSES LIKE '{name}'")
    return row


def test_columns_in_their_order(admin: Client, name: str) -> None:
    assert " ".join(shown(admin, name)) == (
        "name state type size min_cluster_count max_cluster_count started_clusters running queued is_default "
        "is_current auto_suspend auto_resume available provisioning quiescing other created_on resumed_on updated_on "
        "owner comment enable_query_acceleration query_acceleration_max_scale_factor resource_monitor actives "
        "pendings failed suspended uuid scaling_policy budget owner_role_type resource_constraint generation"
    )


def test_defaults(admin: Client, name: str) -> None:
    row = shown(admin, name)
    assert (row["state"], row["type"], row["size"], row["auto_suspend"]) == ("STARTED", "STANDARD", "X-Small", 600)
    assert (row["min_cluster_count"], row["max_cluster_count"], row["scaling_policy"]) == (1, 1, "STANDARD")
    assert (row["auto_resume"], row["is_current"], row["owner"]) == ("true", "Y", "ACCOUNTADMIN")
    assert (row["resource_monitor"], row["generation"]) == ("null", "1")


def test_what_is_said_is_shown(admin: Client) -> None:
    name = f"W{next(_numbers)}"
    admin.run(
        f"CREATE WAREHOUSE {name} WITH WAREHOUSE_TYPE = 'STANDARD' WAREHOUSE_SIZE = 'XXLARGE' AUTO_SUSPEND = 60 "
        "AUTO_RESUME = FALSE INITIALLY_SUSPENDED = TRUE GENERATION = '2' MIN_CLUSTER_COUNT = 2 MAX_CLUSTER_COUNT = 3 "
        "SCALING_POLICY = 'ECONOMY' ENABLE_QUERY_ACCELERATION = TRUE QUERY_ACCELERATION_MAX_SCALE_FACTOR = 4 "
        "COMMENT = 'big'"
    )
    row = shown(admin, name)
    assert (row["state"], row["size"], row["auto_suspend"], row["auto_resume"]) == (
        "SUSPENDED",
        "2X-Large",
        60,
        "false",
    )
    assert (row["min_cluster_count"], row["max_cluster_count"], row["scaling_policy"]) == (2, 3, "ECONOMY")
    assert (row["enable_query_acceleration"], row["query_acceleration_max_scale_factor"]) == ("true", 4)
    assert (row["resource_constraint"], row["comment"]) == ("STANDARD_GEN_2", "big")


def test_set_unset_and_null(admin: Client, name: str) -> None:
    admin.run(f"ALTER WAREHOUSE {name} SET WAREHOUSE_SIZE = MEDIUM, AUTO_SUSPEND = NULL, MAX_CONCURRENCY_LEVEL = 4")
    assert (shown(admin, name)["size"], shown(admin, name)["auto_suspend"]) == ("Medium", None)
    (level,) = admin.table(f"SHOW PARAMETERS LIKE 'MAX_CONC%' IN WAREHOUSE {name}")
    assert (level["value"], level["level"]) == ("4", "WAREHOUSE")
    admin.run(f"ALTER WAREHOUSE {name} SET MAX_CONCURRENCY_LEVEL = NULL", f"ALTER WAREHOUSE {name} UNSET AUTO_SUSPEND")
    (level,) = admin.table(f"SHOW PARAMETERS LIKE 'MAX_CONC%' IN WAREHOUSE {name}")
    assert (level["value"], level["level"]) == ("8", "")
    assert shown(admin, name)["auto_suspend"] == 600


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("WAREHOUSE_SIZE = 'HUGE'", 1008),
        ("SCALING_POLICY = 'RANDOM'", 1008),
        ("AUTO_SUSPEND = 'soon'", 1008),
        ("RESOURCE_MONITOR = M", 1420),
        ("INITIALLY_SUSPENDED = TRUE", 1420),
    ],
)
def test_what_it_does_not_take_is_refused(admin: Client, name: str, what: str, code: int) -> None:
    admin.refused(f"ALTER WAREHOUSE {name} SET {what}", code)


def test_suspend_resume_rename(admin: Client, name: str) -> None:
    admin.run(f"ALTER WAREHOUSE {name} SUSPEND")
    assert (shown(admin, name)["state"], shown(admin, name)["suspended"]) == ("SUSPENDED", 1)
    admin.run(f"ALTER WAREHOUSE {name} RESUME IF SUSPENDED", f"ALTER WAREHOUSE {name} RENAME TO {name}_NEW")
    assert shown(admin, f"{name}_NEW")["state"] == "STARTED"
    assert admin.one("SELECT CURRENT_WAREHOUSE()") == f"{name}_NEW"
    admin.refused(f"ALTER WAREHOUSE {name} SUSPEND", 2003)
    admin.run(f"ALTER WAREHOUSE IF EXISTS {name} SUSPEND")


def test_operate_and_modify_are_needed(admin: Client, log_in: Open, name: str) -> None:
    role = f"{name}_ROLE"
    admin.run(
        f"CREATE ROLE {role}", f"GRANT ROLE {role} TO USER ADMIN", f"GRANT USAGE ON WAREHOUSE {name} TO ROLE {role}"
    )
    user = log_in(role=role)
    user.refused(f"ALTER WAREHOUSE {name} SUSPEND", 3001)
    user.refused(f"ALTER WAREHOUSE {name} SET AUTO_SUSPEND = 1", 3001)
    admin.run(f"GRANT OPERATE, MODIFY ON WAREHOUSE {name} TO ROLE {role}")
    user.run(f"ALTER WAREHOUSE {name} SUSPEND", f"ALTER WAREHOUSE {name} SET AUTO_SUSPEND = 1")
    user.refused(f"ALTER WAREHOUSE {name} RENAME TO {name}_X", 3001)
    user.refused(f"DROP WAREHOUSE {name}", 3001)


def test_the_lower_limit_of_session_and_warehouse_holds(admin: Client, log_in: Open, name: str) -> None:
    admin.run(f"ALTER WAREHOUSE {name} SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
    client = log_in()
    client.run("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 3000", f"USE WAREHOUSE {name}")
    assert "1 second(s)" in client.refused(SLOW, 630, "57014")
