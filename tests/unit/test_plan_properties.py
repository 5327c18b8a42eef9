"""Whatever is there, and whenever a worker dies: Firn's statements are legal, converge, and never show too much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shares.core.plan import plan
from shares.core.sound import function_is_sound, view_is_sound
from shares.core.spec import NOTHING, Granted, Phase, ShareSpec, converged
from shares.core.steps import AddAccounts, CreateView, Drop, Grant, Plan, RemoveAccounts, Stage, Step
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, flights, punctuality, spec
from tests.unit.simulator import RuleBroken, Share, Thing, World
from tests.unit.worlds import SCHEMA, STRANGERS, specs, worlds

ROUNDS = 4
thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@st.composite
def situations(draw: st.DrawFn, phases: tuple[Phase, ...] = tuple(Phase)) -> tuple[ShareSpec, World]:
    wanted = draw(specs(phases))
    return wanted, draw(worlds(wanted))


def earliest(made: Plan) -> tuple[Step, ...]:
    """The steps of the first stage that has any: a reconcile looks again before the next."""
    for stage in Stage:
        if steps := made.of(stage):
            return steps
    return ()


def sound_objects(wanted: ShareSpec, world: World) -> set[tuple[str, ...]]:
    """Paths of what may be shown: exposed, exactly as approved, and built on nothing that is not."""
    seen = world.observe(wanted)
    views = {view.name for view in wanted.views if view_is_sound(view, wanted, seen)}
    paths = {(*SCHEMA, view.name) for view in wanted.views if view.exposed and view.name in views}
    return paths | {
        (*SCHEMA, item.name + item.signature)
        for item in wanted.functions
        if item.exposed and set(item.reads) <= views and function_is_sound(item, wanted, seen)
    }


def ours(world: World) -> bool:
    return SHARE in world.shares and world.shares[SHARE].comment == MARK


def seen_through_ours(world: World, account: str) -> set[tuple[tuple[str, ...], str, bool]]:
    """What the account sees through our share alone."""
    return replace(world, shares={name: s for name, s in world.shares.items() if name == SHARE}).visible(account)


def tenants(text: str) -> tuple[str, frozenset[str]]:
    """A view's text up to its tenants, and these."""
    head, _, keys = text.rpartition(" IN (")
    return (head, frozenset(keys.removesuffix(")").split(", "))) if head else (text, frozenset())


def shows_less(item: tuple[tuple[str, ...], str, bool], shown: set[tuple[tuple[str, ...], str, bool]]) -> bool:
    """Whether the same object was shown before, with these tenants and more."""
    path, text, secure = item
    head, keys = tenants(text)
    others = [tenants(other) for there, other, _ in shown if there == path]
    return secure and bool(keys) and any(head == before and keys < had for before, had in others)


def part_of(wanted: ShareSpec, path: tuple[str, ...], text: str) -> bool:
    """Whether `text` is the wanted view for some of its tenants."""
    views = [view for view in wanted.views if (*SCHEMA, view.name) == path and view.exposed]
    return any(
        tenants(view.definition)[0] == tenants(text)[0]
        and frozenset() < tenants(text)[1] <= tenants(view.definition)[1]
        for view in views
    )


def take(world: World, step: Step, wanted: ShareSpec) -> None:
    """One statement, with every promise about what it may show and to whom."""
    everybody = world.readers() | set(STRANGERS) | {ref.key for ref in wanted.accounts}
    before = {account: seen_through_ours(world, account) for account in everybody}
    world.apply(step.action, MARK)
    customers = {ref.key for ref in wanted.accounts}
    for account in everybody:
        gained = {
            item
            for item in seen_through_ours(world, account) - before[account]
            if not shows_less(item, before[account])
        }
        if not gained:
            continue
        assert step.stage is Stage.EXPOSE, f"{step.purpose}: {account} gained {gained} before any proof"
        assert account in customers, f"{step.purpose}: {account}, a stranger, gained {gained}"
        assert wanted.phase is Phase.LIVE
        assert wanted.may_add, f"{step.purpose}: nobody has proved {account}"
        assert {path for path, _, _ in gained} <= sound_objects(wanted, world)
    assert not (step.stage is not Stage.EXPOSE and isinstance(step.action, AddAccounts))
    if isinstance(step.action, RemoveAccounts) and wanted.phase is not Phase.GONE:
        assert not customers & set(step.action.accounts), "a customer's mounted database would break"


