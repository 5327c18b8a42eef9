"""At most ten queries for a page, and no more of them when there is more to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from pytest_django import Settings

from portal.people.models import User
from shares.core.states import RequestKind
from shares.models import Dataset, Incident, Move, RequestLine, Share, ShareRequest
from shares.services import grants
from shares.services.publishing import publish
from tests.looks.scene import Scene, build
from tests.web import rows
from tests.web.rows import House

MOST = 10
MORE = 25
# Django's own pages count as they like.
OTHERS = ("admin", "styleguide", "email", "password", "sign-out")


def _counts(scene: Scene) -> dict[str, int]:
    found = {}
    for role, paths in scene.paths.items():
        client = rows.browser(scene.people.get(role))
        for name, path in paths.items():
            if not name.startswith(OTHERS) and client.get(path).status_code == 200:
                found[f"{role} {name}"] = rows.queries(client, path)
    return found


@pytest.mark.django_db
def test_a_page_takes_few_queries_whatever_the_amount() -> None:
    scene = build()
    before = _counts(scene)
    _much_more(scene.people["owner"], scene.people["approver"])

    after = _counts(scene)

    assert {page: count for page, count in after.items() if count > MOST} == {}
    assert {page: (count, after[page]) for page, count in before.items() if after[page] > count} == {}


@pytest.mark.django_db
def test_a_change_takes_no_more_queries_the_more_it_changes() -> None:
    house = rows.house()
    asked = rows.request(house.ada, house.flights)
    ShareRequest.objects.filter(pk=asked.pk).update(kind=RequestKind.CHANGE)
    pages = (
        (rows.browser(house.ada), f"/requests/{asked.public_id}/"),
        (rows.browser(house.dan), f"/approvals/{asked.asks.get().public_id}/"),
    )
    _line(asked, house.flights)
    before = [rows.queries(client, path) for client, path in pages]
    for number in range(3):
        _line(asked, rows.dataset(f"More {number}"))

    after = [rows.queries(client, path) for client, path in pages]

    assert after == before
    assert max(after) <= MOST


@pytest.mark.django_db
def test_the_second_step_takes_no_query_of_its_own(settings: Settings) -> None:
    house = rows.house()
    rows.request(house.ada, house.flights)
    pages = ((house.eve, "/operations/"), (house.eve, "/operations/shares/"), (house.dan, "/approvals/"))
    for user in (house.eve, house.dan):
        TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    found = []
    for required in (False, True):
        settings.FIRN_REQUIRE_MFA = required
        found.append([rows.queries(rows.browser(user), path) for user, path in pages])

    assert found[0] == found[1]
    assert max(found[1]) <= MOST


def _incident(share: Share, house: House) -> None:
    now = timezone.now()
    Incident.objects.create(
        share=share, code="mount-removed", words="It is gone.", for_customer=True, opened_at=now, seen_at=now
    )


def _renewal(share: Share, house: House) -> None:
    asked = rows.request(house.ada, house.flights, to=share.consumer_account)
    ShareRequest.objects.filter(pk=asked.pk).update(kind=RequestKind.RENEWAL)
    _line(asked, house.flights)


def _move(share: Share, house: House) -> None:
    new = Share.objects.create(
        organization=house.ua,
        consumer_account=rows.account(house.ua, "CARRIERUA.NEW"),
        provider_account=share.provider_account,
    )
    asked = rows.request(house.ada, house.flights, to=new.consumer_account)
    ShareRequest.objects.filter(pk=asked.pk).update(kind=RequestKind.MOVE)
    Move.objects.create(old_share=share, new_share=new, request=asked, overlap_days=5)


def _two_windows(share: Share, house: House) -> None:
    first = share.grants.get()
    first.request_id = rows.request(house.ada, house.flights, to=share.consumer_account).pk
    first.pk = None
    first.valid_until = timezone.now() + timedelta(days=5)
    first.save()
    first.workspaces.set(house.ua.workspaces.all())


def _notice(share: Share, house: House) -> None:
    house.flights.dataset_objects.get().columns.get(name="ORIGIN").delete()
    publish(house.flights, house.eve, "Nobody used it.")


def _end_announced(share: Share, house: House) -> None:
    grants.end_by_provider(share, house.eve, "The contract ends.", 20)


@pytest.mark.django_db
@pytest.mark.parametrize("happen", [_incident, _renewal, _move, _two_windows, _notice, _end_announced])
def test_whatever_has_happened_to_a_share_is_on_its_page_with_few_queries(
    happen: Callable[[Share, House], None],
) -> None:
    house = rows.house()
    share = rows.healthy(rows.request(house.ada, house.flights), house.dan)
    client, path = rows.browser(house.ada), f"/shares/{share.public_id}/"
    calm = rows.queries(client, path)

    happen(share, house)

    assert calm < rows.queries(client, path) <= MOST


def _line(asked: ShareRequest, about: Dataset) -> None:
    asked.datasets.add(about)
    RequestLine.objects.create(request=asked, dataset=about, workspace=asked.workspaces.get(), adds=True)


def _much_more(owner: User, approver: User) -> None:
    """More of everything that a list shows: datasets, shares of them, requests."""
    organization = owner.organizations.get()
    now = timezone.now()
    for number in range(MORE):
        made = rows.dataset(f"More {number}", approver=approver)
        rows.reading(made, organization)
        target = rows.account(organization, f"CARRIERUA.MORE{number}")
        asked = rows.request(owner, made, to=target)
        if number % 2:
            rows.approved(asked, approver, converged_at=now, ready_at=now, checked_at=now)
