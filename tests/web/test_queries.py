"""At most ten queries for a page, and no more of them when there is more to show."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.people.models import User
from shares.core.states import RequestKind
from shares.models import Dataset, RequestLine, ShareRequest
from tests.looks.scene import Scene, build
from tests.web import rows

MOST = 10
# Pages of a whole story: runs, statements, proofs, endings, versions and history lie in tables of their own.
WHOLE_STORY, MOST_OF_A_STORY = "owner share-", 24
# These are about a share and tell no story.
ABOUT_A_SHARE = ("owner share-renew", "owner share-change", "owner share-end", "owner share-evidence")
# A form that is filled in reads the row that it is filled in from, too.
# What lies in the way of an ending is looked up once there is one.
KNOWN = {
    "owner share-ending": 25,
    "staff share": 23,
    "owner share-edit": 11,
    "owner dataset": 13,
    "staff operations-share": 13,
    "owner request-change": 12,
}
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

    assert {page: count for page, count in after.items() if count > _most(page)} == {}
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
    # Its approval reads its lines besides what every approval reads.
    assert after <= [MOST, MOST + 1]


def _line(asked: ShareRequest, about: Dataset) -> None:
    asked.datasets.add(about)
    RequestLine.objects.create(request=asked, dataset=about, workspace=asked.workspaces.get(), adds=True)


def _most(page: str) -> int:
    whole = page.startswith(WHOLE_STORY) and page not in ABOUT_A_SHARE
    return KNOWN.get(page, MOST_OF_A_STORY if whole else MOST)


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
