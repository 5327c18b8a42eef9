"""The heart: a Snowflake query becomes a DuckDB query in which every name was looked up in somebody's eyes."""

from __future__ import annotations

import duckdb
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from sandbox.catalog import INFORMATION_SCHEMA, Found, database_name, find_functions, find_relation, inside_of
from sandbox.errors import SandboxError, fail
from sandbox.lake import SCHEMA, table_name
from sandbox.rights import Eyes
from sandbox.tokens import Tokens
from sandbox.translate.calls import SAME_IN_LAKE, context_value, text
from sandbox.translate.functions import arranged, call_parts, find_call, inline_scalar, inline_table, plain
from sandbox.translate.infofilter import wanted_of
from sandbox.translate.infofunctions import is_function
from sandbox.translate.infofunctions import rows_of as rows_of_function
from sandbox.translate.infoschema import relation
from sandbox.translate.inline import relation_of_result
from sandbox.translate.parse import parse_query
from sandbox.translate.policies import protect, protected, rows_of
from sandbox.translate.shape import encode, encoded, is_cte, name_projections, name_values, shorten, table_parts
from sandbox.translate.system import SYSTEM, system_value
from sandbox.translate.typed.kinds import LAKE
from sandbox.translate.typed.staged import is_staged, staged
from sandbox.translate.typed.walk import COLUMNS, Given, lower
from sandbox.translate.usage import is_usage
from sandbox.translate.usage import relation as usage_relation

__all__ = ["Given", "localise"]
_DEEPEST = 32
_FORBIDDEN = (
    exp.Command,
    exp.Into,
    exp.Lock,
    exp.Parameter,
    exp.SessionParameter,
    exp.Placeholder,
    exp.JSONExtract,
    exp.ReadCSV,
    exp.ReadParquet,
    exp.MatchRecognize,
    exp.DDL,
)


def localise(tree: exp.Expr, eyes: Eyes, given: Given | None = None) -> exp.Expr:
    """The tree with names, functions and identifiers replaced; raises what the eyes may not do. Works in place.

    `given` are types of names that the query does not explain: a function's parameters, a changed table's columns.
    """
    if eyes.depth > _DEEPEST:
        raise fail("compilation", detail="Maximum nesting of views and functions exceeded.")
    root = exp.Paren(this=tree)
    for select in list(tree.find_all(exp.Select)):
        name_projections(select)
    columns = lower(root.this, eyes, given)
    nodes = list(root.this.walk())
    ctes = {id(node) for node in nodes if isinstance(node, exp.Table) and is_cte(node)}
    _check(nodes)
    for node in nodes:
        if isinstance(node, exp.Column):
            shorten(node)
    tables = list(root.find_all(exp.Table, exp.TableFromRows, exp.Values))
    _functions(root, eyes)
    attached = [t for t in tables if t.root() is root]
    originals = [
        (t, table_parts(t)) for t in attached if isinstance(t, exp.Table) and isinstance(t.this, exp.Identifier)
    ]
    names = {id(t): parts for t, parts in originals}
    table_calls = {id(t): call_parts(t.this) for t in attached if isinstance(t, exp.TableFromRows)}
    for identifier in _own(root, exp.Identifier):
        encode(identifier)  # type: ignore[arg-type]
    for table in attached:
        if isinstance(table, exp.TableFromRows):
            parts = table_calls[id(table)]
            lateral = parts is not None and not plain(parts[1])
            _replace(table, _table_call(table, parts, eyes), None, lateral)
        else:
            _relation(table, names.get(id(table)), id(table) in ctes, eyes)
    root.this.meta[COLUMNS] = columns
    return root.this  # type: ignore[no-any-return]


_DONE = "sandbox_done"


def _own(root: exp.Expr, *kinds: type[exp.Expr]) -> list[exp.Expr]:
    """Nodes of this level; what was put in from a view or function is finished already."""
    return [
        n for n in root.walk(prune=lambda n: bool(n.meta.get(_DONE))) if isinstance(n, kinds) and not n.meta.get(_DONE)
    ]


