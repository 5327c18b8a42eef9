"""Who looks at what: roles of the running demo, and of the small world in which everything has every state."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from demo.journey import sign_in
from demo.people import ADMIN, AMERICAN, APPROVER, DELTA, PASSWORD
from demo.web import Browser, Page
from tests.looks.place import Place

# The newcomer waits for the proof of their account.
DEMO = {
    "anonymous": ("", ("/",)),
    "owner": (DELTA.people[0].email, ("/",)),
    "newcomer": (AMERICAN.people[0].email, ("/",)),
    "approver": (APPROVER.email, ("/", "/approvals/")),
    "admin": (ADMIN.email, ("/", "/operations/", "/admin/")),
}
SCENE = ("anonymous", "newcomer", "owner", "of-two", "approver", "staff", "with-app", "with-key", "with-no-password")
HALF_WAY = ("new-password", "code-by-mail", "second-step", "confirmed")
ROLES = (*DEMO, *(f"scene-{name}" for name in (*SCENE, *HALF_WAY)))


@dataclass(frozen=True)
class Visitor:
    """`come` opens a browser of theirs; `starts` are the paths from which they follow links."""

    portal: str
    come: Callable[[], Browser]
    starts: tuple[str, ...]

    def addresses(self) -> tuple[str, ...]:
        return tuple(f"{self.portal}{path}" for path in self.starts)


def of_demo(portal: str, more: dict[str, tuple[str, ...]]) -> dict[str, Visitor]:
    """By role; `more` are paths that no link shows."""
    return {
        role: Visitor(portal, _by_password(portal, email), (*starts, *more.get(role, ())))
        for role, (email, starts) in DEMO.items()
    }


def of_scene(place: Place) -> dict[str, Visitor]:
    """By role, with those who are on their way through a form of several pages."""
    portal, found = place.base, {}
    for role in SCENE:
        come = _by_password(portal, place.people.get(role, ""))
        if role.startswith("with-"):
            come = partial(_with_session, portal, place.sessions[role])
        if role == "with-key":
            come = partial(_confirmed, come)
        found[role] = Visitor(portal, come, tuple(place.paths[role].values()))
    forms = {
        "new-password": (place.paths["new-password"]["reset"], {}),
        "code-by-mail": ("/accounts/login/code/", {"email": place.people["owner"]}),
        "second-step": ("/accounts/login/", {"login": place.people["with-app"], "password": PASSWORD}),
    }
    for role, (path, values) in forms.items():
        reached = urlsplit(_walk(portal, path, values)[1].url).path
        found[role] = Visitor(portal, partial(_walked, portal, path, values), (reached,))
    confirmed = partial(_confirmed, _by_password(portal, place.people["owner"]))
    found["confirmed"] = Visitor(portal, confirmed, ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"))
    return {f"scene-{role}": visitor for role, visitor in found.items()}


def _by_password(portal: str, email: str) -> Callable[[], Browser]:
    """Somebody's who is signed in, or, without an address, one that is sent to the door."""

    def come() -> Browser:
        if email:
            return sign_in(portal, email)
        visitor = Browser(portal)
        visitor.get("/")
        return visitor

    return come


def _with_session(portal: str, session: str) -> Browser:
    """Somebody's whose sign-in was a while ago: before what hurts they are asked once more."""
    visitor = Browser(portal)
    visitor.get("/accounts/login/")
    another = copy(next(iter(visitor.cookies)))
    another.name, another.value = "sessionid", session
    visitor.cookies.set_cookie(another)
    return visitor


def _confirmed(come: Callable[[], Browser]) -> Browser:
    """Somebody who has just said once more that it is them."""
    visitor = come()
    page = visitor.get("/accounts/reauthenticate/")
    form = page.form("/reauthenticate/")
    visitor.send(page, form, form.filled(password=PASSWORD))
    return visitor


def _walked(portal: str, path: str, values: dict[str, str]) -> Browser:
    return _walk(portal, path, values)[0]


def _walk(portal: str, path: str, values: dict[str, str]) -> tuple[Browser, Page]:
    """A browser that stands at the next page of a form of several, and that page."""
    visitor = Browser(portal)
    page = visitor.get(path)
    if values:
        form = page.form(path)
        page = visitor.send(page, form, form.filled(**values))
    return visitor, page
