"""A live share is changed and renewed while its consumer reads it: what comes, what leaves, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.mail.models import Outgoing
from shares.core.spec import ViewSpec
from shares.core.states import ShareState
from shares.models import Share, ShareRequest, Workspace
from shares.services import altering, approvals, pairs
from shares.services.altering import Alteration
from shares.services.pairs import Pair
from shares.services.reconcile import reconcile
from shares.services.status import state_of
from tests.snowflake.builders import Scene, ready, settle
from tests.snowflake.reading import asking, mounted, rows_of
from tests.snowflake.world import Snowflake

pytestmark = pytest.mark.usefixtures("snowflake")


@dataclass
class Customer:
    """United with a live share, and what its people do with it."""

    scene: Scene
    share: Share

    def ask(self, *wanted: Pair, until: date | None = None, renewal: bool = False) -> ShareRequest:
        had = pairs.granted(self.share, timezone.now())
        draft = Alteration(self.share, self.scene.ada, frozenset(wanted), "Planning.", until, pairs.stamp(had))
        return (altering.renew if renewal else altering.change)(draft)

    def approve(self, request: ShareRequest) -> None:
        approvals.decide(
            request, self.scene.dan, "approve", channel="session", revision=request.revision, vouch="I know them."
        )
        request.refresh_from_db()

    def pair(self, dataset: str, workspace: Workspace | None = None) -> Pair:
        return (getattr(self.scene, dataset), workspace or self.scene.workspace)


@pytest.fixture
def customer(scene: Scene) -> Customer:
    for dataset in (scene.flights, scene.airports):
        dataset.approvers.set([scene.dan])
    return Customer(scene, ready(scene.share()))


def names(snowflake: Snowflake, database: str) -> set[str]:
    return {
        row["name"] for row in snowflake.ua.run(f"SHOW VIEWS IN DATABASE {database}") if row["schema_name"][0] == "S"
    }


def test_a_dataset_comes_in_beside_what_is_read_all_the_time(customer: Customer, snowflake: Snowflake) -> None:
    customer.ask(customer.pair("flights"))
    settle(customer.share)
    share = customer.share
    with mounted(snowflake.ua, share) as database:
        request = customer.ask(customer.pair("flights"), customer.pair("airports"))
        flights = f"SELECT DISTINCT CARRIER FROM {database}.{share.name}.FLIGHTS"
        with asking(snowflake.port, flights) as answers:
            before = snowflake.now()
            assert settle(share).words == "Nothing to do.", "while it waits nothing is different"
            assert names(snowflake, database) == {"FLIGHTS"}
            customer.approve(request)
            settle(share)
            assert snowflake.ua.number(f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORTS") == 3
        assert {tuple(answer) for answer in answers} == {("UA",)}
        sent = [sql.replace("\n", " ") for sql in snowflake.changes_since(before)]
        foretold = [step["sql"].replace("\n", " ") for step in request.plan_sql]
        assert sorted(sent) == sorted(foretold), "what runs is what was approved"
    assert Outgoing.objects.get(kind="ready", key__contains=str(request.public_id)).subject.startswith(
        "Ready: Airports"
    )


def test_a_dataset_leaves_at_once_and_the_rest_is_read_all_the_time(customer: Customer, snowflake: Snowflake) -> None:
    share = customer.share
    with mounted(snowflake.ua, share) as database:
        with asking(snowflake.port, f"SELECT COUNT(*) FROM {database}.{share.name}.AIRPORTS") as answers:
            before = snowflake.now()
            request = customer.ask(customer.pair("airports"))
            settle(share)
            assert names(snowflake, database) == {"AIRPORTS"}
            assert snowflake.ua.refused(f"SELECT COUNT(*) FROM {database}.{share.name}.FLIGHTS") == 2003
        assert {tuple(answer) for answer in answers} == {("3",)}
        changes = snowflake.changes_since(before)
        assert changes[0].startswith("REVOKE")
        assert sorted(changes) == sorted(step["sql"] for step in request.plan_sql)
        # And back again: what was taken out is asked for like anything else.
        customer.approve(customer.ask(customer.pair("airports"), customer.pair("flights")))
        settle(share)
        assert rows_of(snowflake.ua, database, share) == {"UA": 3}


def test_a_share_is_renewed_without_a_statement_and_without_a_gap(customer: Customer, snowflake: Snowflake) -> None:
    share = customer.share
    share.grants.update(valid_until=timezone.now() + timedelta(seconds=4))
    settle(share)
    with mounted(snowflake.ua, share) as database:
        settle(share)
        request = customer.ask(*pairs.granted(share, timezone.now()), until=date(2099, 12, 31), renewal=True)
        with asking(snowflake.port, f"SELECT DISTINCT CARRIER FROM {database}.{share.name}.FLIGHTS") as answers:
            before = snowflake.now()
            customer.approve(request)
            assert state_of(Share.objects.get(pk=share.pk)) is ShareState.MOUNTED
            settle(share)
            # The old window closes; nobody notices.
            share.grants.exclude(request=request).update(valid_until=timezone.now() - timedelta(seconds=1))
            settle(share)
            assert rows_of(snowflake.ua, database, share) == {"UA": 3}
        assert {tuple(answer) for answer in answers} == {("UA",)}
        assert snowflake.changes_since(before) == []
    fresh = Share.objects.get(pk=share.pk)
    assert (state_of(fresh), fresh.closes_at) == (ShareState.MOUNTED, None)
    assert not Outgoing.objects.filter(kind="ready", key__contains=str(request.public_id)).exists()


def test_workspaces_are_added_and_swapped_while_the_rest_is_read(customer: Customer, snowflake: Snowflake) -> None:
    """No answer is refused, none holds a row that is not approved then, and what the leak test reads stays hidden."""
    share, united = customer.share, customer.scene.united
    aa, dl = (Workspace.objects.create(organization=united, name=key, tenant_key=key) for key in ("AA", "DL"))
    with mounted(snowflake.ua, share) as database:
        query = f"SELECT DISTINCT CARRIER FROM {database}.{share.name}.FLIGHTS ORDER BY 1"
        function = f"SELECT {database}.{share.name}.FLIGHTS_FROM('JFK')"
        with asking(snowflake.port, query) as answers, asking(snowflake.port, function) as counts:
            before = snowflake.now()
            request = customer.ask(customer.pair("flights"), customer.pair("airports"), customer.pair("flights", aa))
            customer.approve(request)
            settle(share)
            assert rows_of(snowflake.ua, database, share) == {"UA": 3, "AA": 1}
            assert sorted(snowflake.changes_since(before)) == sorted(step["sql"] for step in request.plan_sql)
            swapped = len(answers)
            request = customer.ask(customer.pair("flights"), customer.pair("airports"), customer.pair("flights", dl))
            customer.approve(request)
            settle(share)
            assert rows_of(snowflake.ua, database, share) == {"UA": 3, "DL": 2}
            customer.ask(customer.pair("flights"), customer.pair("airports"))
            settle(share)
            assert rows_of(snowflake.ua, database, share) == {"UA": 3}
            assert names(snowflake, database) == {"FLIGHTS", "AIRPORTS"}
        assert {tuple(answer) for answer in answers[:swapped]} <= {("UA",), ("AA", "UA")}
        assert {tuple(answer) for answer in answers[swapped + 1 :]} <= {("AA", "UA"), ("UA",), ("DL", "UA")}
        assert {answer[0] for answer in counts} <= {"0", "1"}, "the function over it works all the time, too"
    kept = snowflake.colleague.run(f"SHOW VIEWS IN SCHEMA FIRN_OUT.{share.name}")
    assert {row["name"] for row in kept} == {"FLIGHTS", "AIRPORTS"}


def test_what_a_view_is_about_to_show_is_proved_before_it_shows_it(customer: Customer, snowflake: Snowflake) -> None:
    share = customer.share
    aa = Workspace.objects.create(organization=customer.scene.united, name="AA", tenant_key="AA")
    customer.approve(customer.ask(*pairs.granted(share, timezone.now()), customer.pair("flights", aa)))
    before = snowflake.now()
    settle(share)
    sent = snowflake.firn_since(before)
    path = f"FIRN_OUT.{share.name}.FLIGHTS"
    pretended = next(n for n, sql in enumerate(sent) if "SIMULATED_DATA_SHARING_CONSUMER" in sql)
    read = next(n for n, sql in enumerate(sent) if sql.startswith("SELECT COUNT") and f"FROM {path}$NEXT" in sql)
    shown = next(n for n, sql in enumerate(sent) if sql.startswith(f"CREATE OR REPLACE SECURE VIEW {path}\n"))
    assert pretended < read < shown
    proof = share.proofs.first()
    assert proof is not None
    assert [item["rows"] for item in proof.readings if item["name"] == "FLIGHTS"] == [4]
    assert not any(f"{path}$NEXT" in sql for sql in sent if sql.startswith("GRANT"))


def one_too_many(view: ViewSpec) -> str:
    """The bug that the leak test is for: a filter that lets in more than it was asked to."""
    keys = [*view.tenant_keys, *(["DL"] if len(view.tenant_keys) > 1 else [])]
    where = f"\nWHERE {view.tenant_column} IN ({', '.join(repr(key) for key in keys)})" if view.tenant_column else ""
    return f"SELECT {', '.join(view.columns)}\nFROM {'.'.join(view.source)}{where}"


def test_a_row_too_many_is_found_before_anybody_sees_it(
    customer: Customer, snowflake: Snowflake, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = customer.share
    aa = Workspace.objects.create(organization=customer.scene.united, name="AA", tenant_key="AA")
    monkeypatch.setattr("shares.snowflake.sql.select", one_too_many)
    settle(share)
    customer.approve(customer.ask(*pairs.granted(share, timezone.now()), customer.pair("flights", aa)))
    with mounted(snowflake.ua, share) as database:
        query = f"SELECT DISTINCT CARRIER FROM {database}.{share.name}.FLIGHTS ORDER BY 1"
        with asking(snowflake.port, query, refused_too=False) as answers:
            reconcile(share.pk)
        assert {tuple(answer) for answer in answers} == {("UA",)}
    proof, fresh = share.proofs.first(), Share.objects.get(pk=share.pk)
    assert proof is not None
    assert (proof.isolated, proof.foreign_rows) == (False, 2)
    assert fresh.suspended_at is not None
