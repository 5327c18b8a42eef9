"""What a judge sends: whole forms, as a person would send them, and nothing of it stays."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from demo.web import Page
from portal.people.models import Organization
from tests.security import forgetting, targets
from tests.security.filling import fillings

PAGE = """
<input type="checkbox" form="bulk" name="share" value="7"> <form id="bulk" method="post" action="/bulk/">
  <input type="hidden" name="query" value="">
  <select name="verb"><option value=""></option><option value="end">End</option>
    <option value="keep">Keep</option></select>
  <button name="all" value="1">All</button>
</form>
<form method="post" action="/ask/">
  <input name="reason"><input name="row-0-note"><input type="checkbox" name="sure" value="yes">
  <button formaction="/check/">Only look</button> <input name="account" value="A.B">
</form>
"""


def _forms() -> dict[str, list[dict[str, str]]]:
    page = Page("http://portal/x/", 200, PAGE)
    return {form.action: list(fillings(form)) for form in page.forms()}


def test_a_form_is_sent_once_for_each_of_what_it_can_be_told_to_do() -> None:
    told = _forms()["http://portal/bulk/"]
    assert [one["verb"] for one in told] == ["end", "keep"]
    assert {(one["share"], one["query"], one["all"]) for one in told} == {("7", "", "1")}


def test_what_is_there_stays_what_is_missing_is_given_and_a_row_is_not_begun() -> None:
    [told] = _forms()["http://portal/ask/"]
    assert told["account"] == "A.B"
    assert told["sure"] == "yes"
    assert len(told["reason"]) > 10
    assert told["row-0-note"] == ""


def test_a_button_with_an_address_of_its_own_is_a_form_of_its_own() -> None:
    forms = _forms()
    assert forms["http://portal/check/"] == forms["http://portal/ask/"]


def test_each_field_of_what_is_sent_is_tried() -> None:
    form = Page("http://portal/x/", 200, PAGE).forms()[0]
    target = targets._of("admin", form, next(fillings(form)))
    assert set(target.fields) == set(parse_qs(target.data, keep_blank_values=True)) == {"all", "query", "share", "verb"}


@pytest.mark.django_db
def test_what_a_judge_sends_is_forgotten_and_what_others_send_is_not() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Organization.objects.create(name=request.path, slug=request.path.strip("/"))
        return HttpResponse(status=302)

    answer, asked = forgetting.middleware(view), RequestFactory()
    assert answer(asked.post("/judge/", headers={forgetting.HEADER: "1"})).status_code == 302
    assert answer(asked.post("/judge/", headers={forgetting.HEADER: "1"})).status_code == 302
    answer(asked.post("/person/"))
    assert [one.slug for one in Organization.objects.all()] == ["person"]
