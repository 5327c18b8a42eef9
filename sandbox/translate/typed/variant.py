"""VARIANT, OBJECT and ARRAY: paths, construction, inspection. They are held as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from sandbox.errors import fail
from sandbox.sftypes import BOOLEAN, FLOAT, LTZ, NTZ, TEXT, SqlType
from sandbox.translate.typed.casts import as_text, as_variant, convert
from sandbox.translate.typed.kinds import (
    ARRAY,
    DATE,
    OBJECT,
    TIME,
    VARIANT,
    call,
    is_kind,
    kind_of,
    lake_cast,
    number,
    string,
)
from sandbox.translate.typed.rules import Lowered, named, rule


# --- paths
def pointer(path: exp.JSONPath) -> str:
    """A path as a JSON pointer."""
    out = ""
    for part in path.expressions:
        if isinstance(part, exp.JSONPathRoot):
            continue
        if not isinstance(part, (exp.JSONPathKey, exp.JSONPathSubscript)) or isinstance(part.this, exp.Expr):
            raise fail("unsupported", feature=f"path element {part.sql('snowflake')}")
        out += "/" + str(part.this).replace("~", "~0").replace("/", "~1")
    return out


@rule(exp.JSONExtract)
def _extract(node: exp.JSONExtract) -> Lowered:
    if not isinstance(node.expression, exp.JSONPath):
        return call("SF_GET_PATH", as_variant(node.this), as_text(node.expression)), VARIANT
    return call("JSON_EXTRACT", _semi(node.this), string(pointer(node.expression))), VARIANT


def _semi(node: exp.Expr) -> exp.Expr:
    """What a path is applied to; a column of unknown type is taken for JSON."""
    kind = kind_of(node)
    if kind is not None and kind.name not in ("VARIANT", "OBJECT", "ARRAY"):
        raise fail("function_arguments", name="GET_PATH", types=kind.text())
    return node if kind is not None else lake_cast(node, "JSON")


@rule(exp.Bracket)
def _bracket(node: exp.Bracket) -> Lowered:
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        raise fail("unsupported", feature=node.sql("snowflake")[:80])
    return _got(node.this, node.expressions[0])


@rule(exp.GetExtract)
def _get(node: exp.GetExtract) -> Lowered:
    return _got(node.this, node.expression)


def _got(value: exp.Expr, key: exp.Expr) -> Lowered:
    """An element by number or by name."""
    if is_kind(key, "VARCHAR", "VARIANT"):
        return call("SF_GET_KEY", _semi(value), as_text(key)), VARIANT
    return call("SF_GET_INDEX", _semi(value), lake_cast(key, "BIGINT")), VARIANT


@rule(exp.GetIgnoreCase)
def _get_ignore_case(node: exp.GetIgnoreCase) -> Lowered:
    return call("SF_GET_IGNORE_CASE", _semi(node.this), as_text(node.expression)), VARIANT


# --- construction
@rule(exp.ParseJSON)
def _parse_json(node: exp.ParseJSON) -> Lowered:
    return call("SF_TRY_PARSE" if node.args.get("safe") else "SF_PARSE", as_text(node.this)), VARIANT


@rule(exp.Struct, exp.StarMap)
def _object(node: exp.Expr) -> Lowered:
    keys, values = [], []
    for pair in node.expressions:
        if not isinstance(pair, exp.PropertyEQ):
            raise fail("unsupported", feature=node.sql("snowflake")[:80])
        key = string(pair.this.name) if isinstance(pair.this, (exp.Identifier, exp.Literal)) else as_text(pair.this)
        keys.append(key)
        values.append(as_variant(pair.expression))
    return made_object("SF_OBJECT", keys, values), OBJECT


def made_object(macro: str, keys: Sequence[exp.Expr], values: Sequence[exp.Expr]) -> exp.Expr:
    if not keys:
        return lake_cast(string("{}"), "JSON")
    return call(macro, call("LIST_VALUE", *keys), call("LIST_VALUE", *[lake_cast(v, "JSON") for v in values]))


@rule(exp.JSONObject)
def _keep_null(node: exp.JSONObject) -> Lowered:
    """OBJECT_CONSTRUCT_KEEP_NULL: NULL becomes JSON's null."""
    keys = [as_text(pair.this) for pair in node.expressions]
    null = lake_cast(string("null"), "JSON")
    values = [call("COALESCE", as_variant(pair.expression), null.copy()) for pair in node.expressions]
    return made_object("SF_OBJECT", keys, values), OBJECT


@rule(exp.Array)
def _array(node: exp.Array) -> Lowered:
    return made_array(node.expressions), ARRAY


def made_array(values: list[exp.Expr]) -> exp.Expr:
    if not values:
        return lake_cast(string("[]"), "JSON")
    return call("TO_JSON", call("LIST_VALUE", *[lake_cast(as_variant(v), "JSON") for v in values]))


@rule(exp.ArrayConstructCompact)
def _compact(node: exp.ArrayConstructCompact) -> Lowered:
    return call("SF_ARRAY_COMPACT", made_array(node.expressions)), ARRAY


@rule(exp.ObjectInsert)
def _insert(node: exp.ObjectInsert) -> Lowered:
    update = node.args.get("update_flag") or exp.false()
    return call(
        "SF_OBJECT_INSERT", node.this, as_text(node.args["key"]), as_variant(node.args["value"]), update
    ), OBJECT


