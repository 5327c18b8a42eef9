"""sqlmap before every form and query of the portals that it is shown, each as the first role that reaches it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from http import HTTPStatus

from demo.journey import Deviation
from tests.security import asking, targets
from tests.security.asking import Asked
from tests.security.findings import Finding
from tests.security.targets import Target, kind
from tests.security.visitors import Visitor

Visitors = dict[str, Visitor]
Tell = Callable[..., None]


def found_by(visitors: Visitors, roles: list[str], only: str) -> list[Target]:
    """The targets of these roles whose name holds `only`, in the order in which they are tried.

    What an earlier role reached is not asked again by a later one.
    """
    found = (one for role, visitor in visitors.items() for one in targets.targets(role, visitor))
    mine = [one for one in targets.once(found) if one.role in roles and re.search(only, one.name)]
    return sorted(mine, key=lambda one: ("/admin/" in one.url, len(one.fields)))


def ask(
    visitors: Visitors, roles: list[str], only: str, until: float, per_form_s: float, at_once: int, tell: Tell
) -> Iterator[Finding]:
    """Every target, `at_once` of them side by side. What was not tried to its end is a finding, too."""
    all_of_them = found_by(visitors, roles, only)
    tell(targets=len(all_of_them), fields=sum(len(one.fields) for one in all_of_them))
    done = fields = 0
    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(_one, visitors[target.role], target, until, per_form_s) for target in all_of_them]
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
            if why:
                yield Finding("sqlmap", "not tried", kind(answer.target.url), why)
    tell(sqlmap={"targets": len(all_of_them), "tried_to_the_end": done, "fields": fields})


def _one(visitor: Visitor, target: Target, until: float, per_form_s: float) -> tuple[Asked, str]:
    """How it went, and why not to the end. A sign-in of its own: some forms ask for one of the last ten minutes."""
    seconds = min(until - time.monotonic(), per_form_s)
    nothing = Asked(target, False, ())
    if seconds < 10:
        return nothing, "no time left"
    try:
        browser = visitor.come()
    except Deviation as error:
        return nothing, str(error)
    mine, cookie = targets.as_sent_by(browser, target), targets.cookie(browser)
    if (status := targets.answered(mine, cookie)) == HTTPStatus.FORBIDDEN:
        # Whatever is sent, the page that refuses it answers: nothing would be found, and nothing was tried.
        return nothing, f"answered {status} before anything was tried"
    answer = asking.sqlmap(mine, cookie, seconds)
    return answer, "" if answer.is_done else f"not within {seconds:.0f} s"
