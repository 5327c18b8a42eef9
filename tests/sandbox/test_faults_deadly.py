"""The sandbox dies at a statement, by its own hand: what it had acknowledged is there, nothing else is half there.

FIRN_KILLS=50 makes as many rounds; the suite makes a dozen.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.serving import Server, connect, write_world
from tests.sandbox.timeouts import SHORT

SEED = 20261125
AT_ONCE: dict[str, Any] = {key: 1 for key in SHORT if key != "login_timeout"}
ROUNDS = int(os.environ.get("FIRN_KILLS", "12"))


def statements(number: int) -> list[str]:
    """DDL, DML, grants and shares of one round; each is whole or not there."""
    name = f"R{number}"
    return [
        f"CREATE SCHEMA D.{name}",
        f"CREATE TABLE D.{name}.T (A INT) AS SELECT 1",
        f"INSERT INTO D.{name}.T VALUES (2), (3)",
        f"CREATE SECURE VIEW D.{name}.V AS SELECT A FROM D.{name}.T",
        f"CREATE SHARE S_{name}",
        f"GRANT USAGE ON DATABASE D TO SHARE S_{name}",
        f"GRANT USAGE ON SCHEMA D.{name} TO SHARE S_{name}",
        f"GRANT SELECT ON VIEW D.{name}.V TO SHARE S_{name}",
        f"ALTER SHARE S_{name} ADD ACCOUNTS = CUST.ONE",
        f"UPDATE D.{name}.T SET A = A + 1",
        f"DROP TABLE D.{name}.T",
    ]


def state(client: Client, number: int) -> list[Any]:
    """How far the round has come: each entry is there only after its statement."""
    name = f"R{number}"
    if not client.rows(f"SHOW SCHEMAS LIKE '{name}' IN DATABASE D"):
        return []
    tables = client.rows(f"SHOW TABLES IN SCHEMA D.{name}")
    rows = sorted(r[0] for r in client.rows(f"SELECT A FROM D.{name}.T")) if tables else []
    views = client.rows(f"SHOW VIEWS IN SCHEMA D.{name}")
    shares = client.table(f"SHOW SHARES LIKE 'S_{name}'")
    grants = client.rows(f"SHOW GRANTS TO SHARE S_{name}") if shares else []
    return [len(tables), rows, len(views), len(shares), len(grants), shares[0]["to"] if shares else ""]


# What `state` answers after so many statements of a round.
STATES: list[list[Any]] = [
    [],
    [0, [], 0, 0, 0, ""],
    [1, [1], 0, 0, 0, ""],
    [1, [1, 2, 3], 0, 0, 0, ""],
    [1, [1, 2, 3], 1, 0, 0, ""],
    [1, [1, 2, 3], 1, 1, 0, ""],
    [1, [1, 2, 3], 1, 1, 1, ""],
    [1, [1, 2, 3], 1, 1, 2, ""],
    [1, [1, 2, 3], 1, 1, 3, ""],
    [1, [1, 2, 3], 1, 1, 3, "CUST.ONE"],
    [1, [2, 3, 4], 1, 1, 3, "CUST.ONE"],
    [0, [], 1, 1, 3, "CUST.ONE"],
]


def run_until_dead(client: Client, texts: list[str]) -> int:
    """How many statements were acknowledged; each driver names a dead server in its own way."""
    for done, sql in enumerate(texts):
        try:
            client.run(sql)
        except Exception as error:
            refused = getattr(error, "errno", None) in (2002, 2003, 1003)
            if refused:
                raise
            return done
    raise AssertionError("nothing died")


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    world, data = write_world(tmp_path), tmp_path / "data"
    server = Server(world, "--data", str(data))
    Client(connect(server.port)).run("CREATE DATABASE D")
    for number in range(ROUNDS):
        at, name = dice.randrange(11), dice.choice(["kill", "kill-after"])
        client = Client(connect(server.port, **AT_ONCE))
        server.control.arm(name, on="STATEMENT", first=at + 1)
        done = run_until_dead(client, statements(number))
        server.process.wait(10)
        server.stop_reading()
        server = Server(world, "--data", str(data))
        found = state(Client(connect(server.port)), number)
        expected = STATES[done] if name == "kill" else STATES[done + 1]
        assert found == expected, f"seed {SEED}, round {number}: {name} at {at}, {done} done"
    assert "Traceback" not in server.stop()