def _finished(tree: exp.Expr) -> exp.Expr:
    tree.meta[_DONE] = True
    return tree


def _check(nodes: list[exp.Expr]) -> None:
    for node in nodes:
        if isinstance(node, _FORBIDDEN) and not isinstance(node, exp.Select):
            raise fail("unsupported", feature=node.sql("snowflake")[:80])


# --- functions
def _functions(root: exp.Expr, eyes: Eyes) -> None:
    """Replaces calls, innermost first, so that arguments are finished before they are copied into a body."""
    calls = [
        n for n in root.walk() if isinstance(n, (exp.Func, exp.Dot)) and not isinstance(n.parent, exp.TableFromRows)
    ]
    for node in reversed(calls):
        if node.root() is not root or _inside_dotted_call(node):
            continue
        new = _call(node, eyes)
        if new is not None:
            node.replace(new)


def _inside_dotted_call(node: exp.Expr) -> bool:
    """Whether the node is the name part of a call that is handled as a whole."""
    parent = node.parent
    if isinstance(parent, exp.Dot) and parent.expression is node:
        return True
    top = parent
    while isinstance(top, exp.Dot):
        if isinstance(top.expression, exp.Anonymous):
            return isinstance(node, exp.Dot)
        top = top.parent
    return isinstance(top, exp.TableFromRows) and isinstance(node, (exp.Dot, exp.Anonymous))


def _call(node: exp.Expr, eyes: Eyes) -> exp.Expr | None:
    value = context_value(node, eyes)
    if value is not None:
        return _finished(value)
    if node.meta.get(LAKE):
        return None
    parts = call_parts(node)
    if parts is None:
        return None
    return _named_call(parts[0], parts[1], eyes)


def _named_call(name: list[str], arguments: list[exp.Expr], eyes: Eyes) -> exp.Expr | None:
    if len(name) == 1 and name[0] in SYSTEM:
        return _finished(text(system_value(name[0], arguments, eyes)))
    if len(name) == 1 and name[0] in SAME_IN_LAKE and not _shadowed(name, arguments, eyes):
        return None
    for argument in arguments:
        for identifier in _own(argument, exp.Identifier):
            encode(identifier)  # type: ignore[arg-type]
    return _finished(inline_scalar(*find_call(eyes, name, arguments, localise), localise))


def _shadowed(name: list[str], arguments: list[exp.Expr], eyes: Eyes) -> bool:
    return any(arranged(f.thing, arguments) is not None for f in find_functions(eyes, name))


# --- relations
def _relation(table: exp.Expr, parts: list[str] | None, cte: bool, eyes: Eyes) -> None:
    if isinstance(table, exp.Values):
        name_values(table)
    elif isinstance(table, exp.Table) and is_staged(table):
        _replace(table, staged(table, eyes).relation(), "STAGED")
    elif isinstance(table, exp.Table) and not cte:
        _check_table(table)
        if parts is None:
            parts = _dynamic_parts(table)
        _put(table, parts, eyes)


def _check_table(table: exp.Table) -> None:
    for key in ("when", "version", "changes", "pattern", "rows_from"):
        if table.args.get(key):
            raise fail("unsupported", feature=f"{key} on a table")
    if not isinstance(table.this, (exp.Identifier, exp.DynamicIdentifier)):
        raise fail("unsupported", feature=table.sql("snowflake")[:80])


def _dynamic_parts(table: exp.Table) -> list[str]:
    """The name inside IDENTIFIER('…')."""
    literal = table.this.this
    if not isinstance(literal, exp.Literal):
        raise fail("unsupported", feature="IDENTIFIER with an expression")
    return Tokens(literal.name).qualified()


