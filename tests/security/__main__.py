"""`python -m tests.security [options] [JUDGE…]`, which script/judge-security runs.

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

from tests.security import asking, injecting, places, planted, reading, targets, visitors
from tests.security.findings import HERE, Finding, answers, outdated, unanswered
from tests.security.weak_site import weak_site

JUDGES = ("bandit", "semgrep", "sqlmap", "wapiti")


class Unbelievable(Exception):
    """A judge did not find what was planted for it."""


def main() -> int:
    options = _options()
    found: list[Finding] = []
    known = answers()
    try:
        for judge in options.judges or JUDGES:
            began = time.monotonic()
            mine = list(_judge(judge, options))
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
    parser.add_argument("--roles", nargs="+", choices=visitors.ROLES, default=[*visitors.ROLES], help="all of them")
    parser.add_argument("--only", default="", metavar="REGEX", help="sqlmap: the targets whose name has this in it")
    parser.add_argument("--per-form", type=float, default=10, metavar="MINUTES", help="sqlmap: at most, for one (10)")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="sqlmap: so many targets side by side (1)")
    return parser.parse_args()


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


def _judge(judge: str, options: argparse.Namespace) -> Iterator[Finding]:
    if judge == "bandit":
        yield from reading.bandit()
    elif judge == "semgrep":
        _believe_semgrep()
        yield from reading.semgrep()
    else:
        _believe(judge)
        with places.judged() as judged:
            until = time.monotonic() + 60 * options.minutes
            if judge == "wapiti":
                yield from _wapiti(judged, options.roles, until)
            else:
                yield from injecting.ask(
                    judged.visitors, options.roles, options.only, until, 60 * options.per_form, options.at_once, tell
                )
            tell(answered=judged.log.answers())
            yield from judged.log.broken()


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
            seen = sum("ross" in one.rule for one in asking.wapiti(address, "", (), 120)[1])
    if not seen:
        raise Unbelievable(f"{judge} did not find what was planted for it")


def _wapiti(judged: places.Judged, roles: list[str], until: float) -> Iterator[Finding]:
    """Every role of the demo; what several of them found is one finding."""
    roles = [role for role in roles if role in visitors.DEMO]
    known: set[Finding] = set()
    for number, role in enumerate(roles):
        seconds = int((until - time.monotonic()) / (len(roles) - number))
        if seconds < 30:
            yield Finding("wapiti", "not tried", role, "no time left")
            continue
        visitor = judged.visitors[role]
        cookie = targets.cookie(visitor.come())
        looked, found = asking.wapiti(visitor.portal, cookie, targets.LEFT_TO_ITSELF, seconds)
        new = dict.fromkeys(one for one in found if one not in known)
        known.update(new)
        tell(role=role, pages=looked.pages, cut_short=looked.cut_short, findings=len(found), new=len(new))
        yield from new
        yield from (Finding("wapiti", "not tried", role, f"cut short: {part}") for part in looked.cut_short)


if __name__ == "__main__":
    sys.exit(main())
