"""The page of an import from the lake: progress, what became of each object, and who may say what to it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from shares.models import LakeImport, LakeImportRow, ProviderAccount
from tests.web import rows
from tests.web.rows import House


@pytest.fixture
def asked(house: House) -> LakeImport:
    """Two done, one of them with a guess; one failed; finished."""
    made = LakeImport.objects.create(
        account=ProviderAccount.objects.all()[0], dataset=house.flights, by=house.eve, finished_at=timezone.now()
    )
    item = house.flights.dataset_objects.all()[0]
    item.tenant_column = ""
    item.save(update_fields=["tenant_column"])
    of = {"lake_import": made, "database": "LAKE", "schema": "NYC", "kind": "TABLE"}
    LakeImportRow.objects.create(**of, name="FLIGHTS", outcome="done", words="3 columns.", guess="CARRIER", item=item)
    LakeImportRow.objects.create(**of, name="AIRPORTS", outcome="done", words="2 columns.")
    LakeImportRow.objects.create(**of, name="SECRET", outcome="failed", words="Not there.", what_to_do="Grant it.")
    return made


@pytest.fixture
def eve(house: House) -> Client:
    return rows.browser(house.eve)


def at(asked: LakeImport, what: str = "") -> str:
    return f"/operations/imports/{asked.public_id}/{what}"


def test_it_shows_what_became_of_each(eve: Client, asked: LakeImport) -> None:
    page = eve.get(at(asked)).content.decode()
    assert "2 done, 1 failed" in page
    assert "3 / 3" in page
    assert "perhaps CARRIER" in page
    assert "<b>Grant it.</b>" in page
    assert 'hx-trigger="every' not in page


def test_it_is_polled_until_it_is_over(eve: Client, asked: LakeImport) -> None:
    LakeImport.objects.update(finished_at=None)
    part = eve.get(at(asked), HTTP_HX_REQUEST="true").content.decode()
    assert part.lstrip().startswith('<section id="import"')
    assert 'hx-trigger="every 2s"' in part
    assert "<button" not in part


def test_a_ticked_guess_is_taken(eve: Client, asked: LakeImport) -> None:
    guessed = asked.rows.get(name="FLIGHTS")
    page = eve.post(at(asked, "separate/"), {"row": guessed.pk}, follow=True).content.decode()
    assert "1 object is separated by it now." in page
    assert guessed.item is not None
    guessed.item.refresh_from_db()
    assert guessed.item.tenant_column == "CARRIER"
    assert "perhaps" not in page
    assert "Tick at least one" in eve.post(at(asked, "separate/"), {"row": "x"}, follow=True).content.decode()


def test_what_failed_waits_again(eve: Client, asked: LakeImport) -> None:
    page = eve.post(at(asked, "again/"), follow=True).content.decode()
    assert "2 done, 0 failed" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Nothing of it failed." in eve.post(at(asked, "again/"), follow=True).content.decode()


def test_auditors_read_it_and_customers_do_not(house: House, asked: LakeImport) -> None:
    lou = rows.browser(rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor"))
    page = lou.get(at(asked)).content.decode()
    assert "perhaps CARRIER" in page
    assert 'name="row"' not in page
    for what in ("again/", "separate/"):
        assert lou.post(at(asked, what)).status_code == 403
        assert rows.browser(house.ada).post(at(asked, what)).status_code == 404
    assert rows.browser(house.ada).get(at(asked)).status_code == 404
    assert rows.browser(house.dan).get(at(asked)).status_code == 404
