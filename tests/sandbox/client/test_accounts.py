"""Accounts: regions, addresses, the organization's view of them, and names that change."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.serving import PASSWORD, Server, account, connect, serving

_SECOND = f"""
[[account.user]]
name = "MULTI"
password = "{PASSWORD}"
roles = ["SYSADMIN", "USERADMIN"]
default_secondary_roles = "all"
"""
_WORLD = [
    account("DUO", "EAST", "SAME0001", "aws_us_east_1", "ENTERPRISE", _SECOND),
    account("DUO", "SOUTH_EU", "SAME0001", "AWS_EU_CENTRAL_1", "STANDARD"),
    account("GOV", "OPEN", "GOV10001", "AWS_US_WEST_2", "ENTERPRISE"),
    account("GOV", "CLOSED", "GOV10002", "AWS_US_GOV_WEST_2", "BUSINESS_CRITICAL"),
    account("OWN", "CLOUD", "OWN10001", "MOON_1", "ENTERPRISE"),
    '[[region]]\nsnowflake_region = "MOON_1"\ncloud = "lunar"\ncloud_region = "moon-1"\n',
    'display_name = "Moon (Tycho)"\n',
]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A sandbox with a locator in two regions, region groups, and a region of its own."""
    world: Path = tmp_path_factory.mktemp("regions") / "world.toml"
    world.write_text("".join(_WORLD))
    with serving(world) as running:
        yield running


_opened: list[Client] = []


def client(server: Server, name: str, user: str = "ADMIN") -> Client:
    _opened.append(Client(connect(server.port, name, user)))
    return _opened[-1]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().connection.close()


