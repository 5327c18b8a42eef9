"""SIGKILL from outside at any moment: what was answered is kept, and what was under way is whole or not there.

FIRN_KILLS=50 makes as many rounds; the suite makes eight.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.sandbox.control import Control
from tests.sandbox.serving import Server, write_world

SEED = 20261126
ROUNDS = int(os.environ.get("FIRN_KILLS", "8"))
# Also an answer of which only the head came.
_RESET = (HTTPException, URLError, ConnectionError, OSError)


class Model:
    """What the statements of a round leave behind, statement by statement."""

    def __init__(self, number: int) -> None:
        name = f"R{number}"
        self.name = name
        self.statements = [
            f"CREATE SCHEMA D.{name}",
            f"CREATE TABLE D.{name}.T AS SELECT 1::NUMBER(38, 0) AS A",
            f"INSERT INTO D.{name}.T SELECT SEQ4() + 2 FROM TABLE(GENERATOR(ROWCOUNT => 2000))",
            f"CREATE SECURE VIEW D.{name}.V AS SELECT A FROM D.{name}.T",
            f"CREATE SHARE S{name}",
            f"GRANT USAGE ON DATABASE D TO SHARE S{name}",
            f"GRANT USAGE ON SCHEMA D.{name} TO SHARE S{name}",
            f"GRANT SELECT ON VIEW D.{name}.V TO SHARE S{name}",
            f"ALTER SHARE S{name} ADD ACCOUNTS = CUST.ONE",
            f"UPDATE D.{name}.T SET A = A + 1",
            f"CREATE OR REPLACE TABLE D.{name}.T2 CLONE D.{name}.T",
            f"ALTER TABLE D.{name}.T2 RENAME TO D.{name}.T3",
            f"ALTER SHARE S{name} REMOVE ACCOUNTS = CUST.ONE",
            f"DROP TABLE D.{name}.T",
        ]

    def expected(self, done: int) -> dict[str, object]:
        """As `observed` answers after so many statements."""
        tables = {}
        if done >= 2:
            tables["T"] = 1 if done < 3 else 2001
        if done >= 11:
            tables["T2" if done < 12 else "T3"] = 2001
        if done >= 14:
            del tables["T"]
        return {
            "schema": done >= 1,
            "tables": tables,
            "sum": 0 if done < 2 else 1 if done < 3 else sum(range(1, 2002)) + (2001 if done >= 10 else 0),
            "views": int(done >= 4),
            "shares": int(done >= 5),
            "grants": min(max(done - 5, 0), 3),
            "accounts": "CUST.ONE" if 9 <= done < 13 else "",
        }

    def observed(self, control: Control) -> dict[str, object]:
        def rows(sql: str) -> list[dict[str, str]]:
            (found,) = control.query("ACME.DATA", sql)
            return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]

        schema = bool(rows(f"SHOW SCHEMAS LIKE '{self.name}' IN DATABASE D"))
        names = [row["name"] for row in rows(f"SHOW TABLES IN SCHEMA D.{self.name}")] if schema else []
        totals = {n: rows(f"SELECT COUNT(*) AS N, SUM(A) AS S FROM D.{self.name}.{n}")[0] for n in names}
        shares = rows(f"SHOW SHARES LIKE 'S{self.name}'")
        return {
            "schema": schema,
            "tables": {name: int(total["N"]) for name, total in totals.items()},
            "sum": int(next(iter(totals.values()))["S"]) if totals else 0,
            "views": len(rows(f"SHOW VIEWS IN SCHEMA D.{self.name}")) if schema else 0,
            "shares": len(shares),
            "grants": len(rows(f"SHOW GRANTS TO SHARE S{self.name}")) if shares else 0,
            "accounts": shares[0]["to"] if shares else "",
        }


def run_until_dead(server: Server, statements: list[str], answers: int, seconds: float) -> int:
    """Kills it that long after so many answers; how many statements were answered before."""
    killer = threading.Timer(seconds, server.process.send_signal, (signal.SIGKILL,))
    done = 0
    try:
        for sql in statements:
            if done == answers:
                killer.start()
            if server.control.act("ACME.DATA", sql) != ["ok"]:
                raise AssertionError(f"refused: {sql}")
            done += 1
    except _RESET:
        return done
    finally:
        killer.join()
        server.process.wait(10)
        server.stop_reading()
    return done


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_whole_statements(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    world, data = write_world(tmp_path), tmp_path / "data"
    server = Server(world, "--data", str(data))
    try:
        assert server.control.act("ACME.DATA", "CREATE DATABASE D") == ["ok"]
        ends = set()
        for number in range(ROUNDS):
            model = Model(number)
            answers = dice.randrange(len(model.statements))
            done = run_until_dead(server, model.statements, answers, dice.uniform(0.0, 0.02))
            ends.add(done)
            server = Server(world, "--data", str(data))
            found = model.observed(server.control)
            whole = [model.expected(done), model.expected(min(done + 1, len(model.statements)))]
            assert found in whole, f"seed {SEED}, round {number}, {done} answered"
        assert len(ends) > 2
    finally:
        complaints = server.stop()
    assert complaints == ""
