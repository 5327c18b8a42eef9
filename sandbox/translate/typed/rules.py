"""The table of rules: which function takes care of which kind of node, or of which call by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from sandbox.sftypes import SqlType

Lowered = tuple[exp.Expr, SqlType | None]
Rule = Callable[[Any], Lowered]

RULES: dict[type[exp.Expr], Rule] = {}
CALLS: dict[str, Rule] = {}


def rule(*kinds: type[exp.Expr]) -> Callable[[Rule], Rule]:
    """Registers a rule for nodes of these classes; their operands are lowered already when it is asked."""

    def register(function: Rule) -> Rule:
        for kind in kinds:
            RULES[kind] = function
        return function

    return register


def named(*names: str) -> Callable[[Rule], Rule]:
    """Registers a rule for calls that the parser knows only by name."""

    def register(function: Rule) -> Rule:
        for name in names:
            CALLS[name] = function
        return function

    return register
