"""The share of a request's story, with what the story tells of it. Reads only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least, Now

from portal.prepared import PreparedModels
from shares.models import Ending, Grant, Proof, Run, Share, ShareRequest

# Stand-ins for what is asked of a request.
_REQUEST, _CUSTOMER, _ACCOUNT, _DECIDED = -2, -3, -4, datetime(1970, 1, 1, tzinfo=UTC)
_ALONG: tuple[str, ...] = ("organization", "consumer_account", "provider_account")
_ALONG += ("let_in", "told_proof", "ended_by__by", "revoked__revoked_by")
# When a grant was over: it was revoked, its window closed, or both, and then what came first.
_END = Least(Coalesce("revoked_at", "valid_until"), Coalesce("valid_until", "revoked_at"))


def share_in_story(request: ShareRequest) -> Share | None:
    """The share that an approved request asks for: it exists from the asking on, and is physical only after a decision.

    With it comes what the story tells of it: `let_in`, the first run since the decision that let the customer in;
    `told_proof`, the newest proof until then; whether anything that the request gave still stands or is to come
    (`has_standing`), when the last of it was over (`over`, None where it gave nothing), `ended_by`, the newest ending
    that took something of it, and `revoked`, the first grant that somebody revoked.
    """
    meant = {
        _REQUEST: request.pk,
        _CUSTOMER: request.organization_id,
        _ACCOUNT: request.consumer_account_id,
        _DECIDED: request.decided_at,
    }
    return _IN_STORY.first(meant)


def _in_story() -> QuerySet[Share]:
    shares = Share.data.filter(organization=_CUSTOMER, consumer_account=_ACCOUNT)
    runs = Run.objects.filter(share__in=shares, started_at__gte=_DECIDED)
    # What was built before the account was proved let nobody in.
    well = runs.filter(outcome=Run.Outcome.CONVERGED, finished_at__gte=F("share__consumer_account__proved_at"))
    proofs = Proof.objects.filter(run__in=runs).exclude(Exists(well.filter(pk__lt=OuterRef("run")))).order_by("-pk")
    given = Grant.objects.filter(request=_REQUEST)
    endings = Ending.objects.filter(undone_at=None, taken__grant__in=given).order_by("-pk")
    revoked = given.filter(revoked_at__isnull=False).order_by("dataset__name")
    found = shares.annotate(
        let_in=FilteredRelation("runs", condition=Q(runs__pk=_first(well.order_by("pk")))),
        told_proof=FilteredRelation("proofs", condition=Q(proofs__pk=_first(proofs))),
        ended_by=FilteredRelation("endings", condition=Q(endings__pk=_first(endings))),
        revoked=FilteredRelation("grants", condition=Q(grants__pk=_first(revoked))),
        has_standing=Exists(given.not_over(Now())),
        over=Subquery(given.order_by().values("request").annotate(over=Max(_END)).values("over")),
    )
    return found.select_related(*_ALONG)


def _first(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.values("pk")[:1])


_IN_STORY = PreparedModels(_in_story)
