"""A step of a plan as rows keep it and pages show it: what it is for, and its SQL."""

from __future__ import annotations

from typing import Any

from shares.core.said import packed
from shares.core.steps import Step
from shares.snowflake import sql

# {"purpose": packed (shares.core.said), "sql": str}; `|translated` says the purpose in the reader's language.
Kept = dict[str, Any]


def kept(step: Step) -> Kept:
    return {"purpose": packed(step.purpose), "sql": sql.render(step.action)}
