"""The main job as people click it: ask, approve from the mail, mount, read, end, undo."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from demo import consumer
from demo.people import APPROVER, PASSWORD, UNITED
from demo.postbox import Postbox
from demo.stack import Stack
from tests.browser.conftest import PATIENCE_MS, Tab
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

OWNER = UNITED.people[0].email
# The worker looks for a mount every ten seconds, the page asks every fifteen.
MOUNT_NOTICED_MS = 60_000
REASON = "Crew planning for the summer season."


def test_the_main_job(stack: Stack, tab: Tab) -> None:
    page, watch = tab("the customer")
    sign_in(page, watch)
    look_into_the_catalog(page, watch)
    ask_with_a_wrong_account(page, watch)
    # Others may have asked before, on the same stack.
    before = Postbox(stack.addresses.mailbox, APPROVER.email).newest()
    ask_rightly(page, watch)
    prove_the_account(stack, page, watch)
    approve_from_the_mail(stack, *tab("the approver"), before)
    wait_until_added(page, watch)
    mount(stack, page)
    wait_until_mounted(page, watch)
    end_in_two_steps(stack, page, watch)
    undo(stack, page, watch)


def sign_in(page: Page, watch: Watch) -> None:
    page.goto("/")
    watch.picture(page, "01-sign-in")
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name=UNITED.name)).to_be_visible()
    watch.picture(page, "02-home")


def look_into_the_catalog(page: Page, watch: Watch) -> None:
    """The search answers while one types; the dataset's page counts this customer's rows in the background."""
    page.get_by_role("link", name="Catalog", exact=True).click()
    tiles = page.locator("#results article")
    expect(tiles).to_have_count(4)
    page.get_by_role("search").locator("input").first.press_sequentially("TAILNUM", delay=20)
    expect(tiles).to_have_count(2)
    # The answer to the last letter may still be on its way, and a click into what it replaces would be lost.
    page.wait_for_load_state("networkidle")
    watch.picture(page, "03-catalog")
    page.get_by_role("link", name="Flights", exact=True).click()
    expect(page.locator("#counts")).to_contain_text(f"{UNITED.rows:,} rows")
    watch.picture(page, "04-dataset")
    page.get_by_role("link", name="Request only this").click()


def ask_with_a_wrong_account(page: Page, watch: Watch) -> None:
    """It says what is wrong as one types and again when it is sent, and nothing that was typed is lost."""
    expect(tick(page, "Flights")).to_be_checked()
    tick(page, "Punctuality").check()
    page.get_by_label("What is it for?").fill(REASON)
    page.get_by_label("Account, in any form you have it").press_sequentially("http://snowflake", delay=20)
    expect(page.locator("#account-hints")).to_contain_text("A right value looks like MYORG.MYACCOUNT")
    watch.expected.add(422)
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("A right value looks like MYORG.MYACCOUNT")
    watch.expected.clear()
    watch.picture(page, "05-request-refused")
    expect(tick(page, "Flights")).to_be_checked()
    expect(tick(page, "Punctuality")).to_be_checked()
    expect(tick(page, "Fleet")).not_to_be_checked()
    expect(page.get_by_label("What is it for?")).to_have_value(REASON)
    expect(page.get_by_label("Account, in any form you have it")).to_have_value("http://snowflake")


def tick(page: Page, dataset: str) -> Locator:
    """A dataset's box; its name also holds the row count and the summary."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{dataset}\b"))


def ask_rightly(page: Page, watch: Watch) -> None:
    """The account as it is pasted from a browser; the hints follow without the form being sent."""
    hints = page.locator("#account-hints")
    page.get_by_label("Account, in any form you have it").fill(UNITED.url)
    expect(hints).to_contain_text(f"Read as {UNITED.account}")
    # What was wrong with the account that was sent is not said of the one that is typed now.
    expect(page.locator(".field .errorlist")).to_have_count(0)
    expect(hints).to_contain_text("Choose the account's region")
    page.get_by_label("Region").select_option(UNITED.region)
    expect(hints).to_contain_text("the same region as the data")
    watch.picture(page, "06-request")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
    expect(page.locator("#story")).to_contain_text("Waiting for the data owner")
    watch.picture(page, "07-waiting")


def prove_the_account(stack: Stack, page: Page, watch: Watch) -> None:
    """Read the one-time code in the customer's own account, with the SQL that the page shows, and paste it."""
    card = page.locator("#proof")
    expect(card.get_by_label("The code that the query printed")).to_be_visible(timeout=30_000)
    watch.picture(page, "07b-proof")
    mounting, reading = card.locator("pre code").all_text_contents()[:2]
    with consumer.session(UNITED.account, stack.addresses.sandbox_port) as session:
        session.run(mounting.strip().removesuffix(";"))
        code = session.run(reading.strip().removesuffix(";"))[0]["code"]
        session.run("DROP DATABASE FIRN_PROOF")
    field = card.get_by_label("The code that the query printed")
    field.fill("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A")
    watch.expected.add(422)
    card.get_by_role("button", name="Prove it").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("4 tries are left")
    watch.expected.clear()
    page.get_by_label("The code that the query printed").fill(code)
    page.get_by_role("button", name="Prove it").click()
    expect(page.locator("#story")).to_contain_text("Account known to be yours")
    watch.picture(page, "07c-proved")


