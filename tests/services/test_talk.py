"""Asking and answering about a request: who may, who hears of it, and how it goes on by mail."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from portal.mail import receive
from portal.mail.models import Outgoing
from portal.people.models import Membership, Role
from shares.models import Remark, ShareRequest
from shares.services import talk
from tests.mail import letters
from tests.mail.letters import Reply
from tests.services.rows import Scene, customer, person


@pytest.fixture
def asked(scene: Scene) -> ShareRequest:
    return scene.request()


def told() -> list[tuple[str, str]]:
    return [(mail.to, mail.subject) for mail in Outgoing.objects.filter(kind="remark").order_by("pk")]


def test_the_other_side_hears_of_it_and_an_answer_goes_back(scene: Scene, asked: ShareRequest) -> None:
    talk.say(asked, scene.dan, "For which board?\n\nAPPROVE OR DECLINE")
    talk.say(asked, scene.ada, "The one in May.")
    assert told() == [
        ("ada@ua.test", "Dan on Flights for United"),
        ("dan@sky.test", "Ada Lovelace on Flights for United"),
    ]
    first, second = Outgoing.objects.filter(kind="remark").order_by("pk")
    assert "> For which board?\n> \n> APPROVE OR DECLINE" in first.text
    assert f"/requests/{asked.public_id}/" in first.text
    assert "/approvals/" in second.text
    assert first.headers["References"] == second.headers["References"]


def test_customers_read_no_address_of_the_providers_people(scene: Scene, asked: ShareRequest) -> None:
    scene.dan.name = ""
    scene.dan.save(update_fields=["name"])
    talk.say(asked, scene.dan, "Why?")
    mail = Outgoing.objects.get(kind="remark")
    assert mail.subject == "the data provider on Flights for United"
    assert "dan@sky.test" not in mail.text + mail.html


def test_who_may_talk(scene: Scene, asked: ShareRequest) -> None:
    stranger = person("cy@dl.test", "Cy")
    auditor = person("lou@sky.test", is_staff=True, staff_role="auditor")
    assert [talk.may_talk(user, asked) for user in (scene.ada, scene.bea, scene.dan, scene.eve)] == [True] * 4
    assert [talk.may_talk(user, asked) for user in (stranger, auditor)] == [False, False]


def test_whoever_is_named_gets_it_too_if_they_may_see_the_request(scene: Scene, asked: ShareRequest) -> None:
    vic = person("vic@ua.test", "Vic Viewer")
    Membership.objects.create(organization=scene.united, user=vic, role=Role.VIEWER)
    stranger = person("cy@dl.test", "Cy Stranger")
    customer("Delta", "DL", owner=stranger)
    person("gone@ua.test", "Gus Gone", is_active=False)
    talk.say(asked, scene.ada, "@Bea, @vic viewer, @Eve, @Cy Stranger and @Gus Gone: is it right? @Ada Lovelace asks.")
    assert [to for to, _subject in told()] == ["bea@ua.test", "dan@sky.test", "eve@sky.test", "vic@ua.test"]
    for mail in Outgoing.objects.filter(kind="remark"):
        read = mail.text + mail.html + mail.subject + "".join(mail.headers.values())
        assert not [one for one in ("bea@", "dan@", "eve@", "vic@", "cy@", "gus@") if one in read]
        assert mail.to != "vic@ua.test" or f"/requests/{asked.public_id}/" in mail.text


def test_whoever_is_named_twice_hears_once(scene: Scene, asked: ShareRequest) -> None:
    talk.say(asked, scene.ada, "@Dan and @Dan: @Dan!")
    assert [to for to, _subject in told()] == ["dan@sky.test"]


def test_an_answer_by_mail_names_people_too_and_who_may_only_read_cannot_answer(
    scene: Scene, asked: ShareRequest, settings: Settings
) -> None:
    settings.FIRN_REPLIES, settings.FIRN_AUTHSERV_ID = True, letters.SERVER
    vic = person("vic@ua.test", "Vic Viewer")
    Membership.objects.create(organization=scene.united, user=vic, role=Role.VIEWER)
    talk.say(asked, scene.ada, "Anything missing?")
    to = Outgoing.objects.get(kind="remark").headers["Reply-To"]
    Outgoing.objects.all().delete()
    # Who is named in the quoted mail only is not called.
    reply = Reply(to, body="Ask @Vic Viewer.\n\nOn Monday, Firn wrote:\n> @Bea and @Eve\n")
    assert receive.take(reply.raw(1)) == receive.TAKEN
    assert {to for to, _subject in told()} == {"ada@ua.test", "vic@ua.test"}
    assert "Reply-To" not in Outgoing.objects.get(kind="remark", to="vic@ua.test").headers
    assert "answer this mail" not in Outgoing.objects.get(kind="remark", to="vic@ua.test").text.lower()


def test_an_answer_by_mail_goes_on_and_only_its_own_reader_can(
    scene: Scene, asked: ShareRequest, settings: Settings
) -> None:
    settings.FIRN_REPLIES, settings.FIRN_AUTHSERV_ID = True, letters.SERVER
    talk.say(asked, scene.ada, "Anything missing?")
    to = Outgoing.objects.get(kind="remark").headers["Reply-To"]
    mine = Reply(to, body="The date.\r\nAnd the place." + letters.QUOTE)
    assert receive.take(mine.raw(1)) == receive.TAKEN
    assert Remark.objects.latest("pk").text == "The date.\nAnd the place."
    assert receive.take(mine.raw(1)) == "seen before"
    forged = Reply(to, sender="ada@ua.test", results=(letters.PASS.replace("sky.test", "ua.test"),))
    assert receive.take(forged.raw(2)) == "not our seal"
    assert receive.take(Reply(to, results=()).raw(3)) == "sender not proved"
    assert receive.take(Reply(to, body="> quoted only").raw(4)) == "not understood"
    assert Remark.objects.count() == 2


def test_nothing_is_decided_by_talking(scene: Scene, asked: ShareRequest) -> None:
    talk.say(asked, scene.dan, "approve")
    asked.refresh_from_db()
    assert asked.is_open
    assert not asked.votes.exists()
