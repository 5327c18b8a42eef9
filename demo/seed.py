"""People, provider accounts and catalog of the demo. Seeding can run again and changes nothing then."""

from __future__ import annotations

from django.db import transaction

from demo import people
from demo.catalog import COLUMNS, LAKE, OFFERS, Offer
from demo.people import Customer, Person
from portal.people.models import Membership, Organization, Role, User
from portal.people.services import add_person, attach
from shares.models import Dataset, DatasetColumn, DatasetObject, ProviderAccount, Workspace
from shares.models.catalog import ObjectKind
from shares.services.publishing import publish
from shares.services.sessions import open_client
from shares.snowflake import lake_sql

# Name, account, locator, region, section of connections.toml.
PROVIDERS = (
    ("US East", "DATA", "SKY10001", "AWS_US_EAST_1", "us-east"),
    ("Frankfurt", "DATA_EU", "SKY20001", "AWS_EU_CENTRAL_1", "frankfurt"),
)


def seed() -> None:
    accounts = [provider(*row) for row in PROVIDERS]
    approver = person(people.APPROVER)
    person(people.ADMIN, is_staff=True, is_superuser=True)
    for customer in people.CUSTOMERS:
        organization(customer)
    for offer in OFFERS:
        dataset(offer, accounts, approver)
    fill_columns(accounts[0])
    for made in Dataset.objects.filter(version=None, slug__in=[offer.slug for offer in OFFERS]):
        publish(made, User.objects.get(email=people.ADMIN.email), "As the demo begins.")


def provider(name: str, account: str, locator: str, region: str, connection: str) -> ProviderAccount:
    fields = {"name": name, "locator": locator, "region": region, "connection_name": connection}
    found, _ = ProviderAccount.objects.get_or_create(
        snowflake_organization="SKYLEDGER", account_name=account, defaults=fields
    )
    return found


def person(who: Person, **flags: bool) -> User:
    """The user, made on the first start; the address counts as verified."""
    known = User.objects.filter(email=who.email).first()
    return known or add_person(who.email, name=who.name, password=people.PASSWORD, verified=True, **flags)


@transaction.atomic
def organization(customer: Customer) -> None:
    """A carrier with its workspace and its people. A membership is announced by mail, once."""
    found, _ = Organization.objects.get_or_create(
        slug=customer.name.lower().replace(" ", "-"), defaults={"name": customer.name}
    )
    Workspace.objects.get_or_create(
        tenant_key=customer.key, defaults={"organization": found, "name": f"{customer.name}, all of it"}
    )
    for who in customer.people:
        user = person(who)
        if not Membership.objects.filter(user=user, organization=found).exists():
            attach(user, found, Role(who.role))


@transaction.atomic
def dataset(offer: Offer, accounts: list[ProviderAccount], approver: User) -> None:
    """One dataset with its objects, published in every provider account."""
    fields = {
        "name": offer.name,
        "topic": offer.topic,
        "summary": offer.summary,
        "description": offer.description,
        "first_query": offer.first_query,
        "is_published": True,
    }
    made, is_new = Dataset.objects.get_or_create(slug=offer.slug, defaults=fields)
    if not is_new:
        return
    made.provider_accounts.set(accounts)
    made.approvers.set([approver])
    for item in [*_views(offer), *_functions(offer)]:
        item.dataset = made
        item.full_clean()
        item.save()


def _views(offer: Offer) -> list[DatasetObject]:
    database, schema = LAKE
    return [
        DatasetObject(
            kind=ObjectKind.VIEW,
            shared_name=view.name,
            description=view.description,
            is_exposed=view.exposed,
            source_database=database,
            source_schema=schema,
            source_name=view.source,
            is_reference=not view.tenant_column,
            tenant_column=view.tenant_column,
            freshness_column=view.freshness_column,
        )
        for view in offer.views
    ]


def _functions(offer: Offer) -> list[DatasetObject]:
    return [
        DatasetObject(
            kind=ObjectKind.FUNCTION,
            shared_name=function.name,
            description=function.description,
            arguments=function.arguments,
            returns=function.returns,
            body=function.body,
        )
        for function in offer.functions
    ]


def fill_columns(account: ProviderAccount) -> None:
    """Columns and types as the provider's own account has them, described where the demo knows what they mean."""
    empty = DatasetObject.objects.filter(kind=ObjectKind.VIEW, columns__isnull=True)
    if not empty:
        return
    client = open_client(account)
    try:
        for item in empty:
            found = client.run(lake_sql.describe_table(item.source, "TABLE")).rows
            DatasetColumn.objects.bulk_create(
                DatasetColumn(
                    object=item,
                    position=position,
                    name=row["name"],
                    data_type=row["type"],
                    description=COLUMNS.get(row["name"], ""),
                )
                for position, row in enumerate(found, start=1)
            )
    finally:
        client.close()
