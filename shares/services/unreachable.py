"""An approver whom mail does not reach: those who run the portal are told what waits for them."""

from __future__ import annotations

from typing import Any

from portal.mail import marking
from portal.people.models import User
from shares import mails
from shares.core.states import RequestState
from shares.models import Dataset


def listen() -> None:
    marking.marked.connect(_marked, dispatch_uid="firn-approver-unreachable")


def _marked(address: str, **_: Any) -> None:
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user:
        escalate(user)


def escalate(user: User) -> int:
    """Alert for each dataset of an open request that this person was asked about; how many those are."""
    waiting = {"share_requests__state": RequestState.SUBMITTED, "share_requests__asks__approver": user}
    datasets = list(Dataset.objects.filter(**waiting).distinct())
    for dataset in datasets:
        mails.alert(
            dataset,
            f"Mail to an approver of {dataset.name} comes back",
            f"{user.email} was asked to decide a request for {dataset.name}, and mail to this address comes back. "
            "Firn sends nothing there any more.",
            "Tell them another way, or name another approver of the dataset. When the address works again, confirm it "
            "in the administration under “addresses without mail”.",
            key=f"unreachable:{dataset.pk}:{user.pk}:{user.email}",
        )
    return len(datasets)
