"""Whether a request's story may have changed: a mark of all that it is told from, for pages that ask again and again.

It is finer than the story, so that one who holds the mark of now has seen everything; telling the story is dearer.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from portal.people.models import User
from portal.people.permissions import Act
from portal.prepared import ANYBODY, ANYTHING, Prepared
from shares.models import Grant, Handshake, Proof, Run, Share, ShareRequest, Statement
from shares.services import visible


def of(user: User, public_id: UUID) -> str:
    """The mark of a request that this person sees; "" of one that they do not, and during a look as a customer."""
    if user.seeing:
        return ""
    asked = _asked(visible.reads_all(user, Act.REQUEST_READ))
    row = asked.row(user.pk, public_id)
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16] if row else ""


@cache
def _asked(everybodys: bool) -> Prepared:
    return Prepared(lambda: _query(everybodys))


def _query(everybodys: bool) -> QuerySet[ShareRequest, Any]:
    """State and answer, whose account it is and its code, how far the share is, its newest run and what that did, its
    newest proof, and which grants of the request still stand."""
    reader = User(pk=ANYBODY, is_staff=everybodys, is_superuser=everybodys)
    share = Share.data.filter(organization=OuterRef("organization"), consumer_account=OuterRef("consumer_account"))
    runs = Run.objects.filter(share=OuterRef("told_of")).order_by("-fence")
    sent = Statement.objects.filter(run=OuterRef("newest_run")).order_by().values("run")
    proofs = Proof.objects.filter(share=OuterRef("told_of")).order_by().values("share")
    codes = Handshake.objects.filter(
        share__organization=OuterRef("organization"), share__consumer_account=OuterRef("consumer_account")
    )
    typed = codes.open_at(Now())
    standing = Grant.objects.not_over(Now()).filter(request=OuterRef("pk")).order_by().values("request")
    reached = ("converged_at", "ready_at", "mounted_at", "blocked_at", "blocked_reason")
    found = visible.requests(reader).filter(public_id=ANYTHING).order_by()
    found = found.annotate(told_of=Subquery(share.values("pk")[:1])).annotate(
        newest_run=Subquery(runs.values("pk")[:1])
    )
    return found.values_list(
        *("state", "revision", "decided_at", "consumer_account__proof", "consumer_account__proved_at", "told_of"),
        *(Subquery(share.values(name)[:1]) for name in reached),
        "newest_run",
        Subquery(runs.values("outcome")[:1]),
        Subquery(sent.annotate(number=Count("pk")).values("number")),
        Subquery(proofs.annotate(newest=Max("pk")).values("newest")),
        Subquery(typed.values("pk")[:1]),
        Subquery(typed.values("share__converged_at")[:1]),
        Subquery(standing.annotate(number=Count("pk")).values("number")),
    )
