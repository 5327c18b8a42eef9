"""What the provider's staff search for: shares, requests, customers, incidents and runs, narrowed by words and facts;
and customers among their own shares. Reads only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from portal.people.models import Organization, User
from shares.core.states import RequestState, ShareState
from shares.models import Grant, Incident, ProviderAccount, Run, Share, ShareRequest
from shares.services import visible
from shares.services.share_states import in_state, state_of_each

LATE = "late"
_ID = re.compile(r"(?:s_)?([0-9a-f]{8,32})")
_ACCOUNT = ("snowflake_organization", "account_name", "locator")

Said = dict[str, Any]
Row = TypeVar("Row", bound=Model)


def late_since() -> datetime:
    """Requests from before this moment wait longer than they should."""
    return timezone.now() - timedelta(hours=settings.FIRN_ANSWER_HOURS)


def regions() -> list[str]:
    """Where the provider has accounts."""
    return sorted(set(ProviderAccount.objects.order_by().values_list("region", flat=True)))


def shares(user: User, said: Said) -> QuerySet[Share]:
    found = visible.shares(user)
    if said.get("state"):
        found = in_state(found, ShareState(said["state"]))
    if said.get("region"):
        found = found.filter(provider_account__region=said["region"])
    fields = ("organization__name", "adopted_name", *_under("consumer_account"))
    return _with_words(found, said, fields, "public_id", _holding)


def with_states(found: QuerySet[Share]) -> QuerySet[Share]:
    """For a file: each with its state, so that no grant has to be looked at row by row."""
    return found.annotate(state=state_of_each())


def requests(user: User, said: Said) -> QuerySet[ShareRequest]:
    found = visible.requests(user)
    if said.get("state") == LATE:
        found = found.filter(state=RequestState.SUBMITTED, submitted_at__lt=late_since())
    elif said.get("state"):
        found = found.filter(state=said["state"])
    if said.get("kind"):
        found = found.filter(kind=said["kind"])
    fields = ("organization__name", "requester__email", "requester__name", *_under("consumer_account"))
    return _with_words(found, said, fields, "public_id")


def customers(user: User, said: Said) -> QuerySet[Organization]:
    """Organizations with how many people and shares they have; `user` is of the staff, who see all."""
    found = Organization.objects.order_by("name", "pk").annotate(
        people=Count("memberships", distinct=True),
        held=Count("shares", distinct=True, filter=Q(shares__in=visible.shares(user).order_by().values("pk"))),
    )
    if said.get("state"):
        found = found.filter(is_active=said["state"] == "active")
    fields = ("name", "slug", "workspaces__tenant_key", "memberships__user__email")
    words = str(said.get("q") or "").split()
    for word in words:
        # By their ids, or the counts would multiply.
        found = found.filter(pk__in=Organization.objects.filter(_any(fields, word)).values("pk"))
    return found


def incidents(user: User, said: Said) -> QuerySet[Incident]:
    """Those of the shares that the reader sees, the newest first."""
    found = Incident.objects.select_related("share__organization", "share__consumer_account")
    found = found.filter(share__in=visible.shares(user).order_by().values("pk"))
    if said.get("state"):
        found = found.filter(closed_at__isnull=said["state"] == "open")
    if said.get("whose"):
        found = found.filter(for_customer=said["whose"] == "customer")
    fields = ("words", "code", "share__organization__name", *_under("share__consumer_account"))
    return _with_words(found, said, fields, "share__public_id")


def runs(user: User, said: Said) -> QuerySet[Run]:
    """Every run, also of a share that only carries the code of a proof."""
    found = Run.objects.select_related("share__organization", "share__consumer_account")
    for field in ("outcome", "trigger"):
        if said.get(field):
            found = found.filter(**{field: said[field]})
    if said.get("did"):
        found = found.filter(drift=True) if said["did"] == "drift" else found.filter(changed__gt=0)
    fields = ("words", "share__organization__name", *_under("share__consumer_account"))
    return _with_words(found, said, fields, "share__public_id")


def _under(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}__{field}" for field in _ACCOUNT)


def _any(fields: tuple[str, ...], word: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _with_words(
    found: QuerySet[Row],
    said: Said,
    fields: tuple[str, ...],
    public_id: str,
    besides: Callable[[str], Q] = lambda _word: Q(),
) -> QuerySet[Row]:
    """Each word in one of the fields, or an id as pages and Snowflake print it; an account as ORG.ACCOUNT, too."""
    for word in str(said.get("q") or "").replace(".", " ").split():
        found = found.filter(_any(fields, word) | _by_id(public_id, word) | besides(word))
    return found


def _holding(word: str) -> Q:
    """Shares on which a dataset of such a name was granted."""
    return Q(pk__in=Grant.objects.filter(dataset__name__icontains=word).order_by().values("share"))


def _by_id(field: str, word: str) -> Q:
    digits = _ID.fullmatch(word.lower().replace("-", ""))
    if not digits:
        return Q()
    told = digits.group(1)
    return Q(**{field: UUID(told)}) if len(told) == 32 else Q(**{f"{field}__startswith": told[:8]})
