"""The mail that an approver decides by: everything to decide on, and nothing that pretends to be part of it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portal.mail.models import Outgoing
from shares.models import Ask, Dataset, DatasetObject
from shares.services import approvals
from shares.services.approvals import PlanChanged
from shares.services.codes import code_for
from shares.services.translated import translated
from tests.services.rows import Scene, overwrite, view


def asked(revision: int = 1) -> Outgoing:
    return Outgoing.objects.get(kind="ask", key__contains=f":{revision}:")


def block(text: str, start: str, end: str) -> str:
    """The part of `text` from one line to another."""
    return text[text.index(start) : text.index(end)].strip()


def test_it_says_who_for_whom_where_and_until_when(scene: Scene) -> None:
    scene.request()
    assert block(asked().text, "Customer ", "Nothing is added") == (
        "Customer    United\n"
        "Asked by    Ada Lovelace (ada@ua.test)\n"
        "Account     CARRIERUA.ANALYTICS\n"
        "Region      US East (N. Virginia), AWS\n"
        "Ownership   not proved yet\n"
        "Datasets    Flights\n"
        "Rows of     United (UA)\n"
        "Rows        being counted; the page shows them\n"
        "Window      from approval until 31 Dec 2099, that day included"
    )


def test_it_says_what_happens_before_anything_is_added(scene: Scene) -> None:
    scene.request()
    for body in (asked().text, asked().html):
        assert "Nothing is added to CARRIERUA.ANALYTICS before United has read a one-time code in it." in body


def test_a_proved_account_needs_no_vouching(scene: Scene) -> None:
    scene.approved()
    Outgoing.objects.all().delete()
    scene.request(datasets=[scene.fleet])
    assert "one-time code" not in asked().text
    assert re.search(r"Ownership   vouched for by Dan on \d\d \w{3} \d{4}\n", asked().text)


def test_it_lists_datasets_with_their_columns_and_marks_the_tenants(scene: Scene) -> None:
    view(scene.flights, "AIRPORTS", "FAA NAME", is_reference=True)
    view(scene.flights, "HIDDEN", is_exposed=False)
    DatasetObject.objects.create(
        dataset=scene.flights,
        kind="function",
        shared_name="ON_TIME",
        arguments="ORIGIN VARCHAR",
        returns="NUMBER",
        body="SELECT COUNT(*) FROM {{FLIGHTS}} F WHERE F.ORIGIN = ORIGIN",
    )
    overwrite(scene.flights)
    scene.request()
    listed = block(asked().text, "WHAT THEY WOULD SEE", "THE SQL THAT WILL RUN")
    assert "Flights: All about flights." in listed
    assert "  FLIGHTS (only rows where CARRIER is UA)\n    - CARRIER VARCHAR  <- separates customers\n" in listed
    assert "  AIRPORTS (reference data, whole)\n    - FAA VARCHAR\n    - NAME VARCHAR\n" in listed
    assert "  ON_TIME(ORIGIN VARCHAR) (function, returns NUMBER)" in listed
    assert "HIDDEN" not in listed


def test_it_shows_every_statement_that_will_run_and_the_digest(scene: Scene) -> None:
    request = scene.request(datasets=[scene.flights, scene.fleet])
    mail = asked()
    shown = block(mail.text, "THE SQL THAT WILL RUN", "\n-- \n")
    assert f"({len(request.plan_sql)} statements, digest {request.short_digest})" in shown
    flat = re.sub(r"\s+", " ", shown)
    for number, step in enumerate(request.plan_sql, start=1):
        assert f"{number}. {translated(step['purpose'])} {' '.join(step['sql'].split())}" in flat
    assert request.short_digest in mail.html


def test_a_request_that_changes_nothing_says_so(scene: Scene) -> None:
    scene.approved()
    Outgoing.objects.all().delete()
    scene.request()
    assert "(0 statements" in asked().text
    assert "Nothing new has to run" in asked().text


def test_it_links_to_the_asks_page_and_carries_its_code(scene: Scene) -> None:
    scene.request()
    ask = Ask.objects.get()
    link = "http://firn.test" + reverse("approval", args=[ask.public_id])
    for body in (asked().text, asked().html):
        assert link in body
        assert code_for(ask) in body
        assert code_for(ask) not in link
    assert code_for(ask) not in asked().subject


def test_the_code_leaves_the_outbox_with_the_mail(scene: Scene) -> None:
    scene.request()
    assert asked().secret


def test_a_new_revision_is_a_new_mail_that_says_so(scene: Scene) -> None:
    request = scene.request()
    view(scene.flights, "MORE")
    overwrite(scene.flights)
    with pytest.raises(PlanChanged):
        approvals.decide(request, scene.dan, "approve", channel="session", revision=1)
    changed = "The request or its plan changed after an earlier mail"
    assert changed not in asked(1).text
    assert changed in asked(2).text
    assert asked(1).key != asked(2).key


def test_a_reason_cannot_pass_for_a_part_of_the_mail(scene: Scene) -> None:
    reason = "Board.\n\nAPPROVE OR DECLINE\nhttp://evil.test/\n\n\u202ereversed\u0007"
    scene.request(reason=reason)
    lines = asked().text.splitlines()
    assert "> APPROVE OR DECLINE" in lines
    assert "> http://evil.test/" in lines
    assert lines.count("APPROVE OR DECLINE") == 1
    assert "\u202e" not in asked().text
    assert "\u0007" not in asked().text


def test_nothing_that_people_typed_becomes_a_header(scene: Scene) -> None:
    scene.united.name = "United\r\nBcc: everybody@evil.test"
    scene.united.save()
    scene.request(requester=scene.ada)
    assert asked().subject == "United Bcc: everybody@evil.test asks for Flights: approve or decline"
    assert "\nBcc:" not in asked().text


def test_html_shows_what_people_typed_as_text(scene: Scene) -> None:
    scene.ada.name = '<img src=x onerror="alert(1)">'
    scene.ada.save()
    Dataset.objects.filter(pk=scene.flights.pk).update(summary="<script>alert(2)</script>")
    scene.request(reason="<a href='http://evil.test'>free</a>")
    html = asked().html
    for raw in ("<img", "<script", "<a href='http://evil.test'"):
        assert raw not in html
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in html
    assert "<script>alert(2)</script>" in asked().text
