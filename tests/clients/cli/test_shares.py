"""The main job from the command line: what a provider's script would do, and its customer's."""

from __future__ import annotations

from tests.clients.cli.conftest import Ask, Snow


def test_a_share_is_made_shown_mounted_and_read(ask: Ask, snow: Snow, database: str) -> None:
    name = f"SH_{database}"
    ask(
        "sql",
        "-q",
        f"CREATE SECURE VIEW {database}.PUBLIC.FLIGHTS AS "
        "SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA';"
        f"CREATE SHARE {name} COMMENT = 'through snow';"
        f"GRANT USAGE ON DATABASE {database} TO SHARE {name};"
        f"GRANT USAGE ON SCHEMA {database}.PUBLIC TO SHARE {name};"
        f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {name};"
        f"GRANT SELECT ON VIEW {database}.PUBLIC.FLIGHTS TO SHARE {name};"
        f"ALTER SHARE {name} ADD ACCOUNTS = CUST.ONE;",
    )
    (shown,) = ask("sql", "-q", f"SHOW SHARES LIKE '{name}'")
    assert (shown["kind"], shown["database_name"], shown["to"], shown["comment"]) == (
        "OUTBOUND",
        database,
        "CUST.ONE",
        "through snow",
    )
    mount = f"CREATE DATABASE {database}_IN FROM SHARE ACME.DATA.{name}"
    answers = ask("sql", "-c", "customer", "-q", f"{mount}; SELECT COUNT(*) AS N FROM {database}_IN.PUBLIC.FLIGHTS")
    assert answers[-1] == [{"N": 3}]
    ask("sql", "-q", f"ALTER SHARE {name} REMOVE ACCOUNTS = CUST.ONE")
    done = snow("sql", "-c", "customer", "-q", f"SELECT * FROM {database}_IN.PUBLIC.FLIGHTS")
    assert done.returncode == 1
    assert "003030" in done.stdout + done.stderr
