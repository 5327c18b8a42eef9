"""Which views may stay readable while their tenants change, and where the leak test reads what they will show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shares.core.keeping import Kept, kept_views, read_at, stand_in
from shares.core.plan import plan
from shares.core.sound import staying
from shares.core.spec import Observed, ObservedView, ShareSpec, converged
from shares.core.steps import CreateView, Stage
from tests.unit.shapes import MARK, airports, flights, punctuality, spec


def wanted(*keys: str) -> ShareSpec:
    return spec(airports(), flights(*keys), punctuality())


def there(*keys: str, **changes: object) -> Observed:
    """What stands there after FLIGHTS was approved for `keys`; `changes` are made to the view that is seen."""
    seen = converged(wanted(*keys))
    views = [replace(view, **changes) if view.name == "FLIGHTS" else view for view in seen.views]  # type: ignore[arg-type]
    return replace(seen, views=tuple(views))


def kept(desired: ShareSpec, observed: Observed) -> Kept | None:
    return kept_views(desired, observed).get("FLIGHTS")


@pytest.mark.parametrize(
    ("had", "wants", "fewer", "shrinks", "grows"),
    [
        (("UA",), ("DL", "UA"), ("UA",), False, True),
        (("DL", "UA"), ("UA",), ("UA",), True, False),
        (("AA", "UA"), ("DL", "UA"), ("UA",), True, True),
        (("AA", "DL", "UA"), ("AA", "UA"), ("AA", "UA"), True, False),
        (("it's \\", "UA"), ("it's \\",), ("it's \\",), True, False),
        (("a', 'b", "UA"), ("UA",), ("UA",), True, False),
        (("UA",), ("UA", "x) OR ('1'='1"), ("UA",), False, True),
        (("UA", "DL"), ("DL", "UA"), ("DL", "UA"), True, False),
    ],
)
def test_what_is_in_common_stays(
    had: tuple[str, ...], wants: tuple[str, ...], fewer: tuple[str, ...], shrinks: bool, grows: bool
) -> None:
    found = kept(wanted(*wants), there(*had))
    assert found is not None
    assert found.fewer == replace(flights(*fewer), tenant_keys=fewer)
    assert (found.must_shrink, found.must_grow) == (shrinks, grows)


@pytest.mark.parametrize(
    ("had", "wants"),
    [
        (("UA",), ("UA",)),
        (("DL",), ("UA",)),
        (("ua",), ("UA",)),
        (("U A",), ("U  A",)),
        (("a', 'b",), ("a", "b")),
        (("UA",), ("UA'",)),
    ],
)
def test_what_is_right_or_has_nothing_in_common_does_not(had: tuple[str, ...], wants: tuple[str, ...]) -> None:
    assert kept(wanted(*wants), there(*had)) is None


TEXT = flights("UA").definition
BOTH = wanted("DL", "UA")


@pytest.mark.parametrize(
    "changes",
    [
        {"secure": False},
        {"comment": ""},
        {"comment": "somebody's"},
        {"definition": TEXT.replace("ORIGIN", "DEST")},
        {"definition": TEXT.replace("NYC", "OTHER")},
        {"definition": TEXT.replace("CARRIER IN", "ORIGIN IN")},
        {"definition": TEXT.replace(" IN (", " NOT IN (")},
        {"definition": TEXT + " OR TRUE"},
        {"definition": TEXT + " OR CARRIER IN ('DL')"},
        {"definition": TEXT + " UNION SELECT * FROM X WHERE A IN ('UA')"},
        {"definition": TEXT.replace("'UA'", "'UA', (SELECT 'UA')")},
        {"definition": TEXT.replace("WHERE", "WHERE TRUE OR")},
        {"definition": "SELECT * FROM LAKE.NYC.FLIGHTS"},
    ],
    ids=str,
)
def test_whatever_else_differs_goes_out_of_the_share_first(changes: dict[str, object]) -> None:
    assert kept(BOTH, there("UA", **changes)) is None


def test_white_space_outside_of_strings_is_no_difference() -> None:
    found = kept(BOTH, there("UA", definition="  ".join(TEXT.split()) + " ;\n"))
    assert found is not None
    assert not found.must_shrink


def test_what_is_not_granted_is_not_kept() -> None:
    seen = there("UA")
    grants = frozenset(item for item in seen.grants if item.path[-1] != "FLIGHTS")
    assert kept(BOTH, replace(seen, grants=grants)) is None
    hidden = replace(BOTH, views=tuple(replace(view, exposed=False) for view in BOTH.views))
    assert kept(hidden, seen) is None


@pytest.mark.parametrize("comment", ["", "somebody's"])
def test_a_name_that_somebody_else_has_is_left_to_them(comment: str) -> None:
    seen = there("UA")
    theirs = ObservedView(stand_in("FLIGHTS"), "SELECT 1", True, comment)
    assert kept(BOTH, replace(seen, views=(*seen.views, theirs))) is None
    ours = replace(theirs, comment=MARK)
    assert kept(BOTH, replace(seen, views=(*seen.views, ours))) is not None


def test_a_name_that_is_wanted_or_too_long_is_not_taken() -> None:
    also = replace(flights("UA"), name=stand_in("FLIGHTS"))
    assert kept(replace(BOTH, views=(*BOTH.views, also)), there("UA")) is None
    name = "F" * 251
    desired = spec(replace(flights("DL", "UA"), name=name))
    assert name not in kept_views(desired, converged(spec(replace(flights("UA"), name=name))))
    shorter = "F" * 250
    desired = spec(replace(flights("DL", "UA"), name=shorter))
    assert shorter in kept_views(desired, converged(spec(replace(flights("UA"), name=shorter))))


def test_the_leak_test_reads_what_will_be_shown_where_it_was_built() -> None:
    seen = there("UA")
    assert read_at(BOTH, seen) == {}
    built = ObservedView(stand_in("FLIGHTS"), flights("DL", "UA").definition, True, MARK)
    assert read_at(BOTH, replace(seen, views=(*seen.views, built))) == {"FLIGHTS": "FLIGHTS$NEXT"}
    shrinking = there("DL", "UA")
    assert read_at(wanted("UA"), replace(shrinking, views=(*shrinking.views, built))) == {}


def test_what_was_built_there_otherwise_before_is_replaced() -> None:
    seen = there("UA")
    old = ObservedView(stand_in("FLIGHTS"), flights("AA", "UA").definition, True, MARK)
    for views, replaces in ((seen.views, False), ((*seen.views, old), True)):
        built = [step.action for step in plan(BOTH, replace(seen, views=views)).of(Stage.BUILD)]
        assert [(action.path[-1], action.replace) for action in built if isinstance(action, CreateView)] == [
            ("FLIGHTS$NEXT", replaces)
        ]


def test_only_in_a_place_of_ours_and_for_somebody_who_reads() -> None:
    seen = there("UA")
    assert set(staying(BOTH, seen)) == {"FLIGHTS"}
    assert seen.share is not None
    for other in (
        replace(seen, schema_comment="theirs"),
        replace(seen, share=replace(seen.share, accounts=())),
        replace(seen, share=replace(seen.share, accounts=("TARGETED WITHIN ORGANIZATION",))),
    ):
        assert staying(BOTH, other) == {}
    assert staying(replace(BOTH, may_add=False), seen) == {}
