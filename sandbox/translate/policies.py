"""Row access and masking policies, put into the queries that read what they protect.

Source: docs.snowflake.com/en/user-guide/security-row-intro and …/security-column-intro. A policy is evaluated with the
rights of its owner, while the functions of context go on telling who asks.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from sandbox.catalog import Found
from sandbox.lake import SCHEMA, table_name
from sandbox.rights import Eyes
from sandbox.sftypes import parse_type
from sandbox.store import Thing
from sandbox.translate.functions import Localise, inline_scalar
from sandbox.translate.shape import encoded

ROWS, MASKS = "ROW ACCESS POLICY", "MASKING POLICY"
_INSIDE = "~P"


def protected(thing: Thing) -> bool:
    """Whether a row access policy is on the table or view, or a masking policy on one of its columns."""
    props = thing.props
    return "row_policy" in props or any("masking" in column for column in props["columns"])


def rows_of(table: Thing) -> exp.Table:
    """The rows of a table as they are kept, before any policy."""
    return exp.Table(
        this=exp.Identifier(this=table_name(table.id), quoted=True), db=exp.Identifier(this=SCHEMA, quoted=True)
    )


def protect(found: Found, source: exp.Expr, localise: Localise) -> exp.Select:
    """`source`, which yields the relation's columns, with the rows and values that the policies let through."""
    source.set("alias", exp.TableAlias(this=exp.Identifier(this=_INSIDE, quoted=True)))
    columns = found.thing.props["columns"]
    query = exp.select(*[_value(found, column, localise) for column in columns]).from_(source)
    rows = found.thing.props.get("row_policy")
    if rows:
        query = query.where(_call(found, rows["id"], rows["columns"], localise))
    return query


def _value(found: Found, column: dict[str, object], localise: Localise) -> exp.Expr:
    name, masking = str(column["name"]), column.get("masking")
    if not isinstance(masking, dict):
        return _raw(name)
    kind = exp.DataType.build(parse_type(str(column["type"])).lake(), dialect="duckdb")
    shown = exp.cast(_call(found, masking["id"], [name, *masking["using"]], localise), kind)
    return exp.alias_(shown, encoded(name), quoted=True)


def _raw(name: str) -> exp.Column:
    return exp.Column(this=encoded(name), table=exp.Identifier(this=_INSIDE, quoted=True))


def _call(found: Found, id_: int, columns: list[str], localise: Localise) -> exp.Expr:
    """The policy's body, its arguments replaced by columns of the relation."""
    store = found.eyes.store
    policy = store.at(id_)
    schema = store.at(policy.parent)
    home = Found(policy, schema, store.at(schema.parent), _asking(found))
    return inline_scalar(home, [_raw(name) for name in columns], localise)


def _asking(found: Found) -> Eyes:
    """Whoever reads a secure view is a simulated consumer for the view's policies, too."""
    return replace(found.eyes, secure=found.eyes.secure or bool(found.thing.props.get("secure")))
