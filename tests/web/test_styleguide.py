"""The living page of the design."""

from __future__ import annotations

import re

from portal.pages.styleguide import colours
from portal.pages.templatetags import icons
from tests.web import rows
from tests.web.rows import House


def test_staff_see_every_colour_and_every_icon(house: House) -> None:
    page = rows.browser(house.eve).get("/styleguide/").content.decode()

    assert all(f"<code>{name}</code>" in page for name in [*icons.SHAPES, *colours()])
    assert "accent" in colours()


COMPONENTS = (
    "btn btn-quiet btn-danger btn-small btn-wide btn-link field check choices helptext errorlist "
    "error-summary hints pick card card-head card-body card-foot tile defs links table badge badge-good "
    "badge-warn badge-bad badge-now facts search badge-wait badge-off tally steps step-done step-now "
    "step-failed step-warn step-todo statements progress prose history chart spark code copy tabs notice "
    "toast empty consequences drop menu dialog filters pagination mark "
)


def test_it_shows_every_component(house: House) -> None:
    page = rows.browser(house.eve).get("/styleguide/").content.decode()
    used = set(" ".join(re.findall(r'class="([^"]*)"', page)).split())

    assert set(COMPONENTS.split()) - used == set()


def test_nobody_else_sees_it(house: House) -> None:
    assert rows.browser(house.ada).get("/styleguide/").status_code == 403
    assert rows.browser().get("/styleguide/").status_code == 302
    assert rows.browser(house.eve).post("/styleguide/").status_code == 405


def test_the_administration_leads_to_it(house: House) -> None:
    assert 'href="/styleguide/"' in rows.browser(house.eve).get("/admin/").content.decode()
