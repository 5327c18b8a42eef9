"""A browser without a screen: keeps cookies, reads forms, sends them as a browser would."""

from __future__ import annotations

import re
import urllib.request
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT_S = 30


@dataclass
class Form:
    """A form of a page. `values` is what would be sent untouched; `choices` maps a tick's words to (name, value).

    `offers` are the values that somebody may pick: of ticks, selects and buttons, by name.
    """

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    offers: dict[str, list[str]] = field(default_factory=dict)

    def offer(self, name: str, value: str) -> None:
        self.names.add(name)
        self.offers.setdefault(name, []).append(value)

    def filled(self, **values: str) -> list[tuple[str, str]]:
        """The fields with some values replaced. KeyError for one that the form does not have."""
        unknown = set(values) - self.names
        if unknown:
            raise KeyError(f"the form for {self.action} has no field {', '.join(sorted(unknown))}")
        return [pair for pair in self.values if pair[0] not in values] + list(values.items())


@dataclass(frozen=True)
class Page:
    """An answer: where it came from after all redirects, its status and its text."""

    url: str
    status: int
    text: str

    def form(self, action: str = "") -> Form:
        """The form whose action ends with `action`. LookupError when there is none."""
        for form in self.forms():
            if form.method == "post" and urlsplit(form.action).path.endswith(action):
                return form
        raise LookupError(f"{self.url} (status {self.status}) has no form for {action}")

    def forms(self) -> list[Form]:
        """All forms of the page."""
        reader = _Reader(self.url)
        reader.feed(self.text)
        reader.hand_over()
        return reader.forms

    def plain(self) -> str:
        """The text without its marks, as somebody would copy it."""
        return unescape(re.sub(r"<[^>]+>", "", self.text))

    def complaints(self) -> str:
        """What the page says is wrong with a form that was sent."""
        found = re.search(r"<div[^>]* data-error-summary.*?</div>", self.text, re.DOTALL)
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", found[0]).split())) if found else "no reason was given"


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._tick: tuple[str, str] | None = None
        self._words: list[str] = []
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self._with_id: dict[str, Form] = {}
        self._outside: list[tuple[str, str, str]] = []

    def hand_over(self) -> None:
        """A tick outside its form names it by id, and may stand before it."""
        for form, name, value in self._outside:
            if form in self._with_id:
                self._with_id[form].offer(name, value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(urljoin(self.url, given.get("action", "")), given.get("method", "get").lower())
            self.forms.append(self._form)
            self._with_id[given.get("id", "")] = self._form
        elif "form" in given and given.get("name"):
            self._outside.append((given["form"], given["name"], given.get("value", "")))
        elif self._form is not None:
            self._inside(self._form, tag, given)

    def _inside(self, form: Form, tag: str, given: dict[str, str]) -> None:
        if tag in ("input", "textarea", "select"):
            self._field(form, tag, given)
        elif tag == "option" and self._select:
            form.offer(self._select, given.get("value", ""))
            if "selected" in given:
                form.values.append((self._select, given.get("value", "")))
        elif tag == "button" and given.get("name"):
            form.offer(given["name"], given.get("value", ""))
        if "formaction" in given:
            # The same fields for another address: whatever they hold later they hold for both.
            self.forms.append(replace(form, action=urljoin(self.url, given["formaction"])))

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if not name or kind in ("submit", "button", "file"):
            return
        form.names.add(name)
        if tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select = name
        elif kind in ("checkbox", "radio"):
            self._end_tick()
            self._tick = (name, given.get("value", "on"))
            form.offer(*self._tick)
            if "checked" in given:
                form.values.append(self._tick)
        else:
            form.values.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)
        elif self._tick and data.strip():
            self._words.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text and self._form:
            self._form.values.append((self._text[0], "".join(self._text[1]).removeprefix("\n")))
            self._text = None
        elif tag == "label":
            self._end_tick()
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._end_tick()
            self._form = None

    def _end_tick(self) -> None:
        """What stands beside a tick is what a person would look for: its first words name it."""
        if self._tick and self._words and self._form:
            self._form.choices[self._words[0]] = self._tick
        self._tick, self._words = None, []


class Browser:
    """One person's browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = CookieJar()
        # Sent with everything.
        self.headers: dict[str, str] = {}
        # No proxy, whatever the environment says: everything is on this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, address: str) -> Page:
        return self._send(urllib.request.Request(urljoin(self.base, address), headers=self.headers))  # noqa: S310 - loopback

    def send(self, page: Page, form: Form, values: list[tuple[str, str]]) -> Page:
        """POST a form of `page`, with the headers by which the portal recognises its own pages."""
        parts = urlsplit(page.url)
        headers = {"Referer": page.url, "Origin": f"{parts.scheme}://{parts.netloc}", **self.headers}
        return self._send(urllib.request.Request(form.action, urlencode(values).encode(), headers))  # noqa: S310

    def _send(self, request: urllib.request.Request) -> Page:
        try:
            answer: HTTPResponse | HTTPError = self._opener.open(request, timeout=TIMEOUT_S)
        except HTTPError as error:
            answer = error
        with answer:
            return Page(answer.url or request.full_url, answer.status or 0, answer.read().decode())
