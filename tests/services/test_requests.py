"""Asking for a share: what is refused, what is stored, who is asked, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.audit.record import history
from portal.mail.models import Outgoing
from shares.core.accounts import AccountIdentity
from shares.models import ConsumerAccount, Share, ShareRequest
from shares.services import amending, approvals, requests
from shares.services.requests import Refused, submit
from tests.services.rows import EU, Scene, customer, dataset, overwrite, person, view

pytestmark = pytest.mark.django_db


def refused(scene: Scene, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        scene.request(**fields)
    assert not ShareRequest.objects.exists(), "nothing is left of a refused request"
    assert not Outgoing.objects.exists()
    return caught.value


def test_a_request_is_stored_with_its_plan_and_its_digest() -> None:
    scene = Scene()
    request = scene.request(datasets=[scene.flights, scene.fleet])
    sqls = [step["sql"] for step in request.plan_sql]
    assert sqls[0].startswith("CREATE SCHEMA FIRN_OUT.S_")
    assert sqls[-1].endswith("ADD ACCOUNTS = CARRIERUA.ANALYTICS")
    assert any("FROM LAKE.NYC.FLIGHTS\nWHERE CARRIER IN ('UA')" in sql for sql in sqls)
    assert request.plan_digest == requests.digest(request.plan_sql)
    assert request.state == "submitted"


def test_the_digest_changes_with_any_statement() -> None:
    planned = [{"purpose": "a", "sql": "SELECT 1"}, {"purpose": "b", "sql": "SELECT 2"}]
    other = [planned[0], {"purpose": "b", "sql": "SELECT 3"}]
    assert requests.digest(planned) != requests.digest(other)
    assert requests.digest(planned) != requests.digest(reversed(planned))
    assert requests.digest(planned) == requests.digest([{**step, "purpose": "other words"} for step in planned])


def test_a_request_is_on_record() -> None:
    scene = Scene()
    request = scene.request()
    entry = history(request).get()
    assert entry.action == "request.submitted"
    assert entry.data["account"] == "CARRIERUA.ANALYTICS"
    assert entry.data["asked"] == [f"⟦person {scene.dan.pk}⟧"]


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"datasets": []}, "datasets", "at least one dataset"),
        ({"workspaces": []}, "workspaces", "at least one workspace"),
        ({"reason": "  \n "}, "reason", "what the data is for"),
        ({"identity": AccountIdentity("CARRIERUA", "ANALYTICS")}, "region", "region"),
        ({"identity": AccountIdentity("CARRIERUA", "ANALYTICS", "", EU)}, "account", "not offered yet"),
    ],
)
def test_what_is_missing_is_said_at_its_field(fields: dict[str, object], where: str, words: str) -> None:
    refusal = refused(Scene(), **fields)
    assert refusal.field == where
    assert words in refusal.words


@pytest.mark.parametrize("days", [-1, 0])
def test_a_window_must_end_after_today(days: int) -> None:
    assert refused(Scene(), valid_until=timezone.now().date() + timedelta(days=days)).field == "valid_until"


def test_a_window_may_have_no_end() -> None:
    assert Scene().request(valid_until=None).valid_until is None


def test_another_customers_workspace_is_refused() -> None:
    scene = Scene()
    delta = customer("Delta", "DL")
    assert refused(scene, workspaces=list(delta.workspaces.all())).field == "workspaces"


def test_a_workspace_that_is_switched_off_is_refused() -> None:
    scene = Scene()
    scene.united.workspaces.update(is_active=False)
    assert refused(scene).field == "workspaces"


def test_a_draft_dataset_cannot_be_asked_for() -> None:
    scene = Scene()
    secret = dataset("Secret", [scene.east], [scene.dan], is_published=False)
    assert refused(scene, datasets=[secret]).field == "datasets"


def test_a_dataset_that_would_show_everybodys_rows_is_refused() -> None:
    scene = Scene()
    view(scene.flights, "OPEN", tenant_column="")
    overwrite(scene.flights)
    refusal = refused(scene)
    assert refusal.field == "datasets"
    assert "support" in refusal.words
    assert not Share.objects.exists()


def test_the_same_dataset_is_not_asked_for_twice_at_once() -> None:
    scene = Scene()
    first = scene.request()
    with pytest.raises(Refused, match=str(first)):
        scene.request(datasets=[scene.flights, scene.fleet])
    scene.request(datasets=[scene.fleet])
    assert ShareRequest.objects.count() == 2


def test_two_requests_for_one_account_share_one_share() -> None:
    scene = Scene()
    one, two = scene.request(), scene.request(datasets=[scene.fleet])
    assert scene.share_of(one) == scene.share_of(two)
    assert ConsumerAccount.objects.count() == 1


def test_a_second_request_plans_only_what_is_new() -> None:
    scene = Scene()
    scene.approved()
    again = scene.request(datasets=[scene.fleet])
    sqls = [step["sql"] for step in again.plan_sql]
    assert any("CREATE SECURE VIEW" in sql and "FLEET" in sql for sql in sqls)
    assert not any("CREATE SHARE" in sql or "ADD ACCOUNTS" in sql or "FLIGHTS" in sql for sql in sqls)


def test_each_approver_of_each_dataset_is_asked_once() -> None:
    scene = Scene()
    deb = person("deb@sky.test")
    scene.fleet.approvers.add(deb)
    request = scene.request(datasets=[scene.flights, scene.fleet])
    assert sorted(ask.approver.email for ask in request.asks.all()) == ["dan@sky.test", "deb@sky.test"]
    assert Outgoing.objects.filter(kind="ask").count() == 2


def test_without_a_named_approver_the_superusers_are_asked() -> None:
    scene = Scene()
    scene.flights.approvers.clear()
    assert [ask.approver for ask in scene.request().asks.all()] == [scene.eve]


def test_an_approver_who_left_is_not_asked() -> None:
    scene = Scene()
    scene.dan.is_active = False
    scene.dan.save()
    assert [ask.approver for ask in scene.request().asks.all()] == [scene.eve]


def test_the_requester_is_never_asked() -> None:
    scene = Scene()
    scene.flights.approvers.add(scene.ada)
    assert [ask.approver for ask in scene.request().asks.all()] == [scene.dan]


def test_when_the_only_approver_asks_the_superusers_decide() -> None:
    scene = Scene()
    scene.flights.approvers.set([scene.ada])
    request = scene.request()
    assert [ask.approver for ask in request.asks.all()] == [scene.eve]
    assert approvals.decide(request, scene.eve, "approve", channel="session", revision=1).state == "approved"


def test_a_request_can_be_taken_back_until_it_is_decided() -> None:
    scene = Scene()
    request = scene.request()
    requests.withdraw(request, scene.bea)
    assert (request.state, request.decided_by) == ("withdrawn", scene.bea)
    assert history(request).first().action == "request.withdrawn"  # type: ignore[union-attr]


def test_taking_back_what_was_changed_meanwhile_tells_those_who_are_asked_now() -> None:
    scene = Scene()
    old_page = scene.request()
    scene.fleet.approvers.set([person("kim@sky.test", "Kim")])
    amending.amend(ShareRequest.objects.get(pk=old_page.pk), scene.draft(datasets=[scene.fleet]))
    Outgoing.objects.all().delete()
    requests.withdraw(old_page, scene.ada)
    (mail,) = Outgoing.objects.filter(kind="called-off")
    assert mail.to == "kim@sky.test"
    assert "Fleet" in mail.subject


def test_a_decided_request_cannot_be_taken_back() -> None:
    scene = Scene()
    request = scene.approved()
    with pytest.raises(Refused, match="decided already"):
        requests.withdraw(request, scene.ada)
    request.refresh_from_db()
    assert request.state == "approved"


def test_after_taking_it_back_one_may_ask_again() -> None:
    scene = Scene()
    requests.withdraw(scene.request(), scene.ada)
    assert scene.request().is_open


def test_a_reason_is_stored_without_its_margins() -> None:
    assert Scene().request(reason="  For the board. \n").reason == "For the board."


def test_a_draft_is_checked_as_it_was_typed() -> None:
    scene = Scene()
    draft = replace(scene.draft(), valid_until=date(2001, 1, 1))
    with pytest.raises(Refused):
        submit(draft)
