"""`name.NEXTVAL`: the next number of a sequence, a new one for every row and every mention."""

from __future__ import annotations

from sqlglot import exp

from sandbox.catalog import find_sequence
from sandbox.errors import SandboxError, fail
from sandbox.lake import sequence_name
from sandbox.sftypes import SqlType
from sandbox.translate.shape import name_of
from sandbox.translate.typed.kinds import call, number, set_kind, string
from sandbox.translate.typed.scope import Scope

KIND: SqlType = number(38)


def next_value(column: exp.Column, scope: Scope) -> exp.Expr | None:
    """What stands for the column if it is the NEXTVAL of a sequence that may be used; a relation's own column first."""
    if name_of(column.this) != "NEXTVAL" or not column.args.get("table"):
        return None
    parts = [name_of(part) for part in (column.args.get(key) for key in ("catalog", "db", "table")) if part]
    if _is_relation(parts[-1], scope):
        return None
    try:
        sequence = find_sequence(scope.eyes, parts)
    except SandboxError as error:
        raise fail("identifier", line=1, position=0, name=".".join([*parts, "NEXTVAL"])) from error
    made = call("NEXTVAL", string(sequence_name(sequence.id)))
    set_kind(made, KIND)
    if isinstance(column.parent, exp.Select):
        return set_kind(exp.alias_(made, "NEXTVAL", quoted=True), KIND)
    return made


def _is_relation(name: str, scope: Scope) -> bool:
    at: Scope | None = scope
    while at is not None and name not in at.sources:
        at = at.outer
    return at is not None
