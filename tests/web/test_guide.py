"""The guides: who may read which, what they lead to, and how the provider's ticks off what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from portal.people.models import Membership
from shares.models import Beat, Dataset, ProviderAccount, Workspace
from tests.looks.guide import SHOTS
from tests.web import rows
from tests.web.rows import House

CUSTOMER, APPROVER, PROVIDER = "/guide/customer/", "/guide/approver/", "/guide/provider/"


def _page(house: House, path: str) -> str:
    return rows.browser(house.eve).get(path).content.decode()


def _done(page: str) -> list[str]:
    return re.findall(r'step step-done">.*?<h2 class="step-title">([^<]+)', page)


def _now(page: str) -> list[str]:
    return re.findall(r'step step-now">.*?<h2 class="step-title">([^<]+)', page)


@pytest.mark.parametrize("path", [CUSTOMER, APPROVER])
def test_everybody_who_is_signed_in_may_read_how_it_works(house: House, path: str) -> None:
    for reader in (house.vic, house.dan, house.eve, rows.person("new@ua.example")):
        assert rows.browser(reader).get(path).status_code == 200
    assert rows.browser().get(path).status_code == 302


def test_the_provider_s_guide_is_for_staff(house: House) -> None:
    assert rows.browser(house.eve).get(PROVIDER).status_code == 200
    for stranger in (house.ada, house.dan, rows.person("new@ua.example")):
        assert rows.browser(stranger).get(PROVIDER).status_code == 404
    assert PROVIDER not in rows.browser(house.ada).get("/help/").content.decode()


@pytest.mark.parametrize("path", [CUSTOMER, APPROVER, PROVIDER])
def test_they_take_no_post(house: House, path: str) -> None:
    assert rows.browser(house.eve).post(path).status_code == 405


@pytest.mark.parametrize("path", [CUSTOMER, APPROVER, PROVIDER])
def test_their_links_lead_somewhere(house: House, path: str) -> None:
    body = _page(house, path).split("<main", 1)[1].split("</main>", 1)[0]
    client = rows.browser(house.eve)

    for target in set(re.findall(r'href="(/[^"#]*)"', body)):
        assert client.get(target).status_code == 200, target


@pytest.mark.parametrize("path", [CUSTOMER, APPROVER, PROVIDER])
def test_their_pictures_are_there_and_are_made_by_the_script(house: House, path: str) -> None:
    for name in re.findall(r'src="[^"]*img/guide/([a-z]+)', _page(house, path)):
        assert name in SHOTS
        assert (Path(settings.BASE_DIR) / "static" / "img" / "guide" / f"{name}.webp").stat().st_size < 60_000


def test_an_empty_portal_begins_with_the_worker(db: None) -> None:
    page = rows.browser(rows.person("eve@sky.example", is_staff=True, is_superuser=True)).get(PROVIDER).content.decode()

    assert _done(page) == []
    assert _now(page) == ["Start the worker"]
    assert "GRANT CREATE SHARE ON ACCOUNT TO ROLE FIRN" in page


def test_it_ticks_off_what_is_there(house: House) -> None:
    Beat.objects.create(worker="w", answered_at=timezone.now())

    before = _page(house, PROVIDER)
    rows.healthy(rows.request(house.ada, house.flights), house.dan)
    after = _page(house, PROVIDER)

    assert _now(before) == ["Carry the first share through"]
    assert "Publish a dataset" in _done(before)
    assert _now(after) == []
    assert "All of it is done" in after


@pytest.mark.parametrize(
    ("gone", "step"),
    [
        (lambda: ProviderAccount.objects.update(is_active=False), "Tell Firn about the account"),
        (lambda: Dataset.objects.update(is_published=False), "Publish a dataset"),
        (lambda: Workspace.objects.update(is_active=False), "Enter a customer"),
        (lambda: Membership.objects.all().delete(), "Let their people in"),
    ],
)
def test_what_is_missing_is_the_next_step(house: House, gone: object, step: str) -> None:
    Beat.objects.create(worker="w", answered_at=timezone.now())
    gone()  # type: ignore[operator]

    assert _now(_page(house, PROVIDER)) == [step]
