"""`manage.py snowflake check` against real grants: each thing that is missing is named, and its remedy mends it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from shares.models import ProviderAccount
from tests.snowflake.builders import Scene
from tests.snowflake.world import PASSWORD, Snowflake

SECTION = """
[{name}]
account = "SKYLEDGER-DATA"
user = "{user}"
{secret}
role = "{role}"
warehouse = "FIRN_WH"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""


@pytest.fixture
def less(snowflake: Snowflake, scene: Scene, settings: Settings) -> Iterator[ProviderAccount]:
    """The account as a role sees it that may use the warehouse and nothing else."""
    snowflake.admin.run("CREATE ROLE FIRN_LESS")
    snowflake.admin.run("CREATE DATABASE LESS_OUT")
    snowflake.admin.run("GRANT USAGE ON WAREHOUSE FIRN_WH TO ROLE FIRN_LESS")
    snowflake.admin.run("GRANT ROLE FIRN_LESS TO USER FIRN_SVC")
    snowflake.admin.run("GRANT ROLE FIRN_LESS TO ROLE ACCOUNTADMIN")
    _sections(snowflake, settings)
    ProviderAccount.objects.update(connection_name="less", outbound_database="LESS_OUT")
    yield scene.provider
    snowflake.admin.run("DROP DATABASE LESS_OUT")
    snowflake.admin.run("DROP ROLE FIRN_LESS")


def _sections(snowflake: Snowflake, settings: Settings) -> None:
    file = snowflake.folder / "roles.toml"
    file.touch(mode=0o600)
    key, word = 'private_key_path = "firn.p8"', f'password = "{PASSWORD}"'
    file.write_text(
        snowflake.connections.read_text()
        + SECTION.format(name="less", user="FIRN_SVC", role="FIRN_LESS", secret=key, port=snowflake.port)
        + SECTION.format(name="admin", user="ADMIN", role="ACCOUNTADMIN", secret=word, port=snowflake.port)
    )
    settings.SNOWFLAKE_CONNECTIONS_FILE = file


def check(*arguments: str) -> tuple[str, str]:
    """What it prints, and with what it ends: "" when all is well."""
    out = io.StringIO()
    try:
        call_command("snowflake", "check", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_the_documented_role_has_what_it_needs_and_no_more(scene: Scene) -> None:
    told, failed = check("SKYLEDGER.DATA")
    assert failed == "", told
    assert "has what it needs, and no more" in told


def test_each_missing_privilege_is_named_and_its_statement_mends_it(
    less: ProviderAccount, snowflake: Snowflake
) -> None:
    told, failed = check()
    for words in (
        "lacks CREATE SHARE on the account. Without it no share can be made.",
        "lacks MANAGE SHARE TARGET on the account",
        "lacks IMPORT SHARE on the account",
        "lacks OWNERSHIP on database LESS_OUT",
        "lacks USAGE on database LAKE with the right to pass it on",
        "lacks USAGE on schema LAKE.NYC with the right to pass it on",
        "lacks SELECT on table LAKE.NYC.FLIGHTS with the right to pass it on",
        "lacks SELECT on table LAKE.NYC.AIRPORTS with the right to pass it on",
        "hint: FIRN_LESS lacks USAGE on database SNOWFLAKE",
        "hint: FIRN_LESS lacks REFERENCE_USAGE on database LAKE with the right to pass it on",
        "hint: FIRN_LESS lacks SELECT on future tables of schema LAKE.NYC with the right to pass it on",
        "hint: FIRN_LESS lacks SELECT on future views of schema LAKE.NYC with the right to pass it on",
        "hint: FIRN_LESS lacks SELECT on future dynamic tables of schema LAKE.NYC with the right to pass it on",
        "hint: FIRN_LESS lacks SELECT on future external tables of schema LAKE.NYC with the right to pass it on",
        "hint: FIRN_LESS lacks USAGE on future functions of schema LAKE.NYC. Without it one that is made later",
    ):
        assert words in told
    assert failed.startswith("8 to mend.")

    for line in told.splitlines():
        if line.startswith("    "):
            snowflake.admin.run(line.strip().rstrip(";"))
    told, failed = check()
    assert failed == "", told
    assert "lacks" not in told


def test_grants_of_a_whole_database_serve_its_schemas(less: ProviderAccount, snowflake: Snowflake) -> None:
    assert "SELECT on future tables of schema LAKE.NYC" in check()[0]
    snowflake.admin.run("GRANT SELECT ON FUTURE TABLES IN DATABASE LAKE TO ROLE FIRN_LESS WITH GRANT OPTION")
    told = check()[0]
    assert "SELECT on future tables of schema LAKE.NYC" not in told
    assert "SELECT on future views of schema LAKE.NYC" in told
    snowflake.admin.run("REVOKE SELECT ON FUTURE TABLES IN DATABASE LAKE FROM ROLE FIRN_LESS")


def test_what_the_role_may_not_see_of_later_grants_is_no_fault(scene: Scene, snowflake: Snowflake) -> None:
    with snowflake.control.armed("no-privilege", sql="SHOW FUTURE GRANTS"):
        told, failed = check()
    assert failed == "", told
    assert "hint: What FIRN is granted on what is made later cannot be seen by it." in told
    assert "future" not in told


def test_more_than_it_needs_is_named_with_the_way_back(less: ProviderAccount, snowflake: Snowflake) -> None:
    snowflake.admin.run("GRANT MANAGE GRANTS ON ACCOUNT TO ROLE FIRN_LESS")
    told, _ = check()
    assert "may do more than Firn needs: MANAGE GRANTS." in told
    assert "REVOKE MANAGE GRANTS ON ACCOUNT FROM ROLE FIRN_LESS;" in told


def test_an_administrator_s_role_is_refused_unless_told(snowflake: Snowflake, scene: Scene, settings: Settings) -> None:
    _sections(snowflake, settings)
    ProviderAccount.objects.update(connection_name="admin")
    told, failed = check()
    assert "signs in as ACCOUNTADMIN, which may do anything" in told
    assert failed.startswith("1 to mend.")
    assert check("--allow-accountadmin")[1] == ""


def test_who_has_no_key_at_all_is_told(snowflake: Snowflake, scene: Scene, settings: Settings) -> None:
    snowflake.admin.run(f"CREATE USER KEYLESS PASSWORD = '{PASSWORD}' DEFAULT_ROLE = FIRN")
    snowflake.admin.run("GRANT ROLE FIRN TO USER KEYLESS")
    file, word = snowflake.folder / "keyless.toml", f'password = "{PASSWORD}"'
    file.touch(mode=0o600)
    file.write_text(SECTION.format(name="data", user="KEYLESS", role="FIRN", secret=word, port=snowflake.port))
    settings.SNOWFLAKE_CONNECTIONS_FILE = file
    told = check()[0]
    with snowflake.control.armed("syntax-error", sql="SHOW USER KEY PAIRS"):
        older = check()[0]
    snowflake.admin.run("DROP USER KEYLESS")
    assert "KEYLESS signs in without a key pair, named ones included." in told
    assert "without a key pair, unless it has a named one: SHOW USER KEY PAIRS FOR USER KEYLESS." in older


def test_an_account_that_is_not_there_is_said(scene: Scene) -> None:
    assert "There is: SKYLEDGER.DATA" in check("NOBODY")[1]
