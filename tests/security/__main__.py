"""`python -m tests.security [--minutes N] [JUDGE…]`, which script/judge-security runs.

Each judge must first find what was planted for it. Prints JSON lines and a table; 1 when a finding has no answer in
answers.toml, 2 when a judge could not be believed or did not run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from demo.__main__ import main_job
from demo.people import ADMIN, APPROVER, DELTA
from demo.places import Places
from demo.stack import Stack
from tests.security import asking, planted, reading, targets
from tests.security.findings import HERE, Finding, answers, outdated, unanswered
from tests.security.weak_site import weak_site

JUDGES = ("bandit", "semgrep", "sqlmap", "wapiti")
OWNER = DELTA.people[0].email
# Who looks where: what an earlier role reached is not asked again by a later one.
ROLES = {"owner": OWNER, "approver": APPROVER.email, "admin": ADMIN.email}
STARTS = {"owner": ("/",), "approver": ("/", "/approvals/"), "admin": ("/", "/operations/", "/admin/")}
PER_FORM_S = 600.0


class Unbelievable(Exception):
    """A judge did not find what was planted for it."""


class Judged(Stack):
    """The demo, without the limits that would answer the judges 429 after two seconds."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"DJANGO_SETTINGS_MODULE": "tests.security.settings"}


def main() -> int:
    options = _options()
    found: list[Finding] = []
    known = answers()
    try:
        for judge in options.judges or JUDGES:
            began = time.monotonic()
            mine = list(_judge(judge, options.minutes))
            found += mine
            left = unanswered(mine, known)
            old = outdated(mine, known, judge) if judge in ("bandit", "semgrep") else []
            tell(judge=judge, findings=len(mine), unanswered=len(left), seconds=round(time.monotonic() - began))
            for answer in old:
                tell(outdated=[answer.judge, answer.rule, answer.where])
    except (Unbelievable, RuntimeError) as error:
        tell(failed=str(error))
        return 2
    left = unanswered(found, known)
    for one in left:
        tell(unanswered=[one.judge, one.rule, one.where, one.what])
    return 1 if left else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/judge-security", description=__doc__)
    parser.add_argument("judges", nargs="*", choices=[[], *JUDGES], help="those to hear (all)")
    parser.add_argument("--minutes", type=float, default=60, help="how long sqlmap and wapiti may each take (60)")
    return parser.parse_args()


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


def _judge(judge: str, minutes: float) -> Iterator[Finding]:
    if judge == "bandit":
        yield from reading.bandit()
    elif judge == "semgrep":
        _believe_semgrep()
        yield from reading.semgrep()
    else:
        _believe(judge)
        with tempfile.TemporaryDirectory() as place, Judged(Places(Path(place))) as stack:
            main_job(stack, DELTA.key)
            asks = _sqlmap if judge == "sqlmap" else _wapiti
            yield from asks(stack.addresses.portal, time.monotonic() + 60 * minutes)


def _believe_semgrep() -> None:
    rules = set(re.findall(r"^  - id: (\S+)", (HERE / "rules.yml").read_text(), re.M))
    with tempfile.TemporaryDirectory() as place:
        planted.plant(Path(place))
        seen = {one.rule for one in reading.semgrep(Path(place), ("portal", "shares", "templates"))}
    if rules - seen:
        raise Unbelievable(f"rules that do not find what was planted for them: {sorted(rules - seen)}")


def _believe(judge: str) -> None:
    with weak_site() as address:
        if judge == "sqlmap":
            weak = targets.Target("", f"{address}/find?name=Ada", "", ("name",))
            seen = len(asking.sqlmap(weak, "", 120).found)
        else:
            seen = sum("ross" in one.rule for one in asking.wapiti(address, "", (), 60))
    if not seen:
        raise Unbelievable(f"{judge} did not find what was planted for it")


def _sqlmap(portal: str, until: float) -> Iterator[Finding]:
    """Each form and query once, as the first role that reaches it."""
    asked: set[str] = set()
    count = done = fields = sent = 0
    for role, email in ROLES.items():
        visitor = targets.browser(portal, email)
        starts = tuple(f"{portal}{path}" for path in STARTS[role])
        for target in targets.targets(portal, role, visitor, starts):
            if target.name in asked:
                continue
            asked.add(target.name)
            count += 1
            left = until - time.monotonic()
            if left < 10:
                tell(not_reached=target.name, role=role)
                continue
            # A password that was changed, or a session that was ended by its own form, would leave the rest outside.
            if visitor.get("/account/").status != 200 and visitor.get("/").url.endswith("login/"):
                visitor = targets.browser(portal, email)
            answer = asking.sqlmap(target, targets.cookie(visitor), min(left, PER_FORM_S))
            done += answer.is_done
            fields += len(target.fields) * answer.is_done
            sent += answer.requests
            tell(role=role, target=target.name, requests=answer.requests, done=answer.is_done, found=len(answer.found))
            yield from answer.found
    tell(sqlmap={"targets": count, "tried_to_the_end": done, "fields": fields, "requests": sent})


def _wapiti(portal: str, until: float) -> Iterator[Finding]:
    for role, email in ROLES.items():
        seconds = int(min(until - time.monotonic(), 1200))
        if seconds < 30:
            tell(not_reached=role)
            continue
        cookie = targets.cookie(targets.browser(portal, email))
        found = asking.wapiti(portal, cookie, targets.LEAVES, seconds)
        tell(role=role, judge="wapiti", findings=len(found))
        yield from found


if __name__ == "__main__":
    sys.exit(main())
