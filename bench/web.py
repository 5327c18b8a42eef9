"""The portal's pages before gunicorn, in one run with a bare Django view and an ordinary page of another portal's.

wrk asks for pages over 16 connections; single requests over one tell how long a reader waits, and two portals side by
side, one with 100 shares, what many shares cost. Each is a median over rounds in which every page has its turn, so
that what else the machine does meanwhile falls on all of them alike.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Plan, ms, p95
from bench.web_pages import Page, Reader, pages, wrk
from bench.web_portal import EACH, WORKERS, Gunicorn, build, collect, copy, gunicorn, queries

Line = dict[str, object]
# Its folder, and what bench.web_rows said of it.
Portal = tuple[Path, dict[str, Any]]
FEW, DATASETS = 100, 200
CONNECTIONS = WORKERS * EACH
# What is held against the same page of a portal with few shares.
LISTS = ("share list, staff", "share list, customer", "operations list", "operations home", "home, customer")


def measurements(plan: Plan) -> Iterator[Line]:
    if shutil.which("wrk") is None:
        yield {"what": "pages", "skipped": "wrk is not installed"}
        return
    many = 1000 if plan.quick else 10_000
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folders = {count: Path(name) / str(count) for count in (0, FEW, many)}
        static = Path(name) / "static"
        folders[0].mkdir()
        collect(folders[0], static)
        base = build(folders[0], static, DATASETS)
        made = {count: base | copy(folders[0], folders[count], static, count) for count in (FEW, many)}
        yield from measured(plan, static, (folders[FEW], made[FEW]), (folders[many], made[many]))


def measured(plan: Plan, static: Path, few: Portal, many: Portal) -> Iterator[Line]:
    """All pages of the portal with many shares, then lists of both."""
    with ExitStack() as stack:
        large = stack.enter_context(gunicorn(many[0], static))
        small = stack.enter_context(gunicorn(few[0], static))
        plain = stack.enter_context(gunicorn(many[0], static, "bench.web_plain"))
        shown, others = pages(many[1], large.port), pages(few[1], small.port)
        told = queries(many[0], static, shown)
        yield {"what": "portal", "shares": many[1]["all"], "datasets": DATASETS}
        measures = _measures(many[1])
        rates = _rates(plan, [*measures, *shown], large, plain)
        for name, said in rates.items():
            if name.startswith(("bare", "reference")):
                yield {"what": name, "a second": round(said["a second"]), "p99 ms of 16": round(said["p99 ms"])}
        for page, number in zip(shown, told, strict=True):
            sizes = Reader(large.port).weight(page)
            yield _line(page, rates) | {"queries": number} | _singles(plan, large, page) | sizes
        for mine, theirs in zip(shown, others, strict=True):
            if mine.name in LISTS:
                yield _grown(plan, (small, theirs), (large, mine), many[1]["all"])


def _measures(made: dict[str, Any]) -> list[Page]:
    customer, path = made["cookies"]["customer"], made["paths"]["reference"]
    rows = {"<tr>": 21}
    return [Page("bare", "/bench/bare/", "", {"bare": 1}), Page("reference", path, customer, rows)]


def _rates(plan: Plan, shown: list[Page], portal: Gunicorn, plain: Gunicorn) -> dict[str, dict[str, float]]:
    """By page, the medians of what wrk said; of the two measures also before the middleware of startproject."""
    targets = [(page.name, page, portal) for page in shown]
    targets += [(f"{page.name}, startproject's middleware", page, plain) for page in shown[:2]]
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for name, page, server in targets * (2 if plan.quick else 5):
        Reader(server.port).page(page)
        found[name].append(wrk(server.port, page, CONNECTIONS, 2 if plan.quick else 3))
        Reader(server.port).page(page)
    return {name: {key: median(one[key] for one in said) for key in said[0]} for name, said in found.items()}


def _line(page: Page, rates: dict[str, dict[str, float]]) -> Line:
    said = rates[page.name]
    mine = said["a second"]
    return {
        "what": page.name,
        "a second": round(mine),
        "p99 ms of 16": round(said["p99 ms"]),
        "of bare": f"1/{rates['bare']['a second'] / mine:.1f}",
        "of reference": round(mine / rates["reference"]["a second"], 2),
    }


def _singles(plan: Plan, server: Gunicorn, page: Page) -> Line:
    """One request after another over one connection: how long until the last byte, and the CPU that it took."""
    count, before = 40 if plan.quick else 200, server.cpu()
    seconds = list(_times(server, page, count))
    used = (server.cpu() - before) / count
    return {"p50 ms": ms(median(seconds)), "p95 ms": ms(p95(seconds)), "CPU ms": ms(used)}


def _times(server: Gunicorn, page: Page, count: int) -> Iterator[float]:
    reader = Reader(server.port)
    reader.page(page)
    for _ in range(count):
        before = time.perf_counter()
        reader.get(page.path, page.headers)
        yield time.perf_counter() - before
    reader.page(page)


def _grown(plan: Plan, few: tuple[Gunicorn, Page], many: tuple[Gunicorn, Page], count: int) -> Line:
    """The page among many shares against the same among few, one request to either in turn."""
    turns = 40 if plan.quick else 200
    pairs = list(zip(_times(*few, turns), _times(*many, turns), strict=True))
    small, large = (median(pair[side] for pair in pairs) for side in (0, 1))
    name = f"{many[1].name}: {count} against {FEW} shares"
    return {"what": name, "ms": ms(large), f"ms of {FEW}": ms(small), "ratio": round(large / small, 2)}
