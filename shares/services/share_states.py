"""The states of many shares as conditions for the database. `shares.core.states.share_state` says what a state is; a
test holds the two together."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from shares.core.states import ShareState
from shares.models import ConsumerAccount, Grant, Share
from shares.models.accounts import ProofKind


def conditions(prefix: str = "") -> dict[ShareState, Q]:
    """In the order in which they are asked: a share is in the first that holds. `prefix` leads to the share."""

    def said(**fields: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in fields.items()})

    # Sets that do not depend on the row: the database reads each once, not once for each share.
    is_open = said(pk__in=Grant.objects.in_force(timezone.now()).values("share"))
    ever = said(pk__in=Grant.objects.values("share"))
    resting = said(converged_at__isnull=False)
    unproved = ConsumerAccount.objects.filter(proof=ProofKind.NONE).values("pk")
    return {
        ShareState.ENDED: said(taken_back_at__isnull=False) & ~is_open,
        ShareState.WAITING: ~ever,
        ShareState.ENDING: ~is_open,
        ShareState.BLOCKED: said(blocked_at__isnull=False),
        ShareState.SUSPENDED: said(suspended_at__isnull=False),
        ShareState.UNPROVED: ~resting & said(consumer_account__in=unproved),
        ShareState.REPAIRING: ~resting & said(ready_at__isnull=False),
        ShareState.PROVISIONING: ~resting,
        ShareState.MOUNTED: said(mounted_at__isnull=False),
        ShareState.READY: Q(),
    }


def state_of_each(prefix: str = "") -> Case:
    """The state as a value of the row."""
    *most, (last, _) = conditions(prefix).items()
    whens = [When(condition, then=Value(state.value)) for state, condition in most]
    return Case(*whens, default=Value(last.value), output_field=CharField())


def in_state(shares: QuerySet[Share], state: ShareState) -> QuerySet[Share]:
    """Those of `shares` that are in `state`."""
    earlier = Q()
    for one, condition in conditions().items():
        if one is state:
            return shares.filter(condition & earlier)
        earlier &= ~condition
    raise KeyError(state)


# The same, coarser, of shares that something was granted on: told by their own columns, so that the grants of a
# customer's thousands are not read. `closes_at` stands for windows that are over; the worker writes it within seconds.
_ALIVE = Q(taken_back_at=None)
_TROUBLED = Q(closes_at__isnull=False) | Q(blocked_at__isnull=False) | Q(suspended_at__isnull=False)
UNWELL = _ALIVE & (_TROUBLED | Q(converged_at=None))
UNPROVED = _ALIVE & ~_TROUBLED & Q(converged_at=None, consumer_account__proof=ProofKind.NONE)
BUILDING = _ALIVE & ~_TROUBLED & Q(converged_at=None, ready_at=None) & ~Q(consumer_account__proof=ProofKind.NONE)
WELL = _ALIVE & ~_TROUBLED & Q(converged_at__isnull=False)
READY = WELL & Q(mounted_at=None)
READABLE = _ALIVE & ~_TROUBLED & Q(ready_at__isnull=False)
