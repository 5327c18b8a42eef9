"""What a look at a live share proves of its objects and grants."""

from __future__ import annotations

from dataclasses import replace

from shares.core.evidence import examine
from shares.core.spec import Adopted, Granted, Phase, converged, print_of
from tests.unit.shapes import DATABASE, flights, punctuality
from tests.unit.shapes import spec as share_spec


def test_a_share_as_approved_has_every_text_secure_and_nothing_beyond() -> None:
    spec = share_spec()
    seen = examine(spec, converged(spec))
    assert seen is not None
    assert {item["name"] for item in seen["objects"]} == {item.name for item in spec.objects}
    assert all(item["secure"] and item["seen"] == item["approved"] for item in seen["objects"])
    assert seen["beyond"] == []
    assert seen["granted"] == len(converged(spec).grants) > 0
    assert seen["accounts"] == list(converged(spec).share.accounts)  # type: ignore[union-attr]


def test_an_object_that_is_not_there_is_neither_secure_nor_as_approved() -> None:
    spec = share_spec()
    seen = examine(spec, replace(converged(spec), views=()))
    assert seen is not None
    assert [(item["secure"], item["seen"]) for item in seen["objects"]] == [(False, print_of(""))] * len(spec.objects)


def test_another_text_an_insecure_view_and_a_strange_grant_are_seen() -> None:
    spec = share_spec()
    there = converged(spec)
    first, *others = there.views
    strange = Granted("SELECT", "TABLE", ("LAKE", "NYC", "SECRETS"))
    meddled = replace(
        there,
        views=(replace(first, secure=False, definition=f"{first.definition} OR TRUE"), *others),
        grants=there.grants | {strange},
    )
    seen = examine(spec, meddled)
    assert seen is not None
    item = next(item for item in seen["objects"] if item["name"] == first.name)
    assert not item["secure"]
    assert item["seen"] != item["approved"]
    assert seen["beyond"] == ["SELECT on TABLE LAKE.NYC.SECRETS"]


def test_what_a_person_confirmed_of_a_share_from_before_firn_stands_apart() -> None:
    old = Granted("SELECT", "VIEW", (DATABASE, "BEFORE", "FLIGHTS"))
    spec = replace(share_spec(), adopted=Adopted("", False, (old,), (old,)))
    there = replace(converged(spec), grants=converged(spec).grants | {old})
    seen = examine(spec, there)
    assert seen is not None
    assert (seen["older"], seen["beyond"]) == ([f"SELECT on VIEW {DATABASE}.BEFORE.FLIGHTS"], [])


def test_a_strangers_function_of_the_same_name_is_not_taken_for_ours() -> None:
    spec = share_spec(flights(), punctuality())
    there = converged(spec)
    overload = replace(there.functions[0], signature="(NUMBER)", definition="SELECT 1", secure=False)
    seen = examine(spec, replace(there, functions=(*there.functions, overload)))
    assert seen is not None
    found = [item for item in seen["objects"] if item["signature"]]
    assert [(item["secure"], item["seen"] == item["approved"]) for item in found] == [(True, True)]


def test_nothing_is_examined_of_a_share_that_shows_nothing() -> None:
    spec = share_spec()
    assert examine(replace(spec, phase=Phase.SUSPENDED), converged(spec)) is None


def test_a_print_goes_by_the_text_and_not_by_its_white_space() -> None:
    assert print_of("SELECT A\n  FROM T;") == print_of("SELECT A FROM T")
    assert print_of("SELECT 'A  B'") != print_of("SELECT 'A B'")
    assert len(print_of("")) == 64
