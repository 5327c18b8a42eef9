"""What a share's own page reads: what there is one of comes with the share, in one query, and with it whether there is
any of what most shares have none of, so that only what is there is looked up. Reads only.
"""

from __future__ import annotations

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from shares.models import Ending, Grant, Incident, Move, Proof, Share, ShareRequest
from shares.services import pages, versions

_ALONG: tuple[str, ...] = ("newest_proof", "asked__requester", "asked__decided_by", "suspended_by")


def whole(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Each with what `proof_of` and `asked_of` tell, and with what endings, moves, incidents and pages ask before they
    look: has_endings, has_moves, has_incidents, has_waiting."""
    here = (OuterRef("organization"), OuterRef("consumer_account"))
    proofs = Proof.objects.filter(share=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    asked = pages.approved(*here).values("pk")[:1]
    found = shares.annotate(
        newest_proof=FilteredRelation("proofs", condition=Q(proofs__pk=Subquery(proofs))),
        asked=FilteredRelation(
            "consumer_account__share_requests", condition=Q(consumer_account__share_requests__pk=Subquery(asked))
        ),
        has_endings=Exists(Ending.objects.filter(share=OuterRef("pk"), undone_at=None)),
        has_moves=Exists(Move.objects.filter(Q(old_share=OuterRef("pk")) | Q(new_share=OuterRef("pk")))),
        has_incidents=Exists(Incident.objects.filter(share=OuterRef("pk"), closed_at=None)),
        has_waiting=Exists(pages.undecided(*here)),
    )
    return found.select_related(*_ALONG)


def proof_of(share: Share) -> Proof | None:
    """Its newest."""
    return getattr(share, "newest_proof", None)


def asked_of(share: Share) -> ShareRequest | None:
    """The request that gave it what it has: the newest that was approved."""
    return getattr(share, "asked", None)


def grants_of(share: Share) -> list[Grant]:
    """All that it ever had, each with its dataset and whether a version of that is still to come to anybody."""
    return list(share.grants.select_related("dataset__version").annotate(is_moving=versions.is_moving("dataset")))
