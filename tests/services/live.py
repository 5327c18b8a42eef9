"""A share that is live, and what its customer asks of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from django_q.models import OrmQ

from portal.mail.models import Outgoing
from shares.models import Share, ShareRequest, Workspace
from shares.services import altering, approvals, desired, pairs
from shares.services.altering import Alteration
from shares.services.pairs import Pair
from tests.services.rows import Scene, dataset

BOTH = {"flights": {"UA"}, "fleet": {"UA"}}
END = date(2099, 12, 31)


class Live(Scene):
    """Flights and Fleet granted to United and built; a workspace Express, and a dataset Delays that nobody has yet."""

    def __init__(self) -> None:
        super().__init__()
        self.ua = self.united.workspaces.get()
        self.express = Workspace.objects.create(organization=self.united, name="Express", tenant_key="UX")
        self.delays = dataset("Delays", [self.east], [self.dan])
        first = self.approved(datasets=[self.flights, self.fleet], workspaces=[self.ua], valid_until=END)
        Share.objects.update(converged_at=timezone.now(), ready_at=timezone.now(), mounted_at=timezone.now())
        self.first, self.share = first, self.share_of(first)
        Outgoing.objects.all().delete()
        OrmQ.objects.all().delete()

    def had(self) -> set[Pair]:
        return pairs.granted(self.share, timezone.now())

    def alteration(self, *wanted: Pair, **fields: Any) -> Alteration:
        draft = Alteration(
            share=self.share,
            requester=self.ada,
            wanted=frozenset(wanted),
            reason="For the board.",
            valid_until=END,
            seen=pairs.stamp(self.had()),
        )
        return replace(draft, **fields)

    def change(self, *wanted: Pair, **fields: Any) -> ShareRequest:
        return altering.change(self.alteration(*wanted, **fields))

    def renew(self, *wanted: Pair, **fields: Any) -> ShareRequest:
        fields.setdefault("valid_until", date(2100, 12, 31))
        return altering.renew(self.alteration(*(wanted or self.had()), **fields))

    def approve(self, request: ShareRequest) -> ShareRequest:
        return approvals.decide(
            request, self.dan, "approve", channel="session", revision=request.revision, vouch="I know them."
        )

    def entitlement(self) -> dict[str, set[str]]:
        return {item.slug: keys for item, keys in desired.entitlement(self.share, timezone.now()).items()}

    def fresh(self) -> Share:
        return Share.objects.get(pk=self.share.pk)
