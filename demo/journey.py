"""`python -m demo.journey`: the main job over real HTTP, from the request form to rows in the customer's account.

Prints what it found as one line of JSON. Anything that is not as it should be ends it with a sentence, code 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from demo import consumer
from demo.people import APPROVER, CUSTOMERS, PASSWORD, STRANGER, Customer
from demo.postbox import Letter, Postbox
from demo.web import Browser, Page

DATASETS = ("Flights", "Airports and weather", "Punctuality")
REASON = "On-time reporting for our New York stations."
# What the share must hold besides the carrier's flights, and nothing else: the sizes of the published files.
OBJECTS = {"AIRPORTS": 1_458, "PUNCTUALITY": None, "WEATHER": 26_115}
PROOFS = {"account", "isolation", "obedience"}
MOUNT_NOTICED_S = 90.0
CODE_S = 60.0
LOOK_EVERY = 0.25


class Deviation(Exception):
    """Something is not as it should be."""


@dataclass(frozen=True)
class Where:
    portal: str
    mailbox: str
    sandbox_port: int
    who: Customer


def must(condition: object, words: str) -> None:
    if not condition:
        raise Deviation(words)


def carry_through(where: Where) -> dict[str, Any]:
    """Do the main job once; what was found, with `tracker`, the request's path, for later looks."""
    customer = sign_in(where.portal, where.who.people[0].email)
    owners, inbox = Postbox(where.mailbox, APPROVER.email), Postbox(where.mailbox, where.who.people[0].email)
    seen, received = owners.newest(), inbox.newest()
    mark = statements_so_far(where)
    began = time.monotonic()
    tracker = ask(customer, where.who)
    say(f"asked for {', '.join(DATASETS)}: {tracker.url}")
    prove_account(where, customer, tracker)
    letter = owners.wait("/approvals/", seen)
    approve(where, letter, customer, tracker)
    say(f"{APPROVER.email} approved with the code from the mail")
    ready = inbox.wait("CREATE DATABASE", received)
    sent = statements_so_far(where) - mark
    mounted = mount(where, ready)
    rows = count(where)
    seconds = time.monotonic() - began
    say(f"{where.who.account} reads {rows.rows} after {seconds:.1f} s")
    refuse_stranger(where, mounted)
    wait_for_mounted(customer, tracker.url)
    proofs = read_proofs(customer, tracker.url)
    return {
        "ok": True,
        "share": mounted.rpartition(".")[2],
        "consumer_account": where.who.account,
        "datasets": list(DATASETS),
        "rows": rows.rows,
        "foreign_rows": rows.foreign,
        "statements": sent,
        "request_to_rows_s": round(seconds, 2),
        "proofs": proofs,
        "tracker": tracker.url.removeprefix(where.portal),
        "mounted": mounted,
    }


def look_again(where: Where, found: dict[str, Any]) -> dict[str, Any]:
    """The main job was done on an earlier start: see that everything is still as it was."""
    customer = sign_in(where.portal, where.who.people[0].email)
    wait_for_mounted(customer, found["tracker"])
    rows = count(where)
    must(rows.rows == found["rows"], f"{where.who.account} reads {rows.rows}, and read {found['rows']} before.")
    refuse_stranger(where, found["mounted"])
    return found | {"foreign_rows": rows.foreign, "proofs": read_proofs(customer, found["tracker"])}


def sign_in(portal: str, email: str) -> Browser:
    """Through the sign-in form, as a person does it."""
    browser = Browser(portal)
    page = browser.get("/accounts/login/")
    form = page.form("/accounts/login/")
    home = browser.send(page, form, form.filled(login=email, password=PASSWORD))
    must(home.status == 200 and "/accounts/" not in home.url, f"{email} cannot sign in (status {home.status}).")
    return browser


def ask(browser: Browser, customer: Customer) -> Page:
    """Fill in the request form, with the account as it is pasted from a browser. The tracker's page."""
    page = browser.get("/requests/new/")
    form = page.form("/requests/new/")
    values = form.filled(account=customer.url, region=customer.region, reason=REASON)
    values += [form.choices[name] for name in DATASETS]
    tracker = browser.send(page, form, values)
    sent = re.search(r"/requests/[0-9a-f-]{36}/$", tracker.url)
    must(sent, f"the request was refused (status {tracker.status}): {tracker.complaints()}")
    return tracker


def prove_account(where: Where, browser: Browser, tracker: Page) -> None:
    """Read the one-time code in the customer's account, as the tracker's page says, and type it there."""
    deadline, page = time.monotonic() + CODE_S, browser.get(tracker.url)
    while not (shown := re.search(r"CREATE DATABASE (\w+) FROM SHARE (SKYLEDGER\.\w+\.(\w+));", page.plain())):
        must(time.monotonic() < deadline, f"no code came to {where.who.account} in {CODE_S:.0f} s.")
        time.sleep(LOOK_EVERY)
        page = browser.get(tracker.url)
    database, share, schema = shown.groups()
    with consumer.session(where.who.account, where.sandbox_port) as session:
        session.run(f"CREATE DATABASE {database} FROM SHARE {share}")
        code = session.run(f"SELECT CODE FROM {database}.{schema}.PROOF")[0]["code"]  # noqa: S608 - names from the page
        session.run(f"DROP DATABASE {database}")
    form = page.form("/proof/")
    proved = browser.send(page, form, form.filled(code=code))
    must("Account known to be yours" in proved.text, f"the code was refused: {proved.complaints()}")
    say(f"{where.who.account} is proved with the code that was read in it")