def logged_in(server: Server, name: str, query: str = "", host: str = "") -> int:
    """The status of a login request, as a driver sends it."""
    data = {"data": {"ACCOUNT_NAME": name, "LOGIN_NAME": "ADMIN", "PASSWORD": PASSWORD}}
    request = urllib.request.Request(
        f"{server.url}/session/v1/login-request?{query}",
        json.dumps(data).encode(),
        {"Content-Type": "application/json", **({"Host": host} if host else {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return 200 if json.loads(answer.read())["success"] else 0
    except urllib.error.HTTPError as error:
        return error.code


def test_a_locator_of_two_regions_needs_its_region(elsewhere: Server) -> None:
    assert logged_in(elsewhere, "SAME0001") == 404
    assert logged_in(elsewhere, "SAME0001.us-east-1") == 200
    assert logged_in(elsewhere, "same0001.eu-central-1") == 200
    assert logged_in(elsewhere, "SAME0001.us-west-2") == 404
    assert logged_in(elsewhere, "SAME0001", "region=eu-central-1") == 200
    assert logged_in(elsewhere, "SAME0001", host="same0001.us-east-1.snowflakecomputing.com") == 200
    assert logged_in(elsewhere, "GOV10001") == 200
    assert logged_in(elsewhere, "GOV10002.us-west-2-gov.aws") == 200


def test_a_bare_locator_means_the_providers_own_region(elsewhere: Server) -> None:
    admin = client(elsewhere, "DUO-EAST")
    admin.run("CREATE DATABASE D", "CREATE SHARE S", "GRANT USAGE ON DATABASE D TO SHARE S")
    text = admin.refused("ALTER SHARE S ADD ACCOUNTS = SAME0001", 3516)
    assert "Following accounts cannot be added to this share: SAME0001." in text


def test_who_am_i(elsewhere: Server) -> None:
    who = "SELECT CURRENT_ORGANIZATION_NAME(), CURRENT_ACCOUNT_NAME(), CURRENT_ACCOUNT(), CURRENT_REGION()"
    assert client(elsewhere, "DUO-SOUTH_EU").rows(who) == [("DUO", "SOUTH_EU", "SAME0001", "AWS_EU_CENTRAL_1")]
    assert client(elsewhere, "OWN-CLOUD").rows(who) == [("OWN", "CLOUD", "OWN10001", "MOON_1")]


def test_the_region_has_its_group_when_the_organization_has_several(elsewhere: Server) -> None:
    admin = client(elsewhere, "GOV-OPEN")
    assert admin.one("SELECT CURRENT_REGION()") == "PUBLIC.AWS_US_WEST_2"
    (row,) = admin.table("SHOW REGIONS LIKE 'aws_us_west_2'")
    assert list(row) == ["region_group", "snowflake_region", "cloud", "region", "display_name"]


def test_show_regions(elsewhere: Server) -> None:
    admin = client(elsewhere, "DUO-EAST")
    assert admin.table("SHOW REGIONS LIKE 'MOON%'") == [
        {"snowflake_region": "MOON_1", "cloud": "lunar", "region": "moon-1", "display_name": "Moon (Tycho)"}
    ]
    assert admin.rows("SHOW REGIONS LIKE 'AWS_US_WEST_2'") == [
        ("AWS_US_WEST_2", "aws", "us-west-2", "US West (Oregon)")
    ]
    assert len(admin.rows("SHOW REGIONS")) == 57


def test_show_accounts_is_for_the_organizations_administrator(elsewhere: Server) -> None:
    admin = client(elsewhere, "DUO-EAST")
    admin.refused("SHOW ACCOUNTS", 3001, "42501")
    admin.run("GRANT ROLE ORGADMIN TO USER ADMIN", "USE ROLE ORGADMIN")
    east, eu = admin.table("SHOW ACCOUNTS")
    assert (east["account_name"], east["edition"], east["is_org_admin"]) == ("EAST", "ENTERPRISE", "true")
    assert (eu["account_locator"], eu["snowflake_region"]) == ("SAME0001", "AWS_EU_CENTRAL_1")
    assert eu["account_url"] == "https://duo-south-eu.snowflakecomputing.com"
    assert eu["account_locator_url"] == "https://same0001.eu-central-1.snowflakecomputing.com"
    assert [r["account_name"] for r in admin.table("SHOW ORGANIZATION ACCOUNTS LIKE 'so%'")] == ["SOUTH_EU"]


def test_show_replication_accounts(elsewhere: Server) -> None:
    (row,) = client(elsewhere, "DUO-EAST").table("SHOW REPLICATION ACCOUNTS LIKE 'EAST'")
    assert " ".join(row) == (
        "snowflake_region created_on account_name account_locator comment organization_name is_org_admin"
    )
    assert (row["snowflake_region"], row["organization_name"]) == ("AWS_US_EAST_1", "DUO")


def test_a_renamed_account_keeps_its_old_address(elsewhere: Server) -> None:
    admin = client(elsewhere, "GOV-OPEN")
    admin.run("GRANT ROLE ORGADMIN TO USER ADMIN", "USE ROLE ORGADMIN")
    admin.refused("ALTER ACCOUNT OPEN RENAME TO CLOSED", 2002)
    admin.refused('ALTER ACCOUNT OPEN RENAME TO "a-b"', 90348, "42602")
    admin.run("ALTER ACCOUNT OPEN RENAME TO WIDE SAVE_OLD_URL = TRUE")
    assert admin.one("SELECT CURRENT_ACCOUNT_NAME()") == "WIDE"
    (row,) = admin.table("SHOW ACCOUNTS LIKE 'WIDE'")
    assert row["old_account_url"] == "https://gov-open.snowflakecomputing.com"
    assert [logged_in(elsewhere, name) for name in ("GOV-WIDE", "GOV-OPEN", "GOV-NARROW")] == [200, 200, 404]
    admin.run("ALTER ACCOUNT WIDE RENAME TO OPEN SAVE_OLD_URL = FALSE")
    assert logged_in(elsewhere, "GOV-WIDE") == 404


def test_a_user_of_the_world_may_have_secondary_roles(elsewhere: Server) -> None:
    multi = client(elsewhere, "DUO-EAST", "MULTI")
    assert multi.one("SELECT CURRENT_SECONDARY_ROLES()") == '{"roles":"USERADMIN","value":"ALL"}'
    assert client(elsewhere, "DUO-EAST").one("SELECT CURRENT_SECONDARY_ROLES()") == '{"roles":"","value":""}'


def test_only_the_first_account_manages_the_organization(elsewhere: Server) -> None:
    client(elsewhere, "DUO-SOUTH_EU").refused("GRANT ROLE ORGADMIN TO USER ADMIN", 2003)
