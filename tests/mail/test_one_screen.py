"""The mail that asks, on the screen of a phone: all that a decision needs, and the button, without scrolling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from portal.mail.models import Outgoing
from shares import ask_facts
from shares.models import Ask, Reading
from shares.services import approvals
from shares.services.codes import code_for
from tests.browser.conftest import chromium
from tests.services.rows import Scene, dataset, person
from tests.services.test_policies import policy, publish, stage

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = {"width": 360, "height": 740}
# The lowest edge of what a decision needs, how wide the mail is, and how high.
MEASURE = """() => ({
  facts: document.querySelector('.sheet table').getBoundingClientRect().bottom,
  button: document.querySelector('a.button').getBoundingClientRect().bottom,
  wide: document.documentElement.scrollWidth,
  small: Math.min(...[...document.querySelectorAll('.sheet *')].filter((one) => one.innerText)
    .map((one) => parseFloat(getComputedStyle(one).fontSize))),
})"""


def seen(chromium: Path, html: str, scheme: str, picture: Path) -> dict[str, float]:
    def look() -> dict[str, float]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(viewport=PHONE, color_scheme=scheme, java_script_enabled=True)  # type: ignore[arg-type]
            # Neither images nor anything else may be needed.
            context.route("**/*", lambda route: route.abort())
            page = context.new_page()
            page.set_content(html)
            page.screenshot(path=picture)
            measured: dict[str, float] = page.evaluate(MEASURE)
            browser.close()
            return measured

    # Beside the thread of the test: Playwright's loop there would forbid Django its database.
    with ThreadPoolExecutor(1) as one:
        return one.submit(look).result()


def html(scene: Scene, **fields: Any) -> str:
    scene.request(**fields)
    return Outgoing.objects.get(kind="ask", to=scene.dan.email).html


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_request_is_decided_on_one_screen(chromium: Path, tmp_path: Path, scene: Scene, scheme: str) -> None:
    text = html(scene, datasets=[scene.flights, scene.fleet])
    measured = seen(chromium, text, scheme, tmp_path / f"{scheme}.png")
    assert measured["facts"] < measured["button"] <= PHONE["height"]
    assert measured["wide"] <= PHONE["width"]
    assert measured["small"] >= 12


def test_long_and_foreign_names_need_no_second_column(chromium: Path, tmp_path: Path, scene: Scene) -> None:
    scene.united.name = "Société internationale de télécommunications aéronautiques, succursale de Reykjavík"
    scene.united.save()
    scene.ada.name = "نور الدين"
    scene.ada.save()
    many = [dataset(f"Carriers on time {number}", [scene.east], [scene.dan]) for number in range(12)]
    text = html(scene, datasets=many, reason="Wir_brauchen_das_" * 40)
    measured = seen(chromium, text, "light", tmp_path / "long.png")
    assert measured["wide"] <= PHONE["width"]
    # Twelve datasets by name: the button is one flick away.
    assert measured["button"] <= 2 * PHONE["height"]


def test_it_says_how_many_rows_and_what_others_answered(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim")
    made = policy(scene)
    stage(made, kim)
    publish(made, scene)
    request = scene.request()
    first = Outgoing.objects.get(kind="ask")
    assert "being counted; the page shows them" in first.text
    assert "Answers" not in first.text
    assert Reading.objects.update(rows=336776, measured_at=datetime(2026, 11, 26, tzinfo=UTC)) == 1
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    second = Outgoing.objects.get(kind="ask", to=kim.email)
    for body in (second.text, second.html):
        assert "336,776, counted on 26 Nov 2026" in body
        assert "Dan approved" in body


def test_the_code_and_the_sql_are_there(scene: Scene) -> None:
    text = html(scene)
    ask = Ask.objects.get()
    assert code_for(ask) in text
    assert f"{ask.public_id}/#sql" in text


def test_a_long_reason_is_cut_above_and_whole_below(scene: Scene) -> None:
    reason = "Reporting. " * 40 + "THE END"
    text = html(scene, reason=reason)
    assert ask_facts.short(reason) in text
    assert ask_facts.short(reason).endswith("Reporting. …")
    assert text.count("THE END") == 1
