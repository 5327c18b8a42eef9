"""What holds for every page alike: tokens, headers, cookies, hosts, sizes, and what forms do not take."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.audit.models import AuditEntry
from portal.pages.templatetags import richtext
from portal.people import services
from shares.core.states import RequestState
from shares.models import ShareRequest
from tests.web import matrix, rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def test_no_address_takes_a_post_without_the_token(house: House) -> None:
    listed = list(matrix.addresses(*matrix.sides(house)))
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.eve, backend="django.contrib.auth.backends.ModelBackend")
    answers = {one.path: client.post(one.path, matrix_fields(), HTTP_ORIGIN="https://evil.example") for one in listed}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code not in (403, 404)} == {}


def matrix_fields() -> dict[str, str]:
    return {"sure": "on", "reason": "Because.", "theme": "dark"}


def test_what_signed_in_people_see_is_kept_in_no_cache(house: House) -> None:
    client = rows.browser(house.ada)
    for one in matrix.addresses(*matrix.sides(house)):
        answer = client.get(one.path)
        if one.name in ("admin:jsi18n", "healthz") or answer.status_code != 200:
            continue
        assert "no-store" in answer.headers["Cache-Control"], one.path
        assert "HX-Request" in answer.headers["Vary"], one.path
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"], one.path


def test_another_host_is_refused_whoever_names_it(db: None) -> None:
    assert Client(headers={"host": "evil.example"}).get("/accounts/login/").status_code == 400
    answer = Client(headers={"x-forwarded-host": "evil.example"}).get("/accounts/login/")
    assert "evil.example" not in answer.content.decode()


def test_signing_in_makes_a_new_session_and_a_new_password_ends_the_others(db: None) -> None:
    user = services.add_person("ada@ua.test", password=PASSWORD, verified=True)
    here, there = Client(), Client()
    here.get("/accounts/login/")
    session = here.session
    session["planted"] = "yes"
    session.save()
    here.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key or ""
    for client in (here, there):
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert here.session.session_key != planted
    fields = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    assert here.post("/accounts/password/change/", fields).status_code == 302
    assert there.get("/help/").status_code == 302


def test_a_request_takes_no_field_that_its_form_does_not_ask_for(house: House) -> None:
    form = {
        "datasets": [house.flights.pk],
        "workspaces": [house.ua.workspaces.get().pk],
        "account": "carrierua-analytics",
        "region": "AWS_US_EAST_1",
        "reason": "Route planning",
        "state": "approved",
        "organization": house.dl.pk,
        "requester": house.cy.pk,
        "decided_by": house.ada.pk,
        "proof_kind": "vouched",
    }
    rows.browser(house.ada).post("/requests/new/", form)
    asked = ShareRequest.objects.get()
    assert (asked.state, asked.organization, asked.requester) == (RequestState.SUBMITTED, house.ua, house.ada)
    assert not asked.consumer_account.is_proved


def test_another_customer_s_workspace_or_draft_cannot_be_asked_for(house: House) -> None:
    draft = rows.dataset("Drafted", approver=house.dan, is_published=False)
    form = {"account": "carrierua-analytics", "region": "AWS_US_EAST_1", "reason": "Curiosity."}
    client = rows.browser(house.ada)
    mine, theirs = house.ua.workspaces.get().pk, house.dl.workspaces.get().pk
    for datasets, workspaces in (([house.flights.pk], [theirs]), ([draft.pk], [mine])):
        page = client.post("/requests/new/", form | {"datasets": datasets, "workspaces": workspaces})
        assert page.status_code == 422
    assert not ShareRequest.objects.exists()


def test_a_form_of_ten_megabytes_is_refused(house: House) -> None:
    answer = rows.browser(house.ada).post("/theme/", {"theme": "x" * 10_000_000})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "text",
    ['<a hx-get="/x">a</a>', "<b data-hx-post='/x'>b</b>", "[a](javascript:alert(1))", "<img src=x onerror=alert(1)>"],
)
def test_a_description_moves_no_page_and_runs_nothing(text: str) -> None:
    shown = str(richtext.markdown(text))
    assert not re.search(r"<[^>]*(hx-|onerror|javascript:)", shown)


def test_what_is_typed_does_not_start_a_line_of_its_own_in_the_audit_log(house: House) -> None:
    house.ada.name = "Ada\r\n2026-11-25 forged"
    house.ada.save()
    rows.browser(house.ada).post("/customer/", {"organization": str(house.ua.public_id)})
    page = rows.browser(house.ada).get("/audit/?format=jsonl")
    lines = b"".join(page).decode().splitlines()
    assert len(lines) == AuditEntry.objects.filter(organization=house.ua).count()


def test_nothing_fetches_an_address_that_a_customer_typed() -> None:
    """Two modules speak to addresses out there: of providers that an administrator entered, and the operator's own."""
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for folder in ("portal", "shares")
        for path in (root / folder).rglob("*.py")
        if _imports(path) & {"requests", "urllib.request", "http.client", "httpx", "urllib3"}
    }
    assert found == {"portal/people/joining.py", "portal/audit/webhook.py"}


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_every_dependency_is_locked_by_its_hash() -> None:
    for name in ("requirements.txt", "requirements-saml.txt", "requirements-dev.txt", "requirements-sandbox.txt"):
        text = (Path(settings.BASE_DIR) / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        assert lines
        assert [line[:40] for line in lines if "--hash=sha256:" not in line] == []


def test_every_script_of_a_page_comes_from_here(house: House) -> None:
    for path in ("/", "/shares/", "/accounts/login/", "/admin/"):
        page = rows.browser(house.eve).get(path, follow=True).content.decode()
        assert [src for src in re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page) if "//" in src] == []
