"""How many clicks an approver who is signed in needs from the mail to the decision, counted by the browser itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.people import APPROVER, DELTA, PASSWORD
from demo.postbox import Postbox
from demo.stack import Stack
from tests.browser.conftest import Tab
from tests.looks.test_clicks import LISTEN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]


# Not United: the main job asks for theirs on the same stack, before or after, and expects an account that is new.
def test_two_clicks_from_the_mail_to_the_decision(stack: Stack, tab: Tab) -> None:
    box = Postbox(stack.addresses.mailbox, APPROVER.email)
    known = box.newest()
    customer, _ = tab("the customer")
    sign_in(customer, DELTA.people[0].email)
    ask_for_fleet(customer)
    letter = box.wait("/approvals/", after=known)

    approver, _ = tab("the approver")
    sign_in(approver, APPROVER.email)
    approver.goto(f"{stack.addresses.mailbox}/?to={APPROVER.email}")
    approver.get_by_role("link", name=letter.subject).first.click()
    expect(approver.frame_locator("iframe").get_by_role("link", name="Approve")).to_be_visible()
    clicks: list[str] = []
    approver.context.expose_binding("clicked", lambda source: clicks.append(source["page"].url))
    approver.context.add_init_script(LISTEN)
    with approver.expect_popup() as opened:
        approver.frame_locator("iframe").get_by_role("link", name="Approve").click()
    # The mail is shown without scripts, so its click is counted by what it opened.
    page = opened.value
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("heading", name="Already approved by")).to_be_visible()
    assert 1 + len(clicks) == 2, clicks


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"^(?!.*/login/)"))


def ask_for_fleet(page: Page) -> None:
    page.goto("/requests/new/")
    page.get_by_role("checkbox", name=re.compile(r"^Fleet\b")).check()
    page.get_by_label("Account, in any form you have it").fill(DELTA.url)
    expect(page.locator("#account-hints")).to_contain_text(f"Read as {DELTA.account}")
    if page.get_by_label("Region").is_visible():
        page.get_by_label("Region").select_option(DELTA.region)
    page.get_by_label("What is it for?").fill("Fleet planning.")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
