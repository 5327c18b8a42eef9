"""snowcap, run in its own environment: PORT SHARES PASSWORD plan|apply.

It can make a share, but neither grant to it nor add accounts."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from typing import Any

import snowflake.connector
from snowcap import Blueprint
from snowcap.resources import Database, Schema, Share, View

from bench.peers import VIEWS


def _view(n: int, k: int) -> View:
    return View(
        name=f"V{n}_{k}",
        database="CAP_OUT",
        schema="DATA",
        owner="ACCOUNTADMIN",
        secure=True,
        as_=f"SELECT CARRIER, FLIGHT, TIME_HOUR FROM LAKE.NYC.FLIGHTS WHERE CARRIER IN ('T{n}')",
    )


def _blueprint(shares: int) -> Blueprint:
    resources: list[Any] = [
        Database(name="CAP_OUT", owner="ACCOUNTADMIN"),
        Schema(name="DATA", database="CAP_OUT", owner="ACCOUNTADMIN"),
        *[_view(n, k) for n in range(shares) for k in range(VIEWS)],
        *[Share(name=f"CAP{n}", comment="bench") for n in range(shares)],
    ]
    return Blueprint(name="bench", resources=resources)


def main() -> None:
    port, shares, password, action = sys.argv[1:]
    before, used = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        connection = snowflake.connector.connect(
            account="ACME-DATA",
            user="ADMIN",
            password=password,
            role="ACCOUNTADMIN",
            host="127.0.0.1",
            port=int(port),
            protocol="http",
        )
        blueprint = _blueprint(int(shares))
        planned = blueprint.plan(connection)
        if action == "apply":
            blueprint.apply(connection, planned)
    seconds, used = time.perf_counter() - before, time.process_time() - used
    connection.close()
    print(json.dumps({"seconds": seconds, "cpu": used, "planned": len(planned)}))


if __name__ == "__main__":
    main()