def reconcile(wanted: ShareSpec, world: World, *, dies_after: int | None = None) -> int:
    """Look, act on the earliest stage, look again. The number of rounds; a worker may die after so many statements."""
    done = 0
    for count in range(ROUNDS + 5):
        seen = world.observe(wanted)
        steps = earliest(plan(wanted, seen))
        if not steps:
            return count
        for step in steps:
            if done == dies_after:
                return count
            take(world, step, wanted)
            done += 1
        if steps[0].stage is Stage.SHRINK:
            after_shrinking(wanted, world, set(seen.share.accounts) if seen.share else set())
    raise AssertionError("it does not come to rest")


def after_shrinking(wanted: ShareSpec, world: World, shown: set[str]) -> None:
    """No stranger that Snowflake showed reads, and nobody reads what is not exactly as approved."""
    if not ours(world):
        return
    allowed = sound_objects(wanted, world) if wanted.phase is Phase.LIVE else set()
    for account in world.shares[SHARE].accounts:
        for path, text, secure in seen_through_ours(world, account):
            assert path in allowed or (secure and part_of(wanted, path, text)) or reads_parts(wanted, world, path)
    assert not set(STRANGERS) & set(world.shares[SHARE].accounts) & shown


def reads_parts(wanted: ShareSpec, world: World, path: tuple[str, ...]) -> bool:
    """Whether it is a wanted function all of whose views are as wanted, or are shown for some of their tenants."""
    seen = world.observe(wanted)
    for item in wanted.functions:
        if (*SCHEMA, item.name + item.signature) == path and item.exposed and function_is_sound(item, wanted, seen):
            views = [view for view in wanted.views if view.name in item.reads]
            return all(
                view_is_sound(view, wanted, seen)
                or part_of(wanted, (*SCHEMA, view.name), world.views[(*SCHEMA, view.name)].definition)
                for view in views
            )
    return False


