"""From an empty portal to the first share, by an administrator who does what the guide says and a customer who has
only the portal. The clicks of each are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import consumer, processes
from demo.people import ADMIN, PASSWORD, UNITED
from demo.places import Places
from demo.postbox import Postbox
from tests.browser import outside
from tests.browser.conftest import PATIENCE_MS
from tests.browser.empty import Empty
from tests.browser.watch import WIDE, Watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nodb]

NEWCOMER = "ada@carrier-ua.example"
WORKER_MS = 60_000
# What it took when it was written, and no more.
MOST = {"admin": 33, "customer": 10}
LISTEN = "addEventListener('click', event => { if (event.isTrusted) window.clicked(); }, true)"


@pytest.fixture(scope="module")
def empty(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Empty]:
    running = Empty(Places(tmp_path_factory.mktemp("empty")))
    with running:
        yield running
        running.check()


class Person:
    """Somebody's tab, with what they clicked."""

    def __init__(self, browser: Browser, base: str, who: str, pictures: Path) -> None:
        size = {"width": WIDE["width"], "height": WIDE["height"]}
        context = browser.new_context(base_url=base, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        self.watch, self.clicks = Watch(who, pictures), list[str]()
        self.watch.follow(context)
        context.expose_binding("clicked", lambda source: self.clicks.append(source["page"].url))
        self.page = context.new_page()
        self.page.add_init_script(LISTEN)


def test_the_first_share(empty: Empty, browser: Browser, pictures: Path) -> None:
    admin, customer = (Person(browser, empty.addresses.portal, who, pictures) for who in ("admin", "customer"))
    mails = empty.addresses.mailbox
    sign_in(admin.page, ADMIN.email, mails)
    find_the_guide(admin.page)
    prepare(admin.page, empty)
    enter_the_account(admin.page)
    import_the_lake(admin.page)
    publish(admin.page)
    enter_the_customer(admin.page)
    sign_up(customer.page, mails)
    attach(admin.page)
    ask(customer.page)
    prove(customer.page, empty.addresses.sandbox_port)
    approve(admin, mails)
    mount(customer.page, empty.addresses.sandbox_port)
    guide(admin.page)
    expect(admin.page.get_by_text("All of it is done: the first share can be read.")).to_be_visible()
    for person, most in ((admin, MOST["admin"]), (customer, MOST["customer"])):
        person.watch.check()
        assert 0 < len(person.clicks) <= most, person.clicks
        person.page.context.close()


def sign_in(page: Page, email: str, mailbox: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    seen = Postbox(mailbox, email).newest()
    page.get_by_role("button", name="Sign in", exact=True).click()
    confirm(page, email, mailbox, seen)


def find_the_guide(page: Page) -> None:
    """Without an address: from the page that one lands on."""
    page.get_by_role("link", name="Help", exact=True).click()
    page.get_by_role("link", name=re.compile("For the provider")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From nothing to the first share")


def guide(page: Page) -> None:
    page.goto("/guide/provider/")


def prepare(page: Page, empty: Empty) -> None:
    """Steps 1 to 4 of the guide, outside the browser: what is run and written is what stands on the page."""
    folder, port = empty.places.root, empty.addresses.sandbox_port
    page.get_by_text("Show the SQL").click()
    texts = {name: page.locator(f"#guide-{name}").text_content() or "" for name in ("key", "setup", "connections")}
    worker = page.locator("#guide-worker").text_content() or ""
    outside.make_key_pair(texts["key"], folder)
    outside.prepare_account(texts["setup"], folder, port)
    outside.write_connections(texts["connections"], empty.places.connections, port)
    empty.connect(*outside.arguments_of(worker))
    # It counts once it has answered.
    processes.wait("the guide ticks off the worker", lambda: ticked(page, "Start the worker"), empty.children, 60)


def ticked(page: Page, step: str) -> bool:
    guide(page)
    kind = page.get_by_role("heading", name=step).locator("xpath=..").get_attribute("class") or ""
    return "step-done" in kind


def done(page: Page, step: str) -> None:
    """The guide ticks off what was done."""
    guide(page)
    expect(page.get_by_role("heading", name=step).locator("xpath=..")).to_have_class(re.compile("step-done"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def enter_the_account(page: Page) -> None:
    page.get_by_role("link", name="Add a provider account").click()
    page.get_by_label("Name:", exact=True).fill("US East")
    page.get_by_label("Snowflake organization:").fill("SKYLEDGER")
    page.get_by_label("Account name:").fill("DATA")
    page.get_by_label("Region:").fill("AWS_US_EAST_1")
    page.get_by_label("Connection name:").fill("us-east")
    save(page)
    act(page, "US East", "Test connection")
    expect(page.locator(".messagelist")).to_contain_text("signed in, and it is the account that it should be")
    done(page, "Tell Firn about the account")


def act(page: Page, row: str, action: str) -> None:
    """Tick a row of the administration's list and carry an action out."""
    page.get_by_role("row", name=re.compile(row)).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_role("button", name="Go").click()


def import_the_lake(page: Page) -> None:
    page.get_by_role("link", name="provider accounts").click()
    act(page, "US East", "Import from the lake")
    expect(page.get_by_role("heading", name="Import from the lake of US East")).to_be_visible()
    page.get_by_label("Name of the new dataset:").fill("Flights")
    page.get_by_label("Column that separates tenants:").fill("CARRIER")
    page.get_by_label(re.compile(r"\.FLIGHTS \(table")).check()
    page.get_by_role("button", name="Import as a draft").click()
    expect(page.locator("#import-words")).to_contain_text("Finished", timeout=WORKER_MS)
    expect(page.locator("#import")).to_contain_text("1 done, 0 failed")


def publish(page: Page) -> None:
    page.get_by_role("link", name="Open the draft").click()
    page.get_by_label("Summary:").fill("Every departure from New York.")
    page.locator(".field-approvers .select2-selection").click()
    page.keyboard.type(ADMIN.email)
    page.locator(".select2-results__option", has_text=ADMIN.email).click()
    page.get_by_label("Is published").check()
    save(page)
    done(page, "Publish a dataset")


def enter_the_customer(page: Page) -> None:
    page.get_by_role("link", name="Add an organization").click()
    page.get_by_label("Name:", exact=True).fill(UNITED.name)
    save(page)
    guide(page)
    page.get_by_role("link", name="a workspace").click()
    page.get_by_label("Name:", exact=True).fill(UNITED.name)
    page.get_by_label("Tenant key:").fill(UNITED.key)
    page.locator(".field-organization .select2-selection").click()
    page.keyboard.type(UNITED.name)
    page.locator(".select2-results__option", has_text=UNITED.name).click()
    save(page)
    done(page, "Enter a customer")


def sign_up(page: Page, mailbox: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Email").fill(NEWCOMER)
    page.get_by_label("Password", exact=True).fill("four plain words here")
    page.get_by_label("Password (again)").fill("four plain words here")
    page.get_by_role("button", name="Sign up").click()
    confirm(page, NEWCOMER, mailbox)


def confirm(page: Page, email: str, mailbox: str, seen: int = 0) -> None:
    """The code that proves the address."""
    page.wait_for_url("**/confirm-email/")
    letter = Postbox(mailbox, email).wait("Type this code", after=seen)
    found = re.search(r"^    (\S+)$", letter.text, re.MULTILINE)
    assert found, letter.text
    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(lambda address: "confirm-email" not in address)


def attach(page: Page) -> None:
    page.get_by_role("link", name="the organization’s page").click()
    page.get_by_role("link", name=UNITED.name).click()
    page.get_by_role("button", name="Add another Membership").click()
    page.locator("#memberships-0 .field-user .select2-selection").click()
    page.keyboard.type(NEWCOMER)
    page.locator(".select2-results__option", has_text=NEWCOMER).click()
    page.locator("#memberships-0 .field-role select").select_option("owner")
    save(page)
    done(page, "Let their people in")


def ask(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Catalog", exact=True).click()
    page.get_by_role("button", name="Add to request Flights").click()
    page.get_by_role("link", name="Go on to the request").click()
    page.get_by_label("Account, in any form you have it").fill(UNITED.url)
    page.get_by_label("Region").select_option(UNITED.region)
    page.get_by_label("What is it for?").fill("Crew planning.")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()


def prove(page: Page, sandbox_port: int) -> None:
    card = page.locator("#proof")
    expect(card.get_by_label("The code that the query printed")).to_be_visible(timeout=WORKER_MS)
    mounting, reading = card.locator("pre code").all_text_contents()[:2]
    with consumer.session(UNITED.account, sandbox_port) as session:
        session.run(mounting.strip().removesuffix(";"))
        code = session.run(reading.strip().removesuffix(";"))[0]["code"]
        session.run("DROP DATABASE FIRN_PROOF")
    card.get_by_label("The code that the query printed").fill(code)
    card.get_by_role("button", name="Prove it").click()
    expect(page.locator("#story")).to_contain_text("Account known to be yours")


def approve(admin: Person, mailbox: str) -> None:
    """By the link in the mail; who is signed in needs no code."""
    letter = Postbox(mailbox, ADMIN.email).wait("/approvals/", after=0)
    page = admin.page
    page.goto(letter.link("/approvals/"))
    page.get_by_label("Approve: run this SQL").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("heading", name="Already approved by")).to_be_visible()


def mount(page: Page, sandbox_port: int) -> None:
    """The SQL of the page, in the customer's own account: their rows and nobody else's."""
    expect(page.locator("#use-sql")).to_contain_text("CREATE DATABASE", timeout=WORKER_MS)
    with consumer.session(UNITED.account, sandbox_port) as session:
        for text in page.locator("#use-sql pre code").all_text_contents():
            session.run(text.strip().removesuffix(";"))
        seen = consumer.count(session, "SKYLEDGER", UNITED.key)
    assert (seen.rows["FLIGHTS"], seen.foreign) == (UNITED.rows, 0)
