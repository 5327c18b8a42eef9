"""The main job through ADBC: a provider shares a secure view, a customer mounts it and reads its own rows only."""

from __future__ import annotations

from tests.clients.adbc.conftest import Client, Open


def share(admin: Client, database: str) -> str:
    """Shares UA's flights in the new database with CUST.ONE; returns the share's name."""
    name = f"SH_{database}"
    admin.run(
        f"CREATE SECURE VIEW {database}.PUBLIC.FLIGHTS AS "
        "SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'",
        f"CREATE SHARE {name} COMMENT = 'through ADBC'",
        f"GRANT USAGE ON DATABASE {database} TO SHARE {name}",
        f"GRANT USAGE ON SCHEMA {database}.PUBLIC TO SHARE {name}",
        f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {name}",
        f"GRANT SELECT ON VIEW {database}.PUBLIC.FLIGHTS TO SHARE {name}",
        f"ALTER SHARE {name} ADD ACCOUNTS = CUST.ONE",
    )
    return name


def test_a_share_is_mounted_and_read(admin: Client, database: str, log_in: Open) -> None:
    name = share(admin, database)
    customer = log_in("CUST-ONE")
    customer.run(f"CREATE DATABASE {database}_IN FROM SHARE ACME.DATA.{name}")
    assert customer.rows(f"SELECT CARRIER, COUNT(*) FROM {database}_IN.PUBLIC.FLIGHTS GROUP BY 1") == [("UA", 3)]
    customer.refused(f"DELETE FROM {database}_IN.PUBLIC.FLIGHTS", 3038, "0A000")
    customer.refused("SELECT * FROM LAKE.NYC.FLIGHTS", 2003, "02000")


def test_show_shares_in_arrow(admin: Client, database: str) -> None:
    name = share(admin, database)
    with admin.connection.cursor() as cursor:
        cursor.execute(f"SHOW SHARES LIKE '{name}'")
        (row,) = cursor.fetch_arrow_table().to_pylist()
    assert (row["kind"], row["database_name"], row["to"], row["comment"]) == (
        "OUTBOUND",
        database,
        "CUST.ONE",
        "through ADBC",
    )


def test_a_removed_customer_reads_nothing(admin: Client, database: str, log_in: Open) -> None:
    name = share(admin, database)
    customer = log_in("CUST-ONE")
    customer.run(f"CREATE DATABASE {database}_IN FROM SHARE ACME.DATA.{name}")
    admin.run(f"ALTER SHARE {name} REMOVE ACCOUNTS = CUST.ONE")
    customer.refused(f"SELECT * FROM {database}_IN.PUBLIC.FLIGHTS", 3030, "02000")
