"""sqlmap before every form and query of a running demo, each as the first role that reaches it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from http import HTTPStatus

from demo.journey import Deviation
from demo.people import ADMIN, AMERICAN, APPROVER, DELTA
from demo.web import Browser
from tests.security import asking, targets
from tests.security.asking import Asked
from tests.security.findings import Finding
from tests.security.targets import Target

# What an earlier role reached is not asked again by a later one. The newcomer waits for the proof of their account.
ROLES = {
    "anonymous": "",
    "owner": DELTA.people[0].email,
    "newcomer": AMERICAN.people[0].email,
    "approver": APPROVER.email,
    "admin": ADMIN.email,
}
STARTS = {"approver": ("/", "/approvals/"), "admin": ("/", "/operations/", "/admin/")}
# A form that takes something away would take it from the forms that are tried after it.
LAST = re.compile("delete|erase|leave|remove|revoke|/end|sessions|password")
Tell = Callable[..., None]


def found_by(portal: str, roles: list[str], only: str) -> list[Target]:
    """The targets of these roles whose name holds `only`, in the order in which they are tried."""
    mine = [one for one in targets.once(_found(portal)) if one.role in roles and re.search(only, one.name)]
    return sorted(mine, key=lambda one: ("/admin/" in one.url, bool(LAST.search(one.url)), len(one.fields)))


def _found(portal: str) -> Iterator[Target]:
    for role, email in ROLES.items():
        starts = tuple(f"{portal}{path}" for path in STARTS.get(role, ("/",)))
        yield from targets.targets(portal, role, targets.browser(portal, email), starts)


def ask(
    portal: str, roles: list[str], only: str, until: float, per_form_s: float, at_once: int, tell: Tell
) -> Iterator[Finding]:
    """Every target, `at_once` of them side by side; what was not tried to its end is told by name."""
    all_of_them = found_by(portal, roles, only)
    tell(targets=len(all_of_them), fields=sum(len(one.fields) for one in all_of_them))
    done = fields = 0
    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(_one, portal, target, until, per_form_s) for target in all_of_them]
        for future in as_completed(waiting):
            answer, why = future.result()
            done += answer.is_done
            fields += len(answer.target.fields) * answer.is_done
            tell(
                role=answer.target.role,
                target=answer.target.name,
                found=len(answer.found),
                **({"not_done": why} if why else {}),
            )
            yield from answer.found
    tell(sqlmap={"targets": len(all_of_them), "tried_to_the_end": done, "fields": fields})


def _one(portal: str, target: Target, until: float, per_form_s: float) -> tuple[Asked, str]:
    """How it went, and why not to the end. A sign-in of its own: some forms ask for one of the last ten minutes."""
    seconds = min(until - time.monotonic(), per_form_s)
    nothing = Asked(target, False, ())
    if seconds < 10:
        return nothing, "no time left"
    try:
        visitor = targets.browser(portal, ROLES[target.role])
    except Deviation as error:
        return nothing, str(error)
    mine, cookie = targets.as_sent_by(visitor, target), targets.cookie(visitor)
    if (status := targets.answered(mine, cookie)) == HTTPStatus.FORBIDDEN:
        # Whatever is sent, the page that refuses it answers: nothing would be found, and nothing was tried.
        return nothing, f"answered {status} before anything was tried"
    answer = asking.sqlmap(mine, cookie, seconds)
    signed_out = ROLES[target.role] and not _is_in(visitor)
    if answer.is_done and not answer.found and signed_out:
        return Asked(target, False, ()), "signed out meanwhile"
    return answer, "" if answer.is_done else f"not within {seconds:.0f} s"


def _is_in(visitor: Browser) -> bool:
    return not visitor.get("/").url.endswith("login/")