@thorough
@given(situations())
def test_any_state_comes_to_rest_in_four_rounds_without_breaking_a_rule(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    hidden = SHARE in world.shares and len(world.shares[SHARE].accounts) > 3
    assert reconcile(wanted, world) <= ROUNDS + hidden
    assert not plan(wanted, world.observe(wanted)).steps


@thorough
@given(situations(), st.lists(st.integers(0, 14), max_size=4))
def test_a_worker_may_die_after_any_statement(case: tuple[ShareSpec, World], deaths: list[int]) -> None:
    wanted, world = case
    for death in deaths:
        reconcile(wanted, world, dies_after=death)
    reconcile(wanted, world)
    assert not plan(wanted, world.observe(wanted)).steps


@thorough
@given(situations(), specs())
def test_a_decision_may_fall_in_the_middle(case: tuple[ShareSpec, World], later: ShareSpec) -> None:
    wanted, world = case
    reconcile(wanted, world, dies_after=5)
    reconcile(later, world)
    assert not plan(later, world.observe(later)).steps


@thorough
@given(situations((Phase.LIVE,)))
def test_a_live_share_without_problems_ends_as_foretold(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    reconcile(wanted, world)
    made = plan(wanted, world.observe(wanted))
    if made.problems:
        return
    share = world.shares[SHARE]
    exposed = {(*SCHEMA, view.name) for view in wanted.views if view.exposed} | {
        (*SCHEMA, item.name + item.signature) for item in wanted.functions if item.exposed
    }
    assert sound_objects(wanted, world) == exposed
    foretold = converged(wanted)
    assert share.grants == foretold.grants
    assert set(share.accounts) == set(foretold.share.accounts if foretold.share else ())
    for account in share.accounts:
        assert {path for path, _, _ in seen_through_ours(world, account)} == exposed


@thorough
@given(situations((Phase.SUSPENDED,)))
def test_a_suspended_share_shows_nothing_and_keeps_its_customer(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    customers = {ref.key for ref in wanted.accounts}
    before = customers & set(world.shares[SHARE].accounts) if ours(world) else set()
    reconcile(wanted, world)
    if ours(world):
        assert customers & set(world.shares[SHARE].accounts) == before
        for account in world.shares[SHARE].accounts:
            assert not seen_through_ours(world, account)


@thorough
@given(situations((Phase.GONE,)))
def test_a_share_that_is_gone_leaves_nothing_of_ours(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    if DATABASE not in world.databases:
        return
    marked = world.schemas.get(SCHEMA) == MARK
    reconcile(wanted, world)
    assert not ours(world)
    if marked:
        left = [thing for path, thing in {**world.views, **world.functions}.items() if path[:2] == SCHEMA]
        assert all(thing.comment != MARK for thing in left)
        assert (SCHEMA in world.schemas) == bool(left or world.tables)


@thorough
@given(situations((Phase.GONE, Phase.SUSPENDED)))
def test_what_is_ended_is_taken_away_before_anything_is_tidied(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    stages = [step.stage for step in plan(wanted, world.observe(wanted)).steps]
    assert stages == sorted(stages, key=list(Stage).index)
    assert not {Stage.BUILD, Stage.EXPOSE} & set(stages)


@thorough
@given(situations())
def test_with_a_problem_firn_only_takes_away(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    made = plan(wanted, world.observe(wanted))
    if made.problems and wanted.phase is not Phase.GONE:
        assert all(step.stage is Stage.SHRINK for step in made.steps)


@thorough
@given(situations())
def test_what_is_not_ours_stays_as_it_was(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    derived = {(*SCHEMA, view.name) for view in wanted.views} | {
        (*SCHEMA, item.name + item.signature) for item in wanted.functions
    }
    theirs = {
        path: thing
        for path, thing in {**world.views, **world.functions}.items()
        if thing.comment != MARK and (path not in derived or world.schemas.get(SCHEMA) != MARK)
    }
    tables, sales = set(world.tables), world.shares.get("SALES")
    sold = sales and (set(sales.accounts), sales.comment)
    foreign = None if ours(world) or SHARE not in world.shares else replace(world.shares[SHARE])
    reconcile(wanted, world)
    now = {**world.views, **world.functions}
    assert {path: now.get(path) for path in theirs} == theirs
    assert world.tables == tables
    assert (sales and (set(sales.accounts), sales.comment)) == sold
    if foreign is not None:
        assert world.shares[SHARE].accounts == foreign.accounts
        assert world.shares[SHARE].comment == foreign.comment


@thorough
@given(specs())
def test_the_foretold_state_is_a_fixed_point(wanted: ShareSpec) -> None:
    made = plan(wanted, converged(wanted))
    assert not made.steps
    assert [problem.code for problem in made.problems] == (
        ["nothing-to-share"] if wanted.phase is Phase.LIVE and not wanted.objects else []
    )


@thorough
@given(specs((Phase.LIVE,)), specs((Phase.LIVE,)))
def test_the_plan_that_an_approver_reads_runs_as_it_stands(old: ShareSpec, new: ShareSpec) -> None:
    """All stages of one plan, without looking again in between, from one agreed state to the next."""
    old = replace(old, may_add=True, accounts=(CUSTOMER,))
    new = replace(new, may_add=True, accounts=(CUSTOMER,))
    world = World({DATABASE, "LAKE", "REFERENCE"}, {("LAKE", "NYC"): ""})
    reconcile(old, world)
    seen = world.observe(old)
    agreed = converged(old)
    if old.objects:
        assert (seen.share, seen.grants, seen.schema_comment) == (agreed.share, agreed.grants, agreed.schema_comment)
    for step in plan(new, seen).steps:
        take(world, step, new)
    assert not plan(new, world.observe(new)).steps


@thorough
@given(situations())
def test_a_plan_depends_on_nothing_but_its_two_arguments(case: tuple[ShareSpec, World]) -> None:
    wanted, world = case
    seen = world.observe(wanted)
    shuffled = replace(
        seen,
        views=tuple(reversed(seen.views)),
        functions=tuple(reversed(seen.functions)),
        grants=frozenset(sorted(seen.grants, key=str, reverse=True)),
    )
    made, again = plan(wanted, seen), plan(wanted, shuffled)
    assert made.problems == again.problems
    assert [s for s in made.steps if s.stage is not Stage.CLEAN] == [
        s for s in again.steps if s.stage is not Stage.CLEAN
    ]
    assert set(made.steps) == set(again.steps)


# The simulator itself has to be able to say no.


def built(*, secure: bool = True, accounts: tuple[str, ...] = ()) -> World:
    world = World({DATABASE, "LAKE"}, {SCHEMA: MARK})
    world.views[(*SCHEMA, "FLIGHTS")] = Thing(flights().definition, secure, MARK, ("LAKE",))
    world.shares[SHARE] = Share(MARK, set(), set(), list(accounts))
    return world


USE_DATABASE = Grant(Granted("USAGE", "DATABASE", (DATABASE,)), SHARE)
USE_SCHEMA = Grant(Granted("USAGE", "SCHEMA", SCHEMA), SHARE)
REFER = Grant(Granted("REFERENCE_USAGE", "DATABASE", ("LAKE",)), SHARE)
SHOW = Grant(Granted("SELECT", "VIEW", (*SCHEMA, "FLIGHTS")), SHARE)


@pytest.mark.parametrize(
    ("actions", "why"),
    [
        ((USE_SCHEMA,), "not shared"),
        ((REFER,), "comes first"),
        ((USE_DATABASE, SHOW), "not shared"),
        ((USE_DATABASE, USE_SCHEMA, SHOW), "REFERENCE_USAGE"),
        ((AddAccounts(SHARE, (CUSTOMER,)),), "no database"),
        ((USE_DATABASE, Grant(Granted("USAGE", "DATABASE", ("LAKE",)), SHARE)), "one database"),
        ((USE_DATABASE, AddAccounts(SHARE, (CUSTOMER,) * 11)), "ten"),
        ((CreateView((*SCHEMA, "FLIGHTS"), flights(), MARK, False),), "exists"),
    ],
)
def test_the_simulator_refuses_what_snowflake_refuses(actions: tuple[Grant | AddAccounts, ...], why: str) -> None:
    world = built()
    for action in actions[:-1]:
        world.apply(action, MARK)
    with pytest.raises(RuleBroken, match=why):
        world.apply(actions[-1], MARK)


def test_the_simulator_refuses_a_view_that_is_not_secure() -> None:
    world = built(secure=False)
    for action in (USE_DATABASE, USE_SCHEMA, REFER):
        world.apply(action, MARK)
    with pytest.raises(RuleBroken, match="not secure"):
        world.apply(SHOW, MARK)


def test_the_simulator_shows_a_granted_view_to_an_added_account_only() -> None:
    world = built()
    for action in (USE_DATABASE, USE_SCHEMA, REFER, SHOW):
        world.apply(action, MARK)
    assert not world.visible(CUSTOMER.key)
    world.apply(AddAccounts(SHARE, (CUSTOMER,)), MARK)
    assert world.visible(CUSTOMER.key) == {((*SCHEMA, "FLIGHTS"), flights().definition, True)}
    world.apply(Drop("VIEW", (*SCHEMA, "FLIGHTS")), MARK)
    assert not world.visible(CUSTOMER.key)


def test_un_securing_a_live_view_takes_it_out_until_it_is_put_back() -> None:
    wanted = spec(airports(), flights(), punctuality())
    world = World({DATABASE, "LAKE", "REFERENCE"})
    reconcile(wanted, world)
    world.unsecure((*SCHEMA, "FLIGHTS"))
    steps = earliest(plan(wanted, world.observe(wanted)))
    for step in steps:
        take(world, step, wanted)
    assert {path[-1] for path, _, _ in world.visible(CUSTOMER.key)} == {"AIRPORTS"}
    reconcile(wanted, world)
    assert len(world.visible(CUSTOMER.key)) == 3
    assert not world.cut_off


def test_a_fresh_share_is_built_then_exposed_and_nothing_else() -> None:
    wanted = spec(airports(), flights(), punctuality())
    assert {step.stage for step in plan(wanted, NOTHING).steps} == {Stage.BUILD, Stage.EXPOSE}
