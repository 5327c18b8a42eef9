"""/styleguide/: every component in every state, for those who build pages and for the tests that look at them."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.pages.templatetags import icons
from portal.people import guards
from portal.people.permissions import Act

_TOKEN = re.compile(r"--([\w-]+): light-dark\(")
_DAYS = 30
SQL = """CREATE DATABASE SKYLEDGER FROM SHARE SKYLEDGER.DATA.S_41F2; -- once
SELECT COUNT(*) FROM SKYLEDGER.PUBLIC.FLIGHTS
WHERE ORIGIN = 'JFK';"""


class Sample(forms.Form):
    """Each kind of field: with help, with an error, optional, and switched off."""

    company = forms.CharField(label="Company", help_text="As it stands in the contract.", initial="Carrier UA")
    account = forms.CharField(label="Account", widget=forms.TextInput({"class": "input-code"}))
    region = forms.ChoiceField(label="Region", choices=[("us", "US East (N. Virginia)"), ("eu", "EU (Frankfurt)")])
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput({"type": "date", "class": "input-short"})
    )
    reason = forms.CharField(label="What is it for?", required=False, widget=forms.Textarea({"rows": 3}))
    fixed = forms.CharField(label="Cannot be changed", disabled=True, initial="SKYLEDGER.DATA", required=False)
    answer = forms.ChoiceField(
        label="Answer", choices=[("yes", "Approve"), ("no", "Decline")], widget=forms.RadioSelect, initial="yes"
    )
    sure = forms.BooleanField(label="I understand that queries will fail", help_text="Nothing happens without it.")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The living page of the design; for staff."""
    if not guards.may(request, Act.STYLE_READ):
        raise PermissionDenied
    return render(request, "pages/styleguide.html", _content())


def _content() -> dict[str, object]:
    now = timezone.now()
    days = [(now - timedelta(days=_DAYS - 1 - day)).date() for day in range(_DAYS)]
    rows = [
        (f"{day:%-d %b}", None if index == 17 else 1500 + (index * 37) % 260 - (day.weekday() > 4) * 420)
        for index, day in enumerate(days)
    ]
    return {
        "colours": colours(),
        "icons": sorted(icons.SHAPES),
        "form": Sample(data={"account": "http://snowflake", "region": "us", "company": "Carrier UA", "answer": "yes"}),
        "tones": [
            ("good", "Healthy"),
            ("now", "Being built"),
            ("wait", "Waiting"),
            ("warn", "Being repaired"),
            ("bad", "Stopped"),
            ("off", "Ended"),
        ],
        "levels": [
            ("info", "It is being counted."),
            ("success", "Sent."),
            ("warning", "Your browser did not allow copying."),
            ("error", "Firn could not be reached. Try again."),
        ],
        "now": now,
        "earlier": now - timedelta(hours=3),
        "rows": rows,
        "minutes": [(label, value and value % 17 + 3) for label, value in rows],
        "trend": [value for _, value in rows],
        "page": Paginator(range(95), 20).page(2),
        "sql": SQL,
    }


@cache
def colours() -> list[str]:
    """Names of the colour tokens, in their order."""
    return _TOKEN.findall((Path(settings.BASE_DIR) / "static/css/tokens.css").read_text())
