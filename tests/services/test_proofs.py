"""When a share is proved once more, and what of SHOW COLUMNS counts against a view."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shares.core.spec import Phase, ShareSpec, ViewSpec, print_of
from shares.models import Proof, Run, Share
from shares.services import proofs
from shares.services.desired import spec_of
from shares.snowflake import sql
from shares.snowflake.client import Result
from tests.services.rows import Scene

pytestmark = pytest.mark.django_db
VIEW = ViewSpec("FLIGHTS", ("LAKE", "NYC", "FLIGHTS"), ("CARRIER", "ORIGIN"), "", "flights", "CARRIER", ("UA",))


@pytest.fixture
def share() -> Share:
    scene = Scene()
    return scene.share_of(scene.approved())


def proved(share: Share, spec: ShareSpec) -> Run:
    """A run, after one that proved exactly these views."""
    run = Run.objects.create(share=share, trigger="check", fence=1, worker="here")
    read = [{"name": view.name, "rows": 3, "foreign": 0, "print": print_of(view.definition)} for view in spec.views]
    Proof.objects.create(share=share, run=run, isolated=True, rows=3, foreign_rows=0, readings=read)
    return Run.objects.create(share=share, trigger="check", fence=2, worker="here")


def spec(share: Share) -> ShareSpec:
    return spec_of(share, timezone.now())


def test_what_was_proved_today_as_it_stands_is_not_proved_again(share: Share) -> None:
    assert not proofs.is_due(proved(share, spec(share)), spec(share))


def test_what_an_earlier_run_changed_and_did_not_prove_is_proved(share: Share) -> None:
    """It took a tenant out of a view, and died before it came to rest: this run finds nothing to change."""
    wanted = spec(share)
    run = proved(share, wanted)
    narrower = tuple(replace(view, definition=f"{view.definition} AND 1 = 1") for view in wanted.views)
    assert proofs.is_due(run, replace(wanted, views=narrower))
    assert proofs.is_due(run, replace(wanted, views=(*wanted.views, VIEW)))


def test_what_this_run_changed_is_proved(share: Share) -> None:
    run = proved(share, spec(share))
    run.changed = 1
    assert proofs.is_due(run, spec(share))


def test_an_old_verdict_is_repeated(share: Share) -> None:
    run = proved(share, spec(share))
    Proof.objects.update(proved_at=timezone.now() - timedelta(days=2))
    assert proofs.is_due(run, spec(share))


def test_what_shows_nothing_is_not_proved(share: Share) -> None:
    assert not proofs.is_due(proved(share, spec(share)), replace(spec(share), phase=Phase.SUSPENDED, views=()))


def listing(*columns: str, more: int = 0) -> Result:
    found: list[dict[str, Any]] = [{"table_name": "FLIGHTS", "column_name": name} for name in columns]
    others = ({"table_name": f"V{number}", "column_name": "A"} for number in range(more))
    return Result((*found, *others), "q", 1)


def test_a_column_too_many_or_too_few_counts_against_a_view() -> None:
    assert proofs._wrong_columns(VIEW, listing("CARRIER", "ORIGIN")) == ()
    assert proofs._wrong_columns(VIEW, listing("CARRIER", "ORIGIN", "SSN")) == ("SSN",)
    assert proofs._wrong_columns(VIEW, listing("CARRIER")) == ("ORIGIN",)


def test_where_show_ends_early_only_a_column_too_many_counts() -> None:
    assert proofs._wrong_columns(VIEW, listing("CARRIER", more=sql.PAGE)) == ()
    assert proofs._wrong_columns(VIEW, listing("CARRIER", "SSN", more=sql.PAGE)) == ("SSN",)
