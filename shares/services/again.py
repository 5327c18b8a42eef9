"""Asking once more for what was not approved, with everything filled in."""

from __future__ import annotations

from django.urls import reverse

from shares.core.states import RequestKind, RequestState
from shares.models import Share, ShareRequest
from shares.services import move_facts

# What became nothing: the same may be asked again.
LOST = (RequestState.DECLINED, RequestState.WITHDRAWN, RequestState.EXPIRED)
_PAGES = {RequestKind.CHANGE: "share-edit", RequestKind.RENEWAL: "share-renew"}


def path_of(request: ShareRequest) -> str:
    """The form that asks for the same, filled in from `request`."""
    query = f"?again={request.public_id}"
    move = move_facts.of_request(request) if request.kind == RequestKind.MOVE else None
    if move:
        return reverse("share-move", args=[move.old_share.public_id])
    page = _PAGES.get(RequestKind(request.kind))
    share = _share(request) if page else None
    return (reverse(page, args=[share.public_id]) if page and share else reverse("request-new")) + query


def is_lost(request: ShareRequest) -> bool:
    return request.state in LOST and request.kind != RequestKind.ADOPTION


def _share(request: ShareRequest) -> Share | None:
    return Share.data.filter(organization=request.organization_id, consumer_account=request.consumer_account_id).first()
