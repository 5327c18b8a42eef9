"""Fills a portal for bench.web in a process of its own: `bench.web_rows found DATASETS`, then `grown SHARES`.

What the measured pages tell in full (a share's page, a request's) is made by the portal's own services; the mass
beside it by the thousand. Prints one JSON object: cookies by role, addresses by page, and what their answers hold.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.people.models import Organization, User  # noqa: E402
from shares.core.states import RequestState  # noqa: E402
from shares.models import (  # noqa: E402
    ConsumerAccount,
    Dataset,
    DatasetColumn,
    DatasetObject,
    Grant,
    Incident,
    Proof,
    Reading,
    Run,
    Share,
    ShareRequest,
    Workspace,
)
from shares.models.accounts import ProofKind  # noqa: E402
from shares.services.publishing import publish  # noqa: E402
from tests.web import rows  # noqa: E402
from tests.web.matrix import verify_everybody  # noqa: E402

TOPICS = ("Traffic", "Weather", "Fleet", "Crew", "Fares", "Reference")
OBJECTS, COLUMNS = 3, 12
# Of each customer but the first, who holds a tenth of all.
HELD = 9
WAITING = 20


def found(datasets: int) -> dict[str, Any]:
    """People, a catalog of so many datasets, one share with its whole story and requests that wait."""
    with transaction.atomic():
        house = rows.house()
        # One dataset is the house's own.
        catalog = [_dataset(n, house.dan) for n in range(datasets - 1)]
        _count(house.ua, catalog[:20])
        share = rows.healthy(_asked(house, catalog, "WHOLE"), house.dan)
        waiting = [_asked(house, catalog, f"WAITING{n}") for n in range(WAITING)]
        verify_everybody()
    return {
        "cookies": {name: _cookie(user) for name, user in _people(house).items()},
        "paths": {
            "share": f"/shares/{share.public_id}/",
            "request": f"/requests/{waiting[0].public_id}/",
            "reference": f"/bench/reference/{share.pk}/",
        },
        "account": str(share.consumer_account),
        "number": waiting[0].short_id,
    }


def grown(shares: int) -> dict[str, Any]:
    """So many shares besides, 100 or more: a tenth is the first customer's, of the others each has a few."""
    catalog = list(Dataset.objects.filter(slug__startswith="dataset-").order_by("pk"))
    ada, dan = User.objects.get(email="ada@ua.example"), User.objects.get(email="dan@skyledger.example")
    mine, now = max(30, shares // 10), timezone.now()
    with transaction.atomic():
        _mass(ada.organizations.get(), ada, catalog, dan, 0, mine)
        for start in range(mine, shares, HELD):
            customer = Organization.objects.create(name=f"Customer {start}", slug=f"customer-of-{start}")
            Workspace.objects.create(organization=customer, name=customer.name, tenant_key=f"T{start}")
            person = rows.member(customer, f"p{start}@customer.example")
            _mass(customer, person, catalog, dan, start, min(HELD, shares - start))
        for old in Share.data.order_by("-pk")[:5]:
            Incident.objects.create(share=old, code="strange", words="Not ours.", opened_at=now, seen_at=now)
        verify_everybody()
    return {"held": mine + 1, "all": shares + 1}


def _people(house: rows.House) -> dict[str, User]:
    """The owner of the large customer, an approver and a member of staff, these two with their second step."""
    for user in (house.dan, house.eve):
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    return {"customer": house.ada, "approver": house.dan, "staff": house.eve}


def _cookie(user: User) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={rows.browser(user).cookies[name].value}"


def _dataset(number: int, approver: User) -> Dataset:
    name = f"Dataset {number:03}"
    made = Dataset.objects.create(
        name=name,
        slug=f"dataset-{number:03}",
        summary=f"{name}: what customers read of it, told in one sentence of the usual length.",
        topic=TOPICS[number % len(TOPICS)],
        is_published=True,
    )
    made.provider_accounts.add(rows.provider())
    made.approvers.add(approver)
    for k in range(OBJECTS):
        item = DatasetObject.objects.create(
            dataset=made,
            shared_name=f"D{number}_{k}",
            source_database="LAKE",
            source_schema="NYC",
            source_name=f"D{number}_{k}",
            tenant_column="CARRIER",
        )
        DatasetColumn.objects.bulk_create(
            DatasetColumn(
                object=item,
                position=p,
                name=f"COLUMN_{p}" if p else "CARRIER",
                data_type="VARCHAR",
                description="Told.",
            )
            for p in range(COLUMNS)
        )
    publish(made, None)
    made.refresh_from_db()
    return made


def _count(customer: Organization, datasets: list[Dataset]) -> None:
    now, workspace = timezone.now(), customer.workspaces.get()
    objects = DatasetObject.objects.filter(dataset__in=datasets)
    Reading.objects.bulk_create(
        Reading(object=item, workspace=workspace, rows=48_110, measured_at=now, newest=now) for item in objects
    )


def _asked(house: rows.House, catalog: list[Dataset], name: str) -> ShareRequest:
    """A request of the first customer's for two datasets, as its page made it."""
    return rows.request(house.ada, *catalog[:2], to=rows.account(house.ua, f"CARRIERUA.{name}"))


def _mass(customer: Organization, person: User, catalog: list[Dataset], by: User, first: int, count: int) -> None:
    """`count` mounted shares of one customer, each of two datasets, with the request, run and proof behind it."""
    now, workspace, provider = timezone.now(), customer.workspaces.get(), rows.provider()
    numbers = range(first, first + count)
    accounts = ConsumerAccount.objects.bulk_create(
        ConsumerAccount(
            organization=customer,
            snowflake_organization="MASS",
            account_name=f"A{n}",
            region="AWS_US_EAST_1",
            proof=ProofKind.HANDSHAKE,
            proved_at=now,
        )
        for n in numbers
    )
    made = {"organization": customer, "provider_account": provider}
    reached = {"converged_at": now, "ready_at": now, "checked_at": now, "mounted_at": now}
    shares = Share.objects.bulk_create(Share(consumer_account=to, fence=1, **reached, **made) for to in accounts)
    decided = {"state": RequestState.APPROVED, "decided_at": now, "decided_by": by, "plan_sql": rows.PLAN}
    requests = ShareRequest.objects.bulk_create(
        ShareRequest(requester=person, consumer_account=to, reason="Reporting.", **decided, **made) for to in accounts
    )
    pairs = [(n, catalog[place % len(catalog)]) for n in range(count) for place in (first + n, first + n + 7)]
    ShareRequest.datasets.through.objects.bulk_create(
        ShareRequest.datasets.through(sharerequest=requests[n], dataset=dataset) for n, dataset in pairs
    )
    ShareRequest.workspaces.through.objects.bulk_create(
        ShareRequest.workspaces.through(sharerequest=asked, workspace=workspace) for asked in requests
    )
    window = {"valid_from": now, "valid_until": now + timedelta(days=300)}
    grants = Grant.objects.bulk_create(
        Grant(share=shares[n], request=requests[n], dataset=dataset, **window) for n, dataset in pairs
    )
    Grant.workspaces.through.objects.bulk_create(
        Grant.workspaces.through(grant=grant, workspace=workspace) for grant in grants
    )
    ended = {"outcome": Run.Outcome.CONVERGED, "finished_at": now, "planned": 2, "changed": 2}
    runs = Run.objects.bulk_create(
        Run(share=share, trigger="decision", fence=1, worker="w", **ended) for share in shares
    )
    words = "48,110 rows read as the consumer, none of another customer."
    Proof.objects.bulk_create(
        Proof(
            share=run.share, run=run, isolated=True, rows=48_110, foreign_rows=0, words=words, readings=_readings(now)
        )
        for run in runs
    )


def _readings(now: datetime) -> list[dict[str, object]]:
    return [{"name": f"D0_{k}", "rows": 16_036, "foreign": 0, "newest": now.isoformat()} for k in range(OBJECTS)]


if __name__ == "__main__":
    print(json.dumps({"found": found, "grown": grown}[sys.argv[1]](int(sys.argv[2]))))
