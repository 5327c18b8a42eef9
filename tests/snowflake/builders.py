"""Rows for the reconciler's tests: a provider, its catalog, a customer whose account is proved, and a granted share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from portal.people.models import Membership, Organization, Role, User
from shares.core.states import RequestState
from shares.models import (
    Adoption,
    ConsumerAccount,
    Dataset,
    DatasetObject,
    Grant,
    Move,
    ProviderAccount,
    Run,
    Share,
    ShareRequest,
    Workspace,
)
from shares.models.accounts import ProofKind
from shares.services.publishing import publish
from shares.services.reconcile import reconcile

EAST = "AWS_US_EAST_1"


def view(dataset: Dataset, name: str, columns: str, source: str = "", **fields: Any) -> DatasetObject:
    """A view over LAKE.NYC.<source or name>."""
    item = DatasetObject.objects.create(
        dataset=dataset,
        shared_name=name,
        source_database="LAKE",
        source_schema="NYC",
        source_name=source or name,
        **fields,
    )
    for position, column in enumerate(columns.split(), start=1):
        item.columns.create(position=position, name=column)
    return item


def flights(provider: ProviderAccount) -> Dataset:
    """One view of the tenant's rows, and a function over it."""
    dataset = Dataset.objects.create(slug="flights", name="Flights", summary="Yours.", is_published=True)
    dataset.provider_accounts.add(provider)
    view(
        dataset,
        "FLIGHTS",
        "CARRIER FLIGHT ORIGIN TIME_HOUR",
        tenant_column="CARRIER",
        freshness_column="TIME_HOUR",
    )
    DatasetObject.objects.create(
        dataset=dataset,
        kind="function",
        shared_name="FLIGHTS_FROM",
        arguments="AIRPORT VARCHAR",
        returns="NUMBER",
        body="SELECT COUNT(*) FROM {{FLIGHTS}} WHERE ORIGIN = AIRPORT",
    )
    return published(dataset)


def published(dataset: Dataset) -> Dataset:
    """The draft becomes the next version."""
    publish(dataset, None)
    dataset.refresh_from_db()
    return dataset


def airports(provider: ProviderAccount) -> Dataset:
    """Reference data, the same for everybody."""
    dataset = Dataset.objects.create(slug="airports", name="Airports", summary="All.", is_published=True)
    dataset.provider_accounts.add(provider)
    view(dataset, "AIRPORTS", "FAA NAME", is_reference=True)
    return published(dataset)


class Scene:
    """Ada of United, Dan who decides, Eve the superuser; a provider that publishes Flights and Airports."""

    def __init__(self) -> None:
        self.ada = User.objects.create_user("ada@ua.test", name="Ada")
        self.dan = User.objects.create_user("dan@sky.test", name="Dan", is_staff=True)
        self.eve = User.objects.create_user("eve@sky.test", name="Eve", is_staff=True, is_superuser=True)
        self.united = Organization.objects.create(name="United", slug="united")
        Membership.objects.create(organization=self.united, user=self.ada, role=Role.OWNER)
        self.workspace = Workspace.objects.create(organization=self.united, name="United", tenant_key="UA")
        self.provider = ProviderAccount.objects.create(
            name="US East",
            snowflake_organization="SKYLEDGER",
            account_name="DATA",
            region=EAST,
            connection_name="data",
        )
        self.flights = flights(self.provider)
        self.airports = airports(self.provider)

    def account(self, organization: str = "CARRIERUA", name: str = "ANALYTICS", **fields: Any) -> ConsumerAccount:
        """The customer's account, proved."""
        standard: dict[str, Any] = {
            "organization": self.united,
            "region": EAST,
            "proof": ProofKind.VOUCHED,
            "proved_at": timezone.now(),
            "proved_by": self.dan,
        }
        found, _ = ConsumerAccount.objects.get_or_create(
            snowflake_organization=organization, account_name=name, defaults={**standard, **fields}
        )
        return found

    def share(self, account: ConsumerAccount | None = None, *datasets: Dataset, **window: Any) -> Share:
        """A share with everything granted, nothing built yet."""
        account = account or self.account()
        share = Share.objects.create(organization=self.united, consumer_account=account, provider_account=self.provider)
        self.grant(share, *(datasets or (self.flights, self.airports)), **window)
        return share

    def grant(self, share: Share, *datasets: Dataset, until: datetime | None = None) -> list[Grant]:
        request = ShareRequest.objects.create(
            organization=self.united,
            requester=self.ada,
            consumer_account=share.consumer_account,
            provider_account=self.provider,
            reason="Reporting.",
            state=RequestState.APPROVED,
            decided_at=timezone.now(),
            decided_by=self.dan,
        )
        request.datasets.set(datasets)
        request.workspaces.set([self.workspace])
        grants = []
        for dataset in datasets:
            grant = Grant.objects.create(
                share=share,
                dataset=dataset,
                request=request,
                valid_from=timezone.now(),
                valid_until=until,
            )
            grant.workspaces.set([self.workspace])
            grants.append(grant)
        return grants

    def forget(self, share: Share) -> None:
        """Make room for another share to the same account; what it left in Snowflake stays there."""
        Move.objects.filter(new_share=share).delete()
        Adoption.objects.filter(share=share).delete()
        Grant.objects.filter(share=share).delete()
        Share.objects.filter(pk=share.pk).delete()


def ready(share: Share) -> Share:
    """Reconcile until it is as it should be; fails with the run's words when it is not."""
    settle(share)
    return share


def settle(share: Share, trigger: str = Run.Trigger.DECISION) -> Run:
    """One reconcile that must end well."""
    run = reconcile(share.pk, trigger)
    assert run is not None, "somebody else holds the share"
    assert run.outcome == Run.Outcome.CONVERGED, run.words
    share.refresh_from_db()
    return run


def let_lease_lapse(share: Share) -> None:
    """Make time pass for the lease of a worker that is gone."""
    Share.objects.filter(pk=share.pk).exclude(lease_owner="").update(lease_until=Now() - timedelta(seconds=1))
