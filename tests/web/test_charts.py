"""Charts drawn by the server: they show what is known, break where nothing is, and say it in words, too."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from django.template import Context, Template

from portal.pages.templatetags import charts

pytestmark = pytest.mark.nodb

DAYS = [("1 Mar", 10), ("2 Mar", 20), ("3 Mar", None), ("4 Mar", 15)]


def _drawn(points: Sequence[charts.Point], **options: object) -> str:
    text = '{% load firn %}{% chart points "Rows a day" unit="rows" kind=kind goal=goal %}'
    return Template(text).render(Context({"points": points, "kind": "line", "goal": None} | options))


def test_a_line_breaks_where_nothing_is_known() -> None:
    page = _drawn(DAYS)

    assert page.count('class="chart-line"') == 2
    assert "NaN" not in page


def test_the_highest_value_touches_the_top_and_zero_the_bottom() -> None:
    found = charts.chart([("a", 0), ("b", 40)], "x")

    assert found["lines"] == [f"M0 {charts.HEIGHT:.0f}L{charts.WIDTH:.0f} {charts.TOP:.0f}"]


def test_its_name_tells_range_and_last_value() -> None:
    assert 'role="img" aria-label="Rows a day: from 10 to 20 rows, last 15"' in _drawn(DAYS)


def test_the_numbers_stand_in_a_table_newest_first() -> None:
    cells = re.findall(r'<th scope="row">([^<]+)</th><td class="num" data-label="Rows">([^<]+)<', _drawn(DAYS))

    assert cells == [("4 Mar", "15"), ("3 Mar", "–"), ("2 Mar", "20"), ("1 Mar", "10")]


def test_bars_are_one_for_each_known_value() -> None:
    assert len(re.findall("<rect", _drawn(DAYS, kind="bars"))) == 3


def test_a_promise_above_all_values_stays_in_the_picture() -> None:
    found = charts.chart([("a", 3.0), ("b", 4.0)], "Age", unit="min", goal=15)

    assert found["goal_y"] == f"{charts.TOP:.0f}"
    assert "promised: 15" in _drawn(DAYS, goal=15)


@pytest.mark.parametrize("points", [[], [("1 Mar", None)]])
def test_without_numbers_it_says_so(points: Sequence[charts.Point]) -> None:
    assert "Nothing was measured yet" in _drawn(points)


def test_all_zero_and_a_single_value_are_drawn() -> None:
    assert "chart-line" in _drawn([("a", 0), ("b", 0)])
    assert charts.chart([("a", 5)], "x")["lines"] == [f"M0 {charts.TOP:.0f}L0 {charts.TOP:.0f}"]


def test_a_sparkline_uses_its_whole_height() -> None:
    drawn = charts.spark([1000, 1010, None], "Rows")

    assert "M0 22L48 2" in drawn
    assert "from 1,000 to 1,010, last 1,010" in drawn
    assert "nothing known yet" in charts.spark([], "Rows")
