"""Reader accounts: made by a provider, who is the only one that they read from."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import Client, Open, Shared

_numbers = itertools.count(1)
_LOGIN = "ADMIN_NAME = boss, ADMIN_PASSWORD = 'Passw0rd!', TYPE = READER"


class Reader:
    def __init__(self, admin: Client) -> None:
        self.name = f"READER_{next(_numbers)}"
        self.made = json.loads(admin.one(f"CREATE MANAGED ACCOUNT {self.name} {_LOGIN}, COMMENT = 'c'"))
        self.locator = self.made["accountLocator"]


@pytest.fixture
def reader(admin: Client) -> Iterator[Reader]:
    made = Reader(admin)
    yield made
    admin.run(f"DROP MANAGED ACCOUNT IF EXISTS {made.name}")


def boss(log_in: Open, reader: Reader) -> Client:
    return log_in(reader.locator, user="BOSS", password="Passw0rd!")


def test_what_making_one_answers(admin: Client, reader: Reader) -> None:
    assert list(reader.made) == ["accountName", "accountLocator", "url", "accountLocatorUrl"]
    host = reader.name.lower().replace("_", "-")
    assert reader.made["url"] == f"https://acme-{host}.snowflakecomputing.com"
    assert reader.made["accountLocatorUrl"] == f"https://{reader.locator.lower()}.us-east-1.snowflakecomputing.com"
    (row,) = admin.table(f"SHOW MANAGED ACCOUNTS LIKE '{reader.name}'")
    assert list(row)[:9] == ["account_name", "cloud", "region", "account_locator", "created_on", "account_url",
                             "account_locator_url", "is_reader", "comment"]  # fmt: skip
    assert (row["cloud"], row["region"], row["is_reader"], row["comment"]) == ("aws", "us-east-1", "true", "c")


def test_a_reader_reads_what_its_provider_shares(shared: Shared, reader: Reader, log_in: Open) -> None:
    shared.owner.refused(f"ALTER SHARE {shared.share} ADD ACCOUNTS = ACME.{reader.name}", 3516)
    shared.add(reader.locator)
    client = boss(log_in, reader)
    who = "SELECT CURRENT_ORGANIZATION_NAME(), CURRENT_ACCOUNT_NAME(), CURRENT_ACCOUNT(), CURRENT_REGION()"
    assert client.rows(who) == [("ACME", reader.name, reader.locator, "AWS_US_EAST_1")]
    client.run(f"CREATE DATABASE M FROM SHARE {shared.name}")
    assert client.one("SELECT COUNT(*) FROM M.S.FLIGHTS") == 3


def test_a_reader_can_only_read(reader: Reader, log_in: Open) -> None:
    client = boss(log_in, reader)
    client.run("CREATE DATABASE D", "CREATE TABLE D.PUBLIC.T (A INT)")
    for sql in ("INSERT INTO D.PUBLIC.T VALUES (1)", "UPDATE D.PUBLIC.T SET A = 1", "DELETE FROM D.PUBLIC.T",
                "CREATE SHARE S", "CREATE OR REPLACE SHARE S", "CREATE STAGE D.PUBLIC.S",
                "MERGE INTO D.PUBLIC.T USING D.PUBLIC.T X ON T.A = X.A WHEN MATCHED THEN DELETE"):  # fmt: skip
        assert "reader account" in client.refused(sql, 2, "0A000")


def test_another_provider_cannot_use_the_reader(reader: Reader, log_in: Open) -> None:
    other = log_in("CUST-ONE")
    other.run(f"CREATE DATABASE D_{reader.name}", f"CREATE SHARE S_{reader.name}")
    other.run(f"GRANT USAGE ON DATABASE D_{reader.name} TO SHARE S_{reader.name}")
    other.refused(f"ALTER SHARE S_{reader.name} ADD ACCOUNTS = {reader.locator}", 3516)


def test_a_dropped_reader_is_gone(admin: Client, shared: Shared, reader: Reader, log_in: Open) -> None:
    shared.add(reader.locator)
    client = boss(log_in, reader)
    client.run(f"CREATE DATABASE M FROM SHARE {shared.name}")
    assert len(shared.owner.rows(f"SHOW GRANTS OF SHARE {shared.share}")) == 1
    admin.run(f"DROP MANAGED ACCOUNT {reader.name}")
    assert admin.rows(f"SHOW MANAGED ACCOUNTS LIKE '{reader.name}'") == []
    assert shared.owner.rows(f"SHOW GRANTS OF SHARE {shared.share}") == []
    with pytest.raises(Exception, match=r"."):
        log_in(reader.locator, user="BOSS", password="Passw0rd!", login_timeout=3)
    admin.refused(f"DROP MANAGED ACCOUNT {reader.name}", 2003)


@pytest.mark.parametrize(
    ("statement", "code", "state"),
    [
        (f'CREATE MANAGED ACCOUNT "small" {_LOGIN}', 90348, "42602"),
        ("CREATE MANAGED ACCOUNT R ADMIN_NAME = 'a-b', ADMIN_PASSWORD = 'x', TYPE = READER", 90088, "22000"),
        ("CREATE MANAGED ACCOUNT R ADMIN_NAME = '1a', ADMIN_PASSWORD = 'x', TYPE = READER", 90089, "22000"),
        ("CREATE MANAGED ACCOUNT R ADMIN_NAME = a, ADMIN_PASSWORD = 'x'", 2029, "22023"),
    ],
)
def test_what_is_refused(admin: Client, statement: str, code: int, state: str) -> None:
    admin.refused(statement, code, state)


def test_making_and_listing_them_need_their_privileges(svc: Client) -> None:
    svc.refused(f"CREATE MANAGED ACCOUNT R {_LOGIN}", 3001)
    svc.refused("SHOW MANAGED ACCOUNTS", 3001)


def test_there_is_a_limit_and_dropping_does_not_help_at_once(log_in: Open) -> None:
    admin = log_in("EVIL-LAB")
    for n in range(20):
        admin.run(f"CREATE MANAGED ACCOUNT R{n} {_LOGIN}")
    admin.refused(f"CREATE MANAGED ACCOUNT R20 {_LOGIN}", 90337, "23001")
    admin.run("DROP MANAGED ACCOUNT R0")
    admin.refused(f"CREATE MANAGED ACCOUNT R20 {_LOGIN}", 90337)
