"""Where the rows of cursors and RESULTSETs come from, and how many a change has changed."""

from __future__ import annotations

from sandbox.results import DELETE, INSERT, MERGE, UPDATE, Result
from sandbox.scripting.jobs import Job
from sandbox.scripting.parts import Parts
from sandbox.scripting.scope import Resultset, Scope


def statement_of(text: str) -> tuple[str, bool]:
    """What stands inside `( … )` or `ASYNC ( … )`, and whether it is a job."""
    parts = Parts(text)
    job = parts.accept("ASYNC")
    inside = parts.parenthesised()
    parts.end()
    return inside, job


def changed_rows(result: Result) -> int | None:
    """The rows that a DML statement changed; None for every other statement."""
    if result.statement_type not in (INSERT, UPDATE, DELETE, MERGE) or not result.rows:
        return None
    return sum(int(n) for c, n in zip(result.columns, result.rows[0], strict=True) if "multi-joined" not in c.name)


def fill(scope: Scope, job: Job, result: Result) -> None:
    """Gives the rows to the RESULTSET that waits for this job."""
    level: Scope | None = scope
    while level is not None:
        for held in level.names.values():
            if isinstance(held, Resultset) and held.job is job:
                held.result = result
        level = level.outer
