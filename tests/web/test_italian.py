"""Pages of staff and customers, read in Italian, have no English left in what Firn itself says."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.mail.models import Outgoing
from portal.people.models import User
from shares import mails
from shares.core import verdicts
from shares.core.said import Said
from shares.core.states import RequestState
from shares.models import LakeImport, LakeImportRow, ProviderAccount, Share, ShareRequest
from shares.services import bulks, coded, decision_words, grants, import_words, inbound, publishing
from shares.snowflake.errors import WORDS
from tests.web import rows
from tests.web.rows import House

# Words that no Italian sentence has, and no name in these rows either.
ENGLISH = re.compile(
    r"\b(?:the|and|of|with|is|are|was|were|it|its|they|them|this|that|what|when|where|nobody|every|each|has|have"
    r"|share|shares|customer|again|yours?|their|then|for|from|not|closes?|opens?|keep|done|failed)\b",
    re.IGNORECASE,
)
QUIET = re.compile(r"<(head|script|style|code|svg|template)\b.*?</\1>", re.DOTALL)


def english_in(page: str) -> list[str]:
    """English words of a page as it is read, without code."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", QUIET.sub(" ", page)))
    return ENGLISH.findall(text)


def italian(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="it")
    return rows.browser(User.objects.get(pk=user.pk))


