"""Change a request that waits for its decision. What was answered so far is void: it was about something else."""

from __future__ import annotations

from itertools import product

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.people.models import User
from shares import request_mails
from shares.core.states import RequestKind
from shares.models import ConsumerAccount, Share, ShareRequest
from shares.services import endings, handshakes, move_facts, requests
from shares.services.pairs import Difference, asked
from shares.services.requests import Draft, Refused


def may_change(request: ShareRequest) -> bool:
    """A change, renewal or move of a live share is taken back and asked anew, because the share may have moved on."""
    return request.is_open and request.kind == RequestKind.NEW


def amend(request: ShareRequest, draft: Draft) -> ShareRequest:
    """Put what `draft` says in the place of what was asked, and ask its approvers anew. `draft.requester` is who
    changes it. Raises Refused."""
    identity, provider = requests.check(draft)
    with transaction.atomic():
        locked = ShareRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        if not may_change(locked):
            raise Refused("", _("This request is decided already. Send a new one for what you still need."))
        before = _asked_now(locked)
        if draft.requester in before:
            raise Refused("", _("You were asked to decide this request, so somebody else has to change it."))
        account = requests.account_of(draft.organization, identity)
        share = requests.share_for(draft.organization, account, provider)
        requests.refuse_twin(share, draft.datasets, (RequestKind.NEW, RequestKind.CHANGE), but=locked)
        if objection := endings.objection(share) or move_facts.objection(share):
            raise Refused("", objection)
        if not _differs(locked, draft, account):
            raise Refused("", _("Nothing was changed. Change something, or leave the request as it is."))
        _write(locked, draft, share)
        handshakes.ensure(account, share.provider_account, draft.requester)
        asks = requests.ask_or_settle(locked)
        request_mails.called_off(locked, before - {ask.approver for ask in asks}, "changed")
        data = {
            "account": str(account),
            **requests.told(asked(locked)),
            "until": locked.valid_until,
            "revision": locked.revision,
            "plan_digest": locked.plan_digest,
            "asked": [ask.approver.email for ask in asks],
        }
        record("request.changed", actor=draft.requester, target=locked, organization=locked.organization, data=data)
    return locked


def _asked_now(request: ShareRequest) -> set[User]:
    return {ask.approver for ask in request.asks.filter(revision=request.revision).select_related("approver")}


def _differs(request: ShareRequest, draft: Draft, account: ConsumerAccount) -> bool:
    return (
        set(request.datasets.all()) != set(draft.datasets)
        or set(request.workspaces.all()) != set(draft.workspaces)
        or request.consumer_account_id != account.pk
        or request.valid_until != draft.valid_until
        or request.reason != draft.reason.strip()
    )


def _write(request: ShareRequest, draft: Draft, share: Share) -> None:
    steps = requests.planned(
        lambda: requests.dry_run(share, Difference(tuple(product(draft.datasets, draft.workspaces))))
    )
    request.consumer_account, request.provider_account = share.consumer_account, share.provider_account
    request.reason, request.valid_until = draft.reason.strip(), draft.valid_until
    request.plan_sql, request.plan_digest = steps, requests.digest(steps)
    request.amended_by = draft.requester
    request.revision += 1
    request.save(
        update_fields=[
            "consumer_account", "provider_account", "reason", "valid_until", "plan_sql", "plan_digest", "revision",
            "amended_by",
        ]
    )  # fmt: skip
    request.datasets.set(draft.datasets)
    request.workspaces.set(draft.workspaces)
