"""FLATTEN, SPLIT_TO_TABLE, STRTOK_SPLIT_TO_TABLE and GENERATOR in a FROM clause."""

from __future__ import annotations

from sqlglot import exp, parse_one

from sandbox.errors import fail
from sandbox.lake import ROW_NUMBERS
from sandbox.sftypes import TEXT
from sandbox.translate.typed.casts import as_text
from sandbox.translate.typed.kinds import LAKE, VARIANT, Columns, call, is_kind, kind_of, lake_cast, number, string

_FLATTENED: Columns = [
    ("SEQ", number(38)),
    ("KEY", TEXT),
    ("PATH", TEXT),
    ("INDEX", number(38)),
    ("VALUE", VARIANT),
    ("THIS", VARIANT),
]
_SPLIT: Columns = [("SEQ", number(38)), ("INDEX", number(38)), ("VALUE", TEXT)]
# Each input row takes its number before its elements are unnested.
_NUMBERED = f"SELECT N AS SEQ, UNNEST(L) AS U FROM (SELECT CAST(NEXTVAL('{ROW_NUMBERS}') AS BIGINT) AS N, {{}} AS L)"
_FLATTEN_SQL = (
    "SELECT SEQ, U.KEY AS KEY, U.PATH AS PATH, U.INDEX AS INDEX, U.VALUE AS VALUE, U.THIS AS THIS "
    f"FROM ({_NUMBERED.format('X')})"
)
_SPLIT_SQL = f"SELECT SEQ, U.INDEX AS INDEX, U.VALUE AS VALUE FROM ({_NUMBERED.format('SF_NUMBERED(X)')})"
_GENERATE_SQL = "SELECT UNNEST(RANGE(X)) AS GENERATED"


def table_function(node: exp.Expr) -> Columns | None:
    """Replaces the function by a query, and returns its columns; None when it is somebody else's."""
    inner = node.this
    if isinstance(inner, exp.Explode):
        _put(node, _FLATTEN_SQL, _flatten(_arguments(inner)))
        return list(_FLATTENED)
    if isinstance(inner, exp.SplitToTable) or _is_call(inner, "STRTOK_SPLIT_TO_TABLE"):
        _put(node, _SPLIT_SQL, _split(inner))
        return list(_SPLIT)
    if isinstance(inner, exp.Generator):
        count = inner.args.get("rowcount")
        if count is None or inner.args.get("timelimit") is not None:
            raise fail("unsupported", feature="GENERATOR without ROWCOUNT")
        _put(node, _GENERATE_SQL, lake_cast(count, "BIGINT"))
        return []
    return None


def _is_call(node: exp.Expr, name: str) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).upper() == name


def _arguments(node: exp.Expr) -> dict[str, exp.Expr]:
    given = [node.this, *node.expressions]
    return {a.this.name.upper(): a.expression for a in given if isinstance(a, exp.Kwarg)} or {"INPUT": given[0]}


def _flatten(given: dict[str, exp.Expr]) -> exp.Expr:
    unknown = set(given) - {"INPUT", "PATH", "OUTER", "RECURSIVE", "MODE"}
    if unknown or "INPUT" not in given:
        raise fail("unsupported", feature=f"FLATTEN with {', '.join(sorted(unknown)) or 'no INPUT'}")
    value = given["INPUT"]
    if kind_of(value) is not None and not is_kind(value, "VARIANT", "OBJECT", "ARRAY"):
        raise fail("function_arguments", name="FLATTEN", types=(kind_of(value) or TEXT).text())
    path = given.get("PATH", string(""))
    recursive = given.get("RECURSIVE", exp.false())
    deep = isinstance(recursive, exp.Boolean) and bool(recursive.this)
    mode = given.get("MODE", string("BOTH"))
    return call(
        "SF_FLATTEN_DEEP" if deep else "SF_FLATTEN",
        lake_cast(value, "JSON"),
        as_text(path),
        given.get("OUTER", exp.false()),
        mode,
    )


def _split(inner: exp.Expr) -> exp.Expr:
    if isinstance(inner, exp.SplitToTable):
        return call("SF_SPLIT", as_text(inner.this), as_text(inner.expression))
    text, *rest = inner.expressions
    return call("SF_STRTOK_LIST", as_text(text), rest[0] if rest else string(" "))


def _put(node: exp.Expr, template: str, argument: exp.Expr) -> None:
    """A derived table in the place of the call; lateral, so that it may use the relations before it."""
    query = parse_one(template, read="duckdb")
    for function in query.find_all(exp.Anonymous):
        function.meta[LAKE] = True
    for column in list(query.find_all(exp.Column)):
        if column.name == "X":
            column.replace(argument.copy())
    derived = exp.Subquery(this=query)
    alias = node.args.get("alias")
    name = alias.this if isinstance(alias, exp.TableAlias) and alias.this else exp.to_identifier("FLATTENED")
    columns = alias.columns if isinstance(node, exp.TableFromRows) and isinstance(alias, exp.TableAlias) else []
    new_alias = exp.TableAlias(this=name.copy(), columns=[c.copy() for c in columns])
    if isinstance(node.parent, exp.From) and not argument.find(exp.Column):
        derived.set("alias", new_alias)
        node.replace(derived)
        return
    node.replace(exp.Lateral(this=derived, alias=new_alias))