def approve_from_the_mail(stack: Stack, page: Page, watch: Watch, before: int) -> None:
    """From the mailbox's page through the link in the framed mail, with the code and without signing in."""
    letter = Postbox(stack.addresses.mailbox, APPROVER.email).wait("/approvals/", after=before)
    page.goto(f"{stack.addresses.mailbox}/?to={APPROVER.email}")
    watch.picture(page, "08-mailbox")
    page.get_by_role("link", name=letter.subject).click()
    framed = page.frame_locator("iframe")
    with page.expect_popup() as opened:
        framed.get_by_role("link", name="Approve").click()
    watch.picture(page, "09-mail")
    approval = opened.value
    expect(approval.get_by_role("heading", name="The SQL that will run")).to_be_visible()
    watch.picture(approval, "10-approval")
    approval.get_by_label("Code from the mail").fill("ABCD EFGH")
    expect(approval.get_by_label("Approve: run this SQL")).to_be_checked()
    watch.expected.add(422)
    approval.get_by_role("button", name="Approve", exact=True).click()
    expect(approval.locator("[data-error-summary]")).to_contain_text("That is not the code in the mail")
    watch.expected.clear()
    approval.get_by_label("Code from the mail").fill(letter.code().lower())
    approval.get_by_label("Reason").fill("Known since 2013.")
    approval.get_by_role("button", name="Approve", exact=True).click()
    expect(approval.get_by_role("heading", name="Already approved by")).to_be_visible()
    watch.picture(approval, "11-approved")


def wait_until_added(page: Page, watch: Watch) -> None:
    """The tracker moves on by itself, down to the SQL with the real names."""
    story = page.locator("#story")
    expect(story).to_contain_text("Approved by the data owner", timeout=30_000)
    expect(story).to_contain_text("Account added", timeout=30_000)
    expect(page.locator("#use")).to_contain_text("CREATE DATABASE SKYLEDGER FROM SHARE SKYLEDGER.DATA.S_")
    watch.picture(page, "12-added")


def mount(stack: Stack, page: Page) -> None:
    """Every statement of the page, in the customer's own account, through the real connector."""
    with consumer.session(UNITED.account, stack.addresses.sandbox_port) as session:
        for text in page.locator("#use-sql pre code").all_text_contents():
            session.run(text.strip().removesuffix(";"))
        seen = consumer.count(session, "SKYLEDGER", UNITED.key)
    assert set(seen.rows) == {"FLIGHTS", "PUNCTUALITY"}
    assert seen.rows["FLIGHTS"] == UNITED.rows
    assert seen.foreign == 0


def wait_until_mounted(page: Page, watch: Watch) -> None:
    expect(page.locator("#story")).to_contain_text("Mounted in your account", timeout=MOUNT_NOTICED_MS)
    page.get_by_role("link", name="Shares", exact=True).click()
    watch.picture(page, "13-shares")
    page.get_by_role("main").get_by_role("link", name="Flights").first.click()
    facts = page.get_by_label("At a glance")
    expect(facts).to_contain_text("Healthy")
    expect(facts).to_contain_text("0 foreign rows")
    expect(page.get_by_role("row", name="FLIGHTS").first).to_contain_text(f"{UNITED.rows:,}")
    watch.picture(page, "14-share")


def end_in_two_steps(stack: Stack, page: Page, watch: Watch) -> None:
    """What breaks is said first; without the tick nothing happens; then nobody reads a row any more."""
    page.get_by_role("link", name="End this share").click()
    expect(page.get_by_role("heading", name="End this share?")).to_be_visible()
    watch.picture(page, "15-end")
    page.get_by_role("button", name="End the share").click()
    expect(page.get_by_role("heading", name="End this share?")).to_be_visible()
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="End the share").click()
    expect(page.get_by_role("button", name="Undo the ending")).to_be_visible()
    wait_for_rows(stack, 0)
    page.reload()
    watch.picture(page, "16-ending")


def undo(stack: Stack, page: Page, watch: Watch) -> None:
    """Within the grace days everything comes back, in the database that the customer mounted before."""
    page.get_by_role("button", name="Undo the ending").click()
    expect(page.get_by_role("link", name="End this share")).to_be_visible()
    wait_for_rows(stack, UNITED.rows)
    watch.picture(page, "17-undone")


def wait_for_rows(stack: Stack, wanted: int) -> None:
    """Until the customer's own account reads this many flights; 0 means that there is nothing to read."""
    deadline = time.monotonic() + 30
    while (found := rows_of(stack)) != wanted:
        assert time.monotonic() < deadline, f"{found} rows instead of {wanted}"
        time.sleep(0.25)


def rows_of(stack: Stack) -> int | None:
    """None while the share changes under the reader's hands: what was listed may be gone when it is read."""
    with consumer.session(UNITED.account, stack.addresses.sandbox_port) as session:
        try:
            return consumer.count(session, "SKYLEDGER", UNITED.key).rows.get("FLIGHTS", 0)
        except consumer.Refused:
            return None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("console.error('broken')", "console error: broken"),
        ("setTimeout(() => { throw new Error('thrown') })", "thrown"),
        ("document.body.setAttribute('style', 'color: red')", "policy violation: style-src"),
        ("fetch('/nowhere/')", "404 for http://"),
    ],
)
def test_the_watch_sees(stack: Stack, browser: Browser, tmp_path: Path, script: str, words: str) -> None:
    """What the main job is watched with would have caught each of these."""
    watch = Watch("nobody", tmp_path)
    context = browser.new_context(base_url=stack.addresses.portal)
    watch.follow(context)
    page = context.new_page()
    page.goto("/accounts/login/")
    assert watch.problems == []
    page.evaluate(f"() => {{ {script} }}")
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (seen := any(words in problem for problem in watch.problems)) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    context.close()
    assert seen, watch.problems
