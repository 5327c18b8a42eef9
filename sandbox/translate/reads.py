"""Which databases a view or function reads, itself or through other views."""

from __future__ import annotations

from sqlglot import exp

from sandbox.catalog import INFORMATION_SCHEMA, Found, find_functions, find_relation, inside_of
from sandbox.rights import Eyes
from sandbox.translate.functions import call_parts
from sandbox.translate.parse import is_query, parse_expression, parse_query
from sandbox.translate.shape import is_cte, table_parts


def databases_read(tree: exp.Expr, eyes: Eyes, deep: bool) -> set[int]:
    """Ids of the databases of all that the query names; `deep` follows views and functions."""
    out: set[int] = set()
    for found in _named(tree, eyes):
        out.add(found.database.id)
        if deep and found.thing.kind in ("VIEW", "FUNCTION"):
            out |= databases_read(body_of(found), inside_of(found), deep=True)
    return out


def body_of(found: Found) -> exp.Expr:
    """The tree of a view's query or a function's body."""
    props = found.thing.props
    text = props["query"] if found.thing.kind == "VIEW" else props["body"]
    return parse_query(text) if is_query(text) else exp.select(parse_expression(text))


def _named(tree: exp.Expr, eyes: Eyes) -> list[Found]:
    out: list[Found] = []
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not is_cte(table):
            parts = table_parts(table)
            if len(parts) < 2 or parts[-2] != INFORMATION_SCHEMA:
                out.append(find_relation(eyes, parts))
    for node in tree.find_all(exp.Anonymous, exp.Dot):
        call = call_parts(node)
        if call and not isinstance(node.parent, exp.Dot):
            out.extend(find_functions(eyes, call[0]))
    return out
