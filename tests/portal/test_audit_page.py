"""The audit log as a page: who may read what of it, and how it is narrowed and taken along."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.audit.forms import Narrow
from portal.audit.record import record
from portal.people import services
from portal.people.models import Organization, Role, User
from shares.templatetags.log_words import LOG
from shares.templatetags.words import HISTORY

pytestmark = pytest.mark.django_db
PATH = "/audit/"


def person(
    email: str, organization: Organization | None = None, role: Role = Role.MEMBER, *, staff: bool = False
) -> User:
    user = services.add_person(email, verified=True, is_staff=staff)
    if organization:
        services.attach(user, organization, role)
    return user


def client(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def united() -> Organization:
    return Organization.objects.create(name="United", slug="united")


@pytest.fixture
def delta() -> Organization:
    return Organization.objects.create(name="Delta", slug="delta")


@pytest.fixture
def staff() -> Client:
    return client(person("eve@sky.test", staff=True))


def test_an_owner_reads_about_their_own_organization_only(united: Organization, delta: Organization) -> None:
    record("share.granted", target=united, organization=united, data={"request": "ours"})
    record("share.granted", target=delta, organization=delta, data={"request": "theirs"})
    record("admin.opened")
    page = client(person("ada@ua.test", united, Role.OWNER)).get(PATH)
    assert page.status_code == 200
    text = page.content.decode()
    assert "ours" in text
    assert "theirs" not in text
    assert "admin.opened" not in text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_other_members_may_not(united: Organization, role: Role) -> None:
    assert client(person("bea@ua.test", united, role)).get(PATH).status_code == 403


@pytest.mark.parametrize("form", ["", "csv", "jsonl"])
def test_an_owner_reads_no_address_of_the_providers_people(united: Organization, staff: Client, form: str) -> None:
    eve = User.objects.get(email="eve@sky.test")
    ada = person("ada@ua.test", united, Role.OWNER)
    for who in (eve, ada):
        record("share.granted", actor=who, target=united, organization=united)

    def read(browser: Client) -> str:
        answer = browser.get(PATH, {"format": form} if form else {})
        return str(answer.getvalue(), "utf-8")

    seen = read(client(ada))
    assert "ada@ua.test" in seen
    assert "the data provider" in seen
    assert "eve@sky.test" not in seen
    assert "eve@sky.test" in read(staff)


def test_an_owner_finds_nobody_by_what_they_do_not_read_of_them(united: Organization, delta: Organization) -> None:
    ada = person("ada@ua.test", united, Role.OWNER)
    gone = person("gil@ua.test", united)
    services.detach(gone.memberships.get())
    cy = person("cy@dl.test", delta)
    eve = person("eve@sky.test", staff=True)
    for number, (user, name) in enumerate(((ada, "Ada"), (gone, "Gilbert"), (cy, "Cyrus"), (eve, "Evelyn"))):
        User.objects.filter(pk=user.pk).update(name=name)
        record(f"share.act{number}", actor=user, target=united, organization=united)

    def found(words: str) -> list[int]:
        page = client(ada).get(PATH, {"q": words}).content.decode()
        return [number for number in range(4) if f"share.act{number}" in page]

    assert found("ada@ua") == [0]
    assert found("gil@ua") == found("cy@dl") == found("eve@sky") == []
    assert (found("gilb"), found("cyrus"), found("evelyn")) == ([1], [], [3])


def test_people_of_no_organization_may_not() -> None:
    assert client(person("cy@sky.test")).get(PATH).status_code == 403


def test_strangers_sign_in_first() -> None:
    assert Client().get(PATH).headers["Location"].startswith("/accounts/login/")


def test_an_owner_of_another_organization_does_not_get_a_file_of_ours(
    united: Organization, delta: Organization
) -> None:
    record("share.granted", target=united, organization=united, data={"secret": "ours"})
    answer = client(person("dee@dl.test", delta, Role.OWNER)).get(PATH, {"format": "jsonl"})
    assert b"ours" not in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_staff_read_everything_and_see_where_it_came_from(
    staff: Client, united: Organization, delta: Organization
) -> None:
    for organization in (united, delta):
        record("share.granted", target=organization, organization=organization)
    text = staff.get(PATH).content.decode()
    assert "United" in text
    assert "Delta" in text


def test_it_is_narrowed_by_words_action_and_days(staff: Client, united: Organization) -> None:
    ada = person("ada@ua.test", united, Role.OWNER)
    record("share.ended", actor=ada, target=united, organization=united)
    record("request.submitted", target=united, organization=united)
    today = timezone.now().date()

    def found(**asked: str) -> set[str]:
        return {
            action
            for action in ("share.ended", "request.submitted")
            if f"<code>{action}</code>" in staff.get(PATH, asked).content.decode()
        }

    assert found() == {"share.ended", "request.submitted"}
    assert found(q="ada@") == {"share.ended"}
    assert found(action="share") == {"share.ended"}
    assert found(action="request.submitted") == {"request.submitted"}
    assert found(since=today.isoformat(), until=today.isoformat()) == {"share.ended", "request.submitted"}
    assert found(since=(today + timedelta(days=1)).isoformat()) == set()


@pytest.mark.parametrize("form", ["", "jsonl"])
def test_a_day_is_one_in_utc_wherever_the_reader_is(staff: Client, form: str) -> None:
    staff.cookies["firn-zone"] = "Asia/Tokyo"
    for number, moment in enumerate(
        ("2026-11-25T23:59Z", "2026-11-26T00:00Z", "2026-11-26T23:59Z", "2026-11-27T00:00Z")
    ):
        with time_machine.travel(moment, tick=False):
            record(f"share.act{number}")
    asked = {"since": "2026-11-26", "until": "2026-11-26", **({"format": form} if form else {})}
    text = str(staff.get(PATH, asked).getvalue(), "utf-8")
    assert [number for number in range(4) if f"share.act{number}" in text] == [1, 2]


def test_a_last_day_of_all_days_is_one(staff: Client) -> None:
    record("share.act")
    assert "share.act" in staff.get(PATH, {"since": "0001-01-01", "until": "9999-12-31"}).content.decode()


def test_a_wrong_day_is_said_in_words(staff: Client) -> None:
    page = staff.get(PATH, {"since": "2026-02-01", "until": "2026-01-01"})
    assert page.status_code == 422
    assert "This is before the first day." in page.content.decode()


def test_pages_go_on_after_the_last_entry_shown(staff: Client) -> None:
    made = [record("test.done", data={"n": f"number-{n}"}) for n in range(60)]
    first = staff.get(PATH)
    assert "number-59" in first.content.decode()
    older = first.context["older"]
    assert older == made[10].pk
    record("test.meanwhile")
    second = staff.get(PATH, {"before": older}).content.decode()
    assert "number-9<" in second
    assert "number-10<" not in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40])
def test_a_wrong_place_to_go_on_from_is_the_beginning(staff: Client, before: str) -> None:
    record("test.done", data={"n": "here"})
    assert "here" in staff.get(PATH, {"before": before}).content.decode()


def test_files_hold_all_that_fits(staff: Client) -> None:
    for n in range(60):
        record("test.done", data={"n": n})
    record("test.other")
    answer = staff.get(PATH, {"format": "jsonl", "action": "test.done"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [json.loads(line)["data"]["n"] for line in lines] == list(range(60))
    assert "attachment" in answer.headers["Content-Disposition"]
    table = staff.get(PATH, {"format": "csv"})
    assert b"".join(table.streaming_content).startswith(b"id,at,actor")  # type: ignore[attr-defined]


def test_hostile_words_are_shown_as_words(staff: Client) -> None:
    record("test.done", data={"note": "<script>alert(1)</script>"})
    text = staff.get(PATH).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_its_queries_do_not_grow(staff: Client, united: Organization) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(PATH).status_code == 200
        return len(captured)

    record("test.done", target=united, organization=united)
    queries()
    few = queries()
    for n in range(40):
        organization = Organization.objects.create(name=f"Customer {n}", slug=f"c-{n}")
        record("test.done", target=organization, organization=organization)
    assert queries() == few <= 10


def test_it_takes_no_post(staff: Client) -> None:
    assert staff.post(PATH).status_code == 405


def test_an_entry_is_told_in_a_sentence_with_its_year_and_its_code_among_the_details(
    united: Organization, staff: Client
) -> None:
    entry = record("share.granted", target=united, organization=united)
    record("invitation.sent", target=united, organization=united)
    text = client(person("ada@ua.test", united, Role.OWNER)).get(PATH).content.decode()
    assert re.search(r'<th scope="row">Datasets were granted by an approved request\.', text)
    assert re.search(r'<th scope="row">Somebody was invited\.', text)
    assert f"{entry.at:%Y}, {entry.at:%H:%M}" in text
    assert text.index("<details>") < text.index("<code>share.granted</code>")


def test_what_happened_is_chosen_from_a_list(united: Organization, staff: Client) -> None:
    def choices(browser: Client, **asked: str) -> dict[str, bool]:
        text = browser.get(PATH, asked).content.decode()
        chosen = text.partition('<select name="action"')[2].partition("</select>")[0]
        return {value: bool(mark) for value, mark in re.findall(r'<option value="([^"]*)"( selected)?', chosen)}

    ours = choices(client(person("ada@ua.test", united, Role.OWNER)))
    assert {"share", "request"} <= ours.keys()
    assert "admin" not in ours
    assert "admin" in choices(staff)
    # One action alone, as a link of an entry asks for it, is not lost with the next press of Show.
    assert choices(staff, action="share.ended")["share.ended"]


def test_every_kind_of_action_can_be_chosen_by_staff() -> None:
    """By the names that stand in full where something is recorded."""
    rooms = (Path(settings.BASE_DIR) / room for room in ("portal", "shares"))
    texts = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    kinds = {kind for text in texts for kind in re.findall(r'\brecord(?:_each)?\(\s*"([a-z_]+)\.', text)}
    assert len(kinds) > 10
    assert kinds <= {value for value, _ in Narrow(staff=True).fields["action"].widget.choices}


def test_every_entry_that_a_customer_reads_has_a_sentence() -> None:
    """Whatever is recorded with an organization by a name that stands there in full."""
    texts = [path.read_text() for path in (Path(settings.BASE_DIR) / "shares").rglob("*.py")]
    calls = [call for text in texts for call in re.findall(r"\brecord(?:_each)?\(\s*\"([a-z_.]+)\"([^)]*)", text)]
    found = {action for action, rest in calls if "organization=" in rest}
    assert len(found) > 20
    assert {action for action in found if action not in HISTORY and action not in LOG} == set()
