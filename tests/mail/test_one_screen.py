"""The mail that asks, on the screen of a phone: all that a decision needs, and the button, without scrolling."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from portal.mail.models import Outgoing
from portal.people.models import User
from shares import ask_facts
from shares.models import Ask, Dataset, Reading
from shares.services import approvals
from shares.services.codes import code_for
from tests.browser.conftest import chromium
from tests.services.rows import Scene, dataset, overwrite, person, view
from tests.services.test_policies import policy, publish, stage

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = {"width": 360, "height": 740}
# The lowest edge of what a decision needs, how wide the mail is, and how high.
MEASURE = """() => ({
  facts: document.querySelector('.sheet table').getBoundingClientRect().bottom,
  lines: document.querySelector('.sheet table').rows.length,
  button: document.querySelector('a.button').getBoundingClientRect().bottom,
  decline: document.querySelector('a.button-2').getBoundingClientRect().bottom,
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
    assert measured["lines"] == 9
    assert measured["wide"] <= PHONE["width"]
    assert measured["small"] >= 12


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft of the United Kingdom"


def _twelve_about_persons(scene: Scene) -> None:
    more = [dataset(f"Carriers on time, number {number}", [scene.east], [scene.dan]) for number in range(11)]
    people = view(scene.flights, "PEOPLE", "CARRIER FIRST_NAME LAST_NAME EMAIL PASSPORT_NUMBER DATE_OF_BIRTH")
    people.columns.exclude(name="CARRIER").update(is_personal=True)
    overwrite(scene.flights)
    scene.flights.privacy_approvers.add(scene.eve)
    scene.request(datasets=[scene.flights, *more], reason="For the board. " * 100)


def _long(scene: Scene) -> None:
    scene.united.name = LONG
    scene.united.save()
    scene.ada.name = LONG.replace(" ", "")
    scene.ada.save()
    Dataset.objects.filter(pk=scene.flights.pk).update(name=LONG[:100])
    scene.united.workspaces.update(name=LONG[:100])
    scene.request(reason="Wir_brauchen_das_\n" * 80)


def _right_to_left(scene: Scene) -> None:
    scene.united.name = "شركة الخطوط الجوية المتحدة للنقل الجوي والشحن"
    scene.united.save()
    scene.ada.name = "نور الدين"
    scene.ada.save()
    Dataset.objects.filter(pk=scene.flights.pk).update(name="رحلات الطيران")
    scene.request(reason="للتقارير الشهرية\nلمجلس الإدارة")


def _italian(scene: Scene) -> None:
    User.objects.filter(pk=scene.dan.pk).update(language="it")
    _long(scene)


HARD = {"twelve": _twelve_about_persons, "long": _long, "rtl": _right_to_left, "italian": _italian}


@pytest.mark.parametrize("name", HARD)
def test_many_long_and_foreign_names_leave_both_answers_on_it(
    chromium: Path, tmp_path: Path, scene: Scene, name: str
) -> None:
    HARD[name](scene)
    mail = Outgoing.objects.filter(kind="ask", to=scene.dan.email).latest("pk")
    folder = Path(os.environ.get("FIRN_PICTURES", tmp_path))
    measured = seen(chromium, mail.html, "light", folder / f"mail-{name}.png")
    print(f"{name}: answers end at {measured['button']:.0f} px")
    assert measured["wide"] <= PHONE["width"]
    assert measured["facts"] < measured["button"] <= PHONE["height"]
    assert measured["decline"] <= PHONE["height"]
    # Asked by, account, ownership, datasets, rows of, rows, window, reason, plan; and columns about persons.
    assert measured["lines"] == (10 if name == "twelve" else 9)
    for answer in ("approve", "decline"):
        assert f"?answer={answer}#answer" in mail.html


def test_it_says_how_many_rows_and_what_others_answered(scene: Scene) -> None:
    kim = person("kim@sky.test", "Kim")
    made = policy(scene)
    stage(made, kim)
    publish(made, scene)
    request = scene.request()
    first = Outgoing.objects.get(kind="ask")
    assert "being counted; the page shows them" in first.text
    assert "Answers" not in first.text
    known = {"oldest": datetime(2013, 1, 1, tzinfo=UTC), "measured_at": datetime(2026, 11, 26, tzinfo=UTC)}
    assert Reading.objects.update(rows=336776, **known) == 1
    approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    second = Outgoing.objects.get(kind="ask", to=kim.email)
    for body in (second.text, second.html):
        assert "336,776 since 01 Jan 2013, counted on 26 Nov 2026" in body
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
