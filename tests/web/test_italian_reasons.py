"""Why a share stopped and what Firn found at it, with names in it: an Italian reads it in Italian, rows of before as
they were written."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from portal.people.models import User
from shares import mails
from shares.core.findings import tagged
from shares.core.plan import plan
from shares.core.problems import problems
from shares.core.said import Said, packed
from shares.core.spec import NOTHING, Observed, ObservedShare, Phase, ShareSpec
from shares.core.steps import Problem
from shares.core.verdicts import Verdict, ViewReading, judge
from shares.models import ConsumerAccount, Incident, Look, Run, Share, ShareRequest
from shares.models.accounts import ProofKind
from shares.services import bulks, handshakes, incidents, operating, outcomes, unreachable
from shares.services.desired import spec_of
from shares.services.leases import claim
from tests.services.test_incidents import STRANGER, look
from tests.web import rows
from tests.web.rows import House
from tests.web.test_italian import english_in, italian


@pytest.fixture
def share(house: House) -> Share:
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    Share.objects.filter(pk=share.pk).update(fence=1)
    italian(house.ada)
    italian(house.eve)
    return share


def english_in_mail(mail: Outgoing) -> list[str]:
    """Without addresses and without what is called so in the administration."""
    return english_in(re.sub(r"https?://\S+|“[^”]*”|'theirs'", "", mail.text))


def wrong(share: Share) -> tuple[Problem, ...]:
    """Everything that `problems` can say, of two looks."""
    spec = spec_of(share, timezone.now())
    taken = Observed(
        schema_comment="theirs",
        share=ObservedShare("theirs", "OTHER", ("X.Y", "SNOWFLAKE_DATA_SHARING")),
    )
    ours = replace(taken, share=ObservedShare(share.mark, "OTHER", ("X.Y",)))
    gone = ShareSpec(spec.share, spec.database, spec.schema, spec.mark, Phase.LIVE)
    found = {item.code: item for item in (*problems(spec, taken), *problems(spec, ours))}
    found |= {item.code: item for item in problems(gone, Observed(database_exists=False))}
    return tuple(found.values())


def test_why_a_share_stopped_on_its_page_and_in_mails(house: House, share: Share) -> None:
    lease = claim(share.pk, "here")
    assert lease
    run = Run.objects.create(share=share, trigger="check", fence=lease.fence, worker="here")
    found = wrong(share)
    assert {item.code for item in found} >= {"share-not-ours", "schema-not-ours", "other-database", "database-missing"}
    outcomes.blocked(run, lease, *found)
    client = rows.browser(house.eve)
    for path in (f"/shares/{share.public_id}/", f"/operations/shares/{share.public_id}/"):
        page = html.unescape(client.get(path).content.decode())
        assert "che questo Firn non ha creato (il suo commento è 'theirs')" in page, path
        assert "Firn condivide solo da FIRN_OUT; scoprire chi ha cambiato la condivisione." in page, path
        assert [item for item in found if item.words in page or item.what_to_do in page] == []
    alert, told = Outgoing.objects.get(kind="alert", to=house.eve.email), Outgoing.objects.get(kind="failed")
    assert alert.subject == f"La condivisione {share.name} richiede il suo intervento"
    assert english_in_mail(alert) == english_in_mail(told) == []


def test_what_only_the_customer_can_mend(house: House, share: Share) -> None:
    look(share)
    look(share, mounted_by=())
    said = "In CARRIERUA.ANALYTICS non c’è più alcun database creato da questa condivisione."
    do = "eseguire di nuovo l’SQL della pagina della condivisione"
    client = rows.browser(house.ada)
    for path in (f"/shares/{share.public_id}/", "/help/no-rows/", "/help/not-there/"):
        page = html.unescape(client.get(path).content.decode())
        assert said in page, path
        assert do in page, path
    mail = Outgoing.objects.get(kind="incident", to=house.ada.email)
    assert said in mail.text
    assert do in " ".join(mail.text.split())


def test_what_staff_have_to_mend(house: House, share: Share) -> None:
    look(share, **STRANGER)
    columns = [f"FLIGHTS.C{number} (PRIVACY: EMAIL)" for number in range(7)]
    incidents.apart(share, "personal-tag", tagged(columns))
    client = rows.browser(house.eve)
    for path in (f"/shares/{share.public_id}/", "/operations/", "/operations/incidents/"):
        page = html.unescape(client.get(path).content.decode())
        assert "qualcosa che questo Firn non ha creato: REPORT." in page, path
        assert "C4 (PRIVACY: EMAIL) e altri 2." in page, path
        assert "Find out whose it is" not in page, path
    alert = Outgoing.objects.get(kind="alert", to=house.eve.email)
    assert "qualcosa che non può correggere" in alert.subject
    assert "qualcosa che questo Firn non ha creato: REPORT." in " ".join(alert.text.split())


def test_an_approver_whom_mail_does_not_reach(house: House, share: Share) -> None:
    rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.A"))
    assert unreachable.escalate(house.dan) == 1
    alert = Outgoing.objects.get(kind="alert", to=house.eve.email)
    assert alert.subject == "Le e-mail a chi approva Flights tornano indietro"
    assert english_in_mail(alert) == []


def test_an_incident_of_before_is_shown_as_it_was_written(house: House, share: Share) -> None:
    now = timezone.now()
    Incident.objects.create(
        share=share,
        code="c",
        words="It was <odd>.",
        what_to_do="Ask them.",
        for_customer=True,
        opened_at=now,
        seen_at=now,
    )
    Share.objects.filter(pk=share.pk).update(blocked_at=now, blocked_reason="Nothing to do.")
    page = html.unescape(rows.browser(house.ada).get(f"/shares/{share.public_id}/").content.decode())
    assert "It was <odd>." in page
    assert "Nothing to do." in page


SEEN = ViewReading("FLIGHTS", 48110, 0)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (judge([], []), "Non c’è alcuna vista da leggere"),
        (judge([SEEN], ["FLIGHTS", "FLEET"]), "Non lette, perciò non verificate: FLEET."),
        (
            judge([replace(SEEN, foreign=4000), ViewReading("B", 1, 1)], ["FLIGHTS"]),
            "Righe di altri in FLIGHTS (4.000), B (1). Non è stato aperto nulla.",
        ),
        (judge([replace(SEEN, unmasked=2)], ["FLIGHTS"]), "mostrano i loro valori in righe di FLIGHTS (2)."),
        (judge([replace(SEEN, wrong_columns=("SSN",))], ["FLIGHTS"]), "quelle approvate in FLIGHTS (SSN)."),
        (judge([SEEN], ["FLIGHTS"], {"F": ("X",)}), "ciò che nessuna vista verifica: F (X)."),
    ],
)
def test_what_a_failed_isolation_test_found(house: House, share: Share, verdict: Verdict, said: str) -> None:
    proof = share.proofs.get()
    share.proofs.update(isolated=False, foreign_rows=verdict.foreign, rows=verdict.rows, words=verdict.words)
    outcomes.leak(proof.run)
    page_of = f"/shares/{share.public_id}/"
    for reader, path in (
        (house.ada, f"{page_of}evidence/"),
        (house.eve, page_of),
        (house.eve, f"/operations{page_of}"),
    ):
        page = html.unescape(rows.browser(reader).get(path).content.decode())
        assert said in page, path
        assert verdict.words not in page, path
    assert said in " ".join(Outgoing.objects.get(kind="alert", to=house.eve.email).text.split())


@pytest.mark.parametrize(
    ("kind", "note", "said"),
    [
        (ProofKind.HANDSHAKE, Said("%(who)s read the code in it.", who="Ada"), "Ada vi ha letto il codice."),
        (ProofKind.VOUCHED, "The contract names it. Nothing to do.", "The contract names it. Nothing to do."),
    ],
)
def test_how_an_account_was_proved(house: House, share: Share, kind: ProofKind, note: str, said: str) -> None:
    ConsumerAccount.objects.update(proof=ProofKind.NONE)
    handshakes.prove(share.consumer_account, kind, house.ada, note)
    account = ConsumerAccount.objects.get(pk=share.consumer_account_id)
    asked = ShareRequest.objects.get(grants__share=share)
    client = rows.browser(house.ada)
    for path in (f"/requests/{asked.public_id}/", f"/snowflake/{account.public_id}/proof/"):
        assert said in html.unescape(client.get(path).content.decode()), path
    assert said in html.unescape(client.get(f"/shares/{share.public_id}/evidence/").content.decode())


def test_one_share_of_many_that_was_left_out(house: House, share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    late = bulks.start("suspend", [share], house.eve, "Controllo.")
    monkeypatch.setitem(operating.ACTS, "suspend", breaks)
    bulks.work(late.pk)
    refused = bulks.start("keep", [share], house.eve, "Controllo.")
    User.objects.filter(pk=house.eve.pk).update(is_superuser=False, staff_role="")
    bulks.work(refused.pk)
    User.objects.filter(pk=house.eve.pk).update(is_superuser=True)
    client = rows.browser(house.eve)
    broken = html.unescape(client.get(f"/operations/bulk/{late.public_id}/").content.decode())
    assert "Firn si è fermato per un proprio errore: ZeroDivisionError. Guardare il log." in broken
    assert "non può più farlo." in client.get(f"/operations/bulk/{refused.public_id}/").content.decode()
    assert refused.rows.get().words.endswith(" may not do this any more.")


def test_what_a_dry_run_says(house: House, share: Share) -> None:
    found = wrong(share)
    said = [{"words": packed(item.words), "what_to_do": packed(item.what_to_do)} for item in found]
    before = {"words": "It is locked.", "what_to_do": "Unlock it."}
    now = timezone.now()
    Look.objects.create(share=share, asked_by=house.eve, finished_at=now, phase="live", problems=[*said, before])
    page = html.unescape(rows.browser(house.eve).get(f"/operations/shares/{share.public_id}/").content.decode())
    assert "Firn condivide solo da FIRN_OUT; scoprire chi ha cambiato la condivisione." in page
    assert [item for item in found if item.words in page or item.what_to_do in page] == []
    assert "It is locked." in page


def test_what_each_statement_is_for(house: House, share: Share) -> None:
    asked = ShareRequest.objects.get(grants__share=share)
    run, spec = share.runs.get(), spec_of(share, timezone.now())
    run.statements.all().delete()
    for position, step in enumerate(plan(spec, NOTHING).steps, 1):
        stage = step.stage.value
        rows.statement(run, position, step.purpose, "SELECT 1", stage=stage)
    rows.statement(run, 99, "It was so.", "SELECT 1")
    page = html.unescape(rows.browser(house.ada).get(f"/requests/{asked.public_id}/").content.decode())
    for said in ("Creare FLIGHTS, solo righe in cui CARRIER è UA", "Mettere FLIGHTS nella condivisione", "It was so."):
        assert said in page
    assert [step.purpose for step in plan(spec, NOTHING).steps if step.purpose in page] == []


def test_what_each_statement_of_a_plan_is_for(house: House, share: Share) -> None:
    for name in ("DL.A", "DL.B"):
        account = rows.account(house.dl, name)
        ask = rows.request(house.cy, house.flights, to=account).asks.get()
        handshakes.mark_proved(account, ProofKind.VOUCHED, house.eve, "From the contract.")
    italian(house.dan)
    mails.ask(ask)
    said = "Creare FLIGHTS, solo righe in cui CARRIER è DL"
    client = rows.browser(house.dan)
    for path in (f"/approvals/{ask.public_id}/", "/approvals/"):
        page = html.unescape(client.get(path).content.decode())
        assert said in page, path
        assert "only rows where" not in page, path
    letter = Outgoing.objects.get(kind="ask", to=house.dan.email)
    assert said in letter.text
    assert "only rows where" not in letter.text
