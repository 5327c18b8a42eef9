"""Leak tests that take longer than they may: tried again a few times, then left to a person. Each try is paid for."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shares.core.said import Said
from shares.core.steps import Problem
from shares.models import Run, Share, Statement
from shares.services import outcomes
from shares.services.leases import Lease
from shares.snowflake.errors import TIMED_OUT

# After so many in a row a warehouse that was only busy is not the reason any more.
MOST = 3
# Nobody is asked again every quarter of an hour for what only a person can change; they use "Reconcile now".
PAUSE = timedelta(hours=6)


def ended(run: Run, lease: Lease) -> None:
    """How a run ends whose leak test took too long."""
    seconds = settings.FIRN_PROOF_TIMEOUT_SECONDS
    if _in_a_row(run) < MOST:
        words = Said("The isolation test took longer than its %(seconds)s seconds. Firn tries again.", seconds=seconds)
        outcomes.failed(run, lease, words)
        return
    now = timezone.now()
    # What begins or ends by time begins and ends in time.
    next_look = outcomes.next_look(Share.objects.get(pk=run.share_id), now, waits_for_mount=False)
    outcomes.blocked(run, lease, _problem(seconds), again=min(now + PAUSE, next_look))


def _problem(seconds: int) -> Problem:
    return Problem(
        "proof-too-slow",
        Said("The isolation test takes longer than the %(seconds)s seconds that it may take.", seconds=seconds),
        Said(
            "Give Firn a larger warehouse, or the source tables a clustering key by their tenant column, or raise "
            "FIRN_PROOF_TIMEOUT_SECONDS (and STATEMENT_TIMEOUT_IN_SECONDS of the warehouse, where that is lower). "
            "Then use “Reconcile now”; by itself Firn tries again every six hours."
        ),
    )


def _in_a_row(run: Run) -> int:
    """How many of the share's newest leak tests, this one among them, timed out; MOST at most."""
    asked = Statement.objects.filter(run=OuterRef("pk"), changes=False, sql__startswith="SELECT")
    late = asked.filter(error_code__in=[str(code) for code in TIMED_OUT])
    tested = Run.objects.filter(Exists(asked), share=run.share_id).annotate(late=Exists(late)).order_by("-pk")
    newest = list(tested.values_list("late", flat=True)[:MOST])
    return newest.index(False) if False in newest else len(newest)
