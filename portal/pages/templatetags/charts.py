"""Charts that the server draws: SVG without script or style, with a name, and with its numbers in a table beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

# A label and a number; None is a day on which nobody looked.
Point = tuple[str, float | int | None]

WIDTH, HEIGHT, TOP = 600.0, 150.0, 8.0
SPARK_WIDTH, SPARK_HEIGHT, SPARK_ROOM = 96.0, 24.0, 2.0
GAP = 0.3
TWO_DECIMALS = 100


@dataclass(frozen=True)
class Bar:
    """One rectangle, and what its title says."""

    x: str
    y: str
    width: str
    height: str
    words: str


def number(value: float | int | None) -> str:
    """48,110 or 3.5; a dash where nothing is known."""
    if value is None:
        return "–"
    decimals = 0 if float(value).is_integer() or abs(value) >= TWO_DECIMALS else 1
    return number_format(f"{value:.{decimals}f}", decimals, force_grouping=True)


def chart(
    points: Iterable[Point], name: str, *, unit: str = "", kind: str = "line", goal: float | None = None
) -> dict[str, object]:
    """What partials/chart.html draws: a line (or bars) over the points, oldest first; `goal` is a promised bound."""
    known = list(points)
    values = [value for _, value in known if value is not None]
    top = max([*values, goal or 0, 0]) or 1
    return {
        "name": name,
        "unit": unit,
        "goal": number(goal) if goal is not None else "",
        "goal_y": _at(_height(goal, top, HEIGHT)) if goal is not None else "",
        "width": _at(WIDTH),
        "height": _at(HEIGHT),
        "lines": _lines(known, top, WIDTH, HEIGHT) if kind == "line" else [],
        "areas": _areas(known, top, WIDTH, HEIGHT) if kind == "line" else [],
        "bars": _bars(known, top) if kind == "bars" else [],
        "rows": [(label, number(value)) for label, value in reversed(known)],
        "first": known[0][0] if known else "",
        "last": known[-1][0] if known else "",
        "top": number(top),
        "now": number(values[-1]) if values else "",
        "summary": _summary(known, unit),
    }


def spark(values: Sequence[float | int | None], name: str) -> SafeString:
    """A line as small as a word, from the lowest value to the highest; its name says both, and where it ends."""
    numbers = [value for value in values if value is not None]
    low, high = min(numbers, default=0), max(numbers, default=0)
    risen: list[Point] = [("", None if value is None else value - low) for value in values]
    drawn = " ".join(_lines(risen, (high - low) or 1, SPARK_WIDTH, SPARK_HEIGHT))
    words = f"{name}: {_summary([('', value) for value in values], '')}"
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="chart-line" d="{}"/></svg>',
        _at(SPARK_WIDTH),
        _at(SPARK_HEIGHT),
        words,
        drawn,
    )


def _summary(points: list[Point], unit: str) -> str:
    values = [value for _, value in points if value is not None]
    if not values:
        return gettext("nothing known yet")
    low, high, last = number(min(values)), number(max(values)), number(values[-1])
    told = {"low": low, "high": f"{high} {unit}" if unit else high, "last": last}
    return gettext("from %(low)s to %(high)s, last %(last)s") % told


def _height(value: float, top: float, height: float) -> float:
    """How far from the upper edge; a line needs room for its own width at both."""
    room = TOP if height == HEIGHT else SPARK_ROOM
    floor = 0.0 if height == HEIGHT else SPARK_ROOM
    return room + (height - room - floor) * (1 - value / top)


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _runs(points: list[Point], top: float, width: float, height: float) -> list[list[tuple[float, float]]]:
    """Places of the points, broken where nothing is known."""
    step = width / max(len(points) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, (_, value) in enumerate(points):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index * step, _height(value, top, height)))
    return [run for run in runs if run]


def _lines(points: list[Point], top: float, width: float, height: float) -> list[str]:
    return [_path(run) for run in _runs(points, top, width, height)]


def _path(run: list[tuple[float, float]]) -> str:
    # A single point is drawn as a line of no length, which a round cap makes a dot.
    places = run if len(run) > 1 else run * 2
    return "M" + "L".join(f"{_at(x)} {_at(y)}" for x, y in places)


def _areas(points: list[Point], top: float, width: float, height: float) -> list[str]:
    runs = [run for run in _runs(points, top, width, height) if len(run) > 1]
    return [f"{_path(run)}L{_at(run[-1][0])} {_at(height)}L{_at(run[0][0])} {_at(height)}Z" for run in runs]


def _bars(points: list[Point], top: float) -> list[Bar]:
    slot = WIDTH / max(len(points), 1)
    bars = []
    for index, (label, value) in enumerate(points):
        if value is not None:
            y = _height(value, top, HEIGHT)
            x, width = index * slot + slot * GAP / 2, slot * (1 - GAP)
            bars.append(Bar(_at(x), _at(y), _at(width), _at(max(HEIGHT - y, 1)), f"{label}: {number(value)}"))
    return bars
