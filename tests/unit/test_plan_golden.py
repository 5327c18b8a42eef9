"""Each situation a share can be in, and the exact statements that Firn answers with.

FIRN_UPDATE_GOLDEN=1 writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from shares.core.plan import plan
from shares.core.spec import (
    NOTHING,
    AccountRef,
    Granted,
    Observed,
    ObservedFunction,
    ObservedShare,
    ObservedView,
    Phase,
    ShareSpec,
    converged,
)
from shares.core.steps import Plan
from shares.snowflake import sql
from tests.unit.shapes import CUSTOMER, DATABASE, MARK, SHARE, airports, fleet, flights, punctuality, spec

GOLDEN = Path(__file__).with_name("golden")
WHOLE = spec(airports(), flights(), punctuality())
HIDDEN = replace(flights(), exposed=False)
STRANGER = "EVIL.CORP"

Situation = tuple[ShareSpec, Observed]
SITUATIONS: dict[str, Callable[[], Situation]] = {}


def situation(make: Callable[[], Situation]) -> Callable[[], Situation]:
    SITUATIONS[make.__name__] = make
    return make


def beside(observed: Observed, wanted: ShareSpec, comment: str = MARK) -> Observed:
    """With what FLIGHTS is to show, built under the name for the leak test."""
    text = next(view.definition for view in wanted.views if view.name == "FLIGHTS")
    return replace(observed, views=(*observed.views, ObservedView("FLIGHTS$NEXT", text, True, comment)))


def seen(wanted: ShareSpec = WHOLE) -> Observed:
    return replace(converged(wanted), mounted_by=("UA12345",))


def with_accounts(*accounts: str) -> Observed:
    return replace(seen(), share=ObservedShare(MARK, DATABASE, accounts))


def with_view(name: str, **changes: object) -> Observed:
    base = seen()
    views = tuple(replace(item, **changes) if item.name == name else item for item in base.views)  # type: ignore[arg-type]
    return replace(base, views=views)


def without(observed: Observed, *, kind: str, last: str = "") -> Observed:
    kept = {grant for grant in observed.grants if grant.kind != kind or (last and not grant.path[-1].startswith(last))}
    return replace(observed, grants=frozenset(kept))


@situation
def fresh() -> Situation:
    return WHOLE, NOTHING


@situation
def fresh_one_view_without_reference_data() -> Situation:
    return spec(flights()), NOTHING


@situation
def unchanged() -> Situation:
    return WHOLE, seen()


@situation
def unchanged_but_for_white_space() -> Situation:
    text = flights().definition.replace("\n", "  \n\t") + " ;\n"
    return WHOLE, with_view("FLIGHTS", definition=text)


@situation
def dataset_added_to_a_live_share() -> Situation:
    return spec(airports(), fleet(), flights(), punctuality()), seen()


@situation
def dataset_removed() -> Situation:
    return spec(flights()), seen()


@situation
def tenant_key_added() -> Situation:
    return spec(airports(), flights("DL", "UA"), punctuality()), seen()


@situation
def tenant_key_removed() -> Situation:
    return WHOLE, seen(spec(airports(), flights("DL", "UA"), punctuality()))


@situation
def tenant_keys_swapped() -> Situation:
    before = spec(airports(), flights("DL", "UA"), punctuality())
    return spec(airports(), flights("AA", "UA"), punctuality()), seen(before)


@situation
def tenant_key_added_and_the_worker_died_before_the_test() -> Situation:
    wanted = spec(airports(), flights("DL", "UA"), punctuality())
    return wanted, beside(seen(), wanted)


@situation
def tenant_key_added_where_somebody_has_the_name() -> Situation:
    wanted = spec(airports(), flights("DL", "UA"), punctuality())
    return wanted, beside(seen(), wanted, comment="somebody's")


@situation
def all_tenant_keys_replaced() -> Situation:
    return spec(airports(), flights("DL"), punctuality()), seen()


@situation
def two_accounts_wanted_one_there() -> Situation:
    return replace(WHOLE, accounts=(CUSTOMER, AccountRef(locator="UA99999"))), seen()


@situation
def not_proved() -> Situation:
    return replace(WHOLE, may_add=False), NOTHING


@situation
def not_proved_and_built() -> Situation:
    wanted = replace(WHOLE, may_add=False)
    return wanted, seen(wanted)


@situation
def not_proved_but_somebody_added_it() -> Situation:
    return replace(WHOLE, may_add=False), seen()


@situation
def proved_after_building() -> Situation:
    return WHOLE, seen(replace(WHOLE, may_add=False))


@situation
def suspended() -> Situation:
    return replace(WHOLE, phase=Phase.SUSPENDED), seen()


@situation
def suspended_already() -> Situation:
    wanted = replace(WHOLE, phase=Phase.SUSPENDED)
    return wanted, seen(wanted)


@situation
def suspended_before_anything_was_built() -> Situation:
    return replace(WHOLE, phase=Phase.SUSPENDED), NOTHING


@situation
def resumed_after_suspension() -> Situation:
    return WHOLE, seen(replace(WHOLE, phase=Phase.SUSPENDED))


@situation
def gone() -> Situation:
    return replace(WHOLE, phase=Phase.GONE, views=(), functions=()), seen()


@situation
def gone_already() -> Situation:
    return replace(WHOLE, phase=Phase.GONE), NOTHING


@situation
def gone_with_a_strangers_view_in_the_schema() -> Situation:
    base = seen()
    return replace(WHOLE, phase=Phase.GONE), replace(
        base, views=(*base.views, ObservedView("THEIRS", "SELECT 1", False, ""))
    )


@situation
def gone_with_a_strangers_table_in_the_schema() -> Situation:
    return replace(WHOLE, phase=Phase.GONE), replace(seen(), tables=("NOTES",))


@situation
def gone_with_a_strangers_function_in_the_schema() -> Situation:
    base = seen()
    theirs = ObservedFunction("THEIRS", "()", "1", False, "")
    return replace(WHOLE, phase=Phase.GONE), replace(base, functions=(*base.functions, theirs))


@situation
def gone_but_open_to_a_listing() -> Situation:
    return replace(WHOLE, phase=Phase.GONE), with_accounts("UNITED.ANALYTICS", "TARGETED WITHIN ORGANIZATION")


@situation
def gone_but_the_share_is_not_ours() -> Situation:
    return replace(WHOLE, phase=Phase.GONE), replace(seen(), share=ObservedShare("mine", DATABASE, (STRANGER,)))


@situation
def drift_stranger_added() -> Situation:
    return WHOLE, with_accounts("UNITED.ANALYTICS", STRANGER)


@situation
def drift_eleven_strangers_added() -> Situation:
    return WHOLE, with_accounts("UNITED.ANALYTICS", *(f"EVIL.CORP{number}" for number in range(11)))


@situation
def drift_customer_shown_by_its_locator() -> Situation:
    return WHOLE, with_accounts("UA12345")


@situation
def drift_account_removed() -> Situation:
    return WHOLE, with_accounts()


@situation
def drift_open_to_a_listing() -> Situation:
    return WHOLE, with_accounts("UNITED.ANALYTICS", "TARGETED WITHIN ORGANIZATION")


@situation
def drift_object_taken_out() -> Situation:
    return WHOLE, without(seen(), kind="VIEW", last="FLIGHTS")


@situation
def drift_function_taken_out() -> Situation:
    return WHOLE, without(seen(), kind="FUNCTION")


@situation
def drift_foreign_object_put_in() -> Situation:
    base = seen()
    extra = {
        Granted("SELECT", "TABLE", (DATABASE, SHARE, "SECRETS")),
        Granted("SELECT", "EXTERNAL_TABLE", ("FIRN_OUT", "OTHER", "LOGS")),
        Granted("USAGE", "SCHEMA", ("FIRN_OUT", "OTHER")),
        Granted("USAGE", "DATABASE_ROLE", ("FIRN_OUT", "READERS")),
    }
    return WHOLE, replace(base, grants=base.grants | extra)


@situation
def drift_schema_usage_revoked() -> Situation:
    return WHOLE, without(seen(), kind="SCHEMA")


@situation
def drift_reference_usage_is_listed() -> Situation:
    base = seen()
    listed = {Granted("REFERENCE_USAGE", "DATABASE", (name,)) for name in ("LAKE", "REFERENCE")}
    return WHOLE, replace(base, grants=base.grants | listed)


@situation
def drift_view_is_not_secure_any_more() -> Situation:
    return WHOLE, with_view("FLIGHTS", secure=False)


@situation
def drift_view_filters_another_tenant() -> Situation:
    return WHOLE, with_view("FLIGHTS", definition=flights("AA").definition)


@situation
def drift_white_space_inside_a_tenant_key() -> Situation:
    return spec(flights("A B")), seen(spec(flights("A  B")))


@situation
def drift_view_lost_its_mark() -> Situation:
    return WHOLE, with_view("AIRPORTS", comment="")


@situation
def drift_view_dropped() -> Situation:
    base = seen()
    views = tuple(item for item in base.views if item.name != "FLIGHTS")
    return WHOLE, without(replace(base, views=views), kind="VIEW", last="FLIGHTS")


@situation
def drift_function_rewritten() -> Situation:
    base = seen()
    return WHOLE, replace(base, functions=(replace(base.functions[0], definition="SELECT 1"),))


@situation
def drift_function_is_not_secure_any_more() -> Situation:
    base = seen()
    return WHOLE, replace(base, functions=(replace(base.functions[0], secure=False),))


@situation
def drift_function_with_other_arguments() -> Situation:
    base = seen()
    other = ObservedFunction("PUNCTUALITY", "(VARCHAR)", "SELECT 1", True, MARK)
    return WHOLE, replace(base, functions=(*base.functions, other))


@situation
def drift_share_dropped() -> Situation:
    return WHOLE, replace(seen(), share=None, grants=frozenset(), mounted_by=())


@situation
def drift_schema_dropped() -> Situation:
    grants = frozenset({Granted("USAGE", "DATABASE", (DATABASE,))})
    return WHOLE, replace(seen(), schema_comment=None, views=(), functions=(), grants=grants)


@situation
def strangers_object_in_our_schema_stays() -> Situation:
    base = seen()
    return WHOLE, replace(base, views=(*base.views, ObservedView("THEIRS", "SELECT 1", False, "somebody's")))


@situation
def function_over_a_view_that_is_not_exposed() -> Situation:
    return spec(HIDDEN, punctuality()), NOTHING


@situation
def function_goes_out_when_its_hidden_view_is_wrong() -> Situation:
    wanted = spec(HIDDEN, punctuality())
    base = seen(wanted)
    return wanted, replace(base, views=(replace(base.views[0], definition=flights("AA").definition),))


@situation
def problem_database_missing() -> Situation:
    return WHOLE, Observed(database_exists=False)


@situation
def problem_schema_not_ours() -> Situation:
    return WHOLE, Observed(database_exists=True, schema_comment="do not touch")


@situation
def problem_share_not_ours() -> Situation:
    return WHOLE, replace(seen(), share=ObservedShare("sales", DATABASE, (STRANGER,)))


@situation
def problem_share_bound_to_another_database() -> Situation:
    bound = frozenset({Granted("USAGE", "DATABASE", ("LAKE",)), Granted("SELECT", "TABLE", ("LAKE", "NYC", "FLIGHTS"))})
    return WHOLE, replace(seen(), share=ObservedShare(MARK, "LAKE", ("UNITED.ANALYTICS",)), grants=bound)


@situation
def problem_nothing_to_share() -> Situation:
    return replace(WHOLE, views=(), functions=()), seen()


def text_of(made: Plan) -> str:
    lines = [f"-- PROBLEM {p.code}: {p.words}\n--   {p.what_to_do}\n" for p in made.problems]
    lines += [f"-- {step.stage}: {step.purpose}\n{sql.render(step.action)};\n" for step in made.steps]
    return "\n".join(lines) or "-- nothing to do\n"


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_the_plan_of_a_situation_is_word_for_word_the_golden_one(name: str) -> None:
    made = text_of(plan(*SITUATIONS[name]()))
    file = GOLDEN / f"{name}.sql"
    if os.environ.get("FIRN_UPDATE_GOLDEN") == "1":
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_situation() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(SITUATIONS)
