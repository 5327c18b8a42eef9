"""What templates may use: safe markdown and SQL, moments, numbers, badges for every state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.pages.templatetags import firn, icons, moments, richtext
from shares.core.states import RequestState, ShareState
from shares.templatetags import shares as tags
from shares.templatetags import words

pytestmark = pytest.mark.nodb


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("![x](https://example.org/pixel.png)", "<img"),
        ("<a href='https://x' onclick='y()'>z</a>", "<a "),
        ("<p style='color:red'>z</p>", "<p style"),
    ],
)
def test_markdown_lets_nothing_dangerous_through(text: str, absent: str) -> None:
    assert absent not in richtext.markdown(text)


def test_markdown_links_do_not_tell_where_the_reader_came_from() -> None:
    assert 'rel="noopener noreferrer nofollow"' in richtext.markdown("[x](https://example.org)")


def test_markdown_headings_leave_no_level_out() -> None:
    """A text that begins with ## stands below the card's h2 as one that begins with # does."""
    page = richtext.markdown("## A\n\n### B\n\n## C")

    assert "<h3>A</h3>" in page
    assert "<h4>B</h4>" in page
    assert "<h3>C</h3>" in page


def test_markdown_headings_start_below_the_page_s() -> None:
    assert "<h3>A</h3>" in richtext.markdown("# A")


def test_sql_is_escaped_and_marked() -> None:
    shown = richtext.sql("SELECT '<b>it''s</b>' AS \"FROM\" -- <i>\nFROM t WHERE a < 1")

    assert "<b>" not in shown
    assert "<i>" not in shown
    assert '<span class="word">SELECT</span>' in shown
    assert '<span class="text">&#x27;&lt;b&gt;it&#x27;&#x27;s&lt;/b&gt;&#x27;</span>' in shown
    assert "&quot;FROM&quot; " in shown
    assert "a &lt; 1" in shown


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=12), "12 days ago"),
        (timedelta(days=-3, hours=-1), "in 3 days"),
    ],
)
def test_ago_tells_the_distance_and_keeps_the_moment(age: timedelta, told: str) -> None:
    shown = moments.ago(timezone.now() - age)

    assert f">{told}</time>" in shown
    assert "UTC" in shown


def test_what_is_unknown_is_a_dash() -> None:
    assert {moments.ago(None), moments.day(None), moments.exactly(None), moments.clock(None), moments.count(None)} == {
        "–"
    }


def test_numbers_are_grouped() -> None:
    assert moments.count(336776) == "336,776"
    assert moments.millis(41) == "41 ms"
    assert moments.millis(1250) == "1.2 s"


def test_every_state_has_words_a_shape_and_a_next_step() -> None:
    for state in ShareState:
        assert "<svg" in tags.share_badge(state)
        assert tags.share_next(state).endswith(".")
    for request_state in RequestState:
        assert "<svg" in tags.request_badge(request_state)
        assert tags.request_next(request_state).endswith(".")


def test_states_differ_by_more_than_colour() -> None:
    shapes = {firn.TONE_ICONS[item.tone] for item in words.SHARE.values()}

    assert len(shapes) == len({item.tone for item in words.SHARE.values()})


def test_an_icon_that_is_not_drawn_is_an_error() -> None:
    with pytest.raises(KeyError):
        icons.icon("nothing")


@pytest.mark.parametrize(("label", "letters"), [("United Airlines", "UA"), ("ada@ua.example", "AU"), ("", "")])
def test_initials(label: str, letters: str) -> None:
    assert firn.initials(label) == letters
