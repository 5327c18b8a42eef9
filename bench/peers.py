"""The tools that Firn is measured against, each in the environment that script/clients makes for it."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from bench.measure import Wrong
from bench.serving import HERE, Raw

VIEWS = 5
# What a person sets up once, before the first share; never timed.
_SNOWDDL = (
    "CREATE ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SYSADMIN TO ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SECURITYADMIN TO ROLE SNOWDDL_ADMIN",
    "GRANT ROLE SNOWDDL_ADMIN TO ROLE ACCOUNTADMIN",
    "GRANT CREATE SHARE, IMPORT SHARE ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "GRANT MANAGE SHARE TARGET ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "GRANT OVERRIDE SHARE RESTRICTIONS ON ACCOUNT TO ROLE SNOWDDL_ADMIN",
    "CREATE WAREHOUSE DDL_WH WAREHOUSE_SIZE = XSMALL",
    "GRANT USAGE ON WAREHOUSE DDL_WH TO ROLE SNOWDDL_ADMIN",
    "CREATE USER SNOWDDL TYPE = SERVICE DEFAULT_ROLE = SNOWDDL_ADMIN RSA_PUBLIC_KEY = '{key}'",
    "GRANT ROLE SNOWDDL_ADMIN TO USER SNOWDDL",
)
_TABLE = "CREATE TABLE SNOW_OUT.RAW.FLIGHTS (CARRIER VARCHAR, FLIGHT NUMBER, TIME_HOUR TIMESTAMP_NTZ)"
_COPY = "INSERT INTO SNOW_OUT.RAW.FLIGHTS SELECT CARRIER, FLIGHT, TIME_HOUR FROM LAKE.NYC.FLIGHTS"


def missing(*names: str) -> list[str]:
    """Have the environments made; which of them could not be."""
    subprocess.run([HERE / "script/clients", *names], cwd=HERE, check=False, stdout=subprocess.DEVNULL)
    return [name for name in names if not (HERE / f".venv-{name}/bin/python").exists()]


def run(name: str, *arguments: object) -> dict[str, float]:
    """One run of a peer in a process of its own: `seconds` without its start and imports, `command` with them, and what
    else it says."""
    command = [str(HERE / f".venv-{name}/bin/python"), "-m", f"bench.peer_{name}", *map(str, arguments)]
    before = time.perf_counter()
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - before
    if done.returncode:
        raise Wrong(f"{name} ended with {done.returncode}: {done.stderr[-800:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer | {"command": whole}


def prepare_snowddl(folder: Path, port: int, key: Path) -> None:
    """Its role and user, its database with the source table: everything there is before the first share."""
    text = "".join(key.with_suffix(".pub").read_text().splitlines()[1:-1])
    client = Raw(port, "ACME-DATA")
    for sql in _SNOWDDL:
        client.run(sql.format(key=text))
    write_snowddl(folder, 0)
    run("snowddl", port, key, folder, "apply")
    client.run("USE ROLE SNOWDDL_ADMIN")
    client.run("USE WAREHOUSE DDL_WH")
    client.run(_TABLE)
    client.run("USE ROLE ACCOUNTADMIN")
    client.run(_COPY)
    client.close()


def write_snowddl(folder: Path, shares: int) -> None:
    """Its YAML: one common schema, which is cheaper for it than one for each customer."""
    out = folder / "snow_out"
    views = out / "data" / "view"
    (out / "raw").mkdir(parents=True, exist_ok=True)
    views.mkdir(parents=True, exist_ok=True)
    (out / "params.yaml").write_text('comment: "bench"\n')
    (out / "raw" / "params.yaml").write_text('comment: "raw"\n')
    (out / "data" / "params.yaml").write_text('comment: "data"\n')
    parts = []
    for n in range(shares):
        names = [f"v{n}_{k}" for k in range(VIEWS)]
        for name in names:
            (views / f"{name}.yaml").write_text(
                "text: |-\n  SELECT carrier, flight, time_hour\n  FROM snow_out.raw.flights\n"
                f"  WHERE carrier IN ('T{n}')\nis_secure: true\n"
            )
        listed = "".join(f"      - snow_out.data.{name}\n" for name in names)
        parts.append(
            f"s{n}:\n  accounts:\n    - CUST.C{n}\n  grants:\n    DATABASE:USAGE:\n      - snow_out\n"
            f"    SCHEMA:USAGE:\n      - snow_out.data\n    VIEW:SELECT:\n{listed}"
        )
    (folder / "outbound_share.yaml").write_text("".join(parts) or "{}\n")
