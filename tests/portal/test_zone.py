"""Times in the reader's zone, numbers and dates by their language; windows by UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from portal.pages.templatetags import charts, moments
from portal.pages.zone import COOKIE
from tests.web import rows
from tests.web.rows import House

NIGHT = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)


@pytest.fixture
def house(db: None) -> House:
    return rows.house()


def _page(house: House, zone: str | None, path: str) -> str:
    client = rows.browser(house.ada)
    if zone is not None:
        client.cookies[COOKIE] = zone
    return client.get(path).content.decode()


def test_the_reader_s_zone_is_used(house: House) -> None:
    asked = rows.request(house.ada, house.flights)
    type(asked).objects.filter(pk=asked.pk).update(submitted_at=NIGHT)

    page = _page(house, "America/New_York", f"/requests/{asked.public_id}/")

    assert "Times are in America/New_York." in page
    assert 'title="28 Feb 2026, 22:30:00 EST"' in page, re.findall("<time[^>]*>", page)
    assert 'datetime="2026-03-01T03:30:00+00:00"' in page


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Land", "../etc/passwd", "x" * 4000])
def test_without_a_good_name_it_is_utc(house: House, zone: str | None) -> None:
    assert "Times are in UTC." in _page(house, zone, "/help/")


def test_the_next_reader_of_the_thread_has_a_zone_of_their_own(house: House) -> None:
    _page(house, "Asia/Tokyo", "/help/")

    assert timezone.get_current_timezone_name() == "UTC"
    assert "Times are in UTC." in _page(house, None, "/help/")


def test_the_last_day_of_a_window_is_the_same_for_everybody(house: House) -> None:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    share.grants.update(valid_until=datetime(2031, 3, 1, tzinfo=UTC))

    for zone in ("Asia/Tokyo", "America/New_York", None):
        assert "28 Feb 2031" in _page(house, zone, f"/shares/{share.public_id}/")


def test_numbers_and_dates_follow_the_language() -> None:
    with translation.override("it"):
        assert moments.count(48110) == "48.110"
        assert charts.number(3.5) == "3,5"
        assert "1 Mar 2026" in str(moments.day(NIGHT))
    with translation.override("de"):
        assert "1 Mär 2026" in str(moments.day(NIGHT)) or "1 März 2026" in str(moments.day(NIGHT))
    assert moments.count(48110) == "48,110"
    assert moments.count(None) == "–"
