"""F11: a decision falls at any moment of a run, and from then on nothing is opened that it does not want."""

from __future__ import annotations

import pytest

from shares.models import Run, Share
from shares.services import grants
from shares.services.reconcile import reconcile
from tests.faults.hands import CUSTOMER, DATABASE
from tests.faults.stand_in import Snowflake, Trouble
from tests.services.rows import Scene
from tests.unit.simulator import World

# As many as building one view and letting the account in takes.
LOOKS, STATEMENTS = 4, 13


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of", "at"), [("look", at) for at in range(1, LOOKS + 1)] + [("statement", at) for at in range(1, STATEMENTS + 1)]
)
def test_what_is_ended_in_the_middle_of_a_run_is_not_opened(of: str, at: int) -> None:
    scene = Scene()
    share = scene.share_of(scene.approved())
    snowflake = Snowflake(World({DATABASE, "LAKE"}, {("LAKE", "NYC"): ""}))
    late = []

    def end() -> None:
        grants.end(Share.data.get(), scene.ada)
        late.append(len(snowflake.sent))

    with snowflake.standing_in(), snowflake.troubled(Trouble(of, at, True, end)):
        run = reconcile(share.pk, Run.Trigger.DECISION)
    assert run is not None
    assert run.outcome == Run.Outcome.CONVERGED, run.words
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
