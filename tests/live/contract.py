"""What the portal does with one share, without the portal's tables: observe, plan, carry out, until nothing is left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shares.core.plan import plan
from shares.core.spec import FunctionSpec, Observed, Phase, ShareSpec, ViewSpec
from shares.core.steps import Plan, Stage
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.inspect import observe
from tests.live.place import Place

_MOST_ROUNDS = 8


def spec(place: Place, *, phase: Phase = Phase.LIVE) -> ShareSpec:
    """A share of one filtered view and one function; its consumer is let in when there is one."""
    view = ViewSpec(
        "FLIGHTS",
        (place.lake, "NYC", "FLIGHTS"),
        ("CARRIER", "FLIGHT", "TIME_HOUR"),
        "",
        tenant_column="CARRIER",
        tenant_keys=("UA",),
        freshness_column="TIME_HOUR",
    )
    view = replace(view, definition=sql.select(view))
    name = place.name("S")
    function = FunctionSpec("TWICE", (("N", "NUMBER"),), "NUMBER", "N * 2")
    accounts = (place.consumer.ref,) if place.consumer else ()
    return ShareSpec(name, place.out, name, place.mark, phase, (view,), (function,), accounts, may_add=bool(accounts))


def look(place: Place, wanted: ShareSpec) -> tuple[Observed, Plan]:
    """What Snowflake shows of the share, and what the portal would do about it."""
    observed = observe(place.provider.client, wanted)
    return observed, plan(wanted, observed)


def reach(place: Place, wanted: ShareSpec) -> list[str]:
    """Carries plans out, stage by stage with a look between, until the plan is empty; returns what was sent."""
    sent: list[str] = []
    for _ in range(_MOST_ROUNDS):
        _, found = look(place, wanted)
        assert not found.problems, found.problems
        steps = next((steps for stage in Stage if (steps := found.of(stage))), ())
        if not steps:
            return sent
        for step in steps:
            sent.append(sql.render(step.action))
            place.provider.client.run(sent[-1])
    raise AssertionError(f"the share does not come to rest: {sent[-10:]}")


@dataclass(frozen=True)
class Count:
    """What a leak test found."""

    rows: int
    foreign: int
    newest: str


def leak_test(client: Client, wanted: ShareSpec) -> Count:
    """The view's rows as the consumer, or the provider when there is none, would see them."""
    view = wanted.views[0]
    if wanted.accounts:
        client.run(sql.pretend(wanted.accounts[0]))
    try:
        row = client.run(sql.leak_test(view, wanted.database, wanted.schema)).rows[0]
    finally:
        client.run(sql.STOP_PRETENDING)
    return Count(int(row["row_count"]), int(row["foreign_count"]), str(row["newest"]))
