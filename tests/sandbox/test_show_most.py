"""How many rows SHOW answers at most: docs.snowflake.com/en/sql-reference/sql/show-views, "Usage notes"."""

from __future__ import annotations

from sandbox.statements.filters import MOST, Filter


def test_show_never_answers_more_than_ten_thousand_rows() -> None:
    names = [f"N{n:05}" for n in range(MOST + 5)]
    assert MOST == 10_000
    assert Filter().pick(reversed(names), str) == names[:MOST]
    assert Filter(limit=MOST + 3).pick(names, str) == names[:MOST]
    assert Filter(start_after=names[MOST - 1]).pick(names, str) == names[MOST:]
    assert Filter(like="N1000_").pick(names, str) == names[MOST:]