def approve(where: Where, letter: Letter, customer: Browser, tracker: Page) -> None:
    """Open the mail's link without a session, which must decide nothing, then approve with the code."""
    anybody = Browser(where.portal)
    page = anybody.get(letter.link("/approvals/"))
    must("code" in page.form("").names, "the approval page asks for no code.")
    must("Waiting for the data owner" in customer.get(tracker.url).text, "opening the approval link decided something.")
    form = page.form("")
    done = anybody.send(page, form, form.filled(answer="approve", code=letter.code(), reason="Fine with me."))
    must("Already approved" in done.text, f"the approval was refused: {done.complaints()}")


def mount(where: Where, letter: Letter) -> str:
    """Run the mail's SQL in the customer's account, statement by statement; the share's full name."""
    statements = list(letter.snippets())
    must(len(statements) >= 2 + len(DATASETS), f"the mail has only {len(statements)} statements.")
    found = re.search(r"FROM SHARE (SKYLEDGER\.\w+\.\w+)", statements[0])
    if found is None:
        raise Deviation(f"the mail's first statement mounts nothing: {statements[0]}")
    with consumer.session(where.who.account, where.sandbox_port) as session:
        for statement in statements:
            rows = session.run(statement)
            must(rows or not statement.upper().startswith("SELECT"), f"the mail's query finds nothing: {statement}")
    return found[1]


def count(where: Where) -> consumer.Seen:
    """Everything that the customer can read, which must be their own rows, all of them."""
    with consumer.session(where.who.account, where.sandbox_port) as session:
        seen = consumer.count(session, "SKYLEDGER", where.who.key)
    must(seen.foreign == 0, f"{where.who.account} can read {seen.foreign} rows that are not its own.")
    wanted = {**OBJECTS, "FLIGHTS": where.who.rows}
    must(set(seen.rows) == set(wanted), f"the share holds {sorted(seen.rows)} instead of {sorted(wanted)}.")
    for name, rows in wanted.items():
        must(seen.rows[name] == rows or (rows is None and seen.rows[name]), f"{name} has {seen.rows[name]} rows.")
    return seen


def refuse_stranger(where: Where, share: str) -> None:
    """An account that nothing was shared with must not be able to mount the share."""
    with consumer.session(STRANGER, where.sandbox_port) as session:
        try:
            session.run(f"CREATE DATABASE TAKEN FROM SHARE {share}")
        except consumer.Refused:
            return
    raise Deviation(f"{STRANGER} could mount the share, which it must not.")


def wait_for_mounted(browser: Browser, tracker: str) -> None:
    """Until the tracker says that the share is mounted."""
    deadline = time.monotonic() + MOUNT_NOTICED_S
    while "Mounted in your account" not in browser.get(tracker).text:
        must(time.monotonic() < deadline, f"the tracker {tracker} did not notice the mount in {MOUNT_NOTICED_S:.0f} s.")
        time.sleep(LOOK_EVERY)


def read_proofs(browser: Browser, tracker: str) -> list[str]:
    """The names of what the share's page says is proved. Each must stand there, and be good."""
    share = re.search(r"/shares/[0-9a-f-]{36}/", browser.get(tracker).text)
    if share is None:
        raise Deviation(f"the tracker {tracker} leads to no share.")
    page = browser.get(share[0]).text
    shown = re.findall(r'hint-(\w+)" data-proof="(\w+)">(.*?)</li>', page, re.DOTALL)
    told = {name: " ".join(unescape(re.sub(r"<[^>]+>", "", words)).split()) for _, name, words in shown}
    must(set(told) == PROOFS, f"the page of the share shows the proofs {sorted(told)}.")
    for tone, name, _ in shown:
        must(tone == "good", f"the proof of {name} does not stand: {told[name]}")
    return list(told)


def statements_so_far(where: Where) -> int:
    """How many statements Firn's own user has sent so far, by the sandbox's log."""
    log = Browser(f"http://127.0.0.1:{where.sandbox_port}").get("/sandbox/statements?since=0").text
    return sum(json.loads(line)["user"] == "FIRN_SVC" for line in log.splitlines())


def say(words: str) -> None:
    print(f"main job: {words}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.journey", description=__doc__)
    parser.add_argument("--portal", required=True)
    parser.add_argument("--mailbox", required=True)
    parser.add_argument("--sandbox-port", type=int, required=True)
    parser.add_argument(
        "--found", type=Path, required=True, help="what was found is kept here by account, for the next start"
    )
    parser.add_argument("--customer", required=True, help="the carrier that asks")
    given = parser.parse_args()
    who = next(customer for customer in CUSTOMERS if customer.key == given.customer)
    where = Where(given.portal, given.mailbox, given.sandbox_port, who)
    before = json.loads(given.found.read_text()) if given.found.is_file() else {}
    try:
        if who.account in before:
            found = look_again(where, before[who.account])
        else:
            found = carry_through(where)
            given.found.write_text(json.dumps({**before, who.account: found}))
    except (Deviation, LookupError, TimeoutError, consumer.Refused) as deviation:
        say(str(deviation))
        return 1
    del found["tracker"], found["mounted"]
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
