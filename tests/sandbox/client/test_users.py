"""Users' properties: what is said is shown, NULL takes back, and who may look."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Client, Open

_numbers = itertools.count(1)


def new() -> str:
    return f"U{next(_numbers)}"


def shown(client: Client, name: str) -> dict[str, Any]:
    (row,) = [r for r in client.table(f"SHOW USERS LIKE '{name}'") if r["name"] == name]
    return row


def described(client: Client, name: str) -> dict[str, str]:
    return {r["property"]: r["value"] for r in client.table(f"DESCRIBE USER {name}")}


def test_columns_in_their_order(admin: Client) -> None:
    assert " ".join(shown(admin, "ADMIN")) == (
        "name created_on login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment "
        "disabled must_change_password snowflake_lock default_warehouse default_namespace default_role "
        "default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login "
        "expires_at_time locked_until_time has_password has_rsa_public_key type has_mfa has_pat has_workload_identity"
    )


def test_what_is_said_is_shown(admin: Client) -> None:
    name = new()
    admin.run(
        f"CREATE USER {name} LOGIN_NAME = 'log' DISPLAY_NAME = 'Display' FIRST_NAME = 'F' LAST_NAME = 'NULL' "
        "EMAIL = 'e@example.com' DISABLED = TRUE DEFAULT_NAMESPACE = 'DB.S' COMMENT = 'c' PASSWORD = 's3cret!'"
    )
    row = shown(admin, name)
    assert (row["login_name"], row["display_name"], row["first_name"]) == ("LOG", "Display", "F")
    assert (row["last_name"], row["email"], row["disabled"]) == ("NULL", "e@example.com", "true")
    assert (row["default_namespace"], row["comment"], row["has_password"]) == ("DB.S", "c", "true")
    assert (row["owner"], row["type"], row["has_rsa_public_key"]) == ("ACCOUNTADMIN", "PERSON", "false")
    told = described(admin, name)
    assert (told["LOGIN_NAME"], told["DISABLED"], told["PASSWORD"]) == ("LOG", "true", "********")
    assert (told["RSA_PUBLIC_KEY"], told["RSA_PUBLIC_KEY_FP"], told["MIDDLE_NAME"]) == ("null", "null", "null")


def test_null_takes_back(admin: Client) -> None:
    name = new()
    admin.run(f"CREATE USER {name} FIRST_NAME = 'F' COMMENT = 'c' QUERY_TAG = 't'")
    admin.run(f"ALTER USER {name} SET FIRST_NAME = NULL, COMMENT = NULL, QUERY_TAG = NULL, RSA_PUBLIC_KEY = NULL")
    assert (shown(admin, name)["first_name"], shown(admin, name)["comment"]) == ("", "")
    (tag,) = admin.table(f"SHOW PARAMETERS LIKE 'QUERY_TAG' IN USER {name}")
    assert (tag["value"], tag["level"]) == ("", "")


def test_the_key_is_told_as_it_was_set(admin: Client, svc: Client) -> None:
    told = described(admin, "SVC")
    assert (told["TYPE"], told["PASSWORD"]) == ("SERVICE", "null")
    assert told["RSA_PUBLIC_KEY_FP"].startswith("SHA256:")
    name = new()
    admin.run(f"CREATE USER {name} TYPE = SERVICE RSA_PUBLIC_KEY = '{told['RSA_PUBLIC_KEY']}'")
    assert described(admin, name)["RSA_PUBLIC_KEY_FP"] == told["RSA_PUBLIC_KEY_FP"]
    assert described(svc, "SVC") == told


def test_others_see_themselves_only(admin: Client, svc: Client, log_in: Open) -> None:
    assert [r["name"] for r in svc.table("SHOW USERS")] == ["SVC"]
    svc.refused("DESCRIBE USER ADMIN", 3001)
    role, name = new() + "_ROLE", new()
    admin.run(f"CREATE ROLE {role}", f"GRANT ROLE {role} TO USER ADMIN", f"GRANT CREATE USER ON ACCOUNT TO ROLE {role}")
    maker = log_in(role=role)
    maker.run("USE SECONDARY ROLES NONE", f"CREATE USER {name}")
    assert [r["name"] for r in maker.table("SHOW USERS")] == ["ADMIN", name]
    assert described(maker, name)["NAME"] == name


def test_the_login_name_logs_in(admin: Client, log_in: Open) -> None:
    name = new()
    admin.run(f"CREATE USER {name} LOGIN_NAME = '{name}@example.com' PASSWORD = 's3cret!'")
    assert log_in(user=f"{name.lower()}@example.com").one("SELECT CURRENT_USER()") == name
    with pytest.raises(Exception, match="Incorrect username or password"):
        log_in(user=name)


def test_a_login_name_with_dots_signs_in_by_key_pair(admin: Client, log_in: Open, world: Path) -> None:
    name, key = new(), described(admin, "SVC")["RSA_PUBLIC_KEY"]
    admin.run(f"CREATE USER {name} TYPE = SERVICE LOGIN_NAME = '{name}@key.example.com' RSA_PUBLIC_KEY = '{key}'")
    signed = {"private_key_file": str(world.parent / "svc.pem"), "authenticator": "SNOWFLAKE_JWT"}
    assert log_in(user=f"{name}@key.example.com", **signed).one("SELECT CURRENT_USER()") == name
