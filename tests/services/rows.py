"""Builders for the services', mails' and administration's tests: a provider, its catalog, and customers who ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.people.models import Membership, Organization, Role, User
from shares import mails
from shares.core.accounts import AccountIdentity
from shares.core.published import to_json
from shares.models import Dataset, DatasetObject, DatasetVersion, ProviderAccount, Share, ShareRequest, Workspace
from shares.services import approvals, versions
from shares.services.publishing import publish
from shares.services.requests import Draft, submit

EAST, EU = "AWS_US_EAST_1", "AWS_EU_CENTRAL_1"


def person(email: str, name: str = "", **flags: Any) -> User:
    return User.objects.create_user(email, name=name, **flags)


def customer(name: str, key: str, **roles: User) -> Organization:
    """An organization with one workspace; `roles` are owner=, member=, viewer=."""
    organization = Organization.objects.create(name=name, slug=f"customer-{key.lower()}")
    Workspace.objects.create(organization=organization, name=name, tenant_key=key)
    for role, user in roles.items():
        Membership.objects.create(organization=organization, user=user, role=Role(role))
    return organization


def provider(region: str = EAST, account: str = "DATA", **fields: Any) -> ProviderAccount:
    return ProviderAccount.objects.create(
        name=f"Data {account}",
        snowflake_organization="SKYLEDGER",
        account_name=account,
        region=region,
        connection_name=account.lower(),
        **fields,
    )


def view(dataset: Dataset, name: str, columns: str = "CARRIER ORIGIN TIME_HOUR", **fields: Any) -> DatasetObject:
    """A view of LAKE.NYC, separated by CARRIER unless is_reference=True."""
    if not fields.get("is_reference"):
        fields.setdefault("tenant_column", "CARRIER")
    item = DatasetObject.objects.create(
        dataset=dataset, shared_name=name, source_database="LAKE", source_schema="NYC", source_name=name, **fields
    )
    for position, column in enumerate(columns.split(), start=1):
        item.columns.create(position=position, name=column, data_type="VARCHAR")
    return item


def dataset(name: str, accounts: list[ProviderAccount], approvers: list[User], **fields: Any) -> Dataset:
    """A published dataset with one view of its name."""
    fields = {"summary": f"All about {name.lower()}.", "is_published": True, **fields}
    made = Dataset.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)
    made.provider_accounts.set(accounts)
    made.approvers.set(approvers)
    view(made, name.upper().replace(" ", "_"))
    if made.is_published:
        publish(made, None)
        made.refresh_from_db()
    return made


def overwrite(dataset: Dataset) -> None:
    """The newest version becomes what the draft is, sound or not: what no service does."""
    content = to_json(versions.draft_items(dataset))
    DatasetVersion.objects.filter(dataset=dataset, number=dataset.versions.count()).update(content=content)
    dataset.refresh_from_db()


class Scene:
    """Ada (owner) and Bea (member) of United, Dan who approves Flights and Fleet, Eve the superuser."""

    def __init__(self) -> None:
        self.ada = person("ada@ua.test", "Ada Lovelace")
        self.bea = person("bea@ua.test", "Bea")
        self.dan = person("dan@sky.test", "Dan", is_staff=True)
        self.eve = person("eve@sky.test", "Eve", is_staff=True, is_superuser=True)
        self.united = customer("United", "UA", owner=self.ada, member=self.bea)
        self.east = provider()
        self.flights = dataset("Flights", [self.east], [self.dan])
        self.fleet = dataset("Fleet", [self.east], [self.dan])

    def draft(self, **fields: Any) -> Draft:
        standard: dict[str, Any] = {
            "organization": self.united,
            "requester": self.ada,
            "datasets": [self.flights],
            "workspaces": list(self.united.workspaces.all()),
            "identity": AccountIdentity("CARRIERUA", "ANALYTICS", "", EAST),
            "reason": "On-time reporting for our board.",
            "valid_until": date(2099, 12, 31),
        }
        return Draft(**{**standard, **fields})

    def request(self, **fields: Any) -> ShareRequest:
        return submit(self.draft(**fields))

    def approved(self, **fields: Any) -> ShareRequest:
        """A request that Dan approved."""
        request = self.request(**fields)
        return approvals.decide(
            request, self.dan, "approve", channel="session", revision=request.revision, vouch="I know them."
        )

    def share_of(self, request: ShareRequest) -> Share:
        return Share.data.get(consumer_account=request.consumer_account, organization=request.organization)


def tell_ready(request: ShareRequest) -> None:
    """What the end of a run posts to whoever asked."""
    for put in mails.ready(request, mounted=False):
        put()