def _put(table: exp.Table, parts: list[str], eyes: Eyes) -> None:
    """Replaces a name by the table or view that it stands for."""
    if is_usage(eyes, parts):
        _replace(table, usage_relation(eyes, parts[-1]), parts[-1])
        return
    if len(parts) > 1 and parts[-2] == INFORMATION_SCHEMA:
        database = parts[0] if len(parts) == 3 else database_name(eyes)
        _replace(table, relation(eyes, database, parts[-1], wanted_of(table, parts[-1])), parts[-1])
        return
    found = find_relation(eyes, parts)
    guarded = protected(found.thing)
    if found.thing.kind == "VIEW":
        body = view_body(found)
        _replace(table, exp.Subquery(this=protect(found, body, localise)) if guarded else body, parts[-1])
        return
    if guarded:
        _replace(table, exp.Subquery(this=protect(found, rows_of(found.thing), localise)), parts[-1])
        return
    if table.args.get("alias") is None:
        table.set("alias", exp.TableAlias(this=encoded(parts[-1])))
    table.set("this", exp.Identifier(this=table_name(found.thing.id), quoted=True))
    table.set("db", exp.Identifier(this=SCHEMA, quoted=True))
    table.set("catalog", None)


def _replace(table: exp.Expr, body: exp.Subquery, name: str | None, lateral: bool = False) -> None:
    """Puts a derived table in the place of a name, keeping alias, joins, pivots and sample.

    A `lateral` one may use the relations before it.
    """
    new = exp.Subquery(this=_finished(body.this))
    alias = table.args.get("alias")
    if alias is None and name is not None:
        alias = exp.TableAlias(this=encoded(name))
    new.set("alias", alias.copy() if alias is not None else None)
    for key in ("joins", "pivots", "sample", "laterals"):
        value = table.args.get(key)
        if value:
            new.set(key, value)
    if lateral:
        new.set("alias", None)
        named = alias.copy() if alias is not None else exp.TableAlias(this=encoded("~L"))
        table.replace(exp.Lateral(this=new, alias=named))
        return
    table.replace(new)


def view_body(found: Found) -> exp.Subquery:
    """A view as a derived table with exactly its declared columns."""
    view = found.thing
    query = _shared_body(found) if found.eyes.direct else localise(parse_query(view.props["query"]), inside_of(found))
    columns = [encoded(column["name"]) for column in view.props["columns"]]
    _check_width(found, query, len(columns))
    raw = exp.Subquery(this=query, alias=exp.TableAlias(this=encoded("~V"), columns=columns))
    picked = exp.select(*[exp.Column(this=c.copy()) for c in columns]).from_(raw)
    return exp.Subquery(this=picked)


def _shared_body(found: Found) -> exp.Expr:
    """The query of a view behind a share. Why it fails is not said: it would tell what the provider has."""
    try:
        query = localise(parse_query(found.thing.props["query"]), inside_of(found))
        _width(found, query)
    except SandboxError as error:
        if error.key == "share_reference":
            raise
        raise fail("view_expansion", name=found.thing.name) from error
    except duckdb.Error as error:
        raise fail("view_expansion", name=found.thing.name) from error
    return query


def _width(found: Found, query: exp.Expr) -> int:
    """How many columns the engine finds in the query."""
    with found.eyes.session.cursor.cursor() as scratch:
        sql = query.sql("duckdb", unsupported_level=ErrorLevel.IGNORE)
        return len(scratch.execute(f"DESCRIBE {sql}").fetchall())


def _check_width(found: Found, query: exp.Expr, declared: int) -> None:
    """A view keeps its columns; when its `SELECT *` yields another number of them it is refused as Snowflake does."""
    selects = query.selects if isinstance(query, exp.Query) else []
    actual = len(selects)
    if any(s.is_star for s in selects):
        actual = _width(found, query)
    if actual != declared:
        raise fail("view_columns", name=found.thing.name, wanted=declared, actual=actual)


def _table_call(table: exp.TableFromRows, parts: tuple[list[str], list[exp.Expr]] | None, eyes: Eyes) -> exp.Subquery:
    if parts is None:
        raise fail("unsupported", feature=table.sql("snowflake")[:80])
    name, arguments = parts
    if name == ["RESULT_SCAN"]:
        return relation_of_result(eyes.session, arguments)
    if is_function(name):
        return rows_of_function(name, arguments, eyes)
    return inline_table(*find_call(eyes, name, arguments, localise), localise)
