"""The language of pages and mails: a person's own choice first, then the cookie, then the browser."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation

from portal.audit.models import AuditEntry
from portal.mail import outbox
from portal.mail.models import Outgoing
from portal.people import mails
from portal.people.models import Membership, User
from shares import mails as share_mails
from shares.models import Ask
from tests.web import rows
from tests.web.rows import House

SIGN_IN = "/accounts/login/"
PREFERENCES = "/accounts/preferences/"


def _choose(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language


def test_a_visitor_reads_what_the_browser_asks_for(db: None) -> None:
    page = rows.browser().get(SIGN_IN, headers={"accept-language": "it-IT,it;q=0.9"}).content.decode()
    assert '<html lang="it">' in page
    assert "<h1>Accedere</h1>" in page


@pytest.mark.parametrize("asked", ["de", "", "xx-<script>"])
def test_a_language_that_nobody_translated_is_english(db: None, asked: str) -> None:
    page = rows.browser().get(SIGN_IN, headers={"accept-language": asked}).content.decode()
    assert '<html lang="en">' in page


def test_a_visitor_chooses_with_a_button(db: None) -> None:
    client = rows.browser()
    answer = client.post("/language/", {"language": "it", "next": SIGN_IN})
    assert answer["Location"] == SIGN_IN
    assert "<h1>Accedere</h1>" in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_choice_leads_nowhere_else(db: None, target: str) -> None:
    assert rows.browser().post("/language/", {"language": "it", "next": target})["Location"] == "/"


@pytest.mark.parametrize("language", ["de", "", '"><script>'])
def test_a_language_that_does_not_exist_is_refused(db: None, house: House, language: str) -> None:
    assert rows.browser().post("/language/", {"language": language}).status_code == 400
    if language:
        assert rows.browser(house.ada).post(PREFERENCES, {"language": language}).status_code == 422
    assert rows.browser().get("/language/").status_code == 405


def test_a_person_chooses_once_for_pages_and_mails(house: House) -> None:
    client = rows.browser(house.ada)

    page = client.post(PREFERENCES, {"language": "it"}, follow=True).content.decode()

    assert "<h1>Preferenze</h1>" in page
    assert "Salvato." in page
    entry = AuditEntry.objects.get(action="person.language_chosen")
    assert entry.data == {"language": "it"}
    client.post(PREFERENCES, {"language": "it"})
    assert AuditEntry.objects.filter(action="person.language_chosen").count() == 1
    assert "<h1>Preferences</h1>" in rows.browser(house.bea).get(PREFERENCES).content.decode()


def test_the_choice_stands_above_cookie_and_browser(house: House) -> None:
    _choose(house.ada, "en")
    client = rows.browser(house.ada)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "it"
    page = client.get(PREFERENCES, headers={"accept-language": "it"}).content.decode()
    assert '<html lang="en">' in page


def test_the_choice_does_not_stay_for_the_next_reader_of_the_process(house: House) -> None:
    _choose(house.ada, "it")
    rows.browser(house.ada).get(PREFERENCES)
    assert '<html lang="en">' in rows.browser().get(SIGN_IN).content.decode()


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    assert rows.browser().get(PREFERENCES).status_code == 302


def _removed(house: House) -> Outgoing:
    mails.removed(Membership.objects.get(user=house.bea), by=house.ada)
    return Outgoing.objects.get(kind="removed")


@pytest.mark.parametrize("actor", ["en", "it"])
def test_a_mail_is_in_its_readers_language_not_in_the_actors(house: House, actor: str) -> None:
    _choose(house.bea, "it")
    with translation.override(actor):
        mail = _removed(house)
    assert mail.subject == f"Non fa più parte di {house.ua} in Firn"
    assert f"{house.ada.display_name} ha revocato" in mail.text
    assert '<html lang="it"' in mail.html
    assert "You get this" not in mail.text


def test_who_chose_nothing_gets_english_from_an_italian_actor(house: House) -> None:
    with translation.override("it"):
        assert _removed(house).subject.startswith("You no longer belong")


def test_a_role_in_a_mail_is_a_word_of_the_reader(house: House) -> None:
    _choose(house.bea, "it")
    mails.role_changed(Membership.objects.get(user=house.bea), by=house.ada)
    assert "ora è Membro" in Outgoing.objects.get(kind="role-changed").text


def test_an_address_is_its_persons_in_any_case(house: House) -> None:
    _choose(house.ada, "it")
    assert outbox.language_of(house.ada.email.upper()) == "it"
    assert outbox.language_of("nobody@nowhere.example") == ""


def test_a_visitors_code_comes_in_the_language_of_the_page(house: House) -> None:
    headers = {"accept-language": "it"}
    rows.browser().post("/accounts/login/code/", {"email": house.ada.email}, headers=headers)
    assert "è il suo codice di accesso a Firn" in Outgoing.objects.get(kind="login-code").subject


def test_an_approver_reads_the_whole_ask_in_their_language(house: House) -> None:
    """Also the facts in it, which the requester's act put together."""
    _choose(house.dan, "it")
    request = rows.request(house.ada, house.flights, to=rows.account(house.ua))
    ask = Ask.objects.filter(request=request, approver=house.dan).first()
    assert ask

    share_mails.ask(ask)

    mail = Outgoing.objects.get(kind="ask", to=house.dan.email)
    assert mail.subject == f"{house.ua} chiede di leggere {house.flights.name}: approvare o rifiutare"
    assert "Finestra    dall’approvazione" in mail.text
    assert "Righe di" in mail.text
    # The purpose of each statement is a part of the plan, which is the same for everybody.
    facts, _, _plan = mail.text.partition("L’SQL CHE")
    assert not re.search(r"\b(from|until|rows|You)\b", facts)
