"""New shares of five secure views: the portal from approval to open share, against SnowDDL and snowcap.

The same sandbox, the same latency before each statement, one tool after the other. SnowDDL runs in its best case: only
the kinds of objects a share needs, one schema for everybody. snowcap makes views and shares and stops there. Firn also
looks at what is there before and after, and reads every view as its consumer before anybody is let in.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import peers
from bench.measure import Plan, Wrong, cpu_of_all
from bench.portal_world import World, is_change, look_as_customer
from bench.serving import PASSWORD, Raw
from bench.telling import Firn, telling

Line = dict[str, object]
LATENCIES = (50, 200)
# So many new shares at such a latency.
_QUICK = ((1, 50), (1, 200), (20, 200))
_WHOLE = ((1, 50), (1, 200), (100, 50), (100, 200), (1000, 50))
# A customer's view into the share is a sign-in and a mount; so many of them say enough.
_LOOKS = 3


def measurements(plan: Plan) -> Iterator[Line]:
    missing = peers.missing("snowddl", "snowcap")
    yield from _beside(20 if plan.quick else 1000)
    for count, latency in _QUICK if plan.quick else _WHOLE:
        yield from _at(count, latency, missing)


def _at(count: int, latency: int, missing: list[str]) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # One customer more: the first share warms the worker up.
        world = World(Path(folder), count + 1)
        world.serve(latency)
        with closing(world):
            what = f"provision {count}, {latency} ms"
            firn = _firn(world, count)
            yield {"what": f"{what}, Firn", **firn}
            for name, measured in (("snowddl", _snowddl), ("snowcap", _snowcap)):
                if name in missing:
                    yield {"what": f"{what}, {name}", "skipped": "its environment could not be made"}
                    continue
                peer = measured(world, count)
                ratios = {
                    "firn_to_it": round(firn["seconds"] / peer["seconds"], 2),
                    "firn_to_command": round(firn["seconds"] / peer["command"], 2),
                }
                if "changing" in firn:
                    ratios["changing_to_it"] = round(firn["changing"] / peer["seconds"], 2)
                yield {"what": f"{what}, {name}", **peer, **ratios}


def _beside(count: int) -> Iterator[Line]:
    """One new share where there is none yet, and where there are `count`."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        world = World(Path(folder), count + 4)
        with closing(world):
            world.serve(LATENCIES[0])
            with telling(world.environment) as firn:
                firn.tell("rows", count + 4)
                firn.tell("approve", 0, count + 4)
                firn.tell("run", 0, 1)
                empty = firn.tell("run", 1, 1)["seconds"]
            world.serve(0)
            with telling(world.environment) as firn:
                firn.tell("run", 2, count)
            world.serve(LATENCIES[0])
            with telling(world.environment) as firn:
                firn.tell("run", count + 2, 1)
                full = firn.tell("run", count + 3, 1)["seconds"]
    what = f"one more share, {LATENCIES[0]} ms, beside 1 and beside {count}"
    yield {"what": what, "seconds": f"{empty:.2f} and {full:.2f}", "times": round(full / empty, 2)}


def _firn(world: World, count: int) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    with telling(world.environment) as firn:
        firn.tell("rows", count + 1)
        if count == 1:
            firn.tell("approve", 0, 2)
            firn.tell("run", 0, 1)
            since, used = world.now(), _cpu(world, firn.pid)
            answer = firn.tell("run", 1, 1)
            seconds = answer["seconds"]
            extra = {"changing": round(answer["changing"], 3), "rounds of changes": answer["rounds"]}
            used = _less(_cpu(world, firn.pid), used)
        else:
            since, seconds, used = _by_workers(world, firn, count)
        sent = world.firn(since)
        names = firn.tell("names")["names"]
    for n in range(0, count + 1, max(1, count // _LOOKS)):
        look_as_customer(world.port, n, names[n], f"{names[n]}.FLIGHTS_0")
    changing = sum(is_change(sql) for sql in sent)
    return {"seconds": round(seconds, 2), "changes": changing, "looks": len(sent) - changing, **used, **extra}


def _cpu(world: World, *pids: int) -> dict[str, float]:
    """Seconds of CPU so far, the tool's and the sandbox's: what a loaded machine changes least."""
    return {"CPU s": sum(cpu_of_all(pid) for pid in pids), "sandbox CPU s": world.cpu}


def _less(now: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    return {name: round(value - before[name], 2) for name, value in now.items()}


def _by_workers(world: World, firn: Firn, count: int) -> tuple[int, float, dict[str, float]]:
    """All approved while two workers wait, warm from the first share; the time until the last one is open, and CPU."""
    with world.worker() as pid:
        firn.tell("approve", 0, 1)
        firn.tell("wait", 1, 60)
        firn.tell("quiet", 60 + 2 * count)
        since, before, used = world.now(), time.perf_counter(), _cpu(world, firn.pid, pid)
        firn.tell("approve", 1, count)
        firn.tell("wait", count + 1, 60 + 10 * count)
        return since, time.perf_counter() - before, _less(_cpu(world, firn.pid, pid), used)


def _snowddl(world: World, count: int) -> dict[str, Any]:
    config = world.folder / "snowddl"
    config.mkdir()
    peers.prepare_snowddl(config, world.port, world.key)
    peers.write_snowddl(config, count)
    since, used = world.now(), world.cpu
    answer = peers.run("snowddl", world.port, world.key, config, "apply")
    took = _took(world, answer, used)
    sent = [str(entry["sql"]) for entry in world.statements(since)]
    for n in range(0, count, max(1, count // _LOOKS)):
        look_as_customer(world.port, n, f"S{n}", f"DATA.V{n}_0")
    changing = sum(is_change(sql) for sql in sent)
    return {"seconds": round(answer["seconds"], 2), "changes": changing, "looks": len(sent) - changing, **took}


def _took(world: World, answer: dict[str, float], used: float) -> dict[str, float]:
    """What a peer's run took beside its seconds: the whole command, start and imports included, and CPU."""
    return {
        "command": round(answer["command"], 2),
        "CPU s": round(answer["cpu"], 2),
        "sandbox CPU s": round(world.cpu - used, 2),
    }


def _snowcap(world: World, count: int) -> dict[str, Any]:
    since, used = world.now(), world.cpu
    answer = peers.run("snowcap", world.port, count, PASSWORD, "apply")
    took = _took(world, answer, used)
    sent = [str(entry["sql"]) for entry in world.statements(since)]
    client = Raw(world.port, "ACME-DATA")
    made = len(client.run("SHOW SHARES LIKE 'CAP%'"))
    client.close()
    if made != count:
        raise Wrong(f"snowcap made {made} shares of {count}")
    changing = sum(is_change(sql) for sql in sent)
    return {"seconds": round(answer["seconds"], 2), "changes": changing, "looks": len(sent) - changing, **took}
