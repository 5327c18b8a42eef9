"""One operation on many shares: chosen from the list, told first, carried out by the worker, each with its answer."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from portal.audit.models import AuditEntry
from shares.models import Bulk, BulkRow, Run, Share
from shares.services import bulks, grants
from tests.web import rows
from tests.web.rows import House

CHOOSE = "/operations/bulk/"


@pytest.fixture
def two(house: House) -> list[Share]:
    other = rows.request(house.cy, house.flights, to=rows.account(house.dl, "DL.LAB"))
    return [rows.healthy(rows.request(house.ada, house.flights), house.dan), rows.healthy(other, house.dan)]


@pytest.fixture
def eve(house: House) -> Client:
    return rows.browser(house.eve)


def ids(*shares: Share) -> list[str]:
    return [str(share.public_id) for share in shares]


def started(client: Client, verb: str, *shares: Share, **said: str) -> Bulk:
    """Asked for as the pages do it."""
    chosen = ",".join(share.public_id.hex for share in shares)
    answer = client.post(CHOOSE, {"verb": verb, "chosen": chosen, "confirmed": "1", **said})
    bulk = Bulk.objects.latest("pk")
    assert answer["Location"] == f"{CHOOSE}{bulk.public_id}/"
    return bulk


def outcomes(bulk: Bulk) -> dict[int, tuple[str, str]]:
    return {row.share_id: (row.outcome, row.words) for row in bulk.rows.all()}


def test_the_page_says_what_happens_and_does_nothing(eve: Client, two: list[Share]) -> None:
    page = eve.post(CHOOSE, {"verb": "suspend", "share": ids(*two)}).content.decode()
    assert "2 shares" in page
    assert "At once nobody reads these datasets" in page
    assert all(share.public_id.hex in page for share in two)
    assert not Bulk.objects.exists()


def test_each_gets_an_answer_of_its_own(house: House, eve: Client, two: list[Share]) -> None:
    grants.suspend(two[1], house.eve, "Earlier.")
    bulk = started(eve, "suspend", *two, reason="We look into it.")
    assert "0 / 2" in eve.get(f"{CHOOSE}{bulk.public_id}/").content.decode()

    assert bulks.work(bulk.pk) == "finished"

    assert outcomes(bulk) == {two[0].pk: ("done", ""), two[1].pk: ("refused", "It is suspended already.")}
    two[0].refresh_from_db()
    assert (two[0].suspended_by, two[0].suspend_reason) == (house.eve, "We look into it.")
    page = eve.get(f"{CHOOSE}{bulk.public_id}/").content.decode()
    assert "1 done, 1 refused, 0 failed" in page
    assert "It is suspended already." in page
    assert 'hx-trigger="every' not in page
    assert AuditEntry.objects.filter(action="bulk.asked", actor=house.eve).count() == 1


def test_it_is_done_once_however_often_it_is_rung_for(eve: Client, two: list[Share]) -> None:
    bulk = started(eve, "end", *two, reason="The contract is over.", notice_days="3")
    bulks.work(bulk.pk)
    assert bulks.work(bulk.pk) == "done already"
    Bulk.objects.update(finished_at=None)
    bulks.work(bulk.pk)
    assert [share.endings.count() for share in two] == [1, 1]


def test_everything_that_fits_the_filter(eve: Client, two: list[Share]) -> None:
    page = eve.post(CHOOSE, {"verb": "reconcile", "all": "1", "query": "q=LAB"}).content.decode()
    assert two[1].public_id.hex in page
    assert two[0].public_id.hex not in page

    bulk = started(eve, "reconcile", two[1])
    bulks.work(bulk.pk)

    two[1].refresh_from_db()
    assert two[1].rung_for == Run.Trigger.STAFF


def test_who_lost_the_right_meanwhile_changes_nothing(two: list[Share]) -> None:
    operator = rows.person("op@skyledger.example", is_staff=True, staff_role="operator")
    bulk = started(rows.browser(operator), "suspend", *two, reason="x")
    operator.staff_role = "auditor"
    operator.save()

    bulks.work(bulk.pk)

    assert {outcome for outcome, _ in outcomes(bulk).values()} == {"refused"}
    assert not Share.objects.filter(suspended_at__isnull=False).exists()


def test_an_error_of_our_own_stops_no_other_share(
    eve: Client, two: list[Share], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = grants.reconcile_now

    def broken(share: Share, by: object) -> None:
        asked(share, by)  # type: ignore[arg-type]
        if share == two[0]:
            raise RuntimeError

    monkeypatch.setattr(grants, "reconcile_now", broken)
    bulk = started(eve, "reconcile", *two)
    bulks.work(bulk.pk)

    assert [outcomes(bulk)[share.pk][0] for share in two] == ["failed", "done"]
    two[0].refresh_from_db()
    assert two[0].rung_for != Run.Trigger.STAFF


def test_nothing_ticked_or_too_much(eve: Client, two: list[Share], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Tick at least one share" in eve.post(CHOOSE, {"verb": "suspend"}, follow=True).content.decode()
    monkeypatch.setattr(bulks, "MOST", 1)
    answer = eve.post(CHOOSE, {"verb": "suspend", "share": ids(*two), "query": "q=x"}, follow=True)
    assert answer.redirect_chain[0][0] == "/operations/shares/?q=x"
    assert "more than 1 share at once" in answer.content.decode()


def test_a_reason_is_needed_and_nothing_chosen_is_lost(eve: Client, two: list[Share]) -> None:
    chosen = ",".join(share.public_id.hex for share in two)
    answer = eve.post(CHOOSE, {"verb": "suspend", "chosen": chosen, "confirmed": "1", "reason": " "})
    assert answer.status_code == 422
    assert all(share.public_id.hex in answer.content.decode() for share in two)
    assert not BulkRow.objects.exists()


def test_what_is_not_there(eve: Client, two: list[Share]) -> None:
    assert eve.post(CHOOSE, {"verb": "destroy", "share": ids(*two)}).status_code == 404
    assert eve.post(CHOOSE, {"verb": "suspend", "share": ["x"]}).status_code == 404
    assert eve.post(CHOOSE, {"verb": "suspend", "share": [*ids(*two), str(uuid4())]}).status_code == 404
    assert eve.get(f"{CHOOSE}{uuid4()}/").status_code == 404


def test_only_operators(house: House, eve: Client, two: list[Share]) -> None:
    auditor = rows.person("lou@skyledger.example", is_staff=True, staff_role="auditor")
    bulk = started(eve, "reconcile", *two)
    for user, post, get in ((house.ada, 404, 404), (house.cy, 404, 404), (house.dan, 404, 404), (auditor, 403, 200)):
        assert rows.browser(user).post(CHOOSE, {"verb": "suspend", "share": ids(*two)}).status_code == post
        assert rows.browser(user).get(f"{CHOOSE}{bulk.public_id}/").status_code == get
    assert eve.get(CHOOSE).status_code == 405
    assert eve.post(f"{CHOOSE}{bulk.public_id}/").status_code == 405
