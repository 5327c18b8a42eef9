"""Every page of the domain's administration opens, shows what it should, and offers no more than it may."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from portal.audit.models import AuditEntry
from portal.people.models import Organization
from shares.models import ConsumerAccount, Proof, Run, Share, ShareRequest, Statement
from tests.admin.pages import change, listing
from tests.services.rows import Scene, dataset

MODELS = [
    "consumeraccount",
    "dataset",
    "datasetobject",
    "provideraccount",
    "run",
    "share",
    "sharerequest",
    "workspace",
]
READ_ONLY = ["run", "share", "sharerequest"]


@pytest.fixture
def share(scene: Scene) -> Share:
    """A share with a run, a statement and a proof."""
    share = scene.share_of(scene.approved())
    run = Run.objects.create(share=share, trigger="decision", fence=1, worker="w", outcome="converged", words="Done.")
    Statement.objects.create(run=run, position=1, stage="build", purpose="Create it", sql="CREATE <SHARE> S")
    Proof.objects.create(share=share, run=run, isolated=True, rows=3, foreign_rows=0, words="3 rows, none foreign.")
    return share


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_page_opens(eve: Client, share: Share, model: str) -> None:
    page = eve.get(listing(model))
    assert page.status_code == 200
    for row in apps.get_model("shares", model).objects.all():
        assert eve.get(change(row)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_every_list_can_be_searched(eve: Client, share: Share, model: str) -> None:
    assert eve.get(listing(model), {"q": "united flights"}).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_happened_is_neither_added_changed_nor_deleted_by_hand(eve: Client, share: Share, model: str) -> None:
    row = apps.get_model("shares", model).objects.first()
    assert eve.get(reverse(f"admin:shares_{model}_add")).status_code == 403
    assert eve.get(reverse(f"admin:shares_{model}_delete", args=[row.pk])).status_code == 403
    assert eve.post(change(row), {"state": "approved", "outcome": "failed"}).status_code == 403
    assert "delete_selected" not in eve.get(listing(model)).content.decode()


@pytest.mark.parametrize("model", ["ask", "vote", "grant", "proof", "statement", "reading", "beat"])
def test_parts_of_others_have_no_page_of_their_own(model: str) -> None:
    assert not admin.site.is_registered(apps.get_model("shares", model))


def test_django_qs_own_models_are_not_there() -> None:
    assert not [model for model in apps.get_app_config("django_q").get_models() if admin.site.is_registered(model)]


def test_all_shares_of_an_account_can_be_checked_now(eve: Client, share: Share) -> None:
    account = share.provider_account
    page = eve.post(listing("provideraccount"), {"action": "check_now", "_selected_action": [account.pk]}, follow=True)
    assert "The worker looks at all shares there now" in page.content.decode()
    assert [item.task["args"] for item in OrmQ.objects.all() if item.task["func"].endswith(".check")] == [(account.pk,)]
    assert AuditEntry.objects.filter(action="account.check_asked").exists()


def test_proofs_and_bindings_of_an_account_cannot_be_changed(eve: Client, share: Share) -> None:
    account = ConsumerAccount.objects.get()
    other = Organization.objects.create(name="Other", slug="other")
    posted = {"organization": other.pk, "snowflake_organization": "EVIL", "proof": "", "edition": "STANDARD"}
    assert eve.post(change(account), posted).status_code == 302
    account.refresh_from_db()
    assert (account.organization, account.snowflake_organization) == (share.organization, "CARRIERUA")
    assert account.is_proved
    assert account.edition == "STANDARD"
    assert eve.get(reverse("admin:shares_consumeraccount_add")).status_code == 403


def test_a_share_shows_its_state_grants_runs_and_proofs(eve: Client, share: Share) -> None:
    page = eve.get(change(share)).content.decode()
    for words in ("provisioning", "Flights", "run 1", "Done.", "3 rows, none foreign."):
        assert words in page


def test_a_share_shows_its_newest_runs_only(eve: Client, share: Share) -> None:
    for fence in range(2, 40):
        Run.objects.create(share=share, trigger="check", fence=fence, worker="w")
    page = eve.get(change(share)).content.decode()
    assert ">run 39</a>" in page
    assert ">run 20</a>" in page
    assert ">run 19</a>" not in page


def test_a_run_shows_its_sql_as_text(eve: Client, share: Share) -> None:
    page = eve.get(change(Run.objects.get())).content.decode()
    assert "CREATE &lt;SHARE&gt; S" in page


def test_a_request_shows_its_plan_votes_and_links_but_no_way_in(eve: Client, share: Share) -> None:
    request = ShareRequest.objects.get()
    page = eve.get(change(request)).content.decode()
    assert "CREATE SCHEMA FIRN_OUT" in page
    assert "dan@sky.test" in page
    for linked in (share, request.consumer_account, request.datasets.get()):
        assert f'href="{change(linked)}"' in page
    assert str(request.asks.get().public_id) not in page


def test_staff_without_a_role_read_and_change_nothing(dan: Client, share: Share) -> None:
    for name in ("share", "run", "provideraccount"):
        assert dan.get(listing(name)).status_code == 200
    assert dan.get("/admin/shares/provideraccount/add/").status_code == 403
    assert dan.post(change(ShareRequest.objects.get()), {}).status_code == 403


def test_a_customer_does_not_get_in(scene: Scene, client: Client) -> None:
    client.force_login(scene.ada)
    assert client.get(listing("share")).status_code != 200


@pytest.mark.parametrize("model", MODELS)
def test_a_longer_list_takes_no_more_queries(eve: Client, share: Share, model: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert eve.get(listing(model)).status_code == 200
        return len(seen)

    eve.get(listing(model))
    before = queries()
    for number in range(5):
        _one_more(share, number)
    assert queries() <= before


def _one_more(share: Share, number: int) -> None:
    """One more of everything."""
    account = ConsumerAccount.objects.create(
        organization=share.organization,
        snowflake_organization=f"ORG{number}",
        account_name="A",
        region="AWS_US_EAST_1",
        proof="vouched",
        proved_by=share.grants.get().request.decided_by,
        proved_at=timezone.now(),
    )
    made = dataset(f"Set {number}", [share.provider_account], [])
    request = ShareRequest.objects.get(pk=share.grants.get().request_id)
    request.pk, request.public_id, request.consumer_account = None, account.public_id, account
    request._state.adding = True
    request.save()
    other = Share.objects.create(
        organization=share.organization, consumer_account=account, provider_account=share.provider_account
    )
    other.grants.create(dataset=made, request=request, valid_from=timezone.now())
    Run.objects.create(share=other, trigger="check", fence=1, worker="w")
    share.organization.workspaces.create(name=f"W{number}", tenant_key=f"K{number}")
