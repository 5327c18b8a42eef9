"""Shares at which nothing moved, and ten that did: one check of the portal against one plan of SnowDDL.

Cheap: the listings only (FIRN_LIVE_GRANTS=0). Live: the grants of every share, too. What the cheap way sees late is in
shares/services/watch.py. The shares are built without latency; then the sandbox starts again with it, on what it kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import peers
from bench.measure import Plan, Wrong
from bench.portal_world import World, is_change
from bench.serving import Raw
from bench.telling import telling

Line = dict[str, object]
LATENCIES = (50, 200)
MOVED = 10
_ALL = 100_000


def measurements(plan: Plan) -> Iterator[Line]:
    missing = peers.missing("snowddl")
    for count in (1, 100) if plan.quick else (1, 100, 1000):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            world = World(Path(folder), count)
            world.serve(0)
            with closing(world):
                _build(world, count, missing)
                for latency in LATENCIES:
                    world.serve(latency)
                    yield from _at(world, count, latency, missing)
                if count > MOVED:
                    yield from _moved(world, count)


def _build(world: World, count: int, missing: list[str]) -> None:
    with telling(world.environment) as firn:
        firn.tell("rows", count)
        firn.tell("approve", 0, count)
        firn.tell("run", 0, count)
    if "snowddl" not in missing:
        config = world.folder / "snowddl"
        config.mkdir()
        peers.prepare_snowddl(config, world.port, world.key)
        peers.write_snowddl(config, count)
        peers.run("snowddl", world.port, world.key, config, "apply")


def _at(world: World, count: int, latency: int, missing: list[str]) -> Iterator[Line]:
    what = f"check {count}, {latency} ms"
    found = {f"Firn {way}": _firn(world, live) for way, live in (("cheap", 0), ("live", _ALL))}
    for way, line in found.items():
        yield {"what": f"{what}, {way}", **line}
    if missing:
        yield {"what": f"{what}, snowddl", "skipped": "its environment could not be made"}
        return
    peer = _snowddl(world)
    ratios = {f"times {way}": round(peer["seconds"] / line["seconds"], 1) for way, line in found.items()}
    yield {"what": f"{what}, snowddl", **peer, **ratios}


def _firn(world: World, live: int, expect: set[str] | None = None) -> dict[str, Any]:
    """The second check of a process that has signed in; Wrong when it finds others than it should."""
    with telling({**world.environment, "FIRN_LIVE_GRANTS": str(live)}) as firn:
        firn.tell("check")
        since = world.now()
        answer = firn.tell("check")
    wanted = expect or set()
    if answer["moved"] != len(wanted) or wanted - set(answer["due"]):
        raise Wrong(f"the check should find {len(wanted)} shares moved: {answer['words']}")
    return {
        "seconds": round(answer["seconds"], 3),
        "statements": len(world.firn(since)),
        "mib": answer["mib"],
    }


def _snowddl(world: World) -> dict[str, Any]:
    since = world.now()
    answer = peers.run("snowddl", world.port, world.key, world.folder / "snowddl", "plan")
    if answer["suggested"]:
        raise Wrong(f"SnowDDL plans {answer['suggested']} changes where nothing moved")
    return {
        "seconds": round(answer["seconds"], 2),
        "command": round(answer["command"], 2),
        "statements": len(world.statements(since)),
    }


def _moved(world: World, count: int) -> Iterator[Line]:
    """Somebody drops a view of ten shares: the cheap check finds these and no others, and their runs mend them."""
    with telling(world.environment) as firn:
        names = firn.tell("names")["names"][:MOVED]
    client = Raw(world.port, "ACME-DATA")
    client.run("GRANT ROLE FIRN TO USER ADMIN")
    client.run("USE ROLE FIRN")
    for name in names:
        client.run(f"DROP VIEW FIRN_OUT.{name}.FLIGHTS_0")
    client.close()
    line = _firn(world, 0, set(names))
    yield {"what": f"check {count}, {LATENCIES[-1]} ms, Firn cheap, {MOVED} moved", **line}
    with telling(world.environment) as firn:
        since = world.now()
        seconds = firn.tell("run", 0, MOVED)["seconds"]
    sent = world.firn(since)
    yield {
        "what": f"repair of these {MOVED}, one after the other",
        "seconds": round(seconds, 2),
        "changes": sum(is_change(sql) for sql in sent),
        "looks": sum(not is_change(sql) for sql in sent),
    }
    _firn(world, 0)
