"""The pages that bench.web measures, how one is asked for, and what it must answer."""

from __future__ import annotations

import gzip
import http.client
import re
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bench.measure import Wrong

LONGEST_S = 20.0
# Once or more.
SOME = 0
_IMAGES = (".png", ".jpg", ".jpeg", ".svg", ".ico", ".webp")


@dataclass(frozen=True)
class Page:
    """`holds` is what its answer must hold, and how often; `status` its status."""

    name: str
    path: str
    cookie: str = ""
    holds: dict[str, int] = field(default_factory=dict)
    status: int = 200
    fragment: bool = False

    @property
    def headers(self) -> dict[str, str]:
        told = {"Cookie": self.cookie} if self.cookie else {}
        return told | ({"HX-Request": "true"} if self.fragment else {})


@dataclass(frozen=True)
class Answer:
    """`sent` is how many bytes of body came over the wire."""

    text: str
    sent: int


class Reader:
    """One connection that stays open, as a browser's."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body as it was sent, and how that is encoded."""
        self._http.request("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})})
        with self._http.getresponse() as response:
            return response.status, response.read(), response.headers.get("Content-Encoding", "")

    def page(self, page: Page) -> Answer:
        """Wrong when the answer is not what it must be."""
        status, body, encoding = self.get(page.path, page.headers)
        text = (gzip.decompress(body) if encoding == "gzip" else body).decode()
        if status != page.status:
            raise Wrong(f"{page.name}: {status} instead of {page.status}")
        for part, times in page.holds.items():
            if (found := text.count(part)) != times and not (times == SOME and found):
                raise Wrong(f"{page.name}: {part!r} stands there {found} times instead of {times or 'once or more'}")
        return Answer(text, len(body))

    def weight(self, page: Page) -> dict[str, float]:
        """KB that a browser fetches for it: `cold` with everything but images that it links, `warm` without that,
        because the addresses of those files hold a hash and are kept for ever."""
        answer = self.page(page)
        found = _Linked()
        found.feed(answer.text)
        files = 0
        for path in found.paths:
            status, body, _ = self.get(path)
            if status != 200:
                raise Wrong(f"{page.name}: {path} answers {status}")
            files += len(body)
        return {"cold KB": round((answer.sent + files) / 1000, 1), "warm KB": round(answer.sent / 1000, 1)}


class _Linked(HTMLParser):
    """Scripts, stylesheets and fonts of this server's."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        path = told.get("src") if tag == "script" else told.get("href") if tag == "link" else None
        if path and path.startswith("/") and not path.endswith(_IMAGES):
            self.paths.add(path)


def wrk(port: int, page: Page, connections: int, seconds: float) -> dict[str, float]:
    """Answers a second over so many connections; Wrong when one had another status, or none came at all."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "60s", "--latency"]
    for name, value in page.headers.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}{page.path}")
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise Wrong(f"{page.name}: {said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    latency = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", said)
    if not rate or not latency:
        raise Wrong(f"{page.name}: {said}")
    if not float(rate[1]):
        if seconds >= LONGEST_S:
            raise Wrong(f"{page.name}: no answer in {seconds:g} s")
        return wrk(port, page, connections, LONGEST_S)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[latency[2]]
    return {"a second": float(rate[1]), "p99 ms": float(latency[1]) * scale}


def pages(made: dict[str, Any], port: int) -> list[Page]:
    """Those of a portal that bench.web_rows filled and told of."""
    cookies, paths = made["cookies"], made["paths"]
    customer, staff, approver = cookies["customer"], cookies["staff"], cookies["approver"]
    held, everything = f"1–25 of {made['held']}", f"1–25 of {made['all']}"
    found = [
        Page("share list, staff", "/shares/", staff, {'<th scope="row">': 25, everything: 1}),
        Page("share list, customer", "/shares/", customer, {'<th scope="row">': 25, held: 1}),
        Page("catalog, customer", "/catalog/", customer, {"200 datasets": 1}),
        Page("catalog, staff", "/catalog/", staff, {"200 datasets": 1}),
        Page("home, customer", "/", customer, {"share-card-head": 6}),
        Page("share page", paths["share"], customer, {made["account"]: SOME}),
        Page("request page", paths["request"], customer, {made["number"]: SOME}),
        Page("operations home", "/operations/", staff, {}),
        Page("operations list", "/operations/shares/", staff, {'<th scope="row">': 25, everything: 1}),
        Page("approvals inbox", "/approvals/", approver, {"asks for": 20}),
    ]
    request = next(page for page in found if page.name == "request page")
    poll = re.search(r'id="story"[^>]* hx-get="([^"]+)"', Reader(port).page(request).text)
    if not poll:
        raise Wrong("the request page does not look again")
    path = poll[1].replace("&amp;", "&")
    return [*found, Page("tracker fragment", path, customer, status=204, fragment=True)]
