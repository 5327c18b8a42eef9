"""How far a provider's first set-up has come, told by what is there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from portal.people.models import Membership
from shares.models import Dataset, ProviderAccount, Share, Workspace
from shares.services import health

STEPS = ("worker", "account", "dataset", "customer", "people", "share")


@dataclass(frozen=True)
class Progress:
    """`done` has the steps that nothing is left to do of; `now` is the first of the others, empty when all are done."""

    done: frozenset[str]
    now: str


def progress() -> Progress:
    """One short query for each step."""
    facts = {
        "worker": health.worker_ok(),
        "account": ProviderAccount.objects.filter(is_active=True).exists(),
        "dataset": Dataset.objects.filter(is_published=True, version__isnull=False).exists(),
        "customer": Workspace.objects.filter(is_active=True, organization__is_active=True).exists(),
        "people": Membership.objects.filter(user__is_active=True, organization__is_active=True).exists(),
        "share": Share.data.filter(ready_at__isnull=False).exists(),
    }
    return Progress(
        frozenset(step for step, done in facts.items() if done), next((step for step in STEPS if not facts[step]), "")
    )
