"""CREATE, ALTER, DROP, DESCRIBE and SHOW of row access and masking policies.

Source: docs.snowflake.com/en/sql-reference/sql/create-row-access-policy, …/create-masking-policy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlglot import exp

from sandbox.catalog import Found, find_visible
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment, objects, owner_name, place
from sandbox.names import quoted
from sandbox.results import DESCRIBE, Result, done, listing, status
from sandbox.rights import Eyes, need_ownership
from sandbox.running import describe as columns_of
from sandbox.running import sql_of
from sandbox.sftypes import parse_type, read_type
from sandbox.statements.clauses import Create, if_exists, read_comment
from sandbox.statements.databases import writable_schema
from sandbox.statements.filters import read_filter
from sandbox.statements.functions import read_arguments
from sandbox.statements.show import columns_named, scope
from sandbox.statements.tables import rename, taken
from sandbox.statements.views import home
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.functions import fill_parameters
from sandbox.translate.parse import parse_expression
from sandbox.translate.policies import MASKS, ROWS

KINDS = {"ROW ACCESS POLICY": "ROW_ACCESS_POLICY", "MASKING POLICY": "MASKING_POLICY"}


def _create(kind: str, ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`p AS (a NUMBER, …) RETURNS t -> expression [COMMENT = '…']`."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    tokens.expect("AS")
    arguments = read_arguments(tokens)
    if not arguments:
        raise tokens.unexpected()
    tokens.expect("RETURNS")
    returns = read_type(tokens).text()
    _check_types(kind, arguments, returns)
    comment, exempt = _read_end(tokens)
    body = _read_body(tokens)
    props = {"arguments": arguments, "returns": returns, "body": body, "table": [], "exempt": exempt, "columns": []}
    with ctx.store.change():
        database, schema = writable_schema(ctx, parts, f"CREATE {kind}", f"CREATE {kind}")
        old = taken(ctx, schema, parts[-1], kind, how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        _check(ctx, props, home(ctx.eyes(), database, schema))
        if old:
            _need_unused(ctx.store, old)
            ctx.store.remove(old)
        ctx.store.add(
            kind,
            parts[-1],
            account=ctx.session.account,
            parent=schema.id,
            owner=ctx.session.role,
            comment=comment,
            props=props,
        )
    said = "Row access policy" if kind == ROWS else "Masking policy"
    return status(f"{said} {quoted(parts[-1])} successfully created.")


def _check_types(kind: str, arguments: list[list[str]], returns: str) -> None:
    """A row access policy answers yes or no; a masking policy what it was given first."""
    wanted = "BOOLEAN" if kind == ROWS else parse_type(arguments[0][1]).name
    if parse_type(returns).name != wanted:
        raise fail("policy_type", returned=parse_type(returns).name, wanted=wanted)


def _read_end(tokens: Tokens) -> tuple[str, bool]:
    """Takes `COMMENT = '…'` and `EXEMPT_OTHER_POLICIES = TRUE` from the end of the statement."""
    comment, exempt = "", False
    while len(tokens.all) - tokens.at > 3 and tokens.all[-2].text == "=":
        word, value = tokens.all[-3].text.upper(), tokens.all[-1]
        if word == "COMMENT" and value.kind == "string":
            comment = value.text
        elif word == "EXEMPT_OTHER_POLICIES" and value.text.upper() in ("TRUE", "FALSE"):
            exempt = value.text.upper() == "TRUE"
        else:
            break
        del tokens.all[-3:]
    return comment, exempt


def _read_body(tokens: Tokens) -> str:
    tokens.expect("->")
    if tokens.done():
        raise tokens.unexpected()
    body = tokens.sql[tokens.peek().start : tokens.all[-1].end].strip()
    tokens.at = len(tokens.all)
    return body


def _check(ctx: Context, props: dict[str, Any], eyes: Eyes) -> None:
    """A body that cannot be evaluated is refused when the policy is made."""
    query = localise(exp.select(parse_expression(props["body"])), eyes)
    fill_parameters(query, props["arguments"])
    columns_of(ctx, sql_of(query))


def find(ctx: Context, kind: str, parts: list[str]) -> Found:
    return find_visible(ctx.eyes(), kind, parts, kind)


def uses(store: Store, policy: Thing) -> list[tuple[Thing, str | None, list[str]]]:
    """What the policy is on: table or view, masked column or None, and the other columns that it is given."""
    out: list[tuple[Thing, str | None, list[str]]] = []
    for thing in store.every(policy.account, "TABLE") + store.every(policy.account, "VIEW"):
        rows = thing.props.get("row_policy")
        if rows and rows["id"] == policy.id:
            out.append((thing, None, rows["columns"]))
        for column in thing.props["columns"]:
            masking = column.get("masking")
            if masking and masking["id"] == policy.id:
                out.append((thing, column["name"], masking["using"]))
    return out


def _need_unused(store: Store, policy: Thing) -> None:
    if uses(store, policy):
        raise fail("policy_used", name=policy.name)


def _alter(kind: str, ctx: Context, tokens: Tokens) -> Result:
    """`RENAME TO n`, `SET BODY -> …`, `SET | UNSET COMMENT`."""
    if_exists(tokens)
    found = find(ctx, kind, tokens.qualified())
    policy = found.thing
    need_ownership(ctx.eyes(), policy)
    if tokens.accept("RENAME", "TO"):
        rename(ctx, policy, tokens.qualified())
    elif tokens.accept("UNSET", "COMMENT"):
        policy.comment = ""
    elif tokens.accept("SET", "BODY"):
        policy.props["body"] = _read_body(tokens)
        _check(ctx, policy.props, home(ctx.eyes(), found.database, found.schema))
    else:
        tokens.expect("SET")
        said = read_comment(tokens)
        if said is None:
            raise tokens.unexpected()
        policy.comment = said
    tokens.end()
    ctx.store.save(policy)
    return done()


def _drop(kind: str, ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified()
    tokens.end()
    try:
        policy = find(ctx, kind, parts).thing
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    need_ownership(ctx.eyes(), policy)
    _need_unused(ctx.store, policy)
    ctx.store.remove(policy)
    return status(f"{quoted(parts[-1])} successfully dropped.")


def _describe(kind: str, ctx: Context, tokens: Tokens) -> Result:
    policy = find(ctx, kind, tokens.qualified()).thing
    tokens.end()
    signature = ", ".join(f"{name} {parse_type(type_).short()}" for name, type_ in policy.props["arguments"])
    row = (policy.name, f"({signature})", policy.props["returns"], policy.props["body"])
    return listing(columns_named("name signature return_type body"), [row], DESCRIBE)


def _show(kind: str, ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("DATABASE",))
    database, schema = scope(ctx, found)
    rows = [
        (
            moment(o.thing.created),
            o.thing.name,
            o.database,
            o.schema,
            KINDS[kind],
            owner_name(o.eyes, o.thing),
            o.thing.comment,
            "ROLE",
            '{"EXEMPT_OTHER_POLICIES": "TRUE"}' if o.thing.props["exempt"] else "",
        )
        for o in found.pick(objects(ctx.eyes(), database, schema, kind), lambda o: o.thing.name, place)
    ]
    names = "created_on name database_name schema_name kind owner comment owner_role_type options"
    return listing(columns_named(names), rows)


Handler = Callable[[Context, Tokens], Result]
CREATE = {kind: partial(_create, kind) for kind in (ROWS, MASKS)}
ALTER: dict[str, Handler] = {kind: partial(_alter, kind) for kind in (ROWS, MASKS)}
DROP: dict[str, Handler] = {kind: partial(_drop, kind) for kind in (ROWS, MASKS)}
DESCRIBE_KINDS: dict[str, Handler] = {kind: partial(_describe, kind) for kind in (ROWS, MASKS)}
SHOW: dict[str, Handler] = {
    "ROW ACCESS POLICIES": partial(_show, ROWS),
    "MASKING POLICIES": partial(_show, MASKS),
}
