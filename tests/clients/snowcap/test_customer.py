"""The customer's side: a database from the share, declared. snowcap grants nothing to shares: that is done by hand."""

from __future__ import annotations

import pytest

from tests.clients.snowcap.conftest import Manager
from tests.sandbox.conftest import Client


@pytest.fixture(scope="module", autouse=True)
def shared(sender: Manager, admin: Client) -> None:
    sender.apply()
    admin.run(
        "GRANT USAGE ON DATABASE OUT_DB TO SHARE UNITED",
        "GRANT USAGE ON SCHEMA OUT_DB.DATA TO SHARE UNITED",
        "GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE UNITED",
        "GRANT SELECT ON VIEW OUT_DB.DATA.DELAYS TO SHARE UNITED",
        "ALTER SHARE UNITED ADD ACCOUNTS = CUST.ONE",
    )


def test_a_database_from_the_share(receiver: Manager, guest: Client) -> None:
    assert receiver.plan() == [
        "CREATE database/UNITED_DATA",
        "CREATE grant/GRANT?grant_type=OBJECT&priv=IMPORTED PRIVILEGES&on=database/UNITED_DATA&to=role/READER",
        "CREATE role/READER",
    ]
    receiver.apply()
    assert receiver.plan() == []
    (shown,) = guest.table("SHOW DATABASES LIKE 'UNITED_DATA'")
    assert (shown["kind"], shown["origin"]) == ("IMPORTED DATABASE", "ACME.DATA.UNITED")
    guest.run("GRANT ROLE READER TO USER ADMIN", "USE ROLE READER", "USE SECONDARY ROLES NONE")
    assert guest.rows("SELECT FLIGHT, DEP_DELAY FROM UNITED_DATA.DATA.DELAYS ORDER BY 1") == [
        (1545, 2),
        (1696, -4),
        (1714, 4),
    ]
    guest.refused("SELECT * FROM UNITED_DATA.DATA.FLIGHTS", 2003)
    guest.run("USE ROLE ACCOUNTADMIN")


def test_revoked_privileges_are_noticed_and_given_back(receiver: Manager, guest: Client) -> None:
    guest.run("REVOKE IMPORTED PRIVILEGES ON DATABASE UNITED_DATA FROM ROLE READER")
    assert receiver.plan() == [
        "CREATE grant/GRANT?grant_type=OBJECT&priv=IMPORTED PRIVILEGES&on=database/UNITED_DATA&to=role/READER"
    ]
    receiver.apply()
    assert receiver.plan() == []


def test_a_dropped_database_is_noticed_and_mounted_again(receiver: Manager, guest: Client) -> None:
    guest.run("DROP DATABASE UNITED_DATA")
    assert "CREATE database/UNITED_DATA" in receiver.plan()
    receiver.apply()
    assert receiver.plan() == []
    assert len(guest.rows("SELECT * FROM UNITED_DATA.DATA.DELAYS")) == 3


def test_a_removed_account_cannot_be_repaired(receiver: Manager, admin: Client, guest: Client) -> None:
    """The database is there and worth nothing; once dropped, there is no share to make it from."""
    admin.run("ALTER SHARE UNITED REMOVE ACCOUNTS = CUST.ONE")
    guest.refused("SELECT * FROM UNITED_DATA.DATA.DELAYS", 3030)
    guest.run("DROP DATABASE UNITED_DATA")
    with pytest.raises(Exception, match="does not exist or not authorized"):
        receiver.apply()
    admin.run("ALTER SHARE UNITED ADD ACCOUNTS = CUST.ONE")
    receiver.apply()
    assert receiver.plan() == []
