"""What the pages of requests, shares and approvals show. Reads only, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from portal.audit import pseudonyms
from portal.audit.models import AuditEntry
from portal.audit.record import history
from portal.people.models import User
from shares.core.published import Item
from shares.core.states import RequestKind, RequestState, ShareState
from shares.models import Ask, ConsumerAccount, Dataset, Grant, Proof, RequestLine, Share, ShareRequest, Vote
from shares.models.shares import is_in_force
from shares.services import pairs, trends, versions
from shares.services.status import Story, state_given

# Entries about a share that are told elsewhere on its page (each statement stands in the story).
_UNTOLD = ("share.statement", "share.answered", "share.reconcile_asked", "share.look_asked")


@dataclass(frozen=True)
class ShareRow:
    """One share in a list; `datasets` are their names."""

    share: Share
    state: ShareState
    datasets: tuple[str, ...]
    until: datetime | None


class Granted(NamedTuple):
    """A grant as a list must know it."""

    dataset: str
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None

    def is_in_force(self, now: datetime) -> bool:
        return is_in_force(self.valid_from, self.valid_until, self.revoked_at, now)


@dataclass(frozen=True)
class SharedObject:
    """One object of a share as it was last read by the leak test; a function has no rows of its own."""

    dataset: Dataset
    object: Item
    rows: int | None
    newest: datetime | None


# What a list shows of a share, its customer and its accounts: all else of them is most of the work of a list.
_LISTED = (
    "public_id", "purpose", "created_at", "suspended_at", "closes_at", "taken_back_at", "converged_at", "checked_at",
    "ready_at", "mounted_at", "blocked_at", "organization__public_id", "organization__name",
    "consumer_account__public_id", "consumer_account__organization_id", "consumer_account__snowflake_organization",
    "consumer_account__account_name", "consumer_account__locator", "consumer_account__region",
    "consumer_account__proof",
)  # fmt: skip


def listed(shares: QuerySet[Share]) -> QuerySet[Share]:
    """One page of a list, the newest first, read no further than lists show of it."""
    # By their keys: sorted as whole rows, all shares of a customer would be read for the few that are shown.
    found = Share.objects.filter(pk__in=shares.values("pk")).order_by("-created_at")
    return found.select_related("organization", "consumer_account").only(*_LISTED)


def listed_with_regions(shares: QuerySet[Share]) -> QuerySet[Share]:
    """The same with where each share comes from."""
    found = listed(shares).select_related("organization", "consumer_account", "provider_account")
    return found.only(*_LISTED, "provider_account__region")


def share_rows(shares: Iterable[Share]) -> list[ShareRow]:
    """States, datasets and windows of many shares at once."""
    now, found = timezone.now(), list(shares)
    granted = Grant.objects.filter(share__in=[share.pk for share in found]).order_by()
    grants: dict[int, list[Granted]] = defaultdict(list)
    told = granted.values_list("share_id", "dataset__name", "valid_from", "valid_until", "revoked_at")
    for share, name, begins, ends, revoked in told:
        grants[share].append(Granted(name, begins, ends, revoked))
    return [_share_row(share, grants[share.pk], now) for share in found]


def share_row(share: Share) -> ShareRow:
    """The same of one whose grants were fetched along, with their datasets: asks nothing."""
    known = [Granted(one.dataset.name, one.valid_from, one.valid_until, one.revoked_at) for one in share.grants.all()]
    return _share_row(share, known, timezone.now())


def _share_row(share: Share, grants: list[Granted], now: datetime) -> ShareRow:
    open_ones = [grant for grant in grants if grant.is_in_force(now)]
    state = state_given(share, window_open=bool(open_ones), ever_granted=bool(grants))
    shown = open_ones or grants
    return ShareRow(share, state, tuple(sorted({grant.dataset for grant in shown})), last_until(shown))


def last_until(grants: Iterable[Grant | Granted]) -> datetime | None:
    """When the last window closes; None when one of them has no end."""
    ends = [grant.valid_until for grant in grants]
    return None if None in ends or not ends else max(end for end in ends if end)


def holding(shares: Iterable[Share], dataset: Dataset, *, moving: bool) -> list[Share]:
    """Those of `shares` on which the dataset is granted now, each with whether it has a trend (`has_past`), and, where
    a version is still to come, with what it has of it (`versions.held_of`)."""
    granted = Grant.objects.in_force(timezone.now()).filter(dataset=dataset, share__in=shares)
    found: QuerySet[Share] = Share.objects.filter(pk__in=granted.values("share"))
    found = found.annotate(has_past=trends.has_past())
    found = versions.with_held(found, dataset) if moving else found
    return list(found.select_related("organization", "consumer_account", "provider_account"))


def newest_reason(share: Share) -> str:
    """Why that was asked which gave it what it has."""
    found = approved(share.organization_id, share.consumer_account_id)
    return found.values_list("reason", flat=True).first() or ""


# What is asked for a share names its customer and its account: by their keys, or by what stands for them in a query.
Key = int | OuterRef


def approved(organization: Key, account: Key) -> QuerySet[ShareRequest]:
    """What was approved for a share, the newest first."""
    found = ShareRequest.objects.filter(organization=organization, consumer_account=account)
    return found.filter(state=RequestState.APPROVED).order_by("-decided_at", "-pk")


def undecided(organization: Key, account: Key) -> QuerySet[ShareRequest]:
    """Changes and renewals of a share that nobody has decided yet."""
    found = ShareRequest.objects.filter(organization=organization, consumer_account=account)
    return found.filter(state=RequestState.SUBMITTED, kind__in=(RequestKind.CHANGE, RequestKind.RENEWAL))


def waiting(share: Share) -> list[tuple[ShareRequest, str]]:
    """These, newest first, each with its title, where the share's page has not seen already that there are none."""
    if not getattr(share, "has_waiting", True):
        return []
    found = undecided(share.organization_id, share.consumer_account_id)
    lines: dict[ShareRequest, list[RequestLine]] = defaultdict(list)
    told = RequestLine.objects.filter(request__in=found).select_related("request__requester", "dataset")
    for line in told.order_by("-request__submitted_at", "-request"):
        lines[line.request].append(line)
    return [(request, request.titled_by(mine)) for request, mine in lines.items()]


