"""One share: four facts, what is in it, how it got here, how to use it."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from portal.audit.record import record
from portal.people.models import User
from shares.models import Incident, Proof, Share
from shares.services import grants
from tests.web import rows
from tests.web.rows import House


def _healthy(house: House) -> Share:
    return rows.healthy(rows.request(house.ada, house.flights), house.dan)


def _path(share: Share) -> str:
    return f"/shares/{share.public_id}/"


def test_it_answers_is_it_well_and_is_it_mine(house: House) -> None:
    page = rows.browser(house.vic).get(_path(_healthy(house))).content.decode()

    assert "Healthy" in page
    assert "0 foreign rows" in page
    assert "48,110" in page


def test_it_shows_when_the_window_ends_by_its_last_day(house: House) -> None:
    share = _healthy(house)
    midnight = timezone.now().replace(year=2031, month=3, day=1, hour=0, minute=0, second=0, microsecond=0)
    share.grants.update(valid_until=midnight)

    assert "28 Feb 2031" in rows.browser(house.ada).get(_path(share)).content.decode()


def test_it_lists_each_object_under_its_shared_name(house: House) -> None:
    page = rows.browser(house.ada).get(_path(_healthy(house))).content.decode()

    assert "<code>FLIGHTS</code>" in page
    assert "filtered by CARRIER" in page


def test_it_hands_out_the_sql_with_the_real_names(house: House) -> None:
    share = _healthy(house)

    page = re.sub("<[^>]+>", "", rows.browser(house.ada).get(_path(share)).content.decode())

    assert f"FROM SHARE {share.provider_account.identifier}.{share.name}" in page


def test_a_share_that_nobody_may_read_has_no_sql(house: House) -> None:
    share = rows.approved(rows.request(house.ada, house.flights), house.dan)

    assert "Use it" not in rows.browser(house.ada).get(_path(share)).content.decode()


def test_history_is_told_in_words(house: House) -> None:
    share = _healthy(house)
    record("share.repaired", target=share, organization=house.ua)
    record("share.statement", target=share, organization=house.ua, data={"sql": "GRANT SOMETHING"})

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert "was put right" in page
    assert "share.statement" not in page


def test_history_gives_no_address_of_the_providers_people(house: House) -> None:
    share = _healthy(house)
    User.objects.filter(pk__in=(house.bea.pk, house.eve.pk)).update(name="")
    for email in (house.bea.email, house.dan.email, house.eve.email):
        who = User.objects.get(email=email)
        record("share.repaired", actor=who, target=share, organization=house.ua, data={"reason": f"{email} said so"})

    page = rows.browser(house.vic).get(_path(share)).content.decode()

    for words in (f"by {house.bea.email}", f"by {house.dan.name}", "by the data provider", "the data provider said so"):
        assert words in page
    assert house.dan.email not in page
    assert house.eve.email not in page


def test_a_blocked_share_tells_customers_and_staff_what_concerns_them(house: House) -> None:
    share = rows.approved(
        rows.request(house.ada, house.flights),
        house.dan,
        blocked_at=timezone.now(),
        blocked_reason="Snowflake refused.",
        blocked_what_to_do="Grant IMPORT SHARE.",
    )

    customer = rows.browser(house.ada).get(_path(share)).content.decode()
    staff = rows.browser(house.eve).get(_path(share)).content.decode()

    assert "Snowflake refused." in customer
    assert "Grant IMPORT SHARE." not in customer
    assert "Grant IMPORT SHARE." in staff


def test_only_owners_are_offered_to_end_it(house: House) -> None:
    share = _healthy(house)

    assert "End this share" in rows.browser(house.ada).get(_path(share)).content.decode()
    assert "End this share" not in rows.browser(house.bea).get(_path(share)).content.decode()


def test_while_it_ends_owners_are_offered_to_undo(house: House) -> None:
    share = _healthy(house)
    grants.end(share, house.ada)

    assert "Undo the ending" in rows.browser(house.ada).get(_path(share)).content.decode()
    assert "Undo the ending" not in rows.browser(house.bea).get(_path(share)).content.decode()


def test_another_customer_finds_nothing(house: House) -> None:
    assert rows.browser(house.cy).get(_path(_healthy(house))).status_code == 404


def test_what_was_never_granted_is_not_there(house: House) -> None:
    rows.request(house.ada, house.flights)

    assert rows.browser(house.ada).get(_path(Share.data.get())).status_code == 404


def test_staff_get_a_way_to_the_administration(house: House) -> None:
    share = _healthy(house)

    assert f"/admin/shares/share/{share.pk}/change/" in rows.browser(house.eve).get(_path(share)).content.decode()


def test_it_takes_no_post(house: House) -> None:
    assert rows.browser(house.ada).post(_path(_healthy(house))).status_code == 405


def test_open_incidents_are_shown_to_whom_they_concern(house: House) -> None:
    share, now = _healthy(house), timezone.now()
    moments = {"opened_at": now, "seen_at": now}
    for code, for_customer in (("mount-removed", True), ("strangers-object", False)):
        Incident.objects.create(
            share=share, code=code, words=f"{code} is seen.", what_to_do="Act.", for_customer=for_customer, **moments
        )
    Incident.objects.create(share=share, code="old", words="Long over.", what_to_do="-", closed_at=now, **moments)

    customer, staff = (rows.browser(user).get(_path(share)).content.decode() for user in (house.ada, house.eve))

    assert "mount-removed is seen." in customer
    assert "strangers-object is seen." not in customer
    assert "mount-removed is seen." in staff
    assert "strangers-object is seen." in staff
    assert "Long over." not in customer + staff


def test_it_is_mounted_by_terraform_too(house: House) -> None:
    share = _healthy(house)

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert f"from_share = &quot;{share.provider_account.identifier}.{share.name}&quot;" in page


def test_it_names_the_people_to_ask(house: House) -> None:
    page = rows.browser(house.bea).get(_path(_healthy(house))).content.decode()

    assert 'href="mailto:ada@ua.example"' in page
    assert "<dd>Dan</dd>" in page
    assert "dan@skyledger.example" not in page, "the provider's people are asked through one address"


def test_rows_of_thirty_days_are_a_chart_once_there_are_two_days(house: House) -> None:
    share = _healthy(house)
    client = rows.browser(house.ada)
    assert "Over 30 days" not in client.get(_path(share)).content.decode()
    old = rows.prove(share.runs.get(), timezone.now())
    old.readings[0]["rows"] = 40_000
    old.save()
    Proof.objects.filter(pk=old.pk).update(proved_at=timezone.now() - timedelta(days=3))
    too_old = rows.prove(share.runs.get(), timezone.now())
    Proof.objects.filter(pk=too_old.pk).update(proved_at=timezone.now() - timedelta(days=31), rows=7)

    page = client.get(_path(share)).content.decode()

    assert 'aria-label="Rows: from 40,000 to 48,110 rows, last 48,110"' in page
    assert page.count('class="chart-bar"') == 2


def test_it_says_how_to_mount_by_clicks_and_for_dbt(house: House) -> None:
    share = _healthy(house)

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert f"choose <code>{share.name}</code>" in page
    assert f"schema: {share.name}" in page


def _proofs(share: Share, user: User) -> dict[str, tuple[str, str]]:
    """Tone and words of each of the three proofs that the page shows."""
    page = rows.browser(user).get(_path(share)).content.decode()
    shown = re.findall(r'hint-(\w+)" data-proof="(\w+)">(.*?)</li>', page, re.DOTALL)
    return {name: (tone, " ".join(re.sub("<[^>]+>", "", words).split())) for tone, name, words in shown}


def test_it_shows_three_proofs(house: House) -> None:
    share = _healthy(house)
    seen = {"objects": [], "granted": 3, "beyond": [], "accounts": [str(share.consumer_account)]}
    Proof.objects.update(examination=seen, examined_at=timezone.now())
    shown = _proofs(share, house.vic)
    assert [tone for tone, _ in shown.values()] == ["good", "good", "good"]
    assert "CARRIERUA.ANALYTICS is vouched for" in shown["account"][1]
    assert "48,110 rows read as the account reads them, 0 foreign" in shown["isolation"][1]
    assert "3 grants, each of them approved, and nobody but CARRIERUA.ANALYTICS" in shown["obedience"][1]


def test_a_proof_that_is_not_made_yet_is_no_good_one(house: House) -> None:
    share = _healthy(house)
    share.proofs.all().delete()
    type(share.consumer_account).objects.update(proof="", proved_at=None)
    shown = _proofs(share, house.ada)
    assert [tone for tone, _ in shown.values()] == ["warn", "info", "info"]
    assert "Nobody has proved yet" in shown["account"][1]


def test_a_proof_that_failed_says_so(house: House) -> None:
    share = _healthy(house)
    seen = {"objects": [], "granted": 4, "beyond": ["SELECT on VIEW LAKE.NYC.ALL"], "accounts": ["MALLORY.LAB"]}
    Proof.objects.update(isolated=False, foreign_rows=2, examination=seen, examined_at=timezone.now())
    shown = _proofs(share, house.ada)
    assert (shown["isolation"][0], shown["obedience"][0]) == ("bad", "bad")
    assert "SELECT on VIEW LAKE.NYC.ALL MALLORY.LAB" in shown["obedience"][1]


def test_a_share_that_is_being_built_claims_nothing_about_what_nobody_has_read(house: House) -> None:
    share = rows.approved(rows.request(house.ada, house.flights), house.dan)

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert "no column says how fresh it is" not in page
    assert "checked –" not in page
    assert "not looked at yet" in page
    assert "Nothing has happened yet" not in page


def test_history_tells_everything_in_sentences(house: House) -> None:
    share = _healthy(house)
    for action in ("share.drift", "share.quarantined", "share.look_asked"):
        record(action, target=share, organization=house.ua)

    page = rows.browser(house.ada).get(_path(share)).content.decode()

    assert "share.drift" not in page
    assert "share.quarantined" not in page
    assert "share.look_asked" not in page