@pytest.fixture
def share(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


def test_english_is_noticed() -> None:
    assert english_in("<p title='the'>Chiudere <code>of</code> the share</p>") == ["the", "share"]


@pytest.mark.parametrize("verb", ["reconcile", "suspend", "resume", "end", "keep"])
def test_what_staff_are_about_to_do(house: House, share: Share, verb: str) -> None:
    client = italian(house.eve)
    assert english_in(client.get(f"/shares/operate/{verb}/?share={share.public_id}").content.decode()) == []


def test_many_at_once_and_what_was_done(house: House, share: Share) -> None:
    other = rows.healthy(rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.A")), house.dan)
    client = italian(house.eve)
    both = client.get(f"/shares/operate/suspend/?share={share.public_id}&share={other.public_id}").content.decode()
    assert "2 condivisioni, con la stessa motivazione per ciascuna." in both
    assert english_in(both) == []
    client.post(f"/shares/operate/suspend/?share={share.public_id}", {"reason": "Controllo."})
    page = client.get(f"/shares/{share.public_id}/").content.decode()
    assert "Chiusa per ora. Gli oggetti lasciano la condivisione entro pochi secondi." in page
    assert "Riaprire…" in page


def test_every_row_of_an_import(house: House) -> None:
    made = LakeImport.objects.create(
        account=ProviderAccount.objects.all()[0], dataset=house.flights, by=house.eve, finished_at=timezone.now()
    )
    of = {"lake_import": made, "database": "LAKE", "schema": "NYC", "kind": "VISTA"}
    for code in import_words.WORDS:
        LakeImportRow.objects.create(**of, name=code, outcome="done", words=coded.stored((code, "VALUE")))
    for step in import_words.NEXT:
        LakeImportRow.objects.create(**of, name="X", outcome="failed", words="ORA", what_to_do=step)
    page = italian(house.eve).get(f"/operations/imports/{made.public_id}/").content.decode()
    assert english_in(page) == []
    assert "Concedergli SELECT" in page
    assert "VALUE colonne." in page


BAD_ACCOUNTS = (
    *("(", "É.B", "A B C D", "1.A", "A.1", "A.1-1", "A" * 70 + ".B", "$", "MARS.EU.A", "http://[x", "ftp://a/"),
    *("https://elsewhere.example/", "https://app.snowflake.com/", "docs.snowflakecomputing.com"),
    *("xy1.mars.snowflakecomputing.com", "SECRET.AWS_US_EAST_1.XY12345", "XY12345 AWS_US_GOV_WEST_1", "XY12345 MARS"),
)


@pytest.mark.parametrize("text", BAD_ACCOUNTS)
def test_what_is_no_account(house: House, text: str) -> None:
    page = italian(house.ada).post(reverse("request-check"), {"account": text}, headers={"hx-request": "true"})
    said = page.content.decode()
    assert "MYORG.MYACCOUNT" in said
    assert english_in(said) == []


def test_days_that_nobody_can_hand_over(house: House) -> None:
    days = {"to": house.eve.pk, "first_day": "2100-01-02", "last_day": "2100-01-01"}
    page = italian(house.dan).post("/approvals/away/", days).content.decode()
    assert "L’ultimo giorno viene prima del primo." in page


def test_what_a_new_version_changes_on_pages_and_in_the_mail(house: House, share: Share) -> None:
    client = italian(house.ada)
    house.flights.dataset_objects.get().columns.filter(name="ORIGIN").delete()
    publishing.publish(house.flights, house.eve, "Nessuno la usava.")
    change = client.get(f"/shares/{share.public_id}/changes/flights/2/").content.decode()
    said = "FLIGHTS.ORIGIN non c’è più."
    assert said in change
    assert english_in(change) == []
    assert said in client.get(f"/catalog/{house.flights.slug}/").content.decode()
    assert said in Outgoing.objects.get(kind="changing", to=house.ada.email).text


@pytest.mark.parametrize("code", inbound.WORDS)
def test_what_came_of_a_look_for_their_share(code: str) -> None:
    with translation.override("it"):
        assert english_in(inbound.told(coded.stored((code, "UA.ANALYTICS")))) == []


@pytest.mark.parametrize("reason", WORDS.values())
def test_why_a_share_stopped_stays_english_in_its_row_and_is_told_in_italian(
    house: House, share: Share, reason: str
) -> None:
    Share.objects.filter(pk=share.pk).update(blocked_at=timezone.now(), blocked_reason=reason)
    page = italian(house.ada).get(f"/shares/{share.public_id}/").content.decode()
    assert reason.partition(".")[0] not in html.unescape(page)
    mails.failed(share, reason, Said("The data provider's staff have been told and look after it."), key="x")
    mail = Outgoing.objects.get(kind="failed", to=house.ada.email)
    assert reason not in mail.text
    assert "Il personale del fornitore dei dati è informato e se ne occupa." in mail.text


def test_what_was_said_to_one_of_many(house: House, share: Share) -> None:
    grants.suspend(share, house.eve, "Controllo.")
    bulk = bulks.start("suspend", [share], house.eve, "Controllo.", 0)
    bulks.work(bulk.pk)
    assert "suspended" in bulk.rows.get().words
    assert english_in(italian(house.eve).get(f"/operations/bulk/{bulk.public_id}/").content.decode()) == []


def test_what_the_isolation_test_found(house: House, share: Share) -> None:
    client, path = italian(house.ada), f"/requests/{share.grants.get().request.public_id}/"
    share.proofs.update(rows=48110, words=verdicts.isolated(48110))
    assert (
        "48.110 righe lette come le legge il cliente, nessuna di un altro cliente." in client.get(path).content.decode()
    )
    share.proofs.update(words="Rows of somebody else in FLIGHTS (2).")
    assert "Rows of somebody else in FLIGHTS (2)." in client.get(path).content.decode()
    english = rows.browser(house.bea)
    share.proofs.update(words=verdicts.isolated(48110))
    assert verdicts.isolated(48110) in english.get(path).content.decode()


def test_the_form_over_the_audit_log(house: House, share: Share) -> None:
    page = italian(house.eve).get("/audit/?since=2026-01-02&until=2026-01-01").content.decode()
    assert "Chi o che cosa" in page
    assert "Viene prima del primo giorno." in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (decision_words.expired(14), "Nessuno ha deciso entro 14 giorni."),
        (decision_words.expired(1), "Nessuno ha deciso entro 1 giorno."),
        ("Nobody decided it within 1 days.", "Nessuno ha deciso entro 1 giorno."),
        ("The share ended after this was asked. Nothing of it is left to decide.", "La condivisione è terminata dopo"),
        ("Something older.", "Something older."),
    ],
)
def test_why_firn_closed_a_request(house: House, reason: str, said: str) -> None:
    asked = rows.request(house.ada, house.flights)
    closed = {"state": RequestState.EXPIRED, "decided_at": timezone.now(), "decision_reason": reason}
    ShareRequest.objects.filter(pk=asked.pk).update(**closed)
    assert said in italian(house.ada).get(f"/requests/{asked.public_id}/").content.decode()
    ShareRequest.objects.filter(pk=asked.pk).update(decided_by=house.dan)
    assert reason in rows.browser(house.bea).get(f"/requests/{asked.public_id}/").content.decode()
