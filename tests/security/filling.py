"""What a person could have typed into a form, so that it is taken, and not refused for a field that nobody tries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from demo.people import DELTA, PASSWORD
from demo.web import Form

# Which of several rows a field belongs to.
ROW = re.compile(r"[-_]\d+(?=-|$)")
# What a form is told to do, of what it offers.
DECIDES = {"action", "answer", "verb"}
_SOON = date.today() + timedelta(days=60)
# For a field that is empty: with it, or else with what the form offers, the form is taken where "1" would be refused.
PLAUSIBLE = {
    "account": "CARRIERDL.SECOND",
    "account_name": "DATA9",
    "action": "share",
    "certificate": "",
    "connection_name": "us-east",
    "domain": "carrier-second.example",
    "email": "somebody@carrier.example",
    "first_day": f"{_SOON}",
    "is_published": "",
    "is_reference": "",
    "issuer": "https://sign-in.example",
    "last_day": f"{_SOON}",
    "locator": "DAT90009",
    "login": DELTA.people[0].email,
    "name": "Another name",
    "new_password1": "a whole new sentence 7",
    "new_password2": "a whole new sentence 7",
    "old_password": PASSWORD,
    "oldpassword": PASSWORD,
    "password": PASSWORD,
    "password1": "a whole new sentence 7",
    "password2": "a whole new sentence 7",
    "query": "",
    "reason": "A reason that says enough.",
    "region": "",
    "since": f"{date.today()}",
    "slug": "another-name",
    "snowflake_organization": "SKYLEDGER",
    "sso_url": "",
    "tenant_column": "CARRIER",
    "tenant_key": "ZZ",
    "text": "Some words.",
    "until": f"{date.today()}",
    "valid_until": f"{_SOON}",
}
# By the end of the form's address, too.
OF_ONE_FORM = {
    ("/move/", "region"): "AWS_EU_CENTRAL_1",
    ("/provideraccount/add/", "region"): "AWS_EU_WEST_1",
}


def fillings(form: Form) -> Iterator[dict[str, str]]:
    """What a person may send: once, or once for each of what a form can be told to do."""
    for name in DECIDES & set(form.offers):
        for value in filter(None, dict.fromkeys(form.offers[name])):
            yield filling(form) | {name: value}
        return
    yield filling(form)


def filling(form: Form) -> dict[str, str]:
    """In a row of several what is empty stays empty: a row that is begun must be whole."""
    there = dict(form.values)
    rows = {name: there.get(name, "") for name in form.names if ROW.search(name)}
    return {name: rows[name] if name in rows else there.get(name) or _answer(form, name) for name in sorted(form.names)}


def _answer(form: Form, name: str) -> str:
    offered = next(filter(None, form.offers.get(name, ())), "1")
    of_this = (value for (end, field), value in OF_ONE_FORM.items() if field == name and form.action.endswith(end))
    return next(of_this, PLAUSIBLE.get(name, offered))
