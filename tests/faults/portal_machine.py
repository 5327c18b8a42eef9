"""A share's life at random, on the portal's own services and tables: people, time, other hands, deaths and errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from django.utils import timezone
from django_q.models import OrmQ
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shares.core.states import RequestState
from shares.jobs import sweep
from shares.models import Run
from shares.services import approvals, grants, moving, publishing, requests, versions
from shares.services.reconcile import reconcile
from shares.services.windows import end_of
from shares.snowflake.errors import POLICIES, SnowflakeError
from tests.faults.hands import HANDS
from tests.faults.portal_story import PortalStory
from tests.faults.stand_in import Died, Trouble

LATEST = datetime.max.replace(tzinfo=UTC)
OFTEN = st.sampled_from([True, True, True, False])
# A run at rest looks once; one that builds sends a dozen statements and writes some forty rows.
EARLY = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 16, 24, 40])


class PortalLife(PortalStory):
    """The rules; everything that they have in common is PortalStory's."""

    # --- people
    @rule(names=st.sets(st.sampled_from(["flights", "fleet"]), min_size=1), days=st.none() | st.integers(1, 20))
    def request(self, names: set[str], days: int | None) -> None:
        until = days and (timezone.now() + timedelta(days=days)).date()
        datasets = [getattr(self.scene, name) for name in sorted(names)]
        self._try(lambda: self.scene.request(datasets=datasets, valid_until=until or None))

    @precondition(lambda self: self._open())
    @rule(yes=OFTEN, stale=OFTEN.map(lambda often: not often), who=st.sampled_from(["dan", "dan", "dan", "eve", "ada"]))
    def vote(self, yes: bool, stale: bool, who: str) -> None:
        request = self._open()[0]
        revision = request.revision - stale
        answer = "approve" if yes else "decline"
        person = getattr(self.scene, who)
        # As in `build`, the account is vouched for: its code, on a share of its own, is another story.
        decide = partial(approvals.decide, channel="session", revision=revision, vouch="I know them.")
        done = self._try(lambda: decide(request, person, answer))
        if not done:
            return
        assert who == "dan", f"I7: {who} decided"
        assert not stale, "I7: an old revision was decided"
        request.refresh_from_db()
        if request.state == RequestState.APPROVED:
            assert yes, "I7: granted against a no"
            for grant in request.grants.select_related("dataset"):
                until = grant.valid_until and grant.valid_until + self.passed
                self.granted.append({"dataset": grant.dataset.slug, "until": until, "ended": 0})
            assert len(self.granted) >= request.datasets.count()

    @precondition(lambda self: self._open())
    @rule()
    def withdraw(self) -> None:
        self._try(lambda: requests.withdraw(self._open()[0], self.scene.ada))

    @precondition(lambda self: self._in_force())
    @rule()
    def end(self) -> None:
        self.endings += 1
        assert self._try(lambda: grants.end(self._share(), self.scene.ada))
        for grant in self._in_force():
            grant["ended"] = self.endings

    @precondition(lambda self: self._in_force())
    @rule(days=st.sampled_from([0, 2]))
    def end_by_provider(self, days: int) -> None:
        """With notice the windows are shortened; without, it ends like the customer's own ending."""
        now, eve = timezone.now(), self.scene.eve
        if not self._try(lambda: grants.end_by_provider(self._share(), eve, "drill", days)):
            return
        self.endings += 1
        in_force = self._in_force()
        last = max((grant["until"] or LATEST for grant in in_force), default=LATEST)
        over = min(end_of(now.date() + timedelta(days=days)) + self.passed, last)
        for grant in in_force:
            grant["taken"] = (self.endings, grant["until"])
            grant["until"] = min(grant["until"] or LATEST, over) if days else grant["until"]
            grant["ended"] = 0 if days else self.endings
        self.by_provider = self.endings

    @precondition(lambda self: self.by_provider)
    @rule()
    def keep(self) -> None:
        if self._try(lambda: grants.keep(self._share(), self.scene.eve)):
            for grant in self.granted:
                number, until = grant.get("taken", (0, None))
                if number == self.by_provider:
                    grant.update(until=until, ended=0)
            self.by_provider = 0
            assert self._in_force(), "I7: what was kept is not in force"

    @precondition(lambda self: self.endings)
    @rule()
    def undo(self) -> None:
        if self._try(lambda: grants.undo_end(self._share(), self.scene.ada)):
            for grant in self.granted:
                grant["ended"] = 0 if grant["ended"] == self.endings else grant["ended"]
            assert self._in_force(), "I7: what was undone is not in force"

    @precondition(lambda self: self.granted)
    @rule()
    def suspend_or_resume(self) -> None:
        share, eve = self._share(), self.scene.eve
        if self.suspended:
            self.suspended = not self._try(lambda: grants.resume(share, eve))
            assert self.suspended != bool(self._in_force()), "opened although nothing is granted, or not opened"
        else:
            self.suspended = self._try(lambda: grants.suspend(share, eve, "drill"))
            assert self.suspended == bool(self._in_force()), "closed although nothing is granted, or not closed"

    @rule(name=st.sampled_from(["flights", "fleet"]))
    def publish(self, name: str) -> None:
        """A column more, or the same one less, which breaks."""
        dataset = getattr(self.scene, name)
        item = dataset.dataset_objects.get()
        column, is_new = item.columns.get_or_create(name="EXTRA", defaults={"position": 9, "data_type": "NUMBER"})
        if not is_new:
            column.delete()
        self._try(lambda: publishing.publish(dataset, self.scene.eve))

    @precondition(lambda self: self.granted)
    @rule()
    def acknowledge(self) -> None:
        share, now = self._share(), timezone.now()
        if coming := versions.coming(share, [self.scene.flights, self.scene.fleet], now):
            self._try(lambda: moving.acknowledge(share, coming[0], self.scene.ada))

    # --- time, rings and other hands
    @rule(hours=st.sampled_from([1, 23, 24 * 8, 24 * 20]))
    def time_passes(self, hours: int) -> None:
        self._wait(timedelta(hours=hours))

    @rule()
    def rings_are_lost(self) -> None:
        OrmQ.objects.all().delete()

    @rule()
    def sweep(self) -> None:
        sweep.sweep()

    @precondition(lambda self: self.granted)
    @rule(what=st.sampled_from(HANDS))
    def drift(self, what: str) -> None:
        self._meddle(what)

    # --- the worker
    @precondition(lambda self: self.granted)
    @rule(times=st.integers(1, 2))
    def rings_are_heard(self, times: int) -> None:
        self._deliver(times)

    @precondition(lambda self: self.granted)
    @rule(of=st.sampled_from(["statement", "look", "write"]), at=EARLY, after=st.booleans())
    def run_that_dies(self, of: str, at: int, after: bool) -> None:
        def die() -> None:
            raise Died

        self._run(Trouble(of, at, after, die))
        self._lease_lapses()

    @precondition(lambda self: self.granted)
    @rule(
        of=st.sampled_from(["statement", "look", "sign-in"]),
        at=EARLY,
        after=st.booleans(),
        code=st.sampled_from([0, *sorted(POLICIES)]),
    )
    def run_that_meets_an_error(self, of: str, at: int, after: bool, code: int) -> None:
        def fail() -> None:
            raise SnowflakeError(code, f"drill {code}")

        self._run(Trouble(of, at, after, fail))

    @precondition(lambda self: self.granted)
    @rule(of=st.sampled_from(["statement", "look"]), at=EARLY, what=st.sampled_from(HANDS))
    def run_while_others_work(self, of: str, at: int, what: str) -> None:
        self._run(Trouble(of, at, True, lambda: self._meddle(what)))

    @precondition(lambda self: self._in_force())
    @rule(at=EARLY)
    def run_while_it_is_ended(self, at: int) -> None:
        self._run(Trouble("look", at, True, self.end))

    @precondition(lambda self: self.granted)
    @rule(at=st.integers(1, 4))
    def run_that_loses_its_lease(self, at: int) -> None:
        """It sleeps after a look; another run takes over, and what the first one wakes up with is old."""

        def sleep() -> None:
            self.snowflake.trouble = None
            self._lease_lapses()
            reconcile(self._share().pk, Run.Trigger.RETRY)
            self.fenced_at = len(self.snowflake.sent)

        self.fenced_at = -1
        self._run(Trouble("look", at, True, sleep))
        if self.fenced_at >= 0:
            late = self.snowflake.sent[self.fenced_at :]
            assert not late, f"a run that lost its lease sent {late}"
