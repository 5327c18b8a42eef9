"""Who has what, since when and until when; and the quarterly question to owners whether it is still needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import Organization, User
from shares import mails
from shares.models import AccessReview, Dataset, Grant, Share
from shares.services import catalog_pages, versions, visible

# A share that somebody asked for this month need not be asked about.
SETTLED = timedelta(days=60)
BATCH = 20
HEADING = (
    "customer", "account", "region", "dataset", "workspaces", "since", "until", "requested_by", "approved_by",
    "last_check", "mounted_since", "reviewed",
)  # fmt: skip


class NothingAsked(Exception):
    """There is no open question about this share; the message says so."""


@dataclass(frozen=True)
class Access:
    """One share with what is granted on it now; `review` is the newest question about it, `same_for_all` the ids of the
    datasets in which nothing is the customer's own."""

    share: Share
    grants: tuple[Grant, ...]
    review: AccessReview | None
    same_for_all: frozenset[int] = frozenset()

    @property
    def is_asked(self) -> bool:
        return self.review is not None and self.review.kept_at is None


def quarter_of(day: date) -> str:
    """`2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def open_shares(user: User) -> QuerySet[Share]:
    """Shares this person may see on which something is granted now, by customer."""
    in_force = Grant.objects.in_force(timezone.now())
    found = visible.shares(user).filter(pk__in=in_force.values("share"))
    return found.order_by("organization__name", "pk")


def access(shares: Iterable[Share]) -> Iterator[Access]:
    """What is granted now on each of `shares`, in a number of queries that does not grow."""
    listed = list(shares)
    in_force = Grant.objects.in_force(timezone.now()).filter(share__in=listed)
    known = in_force.select_related("dataset", "request__requester", "request__decided_by").prefetch_related(
        "workspaces"
    )
    granted: dict[int, list[Grant]] = {}
    for grant in known.order_by("dataset__name", "pk"):
        granted.setdefault(grant.share_id, []).append(grant)
    newest = {review.share_id: review for review in AccessReview.objects.filter(share__in=listed).order_by("quarter")}
    same_for_all = _same_for_all({grant.dataset_id for grants in granted.values() for grant in grants})
    for share in listed:
        yield Access(share, tuple(granted.get(share.pk, ())), newest.get(share.pk), same_for_all)


def _same_for_all(datasets: Iterable[int]) -> frozenset[int]:
    """Those of reference data alone: a workspace narrows nothing in them."""
    known = catalog_pages.with_version(Dataset.objects.filter(pk__in=datasets))
    kinds = {dataset.pk: catalog_pages.kind_of(versions.exposed(dataset)) for dataset in known}
    return frozenset(pk for pk, kind in kinds.items() if kind == catalog_pages.REFERENCE)


def table(shares: Iterable[Share]) -> Iterator[list[str | datetime | None]]:
    """A row for each grant, by the columns of HEADING."""
    for item in access(shares):
        share, review = item.share, item.review
        for grant in item.grants:
            yield [
                share.organization.name,
                str(share.consumer_account),
                share.consumer_account.region,
                grant.dataset.name,
                _whose(item, grant),
                grant.valid_from,
                grant.valid_until,
                grant.request.requester.display_name,
                grant.request.decider,
                share.checked_at,
                share.mounted_at,
                review.kept_at if review else None,
            ]


def _whose(item: Access, grant: Grant) -> str:
    if grant.dataset_id in item.same_for_all:
        return "reference data"
    return " ".join(workspace.tenant_key for workspace in grant.workspaces.all())


def keep(share: Share, by: User) -> None:
    """An owner says that it is still needed. Raises NothingAsked."""
    with transaction.atomic():
        answered = AccessReview.objects.filter(share=share, kept_at__isnull=True).update(kept_at=Now(), kept_by=by)
        if not answered:
            raise NothingAsked(_("Nobody asks about this share now; it goes on as it is."))
        record("share.kept", actor=by, target=share, organization=share.organization)


def ask_due() -> int:
    """Ask the owners of each organization once a quarter; how many organizations were asked now."""
    quarter = quarter_of(timezone.now().date())
    due = _unasked(quarter)
    asked = 0
    for organization_id in list(due.order_by("organization").values_list("organization", flat=True).distinct()[:BATCH]):
        with transaction.atomic():
            # Two sweeps at once: the second waits here and finds nothing left to ask.
            organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
            shares = list(_unasked(quarter).filter(organization=organization).order_by("pk"))
            AccessReview.objects.bulk_create([AccessReview(share=share, quarter=quarter) for share in shares])
            if shares:
                mails.access_review(organization, list(access(shares)), quarter)
                record(
                    "organization.access_review_asked",
                    target=organization,
                    organization=organization,
                    data={"quarter": quarter, "shares": [share.name for share in shares]},
                )
                asked += 1
    return asked


def _unasked(quarter: str) -> QuerySet[Share]:
    now = timezone.now()
    return (
        Share.objects.filter(
            pk__in=Grant.objects.in_force(now).values("share"),
            ready_at__lt=now - SETTLED,
            organization__is_active=True,
        )
        .exclude(reviews__quarter=quarter)
        .select_related("organization", "consumer_account")
    )
