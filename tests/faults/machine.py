"""A share's life at random: requests, votes, grants, time, drift, deaths and errors; planner and simulator."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shares.core.plan import plan
from shares.core.spec import Granted, Phase, ShareSpec, ViewSpec
from shares.core.steps import AddAccounts, Grant, Plan, Stage, Step
from shares.core.waves import waves
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, fleet, flights, punctuality, spec
from tests.unit.simulator import RuleBroken, Thing, World

SCHEMA = (DATABASE, SHARE)
STRANGER = "EVIL.CORP"
CATALOG = {"flights": flights, "fleet": fleet, "airports": airports}
NAMES = st.sampled_from(sorted(CATALOG))
APPROVERS = ("dan", "dora")
GRACE = 7
ROUNDS = 8


class Life(RuleBasedStateMachine):
    """The tables are a few dictionaries; what is granted follows from them as in shares.services.desired.

    A worker may die after any statement, or meet an error before or after one; what it left is what the next run finds.
    """

    @initialize()
    def begin(self) -> None:
        self.now = 0
        self.requests: dict[int, dict[str, object]] = {}
        self.grants: list[dict[str, object]] = []
        self.votes: set[tuple[int, str]] = set()
        self.suspended = False
        self.proved = False
        self.closes_at: int | None = None
        self.calm = True
        self.world = World({DATABASE, "LAKE", "REFERENCE"}, {("LAKE", "NYC"): "", (DATABASE, "OTHER"): "theirs"})
        self.world.views[(DATABASE, "OTHER", "REPORT")] = Thing("SELECT 1", True, "theirs")
        self.theirs = dict(self.world.views)

    # --- people
    @rule(name=NAMES, days=st.integers(1, 30))
    def request(self, name: str, days: int) -> None:
        self.requests[len(self.requests)] = {"dataset": name, "days": days, "open": True}

    @precondition(lambda self: any(r["open"] for r in self.requests.values()))
    @rule(data=st.data(), who=st.sampled_from(APPROVERS), yes=st.booleans())
    def vote(self, data: st.DataObject, who: str, yes: bool) -> None:
        number = data.draw(st.sampled_from([n for n, r in self.requests.items() if r["open"]]))
        if (number, who) in self.votes:
            return
        self.votes.add((number, who))
        request = self.requests[number]
        request["open"] = False
        if yes:
            until = self.now + int(str(request["days"]))
            self.grants.append({"dataset": request["dataset"], "from": self.now, "until": until, "revoked": False})
            self.proved, self.closes_at, self.calm = True, None, False

    @rule()
    def end(self) -> None:
        for grant in self._in_force():
            grant["revoked"] = True
        if self.grants and self.closes_at is None:
            self.closes_at = self.now + GRACE
        self.calm = False

    @precondition(lambda self: self.closes_at is not None and self.closes_at > self.now)
    @rule()
    def undo(self) -> None:
        for grant in self.grants:
            grant["revoked"] = False
        if self._in_force():
            self.closes_at = None
        self.calm = False

    @rule()
    def suspend_or_resume(self) -> None:
        self.suspended = not self.suspended
        self.calm = False

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.now += days
        if self.grants and not self._in_force() and self.closes_at is None:
            self.closes_at = self.now + GRACE
        self.calm = False

    # --- somebody else
    @rule(
        what=st.sampled_from(["view", "share", "grant", "unsecure", "wider", "stranger", "account", "extra", "schema"])
    )
    def drift(self, what: str) -> None:
        self.calm = False
        share = self.world.shares.get(SHARE)
        views = sorted(path for path in self.world.views if path[:2] == SCHEMA and path not in self.theirs)
        if what == "share":
            self.world.shares.pop(SHARE, None)
        elif what == "stranger" and share and share.database:
            share.accounts.append(STRANGER)
        elif what == "account" and share:
            share.accounts.clear()
        elif what == "grant" and share and views:
            share.grants.discard(Granted("SELECT", "VIEW", views[0]))
        elif what == "view" and views:
            del self.world.views[views[0]]
            self.world._forget(views[0])
        elif what == "unsecure" and views:
            self.world.unsecure(views[0])
        elif what == "wider" and views:
            old = self.world.views[views[0]]
            self.world.views[views[0]] = replace(old, definition="SELECT * FROM LAKE.NYC.FLIGHTS")
        elif what == "extra" and share and share.database and SCHEMA in self.world.schemas:
            path = (*SCHEMA, "EXTRA")
            self.world.views[path] = self.theirs[path] = Thing("SELECT * FROM LAKE.NYC.FLIGHTS", True, "theirs")
            share.grants.add(Granted("SELECT", "VIEW", path))

    # --- the worker
    @rule(after=st.integers(0, 25), lost=st.booleans())
    def run_that_fails(self, after: int, lost: bool) -> None:
        """It dies, or an error ends it, at its n-th statement; `lost`: that one was carried out all the same."""
        self._reconcile(limit=after, lost=lost)

    @rule()
    def run(self) -> None:
        self._reconcile()
        self._at_rest()

    def _in_force(self) -> list[dict[str, object]]:
        return [g for g in self.grants if not g["revoked"] and int(str(g["from"])) <= self.now < int(str(g["until"]))]

    def _spec(self) -> ShareSpec:
        datasets = sorted({str(grant["dataset"]) for grant in self._in_force()})
        views = [CATALOG[name]() for name in datasets]
        objects: list[object] = [*views, *([punctuality()] if "flights" in datasets else [])]
        phase = Phase.LIVE
        if not datasets:
            over = self.closes_at is not None and self.closes_at <= self.now
            phase = Phase.GONE if over else Phase.SUSPENDED
        elif self.suspended:
            phase = Phase.SUSPENDED
        bare = spec(flights(), phase=phase, may_add=self.proved)
        functions = tuple(item for item in objects if not isinstance(item, ViewSpec))
        return replace(bare, views=tuple(views), functions=functions)  # type: ignore[arg-type]

    def _reconcile(self, limit: int | None = None, lost: bool = False) -> None:
        wanted, sent = self._spec(), 0
        for _ in range(ROUNDS):
            steps = _earliest(plan(wanted, self.world.observe(wanted)))
            if not steps:
                self.calm = True
                return
            for wave in waves(steps):
                for step in wave:
                    if limit is not None and sent >= limit:
                        if lost:
                            self._send(wanted, step)
                        return
                    self._send(wanted, step)
                    sent += 1
        raise AssertionError("I4: it does not come to rest")

    def _send(self, wanted: ShareSpec, step: Step) -> None:
        if wanted.phase is not Phase.LIVE:
            assert not isinstance(step.action, (Grant, AddAccounts)), f"I6: {step}"
        if isinstance(step.action, AddAccounts):
            assert self.proved, "I2: an account is let in unproved"
            assert {ref.key for ref in step.action.accounts} <= {CUSTOMER.key}, f"I2: {step}"
            assert STRANGER not in self.world.readers(), "I2: a stranger is still in"
        self.world.apply(step.action, MARK)

    def _at_rest(self) -> None:
        wanted = self._spec()
        made = plan(wanted, self.world.observe(wanted))
        assert not made.steps, f"I4: a second run would send {made.steps}"
        approved: dict[tuple[str, ...], str] = {
            (*SCHEMA, view.name): view.definition for view in wanted.views if wanted.phase is Phase.LIVE
        }
        for account in (CUSTOMER.key, STRANGER):
            for path, text, secure in self.world.visible(account):
                assert account == CUSTOMER.key, f"I1: {account} sees {path}"
                assert secure, f"I3: {path} is not secure"
                assert path in approved or "PUNCTUALITY" in path[-1], f"I3: {path} is not approved"
                assert approved.get(path, text) == text, f"I1: {path} shows {text}"
        if wanted.phase is Phase.GONE:
            assert SHARE not in self.world.shares, "I5: the share is left"
            marks = [thing for things in (self.world.views, self.world.functions) for thing in things.values()]
            assert not [thing for thing in marks if thing.comment == MARK], "I5: objects are left"

    @invariant()
    def nobody_unapproved_was_let_in_by_firn(self) -> None:
        if self.calm:
            assert self.world.readers() <= {CUSTOMER.key}, "I2"

    @invariant()
    def other_peoples_objects_stay(self) -> None:
        for path, thing in self.theirs.items():
            assert self.world.views.get(path) == thing, f"I11: {path}"

    @invariant()
    def one_vote_each(self) -> None:
        decided = [number for number, request in self.requests.items() if not request["open"]]
        assert len({number for number, _ in self.votes}) == len(decided), "I7"

    def teardown(self) -> None:
        """Whatever happened, one good run puts it right."""
        try:
            self._reconcile()
        except RuleBroken as broken:
            raise AssertionError(f"I4: {broken}") from broken
        self._at_rest()


def _earliest(made: Plan) -> tuple[Step, ...]:
    return next((steps for stage in Stage if (steps := made.of(stage))), ())
