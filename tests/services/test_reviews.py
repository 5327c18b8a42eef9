"""The quarterly question whether shares are still needed: asked once, answered by an owner, told in the audit log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.mail.models import Outgoing
from portal.people.models import Organization, User
from shares.models import AccessReview, Grant, Share
from shares.services import reviews
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def share(scene: Scene) -> Share:
    """One that has been there for a long time."""
    share = scene.share_of(scene.approved(datasets=[scene.flights, scene.fleet]))
    Share.objects.filter(pk=share.pk).update(ready_at=timezone.now() - timedelta(days=90))
    return share


def asked() -> list[Outgoing]:
    return list(Outgoing.objects.filter(kind="access-review"))


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2026, 1, 1), "2026-Q1"), (date(2026, 3, 31), "2026-Q1"), (date(2026, 4, 1), "2026-Q2"),
     (date(2026, 12, 31), "2026-Q4")],
)  # fmt: skip
def test_quarters(day: date, quarter: str) -> None:
    assert reviews.quarter_of(day) == quarter


def test_owners_are_asked_once_a_quarter_with_links_to_keep_and_to_end(scene: Scene, share: Share) -> None:
    assert reviews.ask_due() == 1
    assert reviews.ask_due() == 0
    (mail,) = asked()
    assert mail.to == "ada@ua.test"
    assert mail.subject == "Is this share still needed?"
    assert "Fleet and Flights" in mail.text
    assert "until 31 Dec 2099" in mail.text
    assert f"http://firn.test/access/#{share.name}" in mail.text
    assert f"http://firn.test/shares/{share.public_id}/end/" in mail.html
    assert AuditEntry.objects.filter(action="organization.access_review_asked").count() == 1


def test_it_is_asked_again_in_the_next_quarter(share: Share) -> None:
    AccessReview.objects.create(share=share, quarter="2020-Q1")
    assert reviews.ask_due() == 1


def test_a_young_share_is_not_asked_about(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(ready_at=timezone.now() - timedelta(days=59))
    assert reviews.ask_due() == 0


def test_what_ended_is_not_asked_about(share: Share) -> None:
    Grant.objects.update(revoked_at=timezone.now())
    assert reviews.ask_due() == 0


def test_a_switched_off_organization_is_not_asked(share: Share) -> None:
    Organization.objects.update(is_active=False)
    assert reviews.ask_due() == 0


def test_an_owner_keeps_it(scene: Scene, share: Share) -> None:
    reviews.ask_due()
    reviews.keep(share, scene.ada)
    review = AccessReview.objects.get()
    assert review.kept_by == scene.ada
    assert review.kept_at is not None
    assert AuditEntry.objects.get(action="share.kept").actor == scene.ada
    with pytest.raises(reviews.NothingAsked):
        reviews.keep(share, scene.ada)


def test_the_table_has_a_row_for_each_grant(scene: Scene, share: Share) -> None:
    rows = list(reviews.table(reviews.open_shares(scene.eve)))
    assert [row[3] for row in rows] == ["Fleet", "Flights"]
    found = dict(zip(reviews.HEADING, rows[0], strict=True))
    assert found["customer"] == "United"
    assert found["account"] == "CARRIERUA.ANALYTICS"
    assert found["workspaces"] == "UA"
    assert found["requested_by"] == "Ada Lovelace"
    assert found["approved_by"] == "Dan"


def test_it_is_asked_in_the_owners_language(scene: Scene, share: Share) -> None:
    User.objects.update(language="it")
    reviews.ask_due()
    assert "mai vista montata" in asked()[0].text
    asked()[0].delete()
    AccessReview.objects.all().delete()
    Share.objects.update(mounted_at=datetime(2026, 1, 9, 12, tzinfo=UTC))
    reviews.ask_due()
    assert "montata dal 09 Gen 2026" in asked()[0].text
