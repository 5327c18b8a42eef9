"""A share as its pages read it: the statement is put together once and asked for one person and share after another."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.people.models import User
from portal.people.seeing import onlooker
from shares.models import Look, Share
from shares.services import share_pages
from tests.web import rows
from tests.web.rows import House

pytestmark = pytest.mark.django_db


def _seen(user: User, share: Share) -> tuple[object, object] | None:
    found = share_pages.find(user, share.public_id)
    return (share_pages.proof_of(found), share_pages.asked_of(found)) if found else None


def _share(house: House, user: User, name: str) -> Share:
    account = rows.account(user.organizations.get(), f"{name}.ANALYTICS")
    return rows.healthy(rows.request(user, house.flights, to=account), house.dan)


def test_each_person_reads_what_is_theirs_with_what_belongs_to_it() -> None:
    house = rows.house()
    mine, theirs = _share(house, house.ada, "CARRIERUA"), _share(house, house.cy, "CARRIERDL")
    rows.prove(mine.runs.get(), timezone.now())
    of_mine, of_theirs = ((one.proofs.first(), one.grants.get().request) for one in (mine, theirs))

    assert (_seen(house.ada, mine), _seen(house.ada, theirs)) == (of_mine, None)
    assert (_seen(house.cy, mine), _seen(house.cy, theirs)) == (None, of_theirs)
    assert (_seen(house.eve, mine), _seen(house.eve, theirs)) == (of_mine, of_theirs)
    assert (_seen(house.dan, mine), _seen(house.dan, theirs)) == (None, None)
    as_theirs = onlooker(house.eve, house.dl)
    assert (_seen(as_theirs, mine), _seen(as_theirs, theirs)) == (None, of_theirs)


def test_what_happens_is_seen_by_the_next_look() -> None:
    house = rows.house()
    share = _share(house, house.ada, "CARRIERUA")
    assert _seen(house.ada, share) == (share.proofs.get(), share.grants.get().request)
    share.proofs.all().delete()
    assert _seen(house.ada, share) == (None, share.grants.get().request)
    house.ada.memberships.all().delete()
    assert _seen(house.ada, share) is None


def test_keepers_read_its_newest_dry_run() -> None:
    house = rows.house()
    share, other = _share(house, house.ada, "CARRIERUA"), _share(house, house.cy, "CARRIERDL")
    looks = [Look.objects.create(share=share, asked_by=house.eve, rung_at=timezone.now()) for _ in range(2)]

    found = [share_pages.find_for_keepers(house.eve, one.public_id) for one in (share, other)]

    assert [share_pages.look_of(one) if one else "no share" for one in found] == [looks[1], None]
