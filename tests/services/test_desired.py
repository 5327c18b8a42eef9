"""From our tables to what should be there: who may see what, when, and what is never built."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shares.core.spec import AccountRef, Phase
from shares.models import DatasetObject, Grant, Share, Workspace
from shares.services import desired
from tests.services.rows import Scene, customer, overwrite

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def share(scene: Scene) -> Share:
    return scene.share_of(scene.approved())


def phase(share: Share) -> Phase:
    share.refresh_from_db()
    return desired.spec_of(share, NOW()).phase


def test_granted_is_live(share: Share) -> None:
    spec = desired.spec_of(share, NOW())
    assert spec.phase is Phase.LIVE
    assert [view.name for view in spec.views] == ["FLIGHTS"]
    assert spec.views[0].tenant_keys == ("UA",)
    assert spec.accounts == (AccountRef("CARRIERUA", "ANALYTICS", ""),)
    assert spec.may_add


def test_the_filter_names_the_tenant(share: Share) -> None:
    assert "WHERE CARRIER IN ('UA')" in desired.spec_of(share, NOW()).views[0].definition


@pytest.mark.parametrize(
    "window",
    [
        {"revoked_at": NOW() - timedelta(seconds=1)},
        {"valid_until": NOW() - timedelta(seconds=1)},
        {"valid_from": NOW() + timedelta(hours=1)},
    ],
)
def test_outside_its_window_nothing_is_granted(share: Share, window: dict[str, object]) -> None:
    Grant.objects.update(**window)
    assert desired.entitlement(share, NOW()) == {}
    assert phase(share) is Phase.SUSPENDED


def test_after_the_grace_days_it_is_gone(share: Share) -> None:
    Grant.objects.update(revoked_at=NOW())
    Share.objects.update(closes_at=NOW() + timedelta(hours=1))
    assert phase(share) is Phase.SUSPENDED
    Share.objects.update(closes_at=NOW() - timedelta(seconds=1))
    assert phase(share) is Phase.GONE


def test_a_suspended_share_stays_suspended_whatever_is_granted(share: Share) -> None:
    Share.objects.update(suspended_at=NOW())
    assert phase(share) is Phase.SUSPENDED


def test_grants_of_two_requests_add_up_per_dataset(scene: Scene, share: Share) -> None:
    second = Workspace.objects.create(organization=scene.united, name="Express", tenant_key="UX")
    scene.approved(datasets=[scene.fleet], workspaces=[second])
    allowed = desired.entitlement(share, NOW())
    assert allowed == {scene.flights: {"UA"}, scene.fleet: {"UX"}}


def test_a_view_without_a_filter_is_never_built(scene: Scene, share: Share) -> None:
    DatasetObject.objects.update(tenant_column="")
    overwrite(scene.flights)
    with pytest.raises(ValueError, match="no tenant column"):
        desired.spec_of(share, NOW())


def test_reference_data_has_no_filter(scene: Scene, share: Share) -> None:
    DatasetObject.objects.update(tenant_column="", is_reference=True)
    overwrite(scene.flights)
    assert "WHERE" not in desired.spec_of(share, NOW()).views[0].definition


def test_a_function_reads_the_views_of_its_share(scene: Scene, share: Share) -> None:
    scene.flights.dataset_objects.create(
        kind="function",
        shared_name="HOW_MANY",
        arguments="airport varchar, month number",
        returns="NUMBER",
        body="SELECT COUNT(*) FROM {{FLIGHTS}}",
    )
    overwrite(scene.flights)
    function = desired.spec_of(share, NOW()).functions[0]
    assert function.definition == f"SELECT COUNT(*) FROM FIRN_OUT.{share.name}.FLIGHTS"
    assert function.signature == "(VARCHAR, NUMBER)"


def test_a_function_that_reads_something_else_is_refused(scene: Scene, share: Share) -> None:
    scene.flights.dataset_objects.create(kind="function", shared_name="F", returns="NUMBER", body="{{SECRETS}}")
    overwrite(scene.flights)
    with pytest.raises(ValueError, match="SECRETS"):
        desired.spec_of(share, NOW())


def test_rows_that_are_another_customers_by_now_are_shown_to_nobody(scene: Scene, share: Share) -> None:
    other = customer("Delta", "DL")
    Workspace.objects.filter(tenant_key="UA").update(organization=other)
    assert desired.spec_of(share, NOW()).views == ()
