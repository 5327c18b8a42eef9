"""The epoch in a database's comment, next to whatever else people and other portals write there."""

from __future__ import annotations

import pytest

from shares.core import claims
from shares.core.claims import Epoch

NOW = claims.epoch(812, "0123456789abcdef" * 4)


def test_an_epoch_is_an_entry_s_number_and_the_beginning_of_its_mac() -> None:
    assert claims.epoch(7, "fedcba9876543210" + "0" * 48) == Epoch(7, "fedcba9876543210")


def test_what_is_written_is_read() -> None:
    assert claims.read(claims.write("firn", "main", NOW), "main") == NOW == Epoch(812, "0123456789abcdef")


def test_everything_else_in_the_comment_stays() -> None:
    theirs = claims.write("for customers, ask Dan", "staging", Epoch(5, "f" * 16))
    ours = claims.write(theirs, "main", NOW)
    assert ours.startswith("for customers, ask Dan ")
    assert claims.read(ours, "staging") == Epoch(5, "f" * 16)


def test_a_later_epoch_replaces_the_earlier_one() -> None:
    text = claims.write(claims.write("firn", "main", NOW), "main", Epoch(900, "a" * 16))
    assert text == f"firn firn:main:900:{'a' * 16}"


def test_the_newest_counts_when_somebody_left_two() -> None:
    assert claims.read(f"firn:main:900:{'a' * 16} firn:main:7:{'b' * 16}", "main") == Epoch(900, "a" * 16)


@pytest.mark.parametrize(
    "comment",
    ["", "firn", "firn:main:1", f"firn:main2:1:{'a' * 16}", f"firn:main:x:{'a' * 16}", f"firn:main:1:{'A' * 16}"],
)
def test_what_is_no_epoch_of_this_instance(comment: str) -> None:
    assert claims.read(comment, "main") is None


def test_a_mark_names_a_share_of_this_instance_only() -> None:
    share = "0" * 31 + "f"
    assert claims.marked(f"firn:main:{share}", "main") == share
    assert claims.marked(f"firn:other:{share}", "main") == ""
    assert claims.marked(f"x firn:main:{share}", "main") == ""
    assert claims.marked(f"firn:main:{share}0", "main") == ""
