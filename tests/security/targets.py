"""Every form and query of the running portal that somebody can reach, signed in or not, found by following links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from demo.web import Browser, Form, Page
from tests.security.filling import ROW, filling, fillings
from tests.security.forgetting import HEADER
from tests.security.visitors import Visitor

# Two pages of a kind show what a third would.
PAGES_OF_A_KIND = 2
# Signing out would end the visit; the token is what a judge needs to be let in at all.
LEAVES = ("/accounts/logout/", "/admin/logout/")
# For a judge that follows links by itself. In the administration each filter is a link, and so is each two of them.
LEFT_TO_ITSELF = (*LEAVES, "/admin/*&*", "/admin/*_changelist_filters=*")
TOKEN = "csrfmiddlewaretoken"
_LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
# Of rows in one form: those that the page copies for a new row, and two counts. The server reads none of them.
UNREAD = re.compile(r"__prefix__|-(MIN|MAX)_NUM_FORMS$")
# What Django's administration takes for every model by the same code: each name, or each kind of lookup, is one field.
ADMINISTRATION = "/admin/"
_DJANGOS = re.compile(
    r"^(_changelist_filters|_facets|_popup|_to_field|_selected_action|action|index|select_across|all|o|p|post)$"
    r"|-(?:TOTAL|INITIAL)_FORMS$|-DELETE$|__(?:exact|isempty|isnull|gte|lt|year|month|day)$"
)
_VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/catalog/)[^/]+|\d+")


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


def cookie(of: Browser) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in of.cookies)


def as_sent_by(visitor: Browser, target: Target) -> Target:
    """The same with this visitor's token in its form: with another's, only the page about forged forms would answer."""
    token = next((one.value or "" for one in visitor.cookies if one.name.endswith("csrftoken")), "")
    values = parse_qsl(target.data, keep_blank_values=True)
    return replace(target, data=urlencode([(name, token if name == TOKEN else value) for name, value in values]))


def answered(target: Target, cookie: str) -> int:
    """The status of the answer to what a judge begins with."""
    parts = urlsplit(target.url)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", HEADER: "1"}
    connection = HTTPConnection(parts.netloc, timeout=30)
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request("POST" if target.data else "GET", where, target.data or None, headers)
    with connection.getresponse() as response:
        return response.status


def pages(portal: str, visitor: Browser, start: tuple[str, ...]) -> Iterator[Page]:
    """The pages that links lead to: of each address, apart from numbers in it, and of each name in its query a few.

    A list with eight filters has thousands of addresses; what one filter does shows once.
    """
    waiting, seen, kinds = list(start), set(start), Counter[tuple[str, str]]()
    while waiting:
        page = visitor.get(waiting.pop(0))
        if page.status >= 400 or not page.url.startswith(portal):
            continue
        yield page
        for link in _LINK.findall(page.text):
            address = urljoin(page.url, link.replace("&amp;", "&"))
            names = {name for name, _ in parse_qsl(urlsplit(address).query)} or {""}
            which = {(kind(address), name) for name in names}
            if address in seen or not address.startswith(f"{portal}/") or _is_left_out(address):
                continue
            if any(kinds[one] < PAGES_OF_A_KIND for one in which):
                kinds.update(which)
                seen.add(address)
                waiting.append(address)


def _is_left_out(address: str) -> bool:
    path = urlsplit(address).path
    return path in LEAVES or path.startswith("/static/")


def targets(role: str, visitor: Visitor) -> Iterator[Target]:
    """Each form and each query of the pages that are reached, as often as they are there."""
    browser = visitor.come()
    browser.headers = {HEADER: "1"}
    for page in pages(visitor.portal, browser, visitor.addresses()):
        query = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
        if query:
            yield Target(role, page.url, "", tuple(sorted({name for name, _ in query})))
        for form in page.forms():
            for values in fillings(form) if _is_asked(form) else ():
                yield _of(role, form, values)
                if form.method == "post":
                    # What is sent is forgotten, and the answer may hold a form that no link leads to.
                    more = _copy(browser).send(page, form, list(values.items()))
                    yield from (_of(role, one, filling(one)) for one in more.forms() if _is_asked(one))


def once(found: Iterable[Target]) -> Iterator[Target]:
    """The same without what was there before: each field of an address is tried once, in the first target that has it.

    Of the rows of one form the first stands for all: `grants-0-id` and `grants-7-id` are one field. So does, in the
    administration, one form for adding and changing, and one model for what Django does alike for all of them.
    """
    known: set[tuple[str, str, str]] = set()
    for target in found:
        new = []
        for name in target.fields:
            which = ("POST" if target.data else "GET", *_field(kind(target.url), name))
            if which not in known and not UNREAD.search(name):
                known.add(which)
                new.append(name)
        if new:
            yield replace(target, fields=tuple(new))


def _field(address: str, name: str) -> tuple[str, str]:
    """The address and the name under which a field is known; an equal pair is the same code of the portal's."""
    if address.startswith(ADMINISTRATION):
        djangos = _DJANGOS.search(name)
        if djangos:
            return ADMINISTRATION, djangos[0]
        address = address.replace("/…/change/", "/add/")
    return address, ROW.sub("-…", name)


def _is_asked(form: Form) -> bool:
    return not _is_left_out(form.action) and bool(form.names - {TOKEN})


def _copy(visitor: Browser) -> Browser:
    """The same person's in whose jar an answer changes nothing."""
    made = Browser(visitor.base)
    made.headers = visitor.headers
    for one in visitor.cookies:
        made.cookies.set_cookie(one)
    return made


def _of(role: str, form: Form, values: dict[str, str]) -> Target:
    names = tuple(name for name in values if name != TOKEN)
    if form.method == "post":
        return Target(role, form.action, urlencode(values), names)
    return Target(role, f"{form.action.partition('?')[0]}?{urlencode(values)}", "", names)
