"""Rows for the tests of pages: a small catalog, its people, requests, shares and what was seen of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.people.models import Membership, Organization, Role, User
from shares.core.states import RequestState
from shares.models import (
    Ask,
    ConsumerAccount,
    Dataset,
    DatasetColumn,
    DatasetObject,
    Grant,
    Proof,
    ProviderAccount,
    Reading,
    Run,
    Share,
    ShareRequest,
    Statement,
    Workspace,
)
from shares.models.accounts import ProofKind
from shares.services import handshakes, requests
from shares.services.pairs import Difference
from shares.services.publishing import publish

_numbers = itertools.count(1)
PLAN = [
    {"purpose": "Make a schema of its own", "sql": "CREATE SCHEMA FIRN_OUT.S_TEST COMMENT = 'firn:main:test'"},
    {
        "purpose": "Build FLIGHTS, only rows of UA",
        "sql": "CREATE SECURE VIEW FIRN_OUT.S_TEST.FLIGHTS AS\nSELECT CARRIER FROM FLIGHTS\nWHERE CARRIER IN ('UA')",
    },
]


@dataclass(frozen=True)
class House:
    """Two customers and the provider's people, with one dataset that Dan approves."""

    ua: Organization
    dl: Organization
    ada: User  # owner of UA
    bea: User  # member of UA
    vic: User  # viewer of UA
    cy: User  # owner of DL
    dan: User  # approver, belongs to no customer
    eve: User  # staff
    flights: Dataset


def house() -> House:
    ua, dl, dan = customer("Carrier UA", "UA"), customer("Carrier DL", "DL"), person("dan@skyledger.example", "Dan")
    return House(
        ua=ua,
        dl=dl,
        ada=member(ua, "ada@ua.example", Role.OWNER),
        bea=member(ua, "bea@ua.example"),
        vic=member(ua, "vic@ua.example", Role.VIEWER),
        cy=member(dl, "cy@dl.example", Role.OWNER),
        dan=dan,
        eve=person("eve@skyledger.example", "Eve", is_staff=True, is_superuser=True),
        flights=dataset("Flights", approver=dan),
    )


def browser(user: User | None = None, **headers: str) -> Client:
    """A test client, signed in as `user`."""
    client = Client(headers=headers)
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def htmx(user: User) -> Client:
    """The same, asking for fragments."""
    return browser(user, hx_request="true")


