"""Functions of arrays."""

from __future__ import annotations

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import BOOLEAN, TEXT
from sandbox.translate.typed.casts import as_text, as_variant
from sandbox.translate.typed.kinds import ARRAY, VARIANT, call, lake_cast, number, string
from sandbox.translate.typed.rules import Lowered, named, rule


@rule(exp.Transform, exp.ArrayFilter, exp.Reduce)
def _lambda(node: exp.Func) -> Lowered:
    raise fail("unsupported", feature=node.sql("snowflake")[:80])


@rule(exp.ArrayConcat)
def _cat(node: exp.ArrayConcat) -> Lowered:
    return call("SF_ARRAY_CAT", node.this, *node.expressions), ARRAY


@rule(exp.ArrayAppend)
def _append(node: exp.ArrayAppend) -> Lowered:
    return call("SF_ARRAY_APPEND", node.this, as_variant(node.expression)), ARRAY


@rule(exp.ArrayPrepend)
def _prepend(node: exp.ArrayPrepend) -> Lowered:
    return call("SF_ARRAY_PREPEND", node.this, as_variant(node.expression)), ARRAY


@rule(exp.ArrayContains)
def _contains(node: exp.ArrayContains) -> Lowered:
    return call("SF_ARRAY_CONTAINS", node.this, as_variant(node.expression)), BOOLEAN


@rule(exp.ArrayPosition)
def _position(node: exp.ArrayPosition) -> Lowered:
    return call("SF_ARRAY_POSITION", node.this, as_variant(node.expression)), number(9)


@rule(exp.ArrayRemove)
def _remove(node: exp.ArrayRemove) -> Lowered:
    return call("SF_ARRAY_REMOVE", node.this, as_variant(node.expression)), ARRAY


@rule(exp.ArraySlice)
def _slice(node: exp.ArraySlice) -> Lowered:
    ends = [lake_cast(node.args[k], "BIGINT") for k in ("start", "end")]
    return call("SF_ARRAY_SLICE", node.this, *ends), ARRAY


@rule(exp.ArrayToString)
def _to_string(node: exp.ArrayToString) -> Lowered:
    return call("SF_ARRAY_TO_STRING", node.this, as_text(node.expression)), TEXT


_ONE = {
    exp.ArrayDistinct: ("SF_ARRAY_DISTINCT", ARRAY),
    exp.ArrayCompact: ("SF_ARRAY_COMPACT", ARRAY),
    exp.ArrayMax: ("SF_ARRAY_MAX", VARIANT),
    exp.ArrayMin: ("SF_ARRAY_MIN", VARIANT),
    exp.Flatten: ("SF_ARRAY_FLATTEN", ARRAY),
    exp.ArrayReverse: ("SF_ARRAY_REVERSE", ARRAY),
}


@rule(*_ONE)
def _one(node: exp.Func) -> Lowered:
    macro, kind = _ONE[type(node)]
    return call(macro, node.this), kind


@rule(exp.ArrayIntersect)
def _intersection(node: exp.ArrayIntersect) -> Lowered:
    return call("SF_ARRAY_INTERSECTION", *node.expressions), ARRAY


@rule(exp.ArrayExcept)
def _except(node: exp.ArrayExcept) -> Lowered:
    return call("SF_ARRAY_EXCEPT", node.this, node.expression), ARRAY


@rule(exp.ArrayOverlaps)
def _overlap(node: exp.ArrayOverlaps) -> Lowered:
    return call("SF_ARRAY_OVERLAP", node.this, node.expression), BOOLEAN


@rule(exp.SortArray)
def _sorted(node: exp.SortArray) -> Lowered:
    down = isinstance(node.args.get("asc"), exp.Boolean) and not node.args["asc"].this
    return call("SF_ARRAY_SORT", node.this, string("DESC" if down else "ASC")), ARRAY


@rule(exp.GenerateSeries)
def _range(node: exp.GenerateSeries) -> Lowered:
    step = node.args.get("step")
    ends = [lake_cast(e, "BIGINT") for e in (node.args["start"], node.args["end"], *([step] if step else []))]
    return call("TO_JSON", call("RANGE", *ends)), ARRAY


@named("ARRAY_GENERATE_RANGE")
def _generate_range(node: exp.Anonymous) -> Lowered:
    return call("TO_JSON", call("RANGE", *[lake_cast(e, "BIGINT") for e in node.expressions])), ARRAY
