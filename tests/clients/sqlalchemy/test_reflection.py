"""`inspect()`: what the dialect reads from SHOW, DESCRIBE and INFORMATION_SCHEMA."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.clients.sqlalchemy.conftest import Make

STATEMENTS = (
    "CREATE TABLE carriers (code VARCHAR(2) NOT NULL, name VARCHAR(40) COMMENT 'as painted', "
    "CONSTRAINT carriers_pk PRIMARY KEY (code)) COMMENT = 'who flies'",
    "CREATE TABLE flights (id NUMBER(9,0) NOT NULL, carrier VARCHAR(2), number NUMBER(38,0) DEFAULT 1, "
    "price NUMBER(10,2), late BOOLEAN, day DATE, at TIMESTAMP_NTZ, share FLOAT, raw BINARY, "
    "CONSTRAINT flights_pk PRIMARY KEY (id), CONSTRAINT flights_once UNIQUE (carrier, number), "
    "CONSTRAINT flies FOREIGN KEY (carrier) REFERENCES carriers (code))",
    "CREATE VIEW late_ones AS SELECT id, carrier FROM flights WHERE late",
    "CREATE SCHEMA other",
    "USE SCHEMA public",
)


@pytest.fixture
def inspector(engine: sa.Engine) -> Any:
    with engine.begin() as connection:
        for sql in STATEMENTS:
            connection.execute(sa.text(sql))
    return sa.inspect(engine)


def test_schemas_tables_and_views(inspector: Any) -> None:
    assert {"public", "other", "information_schema"} <= set(inspector.get_schema_names())
    assert sorted(inspector.get_table_names()) == ["carriers", "flights"]
    assert inspector.get_view_names() == ["late_ones"]
    assert (inspector.has_table("flights"), inspector.has_table("no_such")) == (True, False)


def test_columns(inspector: Any) -> None:
    columns = {column["name"]: column for column in inspector.get_columns("flights")}
    assert list(columns) == ["id", "carrier", "number", "price", "late", "day", "at", "share", "raw"]
    assert {name: str(column["type"]) for name, column in columns.items()} == {
        "id": "DECIMAL(9, 0)",
        "carrier": "VARCHAR(2)",
        "number": "DECIMAL(38, 0)",
        "price": "DECIMAL(10, 2)",
        "late": "BOOLEAN",
        "day": "DATE",
        "at": "TIMESTAMP_NTZ",
        "share": "FLOAT",
        "raw": "BINARY(8388608)",
    }
    assert (columns["id"]["nullable"], columns["carrier"]["nullable"]) == (False, True)
    assert (columns["number"]["default"], columns["id"]["primary_key"]) == ("1", True)


def test_keys(inspector: Any) -> None:
    primary = inspector.get_pk_constraint("flights")
    assert (primary["name"].lower(), primary["constrained_columns"]) == ("flights_pk", ["id"])
    (foreign,) = inspector.get_foreign_keys("flights")
    assert (foreign["constrained_columns"], foreign["referred_table"], foreign["referred_columns"]) == (
        ["carrier"],
        "carriers",
        ["code"],
    )
    (unique,) = inspector.get_unique_constraints("flights")
    assert unique["column_names"] == ["carrier", "number"]


def test_comments(inspector: Any) -> None:
    assert inspector.get_table_comment("carriers")["text"] == "who flies"
    comments = {column["name"]: column["comment"] for column in inspector.get_columns("carriers")}
    assert comments == {"code": None, "name": "as painted"}


def test_the_text_of_a_view(inspector: Any) -> None:
    assert "SELECT id, carrier FROM flights WHERE late" in inspector.get_view_definition("late_ones")


def test_a_whole_schema_is_reflected(engine: sa.Engine, inspector: Any) -> None:
    metadata = sa.MetaData()
    metadata.reflect(engine, views=True)
    assert set(metadata.tables) == {"carriers", "flights", "late_ones"}
    (key,) = metadata.tables["flights"].c.carrier.foreign_keys
    assert key.column is metadata.tables["carriers"].c.code


def test_another_database_is_reflected_by_its_name(engine_of: Make, inspector: Any, database: str) -> None:
    other = sa.inspect(engine_of(database="LAKE"))
    assert sorted(other.get_table_names(schema=f"{database}.public")) == ["carriers", "flights"]


def test_a_reflected_table_is_read(engine: sa.Engine, engine_of: Make) -> None:
    lake = engine_of(database="LAKE")
    flights = sa.Table("flights", sa.MetaData(), schema="nyc", autoload_with=lake)
    with lake.connect() as connection:
        query = sa.select(sa.func.count()).where(flights.c.carrier == "UA")
        assert connection.execute(query).scalar_one() == 3