@named("OBJECT_DELETE", "OBJECT_PICK")
def _pick(node: exp.Anonymous) -> Lowered:
    value, *keys = node.expressions
    macro = "SF_OBJECT_DELETE" if str(node.this).upper() == "OBJECT_DELETE" else "SF_OBJECT_PICK"
    if len(keys) == 1 and is_kind(keys[0], "ARRAY"):
        listed: exp.Expr = call("SF_TEXTS", keys[0])
    else:
        listed = call("LIST_VALUE", *[as_text(k) for k in keys])
    return call(macro, value, listed), OBJECT


# --- inspection
@rule(exp.JSONFormat)
def _to_json(node: exp.JSONFormat) -> Lowered:
    return lake_cast(as_variant(node.this), "VARCHAR"), TEXT


@rule(exp.JSONKeys)
def _keys(node: exp.JSONKeys) -> Lowered:
    return call("TO_JSON", call("JSON_KEYS", node.this)), ARRAY


@rule(exp.Typeof)
def _typeof(node: exp.Typeof) -> Lowered:
    return call("SF_TYPEOF", as_variant(node.this)), TEXT


@rule(exp.ArraySize)
def _size(node: exp.ArraySize) -> Lowered:
    return call("SF_ARRAY_SIZE", _semi(node.this)), number(9)


@rule(exp.CheckJson)
def _check_json(node: exp.CheckJson) -> Lowered:
    return call("SF_CHECK_JSON", as_text(node.this)), TEXT


@rule(exp.StripNullValue)
def _strip_null(node: exp.StripNullValue) -> Lowered:
    return call("SF_STRIP_NULL", node.this), VARIANT


@rule(exp.IsNullValue)
def _is_null_value(node: exp.IsNullValue) -> Lowered:
    return exp.EQ(this=call("SF_TYPEOF", node.this), expression=string("NULL_VALUE")), BOOLEAN


_IS = {
    "IS_ARRAY": ("ARRAY",),
    "IS_OBJECT": ("OBJECT",),
    "IS_BOOLEAN": ("BOOLEAN",),
    "IS_VARCHAR": ("VARCHAR",),
    "IS_CHAR": ("VARCHAR",),
    "IS_INTEGER": ("INTEGER",),
    "IS_DECIMAL": ("INTEGER", "DECIMAL"),
    "IS_REAL": ("INTEGER", "DECIMAL", "DOUBLE"),
    "IS_DOUBLE": ("INTEGER", "DECIMAL", "DOUBLE"),
}


@named(*_IS)
def _is(node: exp.Anonymous) -> Lowered:
    value = call("SF_TYPEOF", as_variant(node.expressions[0]))
    return exp.In(this=value, expressions=[string(n) for n in _IS[str(node.this).upper()]]), BOOLEAN


_AS: dict[str, tuple[SqlType, tuple[str, ...]]] = {
    "AS_ARRAY": (ARRAY, ("ARRAY",)),
    "AS_OBJECT": (OBJECT, ("OBJECT",)),
    "AS_BOOLEAN": (BOOLEAN, ("BOOLEAN",)),
    "AS_VARCHAR": (TEXT, ("VARCHAR",)),
    "AS_CHAR": (TEXT, ("VARCHAR",)),
    "AS_INTEGER": (number(38), ("INTEGER",)),
    "AS_NUMBER": (number(38), ("INTEGER", "DECIMAL")),
    "AS_DECIMAL": (number(38), ("INTEGER", "DECIMAL")),
    "AS_REAL": (FLOAT, ("INTEGER", "DECIMAL", "DOUBLE")),
    "AS_DOUBLE": (FLOAT, ("INTEGER", "DECIMAL", "DOUBLE")),
    "AS_DATE": (DATE, ()),
    "AS_TIME": (TIME, ()),
    "AS_TIMESTAMP_NTZ": (NTZ, ()),
    "AS_TIMESTAMP_LTZ": (LTZ, ()),
}


@named(*_AS)
def _as(node: exp.Anonymous) -> Lowered:
    """The value if it is of that type, else NULL. Dates inside a VARIANT are text here, and are not told apart."""
    kind, names = _AS[str(node.this).upper()]
    if len(node.expressions) > 1:
        sizes = [int(e.name) for e in node.expressions[1:] if isinstance(e, exp.Literal)]
        kind = number(*sizes)
    value = node.expressions[0]
    value.meta.setdefault("kind", VARIANT)
    test: exp.Expr = exp.In(this=call("SF_TYPEOF", value.copy()), expressions=[string(n) for n in names])
    if not names:
        return convert(value, kind, safe=True), kind
    return exp.Case(ifs=[exp.If(this=test, true=convert(value, kind))]), kind


@rule(exp.Split, exp.StringToArray)
def _split(node: exp.Func) -> Lowered:
    return call("TO_JSON", call("SF_SPLIT", as_text(node.this), as_text(node.expression))), ARRAY


@rule(exp.StrtokToArray)
def _strtok_to_array(node: exp.StrtokToArray) -> Lowered:
    delimiters = node.args.get("expression")
    return call("TO_JSON", call("SF_STRTOK_LIST", as_text(node.this), delimiters or string(" "))), ARRAY
