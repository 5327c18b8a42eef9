"""What somebody made by hand, read by snowddl-convert into YAML: planned again, nothing differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.snowddl.conftest import Run
from tests.clients.snowddl.tool import convert
from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server

TABLES = ("--include-object-types", "DATABASE,SCHEMA,TABLE")
FUNCTIONS = ("--include-object-types", "DATABASE,SCHEMA,TABLE,FUNCTION")
COLUMNS = {
    "id": "NUMBER(38,0) NOT NULL",
    "amount": "NUMBER(10,2)",
    "ratio": "FLOAT",
    "flag": "BOOLEAN",
    "day": "DATE",
    "at": "TIME(9)",
    "ntz": "TIMESTAMP_NTZ(9)",
    "ltz": "TIMESTAMP_LTZ(9)",
    "tz": "TIMESTAMP_TZ(3)",
    "bin": "BINARY(100)",
    "any": "VARIANT",
    "obj": "OBJECT",
    "arr": "ARRAY",
    "txt": "VARCHAR(16777216)",
}


@pytest.fixture(scope="module")
def made(server: Server, folder: Path, admin: Client) -> Path:
    """The folder with the YAML of a database that was made by hand as SNOWDDL_ADMIN."""
    listed = ", ".join(f'"{name.upper()}" {kind}' for name, kind in COLUMNS.items())
    admin.run(
        "USE ROLE SNOWDDL_ADMIN",
        "CREATE DATABASE HAND COMMENT = 'by hand'",
        "DROP SCHEMA HAND.PUBLIC",
        "CREATE SCHEMA HAND.S WITH MANAGED ACCESS COMMENT = 's'",
        f"CREATE TABLE HAND.S.T ({listed}) CLUSTER BY (DAY) CHANGE_TRACKING = TRUE COMMENT = 't'",
        "CREATE TABLE HAND.S.D (NAME VARCHAR(20) DEFAULT 'x' COMMENT 'the name', N NUMBER(38,0) DEFAULT 7)",
        "CREATE SECURE FUNCTION HAND.S.F(X NUMBER) RETURNS NUMBER AS 'X * 2'",
        "CREATE FUNCTION HAND.S.TF(C VARCHAR) RETURNS TABLE (ID NUMBER) AS 'SELECT ID FROM HAND.S.T WHERE TXT = C'",
        "USE ROLE ACCOUNTADMIN",
    )
    config = folder / "converted"
    config.mkdir()
    outcome = convert(server.port, folder / "snowddl.pem", config, "--include-databases", "HAND", *FUNCTIONS)
    assert (outcome.code, outcome.warnings, outcome.executed) == (0, [], [])
    return config


def read(config: Path, name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((config / "hand" / name).read_text()))


def test_types_and_properties_of_a_table(made: Path) -> None:
    table = read(made, "s/table/t.yaml")
    assert {name: column["type"] for name, column in table["columns"].items()} == COLUMNS
    assert (table["cluster_by"], table["change_tracking"], table["comment"]) == (["DAY"], True, "t")
    assert read(made, "params.yaml")["comment"] == "by hand"
    assert read(made, "s/params.yaml")["comment"] == "s"


def test_defaults_and_comments_of_columns(made: Path) -> None:
    columns = read(made, "s/table/d.yaml")["columns"]
    assert columns["name"] == {"type": "VARCHAR(20)", "default": "'x'", "comment": "the name"}
    assert columns["n"] == {"type": "NUMBER(38,0)", "default": "7"}


def test_functions(made: Path) -> None:
    scalar = read(made, "s/function/f(number).yaml")
    assert (scalar["body"], scalar["is_secure"], scalar["returns"]) == ("X * 2", True, "NUMBER(38,0)")
    table = read(made, "s/function/tf(varchar).yaml")
    assert (table["arguments"], table["returns"]) == ({"c": "VARCHAR(16777216)"}, {"id": "NUMBER(38,0)"})


def test_nothing_differs_from_what_was_read(made: Path, run: Run) -> None:
    planned = run("plan", *TABLES, config=made)
    assert (planned.code, planned.warnings, planned.suggested) == (0, [], [])


def test_functions_come_to_rest_once_they_bear_its_sign(made: Path, run: Run, admin: Client) -> None:
    """SnowDDL knows its own functions by a hash in their comment."""
    applied = run("apply", *FUNCTIONS, config=made)
    assert (applied.code, applied.warnings) == (0, [])
    again = run("plan", *FUNCTIONS, config=made)
    assert (again.code, again.warnings, again.suggested) == (0, [], [])
    assert admin.one("SELECT HAND.S.F(21)") == 42


def test_a_changed_table_is_noticed_and_repaired(made: Path, run: Run, admin: Client) -> None:
    admin.run(
        "USE ROLE SNOWDDL_ADMIN",
        "ALTER TABLE HAND.S.D ADD COLUMN EXTRA NUMBER(38,0)",
        "COMMENT ON TABLE HAND.S.T IS 'mine'",
        "USE ROLE ACCOUNTADMIN",
    )
    planned = run("plan", *TABLES, config=made).suggested
    assert any("DROP COLUMN" in sql and '"EXTRA"' in sql for sql in planned), planned
    assert any("COMMENT = 't'" in sql or "IS 't'" in sql for sql in planned), planned
    assert run("apply", *TABLES, config=made).warnings == []
    assert run("plan", *TABLES, config=made).suggested == []
