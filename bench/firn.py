"""The portal in a process of its own, told what to do on standard input: one JSON object a line, one answer each.

Rows are made by the portal's own services, as its pages do it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q.models import OrmQ  # noqa: E402

from portal.people.models import Membership, Organization, Role, User  # noqa: E402
from shares.core.accounts import parse  # noqa: E402
from shares.models import (  # noqa: E402
    ConsumerAccount,
    Dataset,
    DatasetObject,
    ProviderAccount,
    Run,
    Share,
    ShareRequest,
    Statement,
    Workspace,
)
from shares.models.accounts import ProofKind  # noqa: E402
from shares.services import approvals, bell, requests, watch  # noqa: E402
from shares.services import reconcile as reconciling  # noqa: E402
from shares.services.publishing import publish  # noqa: E402
from shares.services.reconcile import reconcile  # noqa: E402
from tests.web.matrix import verify_everybody  # noqa: E402
from tests.web.rows import browser  # noqa: E402

VIEWS = 5


def rows(count: int) -> dict[str, Any]:
    """A catalog of one dataset, and `count` customers who asked for it."""
    provider = ProviderAccount.objects.create(
        name="US East",
        snowflake_organization="ACME",
        account_name="DATA",
        region="AWS_US_EAST_1",
        connection_name="data",
    )
    approver = User.objects.create_user("dan@provider.test", name="Dan", is_staff=True)
    dataset = Dataset.objects.create(slug="flights", name="Flights", summary="Yours.", is_published=True)
    dataset.provider_accounts.add(provider)
    dataset.approvers.add(approver)
    for k in range(VIEWS):
        _view(dataset, f"FLIGHTS_{k}")
    publish(dataset, None)
    dataset.refresh_from_db()
    for n in range(count):
        _request(n, dataset)
    return {}


def _view(dataset: Dataset, name: str) -> None:
    item = DatasetObject.objects.create(
        dataset=dataset,
        shared_name=name,
        source_database="LAKE",
        source_schema="NYC",
        source_name="FLIGHTS",
        tenant_column="CARRIER",
        freshness_column="TIME_HOUR",
    )
    for position, column in enumerate(("CARRIER", "FLIGHT", "TIME_HOUR"), start=1):
        item.columns.create(position=position, name=column)


def _request(n: int, dataset: Dataset) -> None:
    person = User.objects.create_user(f"p{n}@customer.test", name=f"Person {n}")
    organization = Organization.objects.create(name=f"Customer {n}", slug=f"customer-{n}")
    Membership.objects.create(organization=organization, user=person, role=Role.OWNER)
    workspace = Workspace.objects.create(organization=organization, name=f"Customer {n}", tenant_key=f"T{n}")
    identity = parse(f"CUST.C{n}", "AWS_US_EAST_1")
    # Proved before: sending a code to an account that is not is a share of its own, which no peer makes.
    ConsumerAccount.objects.create(
        organization=organization,
        snowflake_organization=identity.organization,
        account_name=identity.account,
        region=identity.region,
        proof=ProofKind.HANDSHAKE,
        proved_at=timezone.now(),
    )
    requests.submit(requests.Draft(organization, person, [dataset], [workspace], identity, "Reporting."))


def approve(first: int, count: int) -> dict[str, Any]:
    """Decide so many requests, in the order in which they came."""
    approver = User.objects.get(email="dan@provider.test")
    for request in ShareRequest.objects.order_by("pk")[first : first + count]:
        approvals.decide(request, approver, "approve", channel="session", revision=request.revision)
    return {}


def run(first: int, count: int) -> dict[str, Any]:
    """Reconcile so many shares in this process, one after the other. `changing` is the part of the seconds in which
    changing statements were written down, sent, waited for and their outcome written down; in so many `rounds`."""
    _changes.clear()
    before = time.perf_counter()
    for share in Share.objects.order_by("pk")[first : first + count]:
        done = reconcile(share.pk, Run.Trigger.DECISION)
        if done is None or done.outcome != Run.Outcome.CONVERGED:
            return {"wrong": f"{share}: {done.words if done else 'busy'}"}
    seconds = time.perf_counter() - before
    return {"seconds": seconds, "changing": sum(_changes), "rounds": len(_changes)}


# Seconds of each wave of changes in this process.
_changes: list[float] = []


def _timed(change: Callable[..., None]) -> Callable[..., None]:
    def timed(*arguments: Any, **named: Any) -> None:
        before = time.perf_counter()
        change(*arguments, **named)
        _changes.append(time.perf_counter() - before)

    return timed


reconciling.change = _timed(reconciling.change)  # type: ignore[attr-defined]


def wait(count: int, limit: float) -> dict[str, Any]:
    """Until the workers have brought `count` shares to rest."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        done = Share.objects.filter(converged_at__isnull=False).count()
        blocked = Share.objects.filter(blocked_at__isnull=False).first()
        if blocked:
            return {"wrong": f"{blocked}: {blocked.blocked_reason}"}
        if done >= count:
            return {}
        time.sleep(0.1)
    return {"wrong": f"{done} of {count} shares came to rest within {limit:.0f} s"}


def quiet(limit: float) -> dict[str, Any]:
    """Until nothing waits in the queue: what was asked for is counted then, and each mail was tried."""
    _until(lambda: not OrmQ.objects.exists(), limit)
    return {"wrong": f"something waited in the queue for {limit:.0f} s"} if OrmQ.objects.exists() else {}


