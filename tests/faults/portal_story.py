"""One share on the portal's own services and tables, with an oracle: what `portal_machine` plays with.

The oracle remembers what people were told was done, and nothing of how it is done. Time passes by moving every moment
in the tables into the past, because part of the portal goes by the database's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from django_q.models import OrmQ
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from portal.audit import chain
from portal.mail.models import Outgoing
from shares.core.states import RequestState
from shares.core.steps import Action, AddAccounts, Grant
from shares.jobs import sweep
from shares.models import Run, Share, ShareRequest
from shares.models.shares import Purpose
from shares.services import approvals, grants, publishing, requests
from shares.services.desired import PROOF_VIEW
from shares.services.reconcile import reconcile
from tests.faults.hands import CUSTOMER, DATABASE, STRANGER, meddle
from tests.faults.stand_in import Died, Snowflake, Trouble
from tests.services.rows import Scene
from tests.unit.simulator import Thing, World

FILTER = "WHERE CARRIER IN ('UA')"
REFUSALS = (grants.NotNow, requests.Refused, approvals.CannotDecide, publishing.NotPublished)
# Longer than any pause after an error, and than the sweeper's patience with a ring.
A_WHILE = timedelta(minutes=20)
PATIENCE = 12
MOVES: dict[str, int] = {}


def time_passes(span: timedelta) -> None:
    """SQLite keeps moments as texts; one statement a table, because this happens a million times."""
    if not MOVES:
        for model in apps.get_app_config("shares").get_models():
            names = [field.column for field in model._meta.fields if isinstance(field, models.DateTimeField)]
            moved = ", ".join(f"{name} = strftime('%Y-%m-%d %H:%M:%f000', {name}, %s)" for name in names)
            MOVES.update({f"UPDATE {model._meta.db_table} SET {moved}": len(names)} if names else {})
    with connection.cursor() as cursor:
        for statement, many in MOVES.items():
            cursor.execute(statement, [f"-{int(span.total_seconds())} seconds"] * many)


class PortalStory(RuleBasedStateMachine):
    """`self.granted` is the oracle's: dataset, and the moment (on a clock that nobody turns) at which it ends."""

    scene: Scene
    # What was built before the first sequence, and what Snowflake held then.
    built: World | None = None

    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.granted: list[dict[str, Any]] = []
        self.passed = timedelta()
        self.suspended = self.drifted = self.meddled = False
        self.endings = self.by_provider = 0
        self.theirs: dict[tuple[str, ...], Thing] = {}
        empty = World({DATABASE, "LAKE"}, {("LAKE", "NYC"): ""})
        self.snowflake = Snowflake(deepcopy(self.built) or empty, before_each=self._before_each)
        self.world = self.snowflake.world
        self.standing_in = self.snowflake.standing_in()
        self.standing_in.__enter__()
        if self.built:
            self.granted.append({"dataset": "flights", "until": None, "ended": 0})

    @classmethod
    def build(cls, scene: Scene) -> None:
        """Every sequence begins with a share of Flights that is ready."""
        snowflake = Snowflake(World({DATABASE, "LAKE"}, {("LAKE", "NYC"): ""}))
        with snowflake.standing_in(), snowflake.troubled(None):
            share = scene.share_of(scene.approved(valid_until=None))
            # The account is vouched for: its code, on a share of its own, is another story.
            Share.objects.filter(purpose=Purpose.HANDSHAKE).delete()
            reconcile(share.pk, Run.Trigger.DECISION)
        assert snowflake.world.visible(CUSTOMER)
        cls.built = snowflake.world

    def teardown(self) -> None:
        """Whatever happened: with no help but time, and a person where one was called, everything comes to rest."""
        try:
            if self._share():
                self._comes_to_rest()
            assert not (faults := list(chain.faults())), f"I9: {faults}"
        finally:
            self.standing_in.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # --- what always holds
    @invariant()
    def nothing_was_wrong(self) -> None:
        assert self.snowflake.wrong == []

    @invariant()
    def nobody_else_reads(self) -> None:
        """Firn lets nobody in but the customer, and shows them nothing but their own rows."""
        if not self.drifted:
            assert self.world.readers() <= {CUSTOMER}, "I2"
        if not self.drifted and not self.meddled:
            for path, text, secure in self.world.visible(CUSTOMER):
                assert secure, f"I3: {path}"
                assert FILTER in text, f"I1: {path} shows {text}"

    @invariant()
    def other_peoples_objects_stay(self) -> None:
        for path, thing in self.theirs.items():
            assert self.world.views.get(path) == thing, f"I11: {path}"

    def _before_each(self, action: Action) -> None:
        """What shows something to somebody: I2 and I6. A grant to a share without readers does not."""
        if not isinstance(action, Grant | AddAccounts) or self.snowflake.meddled:
            return
        if not self.world.readers() and isinstance(action, Grant):
            return
        if not self._in_force():
            self.snowflake.wrong.append(f"I6: nothing is in force, and it sent {action}")
        if not self._share().consumer_account.is_proved:
            self.snowflake.wrong.append(f"I2: let in unproved: {action}")
        if isinstance(action, AddAccounts) and STRANGER in self.world.readers():
            self.snowflake.wrong.append("I2: a stranger is still in")

    # --- how
    def _try(self, verb: Callable[[], object]) -> bool:
        """A person does something; False when they are told why not."""
        try:
            with transaction.atomic():
                verb()
        except REFUSALS:
            return False
        return True

    def _share(self) -> Share:
        return Share.data.select_related("consumer_account").first()  # type: ignore[return-value]

    def _open(self) -> list[ShareRequest]:
        return list(ShareRequest.objects.filter(state=RequestState.SUBMITTED).order_by("pk"))

    def _clock(self) -> datetime:
        return timezone.now() + self.passed

    def _in_force(self) -> list[dict[str, Any]]:
        now = self._clock()
        return [g for g in self.granted if not g["ended"] and (g["until"] is None or g["until"] > now)]

    def _wait(self, span: timedelta) -> None:
        self.passed += span
        time_passes(span)

    def _lease_lapses(self) -> None:
        Share.objects.exclude(lease_owner="").update(lease_until=timezone.now() - timedelta(seconds=1))

    def _meddle(self, what: str) -> None:
        self.drifted = self.meddled = self.snowflake.meddled = True
        meddle(self.world, self._share().name, what, self.theirs)

    def _run(self, trouble: Trouble | None = None) -> None:
        self.meddled = False
        try:
            with self.snowflake.troubled(trouble):
                reconcile(self._share().pk, Run.Trigger.CHECK)
        except Died:
            pass

    def _deliver(self, times: int = 1) -> None:
        for item in OrmQ.objects.order_by("pk"):
            name, arguments = item.task["func"], item.task["args"]
            item.delete()
            if name == "shares.jobs.entry.reconcile":
                for _ in range(times):
                    with self.snowflake.troubled(None):
                        reconcile(*arguments)

    def _comes_to_rest(self) -> None:
        self._lease_lapses()
        if self.drifted:
            # Nobody rings for what others do: everything is looked at within a day all the same.
            self._wait(timedelta(hours=25))
        for _ in range(PATIENCE):
            sent = len(self.snowflake.sent)
            self._wait(A_WHILE)
            sweep.sweep()
            self._deliver()
            if self._calls_for_a_person():
                grants.reconcile_now(self._share(), self.scene.eve)
            elif len(self.snowflake.sent) == sent and not self._troubled():
                break
        self._at_rest()

    def _calls_for_a_person(self) -> bool:
        return Share.objects.filter(blocked_at__isnull=False, next_check_at=None, lease_owner="").exists()

    def _troubled(self) -> bool:
        last = Run.objects.order_by("pk").last()
        return last is not None and last.outcome != Run.Outcome.CONVERGED

    def _at_rest(self) -> None:
        share = self._share()
        last = Run.objects.order_by("pk").last()
        assert last is None or not self._troubled(), f"I4: {last.outcome}: {last.words}"
        before = len(self.snowflake.sent)
        self._run()
        assert (again := self.snowflake.sent[before:]) == [], f"I4: a second run sent {again}"
        if share.suspended_at and not self.suspended:
            # Somebody changed a view between its making and its proof, and Firn closed the share and called people.
            assert self.drifted, "closed by a leak that nobody made"
            return
        wanted = {g["dataset"].upper() for g in self._in_force()} if not self.suspended else set()
        # A share of its own may carry the code that proves the account: no row of anybody's.
        seen = {path[-1] for path, _, _ in self.world.visible(CUSTOMER)} - {PROOF_VIEW}
        assert seen == wanted, f"I3: {seen} is visible, {wanted} is granted"
        assert self.world.visible(STRANGER) == set(), "I1"
        self._tables_agree(share, wanted)

    def _tables_agree(self, share: Share, wanted: set[str]) -> None:
        fences = list(share.runs.order_by("pk").values_list("fence", flat=True))
        assert fences == sorted(set(fences)), f"I7: fences went {fences}"
        assert not Run.objects.filter(outcome=Run.Outcome.RUNNING).exists(), "I7: a run is left in the air"
        told = list(Outgoing.objects.filter(kind="ready").values_list("key", flat=True))
        assert len(told) == len(set(told)), "I8"
        if wanted:
            assert told, "I8: nobody was told that it is ready"
        if share.taken_back_at and not self._in_force():
            marks = [path for path, thing in self.world.views.items() if thing.comment == share.mark]
            assert not marks, f"I5: {marks} are left"
            assert share.name not in self.world.shares, "I5: the share is left"
