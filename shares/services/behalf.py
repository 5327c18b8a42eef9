"""On whose behalf a run changes a share: the decisions that what it brings about stands on."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from shares.models import Handshake, Share, ShareRequest, Vote
from shares.models.shares import Purpose

# An entry stays readable; the share's own history names the others.
MOST = 10


def told(share: Share) -> list[dict[str, Any]]:
    """For the audit entries of its statements, the newest first: each with `why` and who decided it, by address (the
    log keeps numbers). Requests say who asked, who (or which rule) approved, and the digest of the plan that was
    approved. Five queries at most.
    """
    if share.purpose == Purpose.HANDSHAKE:
        code = Handshake.objects.filter(share=share).select_related("started_by").first()
        return [{"why": "a code to prove the account", "by": code.started_by.email}] if code else []
    orders = [*_suspension(share), *_endings(share), *_taken_out(share)]
    return (orders + _requests(share))[:MOST]


def _suspension(share: Share) -> list[dict[str, Any]]:
    # Read anew: a share may be closed while its run works.
    closed = Share.objects.filter(pk=share.pk, suspended_at__isnull=False).select_related("suspended_by").first()
    if closed is None:
        return []
    return [{"why": "suspension", "by": closed.suspended_by.email if closed.suspended_by else "the leak test"}]


def _endings(share: Share) -> list[dict[str, Any]]:
    standing = share.endings.filter(undone_at=None).select_related("by")
    return [{"why": "ending", "by": ending.by.email} for ending in standing[:MOST]]


def _taken_out(share: Share) -> list[dict[str, Any]]:
    """What somebody took away since the share was last as it should be."""
    gone = share.grants.filter(revoked_by__isnull=False).select_related("revoked_by", "dataset")
    if share.converged_at:
        gone = gone.filter(revoked_at__gte=share.converged_at)
    return [
        {"why": f"{grant.dataset} taken out", "by": grant.revoked_by.email}
        for grant in gone.order_by("-revoked_at")[:MOST]
        if grant.revoked_by
    ]


def _requests(share: Share) -> list[dict[str, Any]]:
    standing = share.grants.not_over(timezone.now()).values("request")
    found = list(
        ShareRequest.objects.filter(pk__in=standing).select_related("requester", "decided_by").order_by("-pk")[:MOST]
    )
    approved = Q(answer=Vote.Answer.APPROVE, request__in=found)
    votes = list(Vote.objects.filter(approved).select_related("approver", "request").order_by("pk"))
    return [
        {
            "why": f"request {request.public_id}",
            "by": request.requester.email,
            "approved_by": [
                vote.approver.email
                for vote in votes
                if vote.request_id == request.pk and vote.revision == request.revision
            ]
            or [request.decided_by.email if request.decided_by else request.decided_rule],
            "plan_digest": request.plan_digest,
        }
        for request in found
    ]
