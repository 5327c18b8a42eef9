"""What a consumer can see, asked as the consumer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shares.models import Share
from shares.services.codes import proof_code
from tests.snowflake.world import UA, Person, Snowflake


@contextmanager
def mounted(person: Person, share: Share) -> Iterator[str]:
    """The share as a database of `person`'s account, dropped afterwards."""
    database = f"M_{share.name}"
    person.run(f"CREATE DATABASE {database} FROM SHARE SKYLEDGER.DATA.{share.name}")
    try:
        yield database
    finally:
        person.run(f"DROP DATABASE {database}")


@contextmanager
def asking(port: int, query: str, *, refused_too: bool = True) -> Iterator[list[list[str]]]:
    """What a consumer gets who asks without a pause: the first column of each answer; a refusal is `[<its number>]`."""
    answers: list[list[str]] = []
    stop = threading.Event()

    def ask() -> None:
        import snowflake.connector as connector

        person = Person(UA, port)
        while not stop.is_set():
            try:
                answers.append([str(next(iter(row.values()))) for row in person.run(query)])
            except connector.Error as error:
                if refused_too:
                    answers.append([f"<{error.errno}>"])
        person.close()

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield answers
    finally:
        stop.set()
        asker.join(20)


def rows_of(person: Person, database: str, share: Share) -> dict[str, int]:
    """Flights by carrier, as `person` sees them."""
    found = person.run(f"SELECT CARRIER, COUNT(*) AS N FROM {database}.{share.schema}.FLIGHTS GROUP BY CARRIER")
    return {row["carrier"]: int(row["n"]) for row in found}


def can_see(person: Person, share: Share) -> bool:
    """Whether the share is offered to `person`'s account."""
    rows = person.run(f"SHOW SHARES LIKE '{share.name}'")
    return any(row["name"].split(".")[-1] == share.name and row["kind"] == "INBOUND" for row in rows)


def foreign_rows(snowflake: Snowflake, share: Share, *own: str) -> int:
    """Rows of others that the consumer can read through `share` now; a stranger must not even be offered it."""
    assert not can_see(snowflake.mallory, share)
    assert not can_see(snowflake.dl, share)
    if not can_see(snowflake.ua, share):
        return 0
    with mounted(snowflake.ua, share) as database:
        names = {row["name"] for row in snowflake.ua.run(f"SHOW VIEWS IN DATABASE {database}")}
        if "FLIGHTS" not in names:
            return 0
        seen = rows_of(snowflake.ua, database, share)
    return sum(rows for carrier, rows in seen.items() if carrier not in (own or ("UA",)))


def state(snowflake: Snowflake, share: Share) -> dict[str, Any]:
    """What Snowflake holds of the share, without the names and times that differ from share to share."""

    own = {share.schema: "SHARE", share.name: "SHARE", share.mark: "MARK"}
    own |= {proof_code(handshake): "CODE" for handshake in share.handshakes.all()}

    def plain(value: object) -> str:
        text = str(value)
        for word, instead in own.items():
            text = text.replace(word, instead)
        return text

    firn = snowflake.colleague
    schemas = firn.run(f"SHOW SCHEMAS LIKE '{share.schema}' IN DATABASE FIRN_OUT")
    shares = firn.run(f"SHOW SHARES LIKE '{share.name}'")
    found: dict[str, Any] = {
        "schemas": [plain(row["comment"]) for row in schemas],
        "shares": [(plain(row["comment"]), row["to"]) for row in shares],
    }
    if schemas:
        views = firn.run(f"SHOW VIEWS IN SCHEMA FIRN_OUT.{share.schema}")
        functions = firn.run(f"SHOW USER FUNCTIONS IN SCHEMA FIRN_OUT.{share.schema}")
        found["views"] = sorted((row["name"], row["is_secure"], plain(row["text"])) for row in views)
        found["functions"] = sorted((row["name"], row["is_secure"], plain(row["arguments"])) for row in functions)
    if shares:
        granted = firn.run(f"SHOW GRANTS TO SHARE {share.name}")
        found["grants"] = sorted((row["privilege"], row["granted_on"], plain(row["name"])) for row in granted)
    return found