def queries(client: Client, path: str) -> int:
    """How many queries the page takes once sessions and caches are warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def person(email: str, name: str = "", **fields: Any) -> User:
    return User.objects.create_user(email, None, name=name, **fields)


def customer(name: str = "Carrier UA", key: str = "UA") -> Organization:
    """A customer with one workspace."""
    organization = Organization.objects.create(name=name, slug=f"customer-{next(_numbers)}")
    Workspace.objects.create(organization=organization, name=name, tenant_key=key)
    return organization


def member(organization: Organization, email: str, role: Role = Role.MEMBER) -> User:
    """Somebody of that organization; made without the mail that attaching somebody sends."""
    user = person(email, email.split("@")[0].title())
    Membership.objects.bulk_create([Membership(user=user, organization=organization, role=role)])
    return user


def provider(region: str = "AWS_US_EAST_1") -> ProviderAccount:
    found, _ = ProviderAccount.objects.get_or_create(
        region=region,
        defaults={
            "name": f"Data {region}",
            "snowflake_organization": "SKYLEDGER",
            "account_name": f"DATA{next(_numbers)}",
            "connection_name": "data",
        },
    )
    return found


def dataset(name: str = "Flights", *, kind: str = "rows", approver: User | None = None, **fields: Any) -> Dataset:
    """A published dataset with one object; kind is rows, reference or function."""
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    made = Dataset.objects.create(
        name=name, slug=slug, summary=f"{name}, in one line.", is_published=fields.pop("is_published", True), **fields
    )
    made.provider_accounts.add(provider())
    if approver:
        made.approvers.add(approver)
    _object(made, kind)
    if made.is_published:
        publish(made, None)
        made.refresh_from_db()
    return made


def _object(made: Dataset, kind: str) -> DatasetObject:
    shared_name = made.slug.upper().replace("-", "_")
    if kind == "function":
        return DatasetObject.objects.create(
            dataset=made,
            kind="function",
            shared_name=shared_name,
            arguments="ORIGIN VARCHAR",
            returns="NUMBER",
            body="1",
        )
    item = DatasetObject.objects.create(
        dataset=made,
        shared_name=shared_name,
        source_database="LAKE",
        source_schema="NYC",
        source_name=shared_name,
        is_reference=kind == "reference",
        tenant_column="" if kind == "reference" else "CARRIER",
    )
    for position, name in enumerate(("CARRIER", "ORIGIN", "DEP_DELAY"), 1):
        DatasetColumn.objects.create(object=item, position=position, name=name, data_type="VARCHAR")
    return item


def reading(made: Dataset, organization: Organization | None, rows: int | None = 48110, **fields: Any) -> Reading:
    workspace = organization.workspaces.get() if organization else None
    fields.setdefault("measured_at", timezone.now() if rows is not None else None)
    return Reading.objects.create(object=made.dataset_objects.get(), workspace=workspace, rows=rows, **fields)


def account(organization: Organization, name: str = "CARRIERUA.ANALYTICS", **fields: Any) -> ConsumerAccount:
    snowflake_organization, account_name = name.split(".")
    return ConsumerAccount.objects.create(
        organization=organization,
        snowflake_organization=snowflake_organization,
        account_name=account_name,
        region="AWS_US_EAST_1",
        **fields,
    )


def request(requester: User, *datasets: Dataset, to: ConsumerAccount | None = None, **fields: Any) -> ShareRequest:
    """An undecided request with its (empty) share, the plan as it is now, and one ask for each approver."""
    organization = requester.organizations.get()
    target = to or account(organization)
    share, _ = Share.objects.get_or_create(
        organization=organization, consumer_account=target, defaults={"provider_account": provider()}
    )
    planned = requests.dry_run(share, Difference(tuple(product(datasets, organization.workspaces.all()))))
    made = ShareRequest.objects.create(
        organization=organization,
        requester=requester,
        consumer_account=target,
        provider_account=provider(),
        reason=fields.pop("reason", "Route planning"),
        plan_sql=planned,
        plan_digest=requests.digest(planned),
        **fields,
    )
    made.datasets.set(datasets)
    made.workspaces.set(organization.workspaces.all())
    for user in {user for item in datasets for user in item.approvers.all()}:
        Ask.objects.create(request=made, approver=user, revision=made.revision)
    return made


def approved(made: ShareRequest, by: User, **share_fields: Any) -> Share:
    """The request decided, its account vouched for, and granted; share_fields say how far the share is."""
    now = timezone.now()
    handshakes.mark_proved(made.consumer_account, ProofKind.VOUCHED, by, "Known from the contract.")
    ShareRequest.objects.filter(pk=made.pk).update(state=RequestState.APPROVED, decided_at=now, decided_by=by)
    made.refresh_from_db()
    share = Share.data.get(organization=made.organization, consumer_account=made.consumer_account)
    for item in made.datasets.all():
        grant = Grant.objects.create(share=share, dataset=item, request=made, valid_from=now - timedelta(seconds=1))
        grant.workspaces.set(made.workspaces.all())
    Share.objects.filter(pk=share.pk).update(**share_fields)
    share.refresh_from_db()
    return share


def healthy(made: ShareRequest, by: User, *, mounted: bool = True) -> Share:
    """A share that was built, proved, opened and (if wanted) mounted."""
    now = timezone.now() + timedelta(seconds=1)
    share = approved(made, by, converged_at=now, ready_at=now, checked_at=now, mounted_at=now if mounted else None)
    run = Run.objects.create(
        share=share,
        trigger="decision",
        fence=1,
        worker="w",
        outcome="converged",
        finished_at=now,
        planned=2,
        changed=2,
    )
    for position, step in enumerate(PLAN, 1):
        statement(run, position, step["purpose"], step["sql"])
    prove(run, now)
    return share


def statement(run: Run, position: int, purpose: str, sql: str, **fields: Any) -> Statement:
    fields = {"outcome": "ok", "query_id": f"01b2-{position}", "milliseconds": 41, "stage": "build"} | fields
    return Statement.objects.create(run=run, position=position, purpose=purpose, sql=sql, **fields)


def prove(run: Run, newest: datetime, foreign: int = 0) -> Proof:
    names = DatasetObject.objects.filter(dataset__grants__share=run.share, kind="view").values_list(
        "shared_name", flat=True
    )
    readings = [{"name": name, "rows": 48110, "foreign": foreign, "newest": newest.isoformat()} for name in names]
    rows = sum(int(str(item["rows"])) for item in readings)
    words = f"{rows:,} rows read as the consumer, none of another customer."
    return Proof.objects.create(
        share=run.share, run=run, isolated=not foreign, rows=rows, foreign_rows=foreign, words=words, readings=readings
    )
