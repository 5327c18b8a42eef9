"""A check of 10,000 shares at which nothing moved, and what people wait for the portal's pages while it goes on."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from bench.measure import Plan, Wrong, ms, p95
from bench.portal_world import World
from bench.telling import telling
from bench.web_pages import SOME, Page, Reader
from bench.web_portal import Gunicorn, collect, gunicorn

Line = dict[str, object]
# Seconds for each page by name.
Times = dict[str, list[float]]
SHARES, QUICK_SHARES = 10_000, 100
LATENCY = 50
BUILDERS = 2
CHECKS = 3
# How often each page is asked for while nothing else goes on.
IDLE_ROUNDS = 60


def measurements(plan: Plan) -> Iterator[Line]:
    count = QUICK_SHARES if plan.quick else SHARES
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        world = World(Path(folder), count)
        world.serve(0)
        with closing(world):
            _build(world, count)
            world.serve(LATENCY)
            yield from checked(world, count)


def _build(world: World, count: int) -> None:
    """By the portal's own services and runs, in several processes side by side."""
    with ExitStack() as stack:
        builders = [stack.enter_context(telling(world.environment)) for _ in range(BUILDERS)]
        builders[0].tell("rows", count)
        builders[0].tell("approve", 0, count)
        each = count // BUILDERS
        parts = [(n * each, each if n < BUILDERS - 1 else count - n * each) for n in range(BUILDERS)]
        threads = [
            threading.Thread(target=builder.tell, args=("run", *part))
            for builder, part in zip(builders, parts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        builders[0].tell("wait", count, 1)


def checked(world: World, count: int) -> Iterator[Line]:
    """Pages alone, then pages beside checks of a process that has signed in. Wrong when a check finds anything."""
    static = world.folder / "static"
    collect(world.folder, static)
    with telling({**world.environment, "FIRN_LIVE_GRANTS": "0"}) as firn, gunicorn(world.folder, static) as server:
        shown = _pages(firn.tell("visitors"), count)
        _asked(server, shown, rounds=3)
        idle = _asked(server, shown, rounds=IDLE_ROUNDS)
        firn.tell("check")
        meanwhile: Times = defaultdict(list)
        for number in range(1, CHECKS + 1):
            since, over = world.now(), threading.Event()
            asking = threading.Thread(target=_ask, args=(server, shown, over, meanwhile))
            asking.start()
            try:
                found = firn.tell("check")
            finally:
                over.set()
                asking.join()
            if found["moved"]:
                raise Wrong(f"nothing moved, but the check says: {found['words']}")
            yield {
                "what": f"check of {count}, {LATENCY} ms, cheap, pages asked for meanwhile, {number}",
                "seconds": round(found["seconds"], 2),
                "statements": len(world.firn(since)),
                "mib": found["mib"],
            }
    for name, alone in idle.items():
        beside = meanwhile[name]
        yield {
            "what": f"{name}, {count} shares",
            "p95 ms alone": ms(p95(alone)),
            "p95 ms beside a check": ms(p95(beside)),
            "times": round(p95(beside) / p95(alone), 2),
            "asked": len(beside),
        }


def _pages(visitors: dict[str, str], count: int) -> list[Page]:
    staff, customer = visitors["staff"], visitors["customer"]
    return [
        Page("share list, staff", "/shares/", staff, {f"1–25 of {count}": 1}),
        Page("operations list", "/operations/shares/", staff, {f"1–25 of {count}": 1}),
        Page("home, customer", "/", customer, {"share-card-head": 1}),
        Page("share page", visitors["share"], customer, {visitors["account"]: SOME}),
    ]


def _asked(server: Gunicorn, shown: list[Page], rounds: int) -> Times:
    found: Times = defaultdict(list)
    reader = Reader(server.port)
    for _ in range(rounds):
        _round(reader, shown, found)
    return found


def _ask(server: Gunicorn, shown: list[Page], over: threading.Event, found: Times) -> None:
    reader = Reader(server.port)
    while not over.is_set():
        _round(reader, shown, found)


def _round(reader: Reader, shown: list[Page], found: Times) -> None:
    for page in shown:
        before = time.perf_counter()
        reader.page(page)
        found[page.name].append(time.perf_counter() - before)