def ring(count: int, kind: str) -> dict[str, Any]:
    """Ring so often for nothing: for a share that needs nothing, or for a reading that is not there (`kind`); nobody
    hears it before `rung`.

    After rings for a share comes one other task, because such rings are gone when they are taken, not when they are
    done.
    """
    from shares.jobs import queue

    share = Share.objects.get()
    Share.objects.update(next_check_at=None, rung_at=None)
    OrmQ.objects.all().delete()
    before = time.perf_counter()
    for _ in range(count):
        if kind == "share":
            queue.ring(share.pk, Run.Trigger.CHECK)
        else:
            queue.ring_reading(0)
    seconds = time.perf_counter() - before
    queue.ring_reading(0)
    OrmQ.objects.update(lock=timezone.now() + timedelta(hours=1))
    return {"seconds": seconds}


def warm(limit: float) -> dict[str, Any]:
    """Have every process of a worker do something once."""
    from shares.jobs import queue

    share, held = Share.objects.get(), OrmQ.objects.count()
    for _ in range(40):
        queue.ring(share.pk, Run.Trigger.CHECK)
        queue.ring_reading(0)
    _until(lambda: OrmQ.objects.count() <= held, limit)
    time.sleep(1)
    return {}


def rung(count: int, limit: float) -> dict[str, Any]:
    """Let all rings be heard, until they were carried out: seconds from the first to the last."""
    first, until = 0.0, time.monotonic() + limit
    ids = OrmQ.objects.aggregate(first=Min("pk"), last=Max("pk"))
    rings = OrmQ.objects.filter(pk__gte=ids["first"], pk__lte=ids["last"])
    OrmQ.objects.filter(lock__gt=timezone.now() + timedelta(minutes=30)).update(lock=timezone.now())
    while time.monotonic() < until:
        left = rings.count()
        if left <= count and not first:
            first = time.perf_counter()
        if not left:
            return {"seconds": time.perf_counter() - first}
        time.sleep(0.02)
    return {"wrong": f"{left} of {count} rings were not carried out"}


def fair(count: int, limit: float) -> dict[str, Any]:
    """Ring for all shares, of which all but the last are the first one's; and for that when the others are at work."""
    *many, one = Share.objects.order_by("pk")
    Share.objects.exclude(pk=one.pk).update(organization=many[0].organization)
    newest = Run.objects.latest("pk").pk
    for share in many:
        bell.wake(share.pk, Run.Trigger.STAFF)
    _until(lambda: Run.objects.filter(pk__gt=newest).count() > 2, limit)
    bell.wake(one.pk, Run.Trigger.STAFF)
    rung_at = Share.objects.get(pk=one.pk).rung_at or timezone.now()
    _until(lambda: one.runs.filter(pk__gt=newest).exists(), limit)
    own = one.runs.filter(pk__gt=newest).earliest("pk")
    between = Run.objects.filter(started_at__gt=rung_at, pk__lt=own.pk)
    left = Share.objects.filter(rung_at__isnull=False).count()
    return {"overtaken": between.count(), "left": left} if left else {"wrong": f"all {count} were done too soon to see"}


def _until(true: Callable[[], bool], limit: float) -> None:
    until = time.monotonic() + limit
    while not true() and time.monotonic() < until:
        time.sleep(0.02)


def check() -> dict[str, Any]:
    """One check of the provider account: how it went, this process's peak memory, which shares it made due."""
    account = ProviderAccount.objects.get()
    began, before = timezone.now(), time.perf_counter()
    words = watch.check(account.pk)
    seconds = time.perf_counter() - before
    due = Share.objects.filter(next_check_at__gte=began, next_check_at__lte=timezone.now())
    names = [share.name for share in due]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = re.search(r"([\d,]+) to be looked at closely", words)
    moved = int(found[1].replace(",", "")) if found else -1
    return {"seconds": seconds, "words": words, "moved": moved, "due": names, "mib": round(peak)}


def visitors() -> dict[str, Any]:
    """Cookies of a superuser with a second step and of the first customer; where that one's share stands, and what."""
    staff = User.objects.create_superuser("eve@provider.test", name="Eve")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": ""})
    verify_everybody()
    share, customer = Share.data.earliest("pk"), User.objects.get(email="p0@customer.test")
    name = settings.SESSION_COOKIE_NAME
    people = {"staff": staff, "customer": customer}
    cookies = {who: f"{name}={browser(user).cookies[name].value}" for who, user in people.items()}
    return {**cookies, "share": f"/shares/{share.public_id}/", "account": str(share.consumer_account)}


def names() -> dict[str, Any]:
    return {"names": [share.name for share in Share.objects.order_by("pk")]}


def milliseconds() -> dict[str, Any]:
    """What the newest run waited for Snowflake, statement by statement."""
    newest = Run.objects.order_by("-pk")[0]
    found = Statement.objects.filter(run=newest).order_by("position").values_list("purpose", "milliseconds")
    return {"statements": list(found)}


_VERBS: dict[str, Callable[..., dict[str, Any]]] = {
    "rows": rows,
    "approve": approve,
    "run": run,
    "wait": wait,
    "quiet": quiet,
    "check": check,
    "visitors": visitors,
    "names": names,
    "ring": ring,
    "rung": rung,
    "warm": warm,
    "fair": fair,
    "milliseconds": milliseconds,
}


def main() -> None:
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        print(json.dumps(_VERBS[verb](*arguments)), flush=True)


if __name__ == "__main__":
    main()
