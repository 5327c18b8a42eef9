"""SYSTEM$ functions that other people's tools ask."""

from __future__ import annotations

import json

from tests.sandbox.conftest import Client, Open, Shared


def test_the_account_and_its_edition(admin: Client, log_in: Open) -> None:
    told = json.loads(admin.one("SELECT SYSTEM$BOOTSTRAP_DATA_REQUEST('ACCOUNT')"))
    assert told["serverVersion"] == admin.one("SELECT CURRENT_VERSION()")
    assert told["accountInfo"] == {
        "accountName": "PRV10001",
        "alias": "DATA",
        "organizationName": "ACME",
        "serviceLevelName": "ENTERPRISE",
    }
    small = json.loads(log_in("CUST-TWO").one("SELECT SYSTEM$BOOTSTRAP_DATA_REQUEST('ACCOUNT')"))
    assert small["accountInfo"]["serviceLevelName"] == "STANDARD"
    admin.refused("SELECT SYSTEM$BOOTSTRAP_DATA_REQUEST('DATABASES')", 2)


def test_all_accounts_of_a_share(shared: Shared, admin: Client, log_in: Open) -> None:
    """SHOW SHARES tells no more than three."""
    accounts = ["CUST.ONE", "CUST.TWO", "POOL.P2", "POOL.P1"]
    shared.add(*accounts)
    asked = f"SELECT SYSTEM$LIST_OUTBOUND_SHARES_DETAILS('{shared.share}') AS DETAILS"
    assert [entry["account_name"] for entry in json.loads(shared.owner.one(asked))] == accounts
    assert [entry["account_name"] for entry in json.loads(admin.one(asked))] == accounts
    log_in(role="PUBLIC").refused(asked, 2003)
    shared.owner.refused("SELECT SYSTEM$LIST_OUTBOUND_SHARES_DETAILS('NO_SUCH')", 2003)
    shared.owner.refused("SELECT SYSTEM$LIST_OUTBOUND_SHARES_DETAILS(CURRENT_USER())", 2)


def test_the_databases_that_came_from_shares(mounted: tuple[Shared, Client, str], log_in: Open) -> None:
    shared, customer, name = mounted
    told = {d["name"]: d["origin"] for d in json.loads(customer.one("SELECT SYSTEM$SHOW_IMPORTED_DATABASES()"))}
    assert told[name] == shared.name
    assert json.loads(log_in("EVIL-LAB").one("SELECT SYSTEM$SHOW_IMPORTED_DATABASES()")) == []


def test_an_unknown_one_is_refused(admin: Client) -> None:
    admin.refused("SELECT SYSTEM$NO_SUCH_THING()", 2140)
