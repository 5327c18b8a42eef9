"""Columns about persons: masked, left out, or shared with the consent of whoever guards privacy."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.mail.models import Outgoing
from portal.people.models import User
from shares.core.published import personal
from shares.core.states import RequestState
from shares.models import Dataset, DatasetColumn, Incident, ShareRequest, Treatment, Vote
from shares.services import (
    approvals,
    codes,
    desk,
    handing_over,
    policies,
    privacy,
    publishing,
    sensitive,
    soundness,
    tags,
)
from tests.services import rows
from tests.services.rows import Scene

SOURCE = ("LAKE", "NYC", "PASSENGERS")


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def pia(scene: Scene) -> User:
    return rows.person("pia@sky.test", "Pia")


@pytest.fixture
def passengers(scene: Scene, pia: User) -> Dataset:
    """EMAIL is about persons and shared; PHONE is masked, NOTES left out."""
    made = rows.dataset("Passengers", [scene.east], [scene.dan])
    item = made.dataset_objects.get()
    for position, (name, treatment) in enumerate(
        [("EMAIL", Treatment.SHARE), ("PHONE", Treatment.MASK), ("NOTES", Treatment.LEAVE_OUT)], start=10
    ):
        item.columns.create(
            position=position, name=name, data_type="VARCHAR(80)", is_personal=True, treatment=treatment
        )
    made.privacy_approvers.add(pia)
    publishing.publish(made, pia)
    made.refresh_from_db()
    return made


def say(asked: ShareRequest, who: User) -> None:
    approvals.decide(asked, who, "approve", channel=Vote.Channel.SESSION, revision=asked.revision)
    asked.refresh_from_db()


@pytest.fixture
def asked(scene: Scene, passengers: Dataset) -> ShareRequest:
    return scene.request(datasets=[passengers])


def test_what_is_masked_is_null_and_what_is_left_out_is_not_there(asked: ShareRequest) -> None:
    sql = next(step["sql"] for step in asked.plan_sql if "CREATE SECURE VIEW" in step["sql"])
    assert "CAST(NULL AS VARCHAR(80)) AS PHONE" in sql
    assert "EMAIL" in sql
    assert "NOTES" not in sql


def test_privacy_is_asked_besides_and_both_have_to_agree(scene: Scene, asked: ShareRequest, pia: User) -> None:
    assert {ask.approver for ask in asked.asks.all()} == {scene.dan}
    say(asked, scene.dan)
    assert asked.state == RequestState.SUBMITTED
    assert {ask.approver for ask in asked.asks.all()} == {scene.dan, pia}
    say(asked, pia)
    assert asked.state == RequestState.APPROVED


def test_masked_and_left_out_columns_need_nobody_else(scene: Scene, passengers: Dataset) -> None:
    DatasetColumn.objects.filter(name="EMAIL").update(treatment=Treatment.MASK)
    publishing.publish(passengers, None)
    passengers.refresh_from_db()
    asked = scene.request(datasets=[passengers])
    assert privacy.columns_of(asked) == {}
    assert {ask.approver for ask in asked.asks.all()} == {scene.dan}


def test_a_code_from_the_mail_does_not_suffice(scene: Scene, asked: ShareRequest, client: Client) -> None:
    ask = asked.asks.get(approver=scene.dan)
    mail = Outgoing.objects.get(kind="ask", to=scene.dan.email)
    assert codes.code_for(ask) not in mail.text + mail.html
    for text in (mail.text, mail.html):
        assert "a code alone does not suffice" in text
        assert "PASSENGERS.EMAIL" in text
        assert "PHONE" in text
    with pytest.raises(approvals.CannotDecide, match="Sign in to decide"):
        approvals.decide(asked, scene.dan, "approve", channel=Vote.Channel.CODE, revision=asked.revision)
    assert sensitive.wants_fresh(asked)
    page = client.get(f"/approvals/{ask.public_id}/").content.decode()
    assert "PASSENGERS.EMAIL" in page


def test_where_nobody_guards_privacy_the_superusers_do_and_it_is_said(
    scene: Scene, passengers: Dataset, asked: ShareRequest
) -> None:
    passengers.privacy_approvers.clear()
    say(asked, scene.dan)
    assert policies.asked_now(asked) == {scene.eve}
    assert [flaw.code for flaw in soundness.flaws(passengers)] == ["W011"]


def test_a_live_share_gets_nothing_new_about_persons_from_anybody_else(
    scene: Scene, passengers: Dataset, asked: ShareRequest, pia: User
) -> None:
    for who in (scene.dan, pia):
        say(asked, who)
    DatasetColumn.objects.filter(name="PHONE").update(treatment=Treatment.SHARE)
    with pytest.raises(publishing.NotPublished, match=r"PASSENGERS.PHONE would show .* Only Pia may publish that"):
        publishing.publish(passengers, scene.eve)
    version = publishing.publish(passengers, pia)
    assert personal(version.items) == ("PASSENGERS.EMAIL", "PASSENGERS.PHONE")


def test_masking_what_was_shown_breaks_something_and_waits(scene: Scene, passengers: Dataset) -> None:
    DatasetColumn.objects.filter(name="EMAIL").update(treatment=Treatment.MASK)
    proposal = publishing.propose(passengers)
    assert [(change.code, change.breaking) for change in proposal.changes] == [("masked", True)]


def test_what_the_leak_test_reads_is_not_masked(scene: Scene, passengers: Dataset) -> None:
    DatasetColumn.objects.filter(name="CARRIER").update(treatment=Treatment.MASK)
    assert "W010" in [flaw.code for flaw in soundness.flaws(passengers)]
    with pytest.raises(publishing.NotPublished, match="the leak test reads"):
        publishing.publish(passengers, None)


def test_a_tag_that_comes_later_is_an_incident_until_the_column_is_treated(
    scene: Scene, passengers: Dataset, asked: ShareRequest, pia: User
) -> None:
    for who in (scene.dan, pia):
        say(asked, who)
    found = {SOURCE: {"ORIGIN": "SEMANTIC_CATEGORY: CITY", "EMAIL": "PRIVACY_CATEGORY: IDENTIFIER"}}
    held = [passengers.version]
    for _ in range(2):
        tags.note(found)
        tags.compare(scene.east, held, found)  # type: ignore[arg-type]

    incident = Incident.objects.get(code="personal-tag", closed_at=None)
    assert "PASSENGERS.ORIGIN (SEMANTIC_CATEGORY: CITY)" in incident.words
    assert "EMAIL" not in incident.words
    assert Outgoing.objects.filter(kind="alert", subject__contains="tagged as personal now").count() == 1
    assert DatasetColumn.objects.get(name="ORIGIN", object__shared_name="PASSENGERS").is_personal

    publishing.publish(passengers, pia)
    passengers.refresh_from_db()
    tags.compare(scene.east, [passengers.version], found)  # type: ignore[list-item]
    assert not Incident.objects.filter(code="personal-tag", closed_at=None).exists()


def test_who_guards_privacy_has_a_desk_like_any_approver_until_they_leave(
    scene: Scene, passengers: Dataset, asked: ShareRequest, pia: User
) -> None:
    say(asked, scene.dan)
    assert desk.look(pia) == desk.Desk(approves=True, waiting=1)
    handing_over.replace(pia, scene.eve)
    assert not passengers.privacy_approvers.exists()
    assert asked.asks.filter(approver=scene.eve).exists()
