"""What the pages of one share read: what there is one of comes with the share, in one query, and with it whether there
is any of what most shares have none of, so that only what is there is looked up. Reads only.
"""

from __future__ import annotations

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from shares.models import Ending, Grant, Incident, Look, Move, Proof, Share, ShareRequest
from shares.services import pages, versions

_ALONG: tuple[str, ...] = ("newest_proof", "asked__requester", "asked__decided_by", "suspended_by")
_LOOK: tuple[str, ...] = ("newest_look__asked_by",)
# Whom it is for, and in which account: what was asked for a share is found by them.
_HERE = (OuterRef("organization"), OuterRef("consumer_account"))


def whole(shares: QuerySet[Share]) -> QuerySet[Share]:
    """For the share's page: each with what `proof_of` and `asked_of` tell, and what `seen` does."""
    proofs = Proof.objects.filter(share=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    asked = pages.approved(*_HERE).values("pk")[:1]
    found = seen(shares).annotate(
        newest_proof=FilteredRelation("proofs", condition=Q(proofs__pk=Subquery(proofs))),
        asked=FilteredRelation(
            "consumer_account__share_requests", condition=Q(consumer_account__share_requests__pk=Subquery(asked))
        ),
    )
    return found.select_related(*_ALONG)


def for_keepers(shares: QuerySet[Share]) -> QuerySet[Share]:
    """For the share's cockpit: each with what `look_of` tells, and what `seen` does."""
    looks = Look.objects.filter(share=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    look = FilteredRelation("looks", condition=Q(looks__pk=Subquery(looks)))
    return seen(shares).annotate(newest_look=look).select_related(*_LOOK)


def seen(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Each with whether there is any of what most have none of: endings, moves, incidents and pages go by it."""
    return shares.annotate(
        has_endings=Exists(Ending.objects.filter(share=OuterRef("pk"), undone_at=None)),
        has_moves=Exists(Move.objects.filter(Q(old_share=OuterRef("pk")) | Q(new_share=OuterRef("pk")))),
        has_incidents=Exists(Incident.objects.filter(share=OuterRef("pk"), closed_at=None)),
        has_waiting=Exists(pages.undecided(*_HERE)),
    )


def proof_of(share: Share) -> Proof | None:
    """Its newest."""
    return getattr(share, "newest_proof", None)


def look_of(share: Share) -> Look | None:
    """The newest dry run of it."""
    return getattr(share, "newest_look", None)


def asked_of(share: Share) -> ShareRequest | None:
    """The request that gave it what it has: the newest that was approved."""
    return getattr(share, "asked", None)


def grants_of(share: Share) -> list[Grant]:
    """All that it ever had, each with its dataset and whether a version of that is still to come to anybody."""
    return list(share.grants.select_related("dataset__version").annotate(is_moving=versions.is_moving("dataset")))
