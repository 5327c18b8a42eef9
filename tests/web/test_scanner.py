"""A mail scanner opens the link in headless Chromium, runs its scripts and submits each form: nothing is decided.

FIRN_SCANNED is how many approval pages are opened (a few in the ordinary suite, 100 for the evidence).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from shares.models import Ask, Grant, ShareRequest, Vote
from tests.browser.conftest import chromium
from tests.web import rows

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = int(os.environ.get("FIRN_SCANNED", "4"))
# Every field filled with what a machine would try, every box and radio ticked one after the other, then sent.
FILL = """(which) => {
  const form = document.forms[which];
  for (const field of form.elements) {
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = true;
    else if (field.type !== 'hidden' && field.tagName !== 'BUTTON') field.value = 'ABCD-EFGH';
  }
  form.noValidate = true;
  form.requestSubmit();
}"""


def scan(executable: Path, urls: list[str]) -> tuple[int, int]:
    """How many pages were opened and forms were sent."""
    opened = sent = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_context().new_page()
        for url in urls:
            page.request.head(url)
            forms = _open(page, url)
            opened += 1
            for which in range(forms):
                for empty in (True, False):
                    sent += _send(page, url, which, empty=empty)
        browser.close()
    return opened, sent


def _open(page: Page, url: str) -> int:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200, url
    return int(page.evaluate("document.forms.length"))


def _send(page: Page, url: str, which: int, *, empty: bool) -> int:
    _open(page, url)
    with page.expect_navigation():
        if empty:
            page.evaluate(
                "(which) => { document.forms[which].noValidate = true; document.forms[which].submit(); }", which
            )
        else:
            page.evaluate(FILL, which)
    return 1


def state() -> dict[str, Any]:
    return {
        "requests": sorted(ShareRequest.objects.values_list("pk", "state", "revision", "plan_digest")),
        "votes": Vote.objects.count(),
        "grants": Grant.objects.count(),
        "mails": Outgoing.objects.count(),
        "entries": AuditEntry.objects.count(),
    }


def test_a_scanner_decides_nothing(live_server: Any, chromium: Path) -> None:
    house = rows.house()
    for number in range(PAGES):
        rows.request(house.ada, house.flights, to=rows.account(house.ua, f"CARRIERUA.NUMBER{number}"))
    urls = [f"{live_server.url}/approvals/{ask.public_id}/" for ask in Ask.objects.all()]
    before = state()
    # In a thread of its own: Playwright keeps an event loop in it, beside which Django would not read.
    with ThreadPoolExecutor(1) as executor:
        opened, sent = executor.submit(scan, chromium, urls).result()
    print(f"{opened} pages opened, {sent} forms sent")
    assert opened == PAGES
    assert sent >= 2 * PAGES, "there was no form to send"
    assert state() == before
