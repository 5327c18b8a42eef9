"""A share from before Firn, as somebody makes one by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from tests.snowflake.world import Snowflake

FILTERED = "SELECT CARRIER, FLIGHT FROM LAKE.NYC.FLIGHTS WHERE CARRIER = 'UA'"


def by_hand(
    run: Callable[[str], object], name: str, text: str = FILTERED, accounts: str = "CARRIERUA.ANALYTICS"
) -> None:
    """What `Before` is, under this name."""
    run(f"CREATE SCHEMA FIRN_OUT.{name}")
    run(f"CREATE SECURE VIEW FIRN_OUT.{name}.MY_FLIGHTS AS {text}")
    run(f"CREATE SHARE {name} COMMENT = 'for United'")
    run(f"GRANT USAGE ON DATABASE FIRN_OUT TO SHARE {name}")
    run(f"GRANT USAGE ON SCHEMA FIRN_OUT.{name} TO SHARE {name}")
    run(f"GRANT REFERENCE_USAGE ON DATABASE LAKE TO SHARE {name}")
    run(f"GRANT SELECT ON VIEW FIRN_OUT.{name}.MY_FLIGHTS TO SHARE {name}")
    if accounts:
        run(f"ALTER SHARE {name} ADD ACCOUNTS = {accounts}")


class Before:
    """A share that somebody made by hand, with Firn's role, in a schema of its own of FIRN_OUT."""

    def __init__(self, snowflake: Snowflake, text: str = FILTERED, accounts: str = "CARRIERUA.ANALYTICS") -> None:
        self.snowflake = snowflake
        self.name = f"OLD_{uuid4().hex[:8].upper()}"
        self.view = f"FIRN_OUT.{self.name}.MY_FLIGHTS"
        by_hand(snowflake.colleague.run, self.name, text, accounts)

    def drop(self) -> None:
        self.snowflake.colleague.run(f"DROP SHARE IF EXISTS {self.name}")
        self.snowflake.colleague.run(f"DROP SCHEMA IF EXISTS FIRN_OUT.{self.name}")

    def objects(self) -> set[str]:
        rows = self.snowflake.colleague.run(f"SHOW GRANTS TO SHARE {self.name}")
        return {row["name"] for row in rows if row["privilege"] == "SELECT"}

    @contextmanager
    def mounted(self) -> Iterator[str]:
        database = f"M_{self.name}"
        self.snowflake.ua.run(f"CREATE DATABASE {database} FROM SHARE SKYLEDGER.DATA.{self.name}")
        try:
            yield database
        finally:
            self.snowflake.ua.run(f"DROP DATABASE {database}")
