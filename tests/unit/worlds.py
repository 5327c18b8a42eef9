"""Random shares and random accounts to find them in, drifted in every way that somebody could bring about."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from shares.core.spec import AccountRef, FunctionSpec, Granted, Phase, ShareSpec, ViewSpec
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, fleet, flights, punctuality, spec
from tests.unit.simulator import Share, Thing, World

SCHEMA = (DATABASE, SHARE)
STRANGERS = ("EVIL.CORP", "RIVAL.AIR", "XY99999")
COMMENTS = st.sampled_from([MARK, MARK, MARK, "", "somebody's"])
SIGNATURE = punctuality().signature


@st.composite
def specs(draw: st.DrawFn, phases: tuple[Phase, ...] = tuple(Phase)) -> ShareSpec:
    """Any share that the catalog could ask for."""
    keys = draw(st.sampled_from([("UA",), ("DL", "UA"), ("it's \\",)]))
    pool: list[ViewSpec] = [flights(*keys), fleet(*keys), airports()]
    views = [replace(view, exposed=draw(st.booleans())) for view in pool if draw(st.booleans())]
    functions: list[FunctionSpec] = []
    names = [view.name for view in views]
    if draw(st.booleans()) and names:
        reads = sorted(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
        functions.append(replace(punctuality(*reads), exposed=draw(st.booleans())))
    wanted = spec(
        flights(),
        phase=draw(st.sampled_from(phases)),
        may_add=draw(st.booleans()),
        accounts=draw(st.sampled_from([(CUSTOMER,), (CUSTOMER, AccountRef(locator="UA77777"))])),
    )
    return replace(wanted, views=tuple(views), functions=tuple(functions))


def things(right: tuple[str, ...], reads: tuple[str, ...]) -> st.SearchStrategy[Thing | None]:
    """Nothing, or one that is right or wrong in its text, its secureness and its mark."""
    made = st.builds(
        Thing,
        definition=st.sampled_from([*right, *right, "SELECT * FROM LAKE.NYC.FLIGHTS"]),
        secure=st.sampled_from([True, True, False]),
        comment=COMMENTS,
        reads=st.just(reads),
    )
    return st.one_of(st.none(), made, made)


@st.composite
def worlds(draw: st.DrawFn, wanted: ShareSpec) -> World:
    """Any state of the provider's account, tidy or not."""
    world = World({DATABASE, "LAKE", "REFERENCE"}, {("LAKE", "NYC"): "", (DATABASE, "OTHER"): "theirs"})
    world.views[(DATABASE, "OTHER", "REPORT")] = Thing("SELECT 1", True, "theirs")
    if draw(st.integers(0, 9)) > 0 and draw(st.booleans()):
        _fill_schema(draw, world, wanted)
    elif draw(st.integers(0, 9)) == 0:
        world.databases.discard(DATABASE)
        world.schemas.pop((DATABASE, "OTHER"))
        world.views.clear()
    if draw(st.booleans()):
        world.shares[SHARE] = _share(draw, world, wanted)
    if draw(st.booleans()):
        world.shares["SALES"] = Share("theirs", _containers(world), {"LAKE"}, ["RIVAL.AIR"])
    return world


def _fill_schema(draw: st.DrawFn, world: World, wanted: ShareSpec) -> None:
    world.schemas[SCHEMA] = draw(COMMENTS)
    desired = {view.name: view.definition for view in wanted.views}
    for view, other in ((flights(), flights("AA", "UA")), (fleet(), fleet("AA", "UA")), (airports(), airports())):
        text = (desired.get(view.name, view.definition), view.definition, other.definition)
        if thing := draw(things(text, (view.source[0],))):
            world.views[(*SCHEMA, view.name)] = thing
    for name in ("OLD", "THEIRS"):
        if thing := draw(things(("SELECT 2",), ())):
            world.views[(*SCHEMA, name)] = thing
    bodies = tuple(item.definition for item in wanted.functions) or ("SELECT 3",)
    for signature in (SIGNATURE, "(VARCHAR)", "()"):
        if thing := draw(things(bodies, ())):
            world.functions[(*SCHEMA, "PUNCTUALITY" + signature)] = thing
    if draw(st.booleans()):
        world.tables.add((*SCHEMA, "NOTES"))


def _containers(world: World) -> set[Granted]:
    known = {Granted("USAGE", "SCHEMA", SCHEMA)} if SCHEMA in world.schemas else set()
    return known | ({Granted("USAGE", "DATABASE", (DATABASE,))} if DATABASE in world.databases else set())


def _share(draw: st.DrawFn, world: World, wanted: ShareSpec) -> Share:
    """Grants of any objects that exist, secure or not, with containers or without; or of another database."""
    accounts = [ref.key for ref in wanted.accounts if draw(st.booleans())]
    strangers = draw(st.lists(st.sampled_from(STRANGERS), unique=True, max_size=3 if len(accounts) < 2 else 1))
    order = draw(st.permutations(accounts + strangers))
    share = Share(draw(COMMENTS), set(), set(), list(order))
    if draw(st.integers(0, 7)) == 0:
        share.grants = {Granted("USAGE", "DATABASE", ("LAKE",)), Granted("USAGE", "SCHEMA", ("LAKE", "NYC"))}
        return share
    containers = sorted(_containers(world), key=str)
    objects = [Granted("SELECT", "VIEW", path) for path in world.views]
    objects += [Granted("USAGE", "FUNCTION", path) for path in world.functions]
    if (DATABASE, "OTHER") in world.schemas:
        containers.append(Granted("USAGE", "SCHEMA", (DATABASE, "OTHER")))
    share.grants = {granted for granted in [*containers, *objects] if draw(st.integers(0, 3)) > 0}
    share.references = draw(st.sets(st.sampled_from(["LAKE", "REFERENCE"])))
    return share
