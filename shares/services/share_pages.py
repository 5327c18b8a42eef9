"""What the pages of one share read: what there is one of comes with the share, in one query, and with it whether there
is any of what most shares have none of, so that only what is there is looked up. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from portal.people.models import User
from portal.people.permissions import Act
from portal.prepared import ANYBODY, ANYTHING, PreparedModels
from shares.models import Ending, Grant, Incident, Look, Move, Proof, Share, ShareRequest
from shares.services import pages, versions, visible

Build = Callable[[QuerySet[Share]], QuerySet[Share]]
_ALONG: tuple[str, ...] = ("newest_proof", "asked__requester", "asked__decided_by", "suspended_by")
_LOOK: tuple[str, ...] = ("newest_look__asked_by",)
# Whom it is for, and in which account: what was asked for a share is found by them.
_HERE = (OuterRef("organization"), OuterRef("consumer_account"))


def find(user: User, public_id: UUID) -> Share | None:
    """For the share's page, what this person may see of it: with what `proof_of` and `asked_of` tell, and whether there
    is any of what is rare. None of what they may not see."""
    return _find(_whole, user, public_id)


def find_for_keepers(user: User, public_id: UUID) -> Share | None:
    """The same for the share's cockpit: with what `look_of` tells."""
    return _find(_for_keepers, user, public_id)


def _find(build: Build, user: User, public_id: UUID) -> Share | None:
    if user.seeing:
        return build(visible.shares(user)).filter(public_id=public_id).first()
    prepared = _prepared(build, visible.reads_all(user, Act.SHARE_READ))
    return prepared.first({ANYBODY: user.pk, ANYTHING: public_id})


@cache
def _prepared(build: Build, everybodys: bool) -> PreparedModels[Share]:
    reader = User(pk=ANYBODY, is_staff=everybodys, is_superuser=everybodys)
    return PreparedModels(lambda: build(visible.shares(reader).filter(public_id=ANYTHING)))


def _whole(shares: QuerySet[Share]) -> QuerySet[Share]:
    proofs = Proof.objects.filter(share=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    asked = pages.approved(*_HERE).values("pk")[:1]
    found = shares.annotate(
        newest_proof=FilteredRelation("proofs", condition=Q(proofs__pk=Subquery(proofs))),
        asked=FilteredRelation(
            "consumer_account__share_requests", condition=Q(consumer_account__share_requests__pk=Subquery(asked))
        ),
        has_endings=_has_endings(),
        has_incidents=_has_incidents(),
        has_moves=Exists(Move.objects.filter(Q(old_share=OuterRef("pk")) | Q(new_share=OuterRef("pk")))),
        has_waiting=Exists(pages.undecided(*_HERE)),
    )
    return found.select_related(*_ALONG)


def _for_keepers(shares: QuerySet[Share]) -> QuerySet[Share]:
    looks = Look.objects.filter(share=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    look = FilteredRelation("looks", condition=Q(looks__pk=Subquery(looks)))
    found = shares.annotate(newest_look=look, has_endings=_has_endings(), has_incidents=_has_incidents())
    return found.select_related(*_LOOK)


def with_endings(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Each with whether it has any, for `endings` to go by."""
    return shares.annotate(has_endings=_has_endings())


def _has_endings() -> Exists:
    return Exists(Ending.objects.filter(share=OuterRef("pk"), undone_at=None))


def _has_incidents() -> Exists:
    return Exists(Incident.objects.filter(share=OuterRef("pk"), closed_at=None))


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
