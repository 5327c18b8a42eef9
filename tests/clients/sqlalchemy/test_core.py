"""Core: statements, types, transactions, errors."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from snowflake.sqlalchemy import VARIANT

from tests.clients.sqlalchemy.conftest import Make

metadata = sa.MetaData()
flights = sa.Table(
    "flights_seen",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("carrier", sa.String(2), nullable=False),
    sa.Column("price", sa.Numeric(10, 2)),
    sa.Column("late", sa.Boolean),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime),
    sa.Column("clock", sa.Time),
    sa.Column("share", sa.Float),
    sa.Column("raw", sa.LargeBinary),
)
FULL = {
    "carrier": "UA",
    "price": Decimal("12.30"),
    "late": True,
    "day": dt.date(1969, 12, 31),
    "at": dt.datetime(2024, 2, 29, 3, 4, 5, 123456),
    "clock": dt.time(23, 59, 59, 123456),
    "share": 0.25,
    "raw": b"\xff\x00",
}


def test_who_is_connected(engine: sa.Engine, database: str) -> None:
    with engine.connect() as connection:
        row = connection.execute(
            sa.text("SELECT CURRENT_ACCOUNT_NAME(), CURRENT_USER(), CURRENT_DATABASE(), CURRENT_SCHEMA()")
        ).one()
    assert tuple(row) == ("DATA", "ADMIN", database, "PUBLIC")


def test_a_table_round_trip_of_every_type(engine: sa.Engine) -> None:
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(flights.insert(), [FULL, {**dict.fromkeys(FULL), "carrier": "DL"}])
    with engine.connect() as connection:
        full, empty = connection.execute(sa.select(flights).order_by(flights.c.carrier.desc())).mappings().all()
    assert {name: full[name] for name in FULL} == FULL
    assert {name: empty[name] for name in FULL} == {**dict.fromkeys(FULL), "carrier": "DL"}
    assert {type(full["id"]), type(empty["id"])} == {int}


def test_expressions(engine: sa.Engine) -> None:
    metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"carrier": c, "price": p} for c, p in [("UA", 1), ("UA", 3), ("DL", 5)]]
        connection.execute(flights.insert(), rows)
        query = (
            sa.select(flights.c.carrier, sa.func.sum(flights.c.price).label("total"), sa.func.count())
            .group_by(flights.c.carrier)
            .having(sa.func.count() > 1)
        )
        assert connection.execute(query).all() == [("UA", Decimal("4.00"), 2)]
        page = sa.select(flights.c.price).order_by(flights.c.price).limit(1).offset(1)
        assert connection.execute(page).scalar_one() == 3
        changed = connection.execute(flights.update().where(flights.c.carrier == "UA").values(late=True))
        assert changed.rowcount == 2
        assert connection.execute(flights.delete().where(flights.c.late.is_(True))).rowcount == 2
        assert connection.execute(sa.select(sa.func.count()).select_from(flights)).scalar_one() == 1


def test_a_transaction_is_rolled_back(engine: sa.Engine) -> None:
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(flights.insert(), {"carrier": "AA"})
        connection.rollback()
        assert connection.execute(sa.select(sa.func.count()).select_from(flights)).scalar_one() == 0
        connection.execute(flights.insert(), {"carrier": "AA"})
        connection.commit()
        connection.execute(flights.insert(), {"carrier": "BB"})
    with engine.connect() as connection:
        assert connection.execute(sa.select(flights.c.carrier)).scalars().all() == ["AA"]


def test_a_block_that_fails_leaves_nothing(engine: sa.Engine) -> None:
    metadata.create_all(engine)

    def stop_halfway() -> None:
        with engine.begin() as connection:
            connection.execute(flights.insert(), {"carrier": "AA"})
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        stop_halfway()
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(flights)).scalar_one() == 0


def test_an_engine_in_autocommit(engine_of: Make, database: str) -> None:
    engine = engine_of(database=database, isolation_level="AUTOCOMMIT")
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(flights.insert(), {"carrier": "AA"})
    with engine_of(database=database).connect() as connection:
        assert connection.execute(sa.select(flights.c.carrier)).scalars().all() == ["AA"]


def test_semi_structured_columns(engine: sa.Engine) -> None:
    table = sa.Table("docs", sa.MetaData(), sa.Column("n", sa.Integer), sa.Column("v", VARIANT))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(sa.text('INSERT INTO docs SELECT 1, PARSE_JSON(\'{"a": {"b": 7}}\')'))
        assert connection.execute(sa.text("SELECT v:a.b::INT FROM docs")).scalar_one() == 7
        assert sa.inspect(connection).get_columns("docs")[1]["type"].__class__.__name__ == "VARIANT"


def test_errors_carry_snowflakes_code(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(sa.exc.ProgrammingError) as caught:
            connection.execute(sa.text("SELECT * FROM no_such_table"))
        assert (caught.value.orig.errno, caught.value.orig.sqlstate) == (2003, "42S02")
        assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1


def test_quoted_names_keep_their_case(engine: sa.Engine) -> None:
    table = sa.Table("MixedCase", sa.MetaData(), sa.Column("someColumn", sa.Integer), sa.Column("plain", sa.Integer))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), {"someColumn": 1, "plain": 2})
        assert connection.execute(sa.text('SELECT "someColumn", PLAIN FROM "MixedCase"')).one() == (1, 2)


def test_a_customer_reads_a_share(engine: sa.Engine, engine_of: Make, database: str) -> None:
    with engine.begin() as connection:
        for sql in (
            "CREATE SECURE VIEW FLIGHTS AS SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'",
            f"CREATE SHARE SH_{database}",
            f"GRANT USAGE ON DATABASE {database} TO SHARE SH_{database}",
            f"GRANT USAGE ON SCHEMA {database}.PUBLIC TO SHARE SH_{database}",
            f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE SH_{database}",
            f"GRANT SELECT ON VIEW {database}.PUBLIC.FLIGHTS TO SHARE SH_{database}",
            f"ALTER SHARE SH_{database} ADD ACCOUNTS = CUST.ONE",
        ):
            connection.execute(sa.text(sql))
    customer = engine_of("CUST-ONE")
    with customer.begin() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {database}_IN FROM SHARE ACME.DATA.SH_{database}"))
    mounted = engine_of("CUST-ONE", f"{database}_IN")
    assert sa.inspect(mounted).get_view_names() == ["flights"]
    shared = sa.Table("flights", sa.MetaData(), autoload_with=mounted)
    with mounted.connect() as connection:
        query = sa.select(shared.c.carrier, sa.func.count()).group_by(shared.c.carrier)
        assert connection.execute(query).all() == [("UA", 3)]
