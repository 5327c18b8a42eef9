"""The share that the tests talk about: an airline's flights, its fleet, airports for all, and a function."""

from __future__ import annotations

from dataclasses import replace

from shares.core.spec import AccountRef, FunctionSpec, Phase, ShareSpec, ViewSpec
from shares.snowflake import sql

MARK = "firn:main:7"
SHARE = "FIRN_MAIN_7"
DATABASE = "FIRN_OUT"
CUSTOMER = AccountRef("UNITED", "ANALYTICS", "UA12345")


def view(
    name: str, source: tuple[str, str, str], columns: tuple[str, ...], tenant: str = "", keys: tuple[str, ...] = ()
) -> ViewSpec:
    bare = ViewSpec(name, source, columns, "", name.lower(), tenant, keys if tenant else ())
    return replace(bare, definition=sql.select(bare))


def flights(*keys: str) -> ViewSpec:
    return view("FLIGHTS", ("LAKE", "NYC", "FLIGHTS"), ("CARRIER", "FLIGHT", "ORIGIN"), "CARRIER", keys or ("UA",))


def fleet(*keys: str) -> ViewSpec:
    return view("FLEET", ("LAKE", "NYC", "FLEET"), ("CARRIER", "TAILNUM"), "CARRIER", keys or ("UA",))


def airports() -> ViewSpec:
    return view("AIRPORTS", ("REFERENCE", "PUBLIC", "AIRPORTS"), ("FAA", "NAME"))


def punctuality(*reads: str) -> FunctionSpec:
    read = reads or ("FLIGHTS",)
    bare = FunctionSpec(
        "PUNCTUALITY", (("PLACE", "STRING"), ("MONTH", "NUMBER(2,0)")), "FLOAT", "", read, "punctuality"
    )
    body = " + ".join(f"(SELECT COUNT(*) FROM {{{{{name}}}}} WHERE ORIGIN = PLACE)" for name in read)
    return replace(bare, definition=sql.function_body(bare, f"SELECT {body}", DATABASE, SHARE))


def spec(
    *objects: ViewSpec | FunctionSpec,
    phase: Phase = Phase.LIVE,
    may_add: bool = True,
    accounts: tuple[AccountRef, ...] = (CUSTOMER,),
) -> ShareSpec:
    """A share of these objects; flights and airports when none are named."""
    chosen = objects or (airports(), flights())
    return ShareSpec(
        share=SHARE,
        database=DATABASE,
        schema=SHARE,
        mark=MARK,
        phase=phase,
        views=tuple(item for item in chosen if isinstance(item, ViewSpec)),
        functions=tuple(item for item in chosen if isinstance(item, FunctionSpec)),
        accounts=accounts,
        may_add=may_add,
    )
