"""An approver whom mail does not reach: the backups are asked besides, and those who run the portal are told. A request
that nobody decides whom mail reaches is an incident."""

from __future__ import annotations

from typing import Any

from portal.audit.record import record
from portal.mail import marking
from portal.mail.models import MarkedAddress
from portal.people.models import User
from shares import mails
from shares.core.findings import NOBODY_REACHED, Finding
from shares.core.said import Said
from shares.core.states import RequestState
from shares.models import Ask, Dataset, Incident, Share, ShareRequest
from shares.services import incidents, policies, requests

BATCH = 500


def listen() -> None:
    marking.marked.connect(_marked, dispatch_uid="firn-approver-unreachable")
    marking.confirmed.connect(_marked, dispatch_uid="firn-approver-reachable")


def _marked(signal: Any, address: str, **_: Any) -> None:
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user is None:
        return
    waiting = _hold(user)
    if signal is marking.marked:
        escalate(user)
    for request in waiting:
        _ask_anew(request, user)
        _note(_share_of(request))


def escalate(user: User) -> int:
    """Alert for each dataset of an open request that this person was asked about; how many those are."""
    waiting = {"share_requests__state": RequestState.SUBMITTED, "share_requests__asks__approver": user}
    datasets = list(Dataset.objects.filter(**waiting).distinct())
    for dataset in datasets:
        mails.alert(
            dataset,
            Said("Mail to an approver of %(dataset)s comes back", dataset=dataset.name),
            Said(
                "%(email)s was asked to decide a request for %(dataset)s, and mail to this address comes back. Firn "
                "sends nothing there any more, and asks the backups instead.",
                email=user.email,
                dataset=dataset.name,
            ),
            Said(
                "Tell them another way, or name another approver of the dataset. When the address works again, confirm "
                "it in the administration under “addresses without mail”."
            ),
            key=f"unreachable:{dataset.pk}:{user.pk}:{user.email}",
        )
    return len(datasets)


def _hold(user: User) -> list[ShareRequest]:
    """What waits for this person, all of it locked like a vote before anything is recorded, so that nobody is asked
    about what is decided at this moment."""
    asked = Ask.objects.filter(approver=user).values("request")
    found = ShareRequest.objects.filter(state=RequestState.SUBMITTED, pk__in=asked)
    waiting = list(found.select_for_update(no_key=True).order_by("pk"))
    shares = {_share_of(request) for request in waiting}
    noted = Incident.objects.filter(share__in=shares, code=NOBODY_REACHED, closed_at=None)
    list(noted.select_for_update(no_key=True).order_by("pk"))
    return waiting


def _ask_anew(request: ShareRequest, user: User) -> None:
    before = set(request.asks.filter(revision=request.revision).values_list("pk", flat=True))
    besides = [ask.approver.email for ask in requests.ask_approvers(request) if ask.pk not in before]
    if besides:
        data = {"unreachable": user.email, "asked": besides}
        record("request.readdressed", target=request, organization=request.organization, data=data)


def _share_of(request: ShareRequest) -> Share:
    return Share.data.get(organization=request.organization_id, consumer_account=request.consumer_account_id)


def look() -> int:
    """What the worker calls now and then: see which requests wait for nobody whom mail reaches, also where that is over
    because they were decided. How many shares have such an incident."""
    noted = Share.data.filter(incidents__code=NOBODY_REACHED, incidents__closed_at=None)
    shares = set(noted)
    if MarkedAddress.objects.exists():
        shares |= {_share_of(request) for request in ShareRequest.objects.filter(state=RequestState.SUBMITTED)[:BATCH]}
    return sum(_note(share) for share in sorted(shares, key=lambda item: item.pk))


def _note(share: Share) -> bool:
    """Open the incident of a share that waits for nobody whom mail reaches, or close it; whether there is one."""
    asking = ShareRequest.objects.filter(
        state=RequestState.SUBMITTED, organization=share.organization_id, consumer_account=share.consumer_account_id
    )
    names = [str(request) for request in asking.order_by("pk") if policies.is_silent(request)]
    found = Finding(
        NOBODY_REACHED,
        Said("Mail reaches nobody who could decide %(names)s.", names=", ".join(names)),
        Said(
            "Name an approver or a backup whose mail arrives, or confirm an address in the administration under "
            "“addresses without mail”. Whoever was asked can decide in the portal meanwhile."
        ),
    )
    incidents.apart(share, NOBODY_REACHED, found if names else None)
    return bool(names)