def newest_asked(account: ConsumerAccount) -> ShareRequest | None:
    """The newest request into an account that is not over."""
    alive = account.share_requests.filter(state__in=(RequestState.SUBMITTED, RequestState.APPROVED))
    return alive.order_by("-submitted_at", "-pk").first()


def grants_shown(share: Share) -> list[Grant]:
    """The grants in force; once none is, all that ever were."""
    return shown(list(share.grants.select_related("dataset__version")))


def shown(grants: list[Grant]) -> list[Grant]:
    """The same of all grants of a share."""
    now = timezone.now()
    return [grant for grant in grants if grant.is_in_force(now)] or grants


def datasets_of(share: Share) -> list[Dataset]:
    """The datasets of the grants shown, each once."""
    return datasets_in(grants_shown(share))


def datasets_in(grants: Iterable[Grant]) -> list[Dataset]:
    return sorted({grant.dataset_id: grant.dataset for grant in grants}.values(), key=str)


def shared_objects(datasets: list[Dataset], held: versions.Held, proof: Proof | None) -> list[SharedObject]:
    """What is granted now (or was, once all has ended), object by object, with the last proof's counts."""
    read = {reading["name"]: reading for reading in (proof.readings if proof else [])}
    return [
        _shared_object(dataset, item, read.get(item.shared_name))
        for dataset in datasets
        for item in held.current[dataset.pk].items
        if item.is_exposed
    ]


def _shared_object(dataset: Dataset, item: Item, read: dict[str, object] | None) -> SharedObject:
    newest, rows = (read.get("newest"), read.get("rows")) if read else (None, None)
    return SharedObject(
        dataset,
        item,
        rows if isinstance(rows, int) else None,
        datetime.fromisoformat(newest) if isinstance(newest, str) else None,
    )


def told_history(share: Share, limit: int = 30) -> list[AuditEntry]:
    """The share's audit entries that its page puts into words, newest first."""
    entries = history(share).select_related("actor").exclude(action__in=_UNTOLD)[:limit]
    called = pseudonyms.as_customers_see(share.organization)
    return pseudonyms.attach(entries, lambda user: user.name or called(user))


def open_asks(user: User) -> QuerySet[Ask]:
    """What waits for this approver's answer: undecided, of the newest revision, not yet voted on."""
    voted = Vote.objects.filter(request=OuterRef("request"), approver=user, revision=OuterRef("revision"))
    return (
        Ask.objects.filter(approver=user, request__state=RequestState.SUBMITTED, revision=F("request__revision"))
        .exclude(Exists(voted))
        .select_related("request__organization", "request__consumer_account", "request__requester")
        .prefetch_related("request__datasets", pairs.lines("request__lines"))
        .order_by("created_at")
    )


def votes_of(user: User) -> QuerySet[Vote]:
    """What this approver answered, newest first."""
    return user.votes.select_related("request__organization", "request__consumer_account").order_by("-created_at")


def with_asks(votes: list[Vote]) -> list[tuple[Vote, Ask | None]]:
    """Each vote with the question that it answered, for its link."""
    asks = Ask.objects.filter(request__in=[vote.request_id for vote in votes])
    found = {(ask.request_id, ask.approver_id, ask.revision): ask for ask in asks}
    return [(vote, found.get((vote.request_id, vote.approver_id, vote.revision))) for vote in votes]


def poll_seconds(story: Story, share: Share | None) -> int:
    """How soon looking at a story again makes sense; 0 means never."""
    chapters = {chapter.code: chapter.status for chapter in story.chapters}
    if not story.moving:
        return 0
    if chapters["approved"] == "now" or chapters.get("owned") == "now":
        return 2 if chapters.get("coded") == "now" else 5
    if chapters.get("added") == "done" or (share and share.blocked_at):
        return 15
    return 2
