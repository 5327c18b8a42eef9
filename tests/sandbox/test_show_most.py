"""How many rows SHOW answers at most: docs.snowflake.com/en/sql-reference/sql/show-views, "Usage notes"."""

from __future__ import annotations

import pytest

from sandbox.errors import SandboxError
from sandbox.statements.filters import MOST, Filter


def test_show_never_answers_more_than_ten_thousand_rows() -> None:
    names = [f"N{n:05}" for n in range(MOST + 5)]
    assert MOST == 10_000
    assert Filter().pick(reversed(names), str, silently=True) == names[:MOST]
    with pytest.raises(SandboxError, match="Use LIMIT option") as refused:
        Filter().pick(names, str)
    assert refused.value.code == 90153
    assert Filter().pick(names[:MOST], str) == names[:MOST]
    assert Filter(limit=MOST + 3).pick(names, str) == names[:MOST]
    assert Filter(start_after=names[MOST - 1]).pick(names, str) == names[MOST:]
    assert Filter(like="N1000_").pick(names, str) == names[MOST:]
