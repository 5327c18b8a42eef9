"""F11: a decision falls at any moment of a run, and from then on nothing is opened that it does not want."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from shares.models import ConsumerAccount, Run, Share
from shares.models.accounts import ProofKind
from shares.services import grants
from shares.services.reconcile import reconcile
from tests.faults.effort import some, tallied
from tests.faults.hands import CUSTOMER, DATABASE
from tests.faults.stand_in import Snowflake, Trouble
from tests.services.rows import Scene
from tests.unit.simulator import World

# As many as building one view and letting the account in takes.
LOOKS, STATEMENTS = 4, 13


MOMENTS = [("look", at) for at in range(1, LOOKS + 1)] + [("statement", at) for at in range(1, STATEMENTS + 1)]
DECISIONS: dict[str, Callable[[Scene, Share], object]] = {
    "suspended": lambda scene, share: grants.suspend(share, scene.eve, "drill"),
    "ended by the provider": lambda scene, share: grants.end_by_provider(share, scene.eve, "drill", 0),
    "over": lambda _, share: share.grants.update(valid_until=timezone.now() - timedelta(seconds=1)),
    "taken from its customer": lambda _, share: share.grants.update(revoked_at=timezone.now()),
    "not proved any more": lambda _, share: ConsumerAccount.objects.filter(pk=share.consumer_account_id).update(
        proof=ProofKind.NONE, proved_at=None, proved_by=None
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("of", "at"), MOMENTS)
def test_what_is_ended_in_the_middle_of_a_run_is_not_opened(of: str, at: int) -> None:
    _decided_meanwhile(of, at, lambda scene, share: grants.end(share, scene.ada))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of", "at", "what"), some("decisions meanwhile", [(*moment, what) for moment in MOMENTS for what in DECISIONS])
)
def test_whatever_is_decided_in_the_middle_of_a_run_holds_at_once(of: str, at: int, what: str) -> None:
    with tallied("world", f"F11 {what} at {of} {at}"):
        _decided_meanwhile(of, at, DECISIONS[what])


def _decided_meanwhile(of: str, at: int, decide: Callable[[Scene, Share], object]) -> None:
    scene = Scene()
    share = scene.share_of(scene.approved())
    snowflake = Snowflake(World({DATABASE, "LAKE"}, {("LAKE", "NYC"): ""}))
    late = []

    def meanwhile() -> None:
        decide(scene, Share.data.get())
        late.append(len(snowflake.sent))

    with snowflake.standing_in(), snowflake.troubled(Trouble(of, at, True, meanwhile)):
        run = reconcile(share.pk, Run.Trigger.DECISION)
    assert run is not None
    # Who proved nothing and is in already is shown nothing, and people decide who leaves.
    proved = Share.data.get().consumer_account.is_proved
    assert run.outcome == Run.Outcome.CONVERGED or (run.outcome == Run.Outcome.BLOCKED and not proved), run.words
    if not late:
        # The run was shorter than that.
        assert snowflake.world.visible(CUSTOMER)
        return
    assert not [text for text in snowflake.sent[late[0] :] if "ADD ACCOUNTS" in text]
    with snowflake.standing_in(), snowflake.troubled(None):
        # The decision rang for this one; the run may have had its last look already.
        reconcile(share.pk, Run.Trigger.ENDING)
    assert snowflake.world.visible(CUSTOMER) == set()
    assert snowflake.wrong == []
