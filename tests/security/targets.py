"""Every form and query of the running portal that somebody who is signed in can reach, found by following links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from demo.journey import sign_in
from demo.web import Browser, Form, Page

# Two pages of a kind show what a third would.
PAGES_OF_A_KIND = 2
# Signing out would end the visit; the token is what a judge needs to be let in at all.
LEAVES = ("/accounts/logout/", "/admin/logout/")
TOKEN = "csrfmiddlewaretoken"
_LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
_VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


@dataclass(frozen=True)
class Target:
    """What a judge may send: `fields` are the names to try, `data` the body of a POST, empty for a GET."""

    role: str
    url: str
    data: str
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{'POST' if self.data else 'GET'} {kind(self.url)} ({', '.join(self.fields)})"


def kind(url: str) -> str:
    return _VARIABLE.sub("…", urlsplit(url).path)


def browser(portal: str, email: str) -> Browser:
    return sign_in(portal, email)


def cookie(of: Browser) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in of.cookies)


def pages(portal: str, visitor: Browser, start: tuple[str, ...]) -> Iterator[Page]:
    """The pages that links lead to, at most PAGES_OF_A_KIND of each address that differs in numbers only."""
    waiting, seen, kinds = list(start), set(start), Counter[tuple[str, str]]()
    while waiting:
        page = visitor.get(waiting.pop(0))
        if page.status >= 400 or not page.url.startswith(portal):
            continue
        yield page
        for link in _LINK.findall(page.text):
            address = urljoin(page.url, link.replace("&amp;", "&"))
            names = ",".join(sorted(name for name, _ in parse_qsl(urlsplit(address).query)))
            which = (kind(address), names)
            if address in seen or not address.startswith(f"{portal}/") or _is_left_out(address):
                continue
            if kinds[which] < PAGES_OF_A_KIND:
                kinds[which] += 1
                seen.add(address)
                waiting.append(address)


def _is_left_out(address: str) -> bool:
    path = urlsplit(address).path
    return path in LEAVES or path.startswith("/static/")


def targets(portal: str, role: str, visitor: Browser, start: tuple[str, ...] = ("/",)) -> list[Target]:
    """One of each form and each query, whatever page it stands on."""
    found: dict[str, Target] = {}
    for page in pages(portal, visitor, start):
        query = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
        if query:
            target = Target(role, page.url, "", tuple(sorted({name for name, _ in query})))
            found.setdefault(target.name, target)
        for form in page.forms():
            if not _is_left_out(form.action) and form.names - {TOKEN}:
                target = _of(role, form)
                found.setdefault(target.name, target)
    return list(found.values())


def _of(role: str, form: Form) -> Target:
    there = dict(form.values)
    values = [(name, there.get(name) or "1") for name in sorted(form.names)]
    names = tuple(name for name in sorted(form.names) if name != TOKEN)
    if form.method == "post":
        return Target(role, form.action, urlencode(values), names)
    return Target(role, f"{form.action.partition('?')[0]}?{urlencode(values)}", "", names)
