"""SQL functions, scalar and tabular, plain and secure."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from sandbox.catalog import find_schema, object_visible, open_database, place
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import dotted, quoted
from sandbox.results import Result, done, status
from sandbox.rights import keep_grants, need_ownership
from sandbox.running import describe, sql_of
from sandbox.sftypes import parse_type, read_type
from sandbox.statements.clauses import Create, if_exists, read_comment
from sandbox.statements.columns import no_duplicates
from sandbox.statements.databases import forget, writable_schema
from sandbox.statements.tables import taken
from sandbox.statements.views import home
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.expand import localise
from sandbox.translate.functions import fill_parameters, parameters
from sandbox.translate.parse import is_query, parse_expression, parse_query


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return _create(ctx, tokens, how, secure=False)


def create_secure(ctx: Context, tokens: Tokens, how: Create) -> Result:
    return _create(ctx, tokens, how, secure=True)


def _create(ctx: Context, tokens: Tokens, how: Create, secure: bool) -> Result:
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    arguments, defaults = _read_parameters(tokens)
    copy_grants = tokens.accept("COPY", "GRANTS")
    tokens.expect("RETURNS")
    table = read_arguments(tokens) if tokens.accept("TABLE") else []
    returns = None if table else read_type(tokens).text()
    comment = _read_options(tokens)
    copy_grants = comment.pop("copy", False) or copy_grants
    tokens.expect("AS")
    body = tokens.string().strip().rstrip(";").strip()
    tokens.end()
    props = {
        "base": parts[-1],
        "arguments": arguments,
        **({"defaults": defaults} if defaults else {}),
        "table": table,
        "returns": returns,
        "returns_text": returns_text(table, returns),
        "body": body,
        "secure": secure,
        "columns": [],
    }
    with ctx.store.change():
        database, schema = writable_schema(ctx, parts, "CREATE FUNCTION", "CREATE FUNCTION")
        name = parts[-1] + signature(arguments)
        old = taken(ctx, schema, name, "FUNCTION", how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        _check_body(ctx, props, database, schema)
        kept = ctx.store.privileges_on(old.id) if old and copy_grants else []
        if old:
            ctx.store.remove(old)
        made = ctx.store.add(
            "FUNCTION",
            name,
            account=ctx.session.account,
            parent=schema.id,
            owner=ctx.session.role,
            comment=comment.get("comment", ""),
            props=props,
        )
        if old and copy_grants:
            keep_grants(ctx.store, made, kept)
    return status(f"Function {quoted(parts[-1])} successfully created.")


def read_arguments(tokens: Tokens) -> list[list[str]]:
    """`(name type, …)` as pairs."""
    found, defaults = _read_parameters(tokens)
    if defaults:
        raise fail("unsupported", feature="default arguments of a procedure")
    return found


def _read_parameters(tokens: Tokens) -> tuple[list[list[str]], dict[str, str]]:
    """`(name type [DEFAULT expression], …)`: pairs, and the texts of the defaults by name."""
    tokens.expect("(")
    found: list[list[str]] = []
    defaults: dict[str, str] = {}
    while not tokens.looking_at(")"):
        name = tokens.identifier()
        found.append([name, read_type(tokens).text()])
        if tokens.accept("DEFAULT"):
            defaults[name] = _expression(tokens)
        elif defaults:
            raise fail("compilation", detail=f"Required argument {name} follows an optional one.")
        if not tokens.accept(","):
            break
    tokens.expect(")")
    no_duplicates([{"name": name} for name, _ in found])
    return found, defaults


def _expression(tokens: Tokens) -> str:
    """The text up to the comma or parenthesis that ends the argument."""
    start, deep = tokens.peek().start, 0
    while not tokens.done() and (deep or not (tokens.looking_at(",") or tokens.looking_at(")"))):
        deep += tokens.looking_at("(") - tokens.looking_at(")")
        tokens.next()
    return tokens.sql[start : tokens.peek().start].strip()


def _read_options(tokens: Tokens) -> dict[str, Any]:
    """What may stand between RETURNS and AS; only LANGUAGE SQL is carried out."""
    found: dict[str, Any] = {}
    while not tokens.looking_at("AS"):
        if tokens.accept("LANGUAGE"):
            if tokens.identifier() != "SQL":
                raise fail("unsupported", feature="function in a language other than SQL")
        elif tokens.accept("COPY", "GRANTS"):
            found["copy"] = True
        elif tokens.looking_at("COMMENT"):
            found["comment"] = read_comment(tokens) or ""
        elif not (
            tokens.accept_any("IMMUTABLE", "VOLATILE", "MEMOIZABLE")
            or tokens.accept("NOT", "NULL")
            or tokens.accept("CALLED", "ON", "NULL", "INPUT")
        ):
            raise tokens.unexpected()
    return found


def signature(arguments: list[list[str]]) -> str:
    """`(VARCHAR, NUMBER)`: overloads differ in it."""
    return "(" + ", ".join(parse_type(kind).short() for _, kind in arguments) + ")"


def returns_text(table: list[list[str]], returns: str | None) -> str:
    if returns:
        return parse_type(returns).short()
    return "TABLE (" + ", ".join(f"{name} {parse_type(kind).short()}" for name, kind in table) + ")"


def _check_body(ctx: Context, props: dict[str, Any], database: Thing, schema: Thing) -> None:
    """A body that cannot run is refused when the function is made, as Snowflake does."""
    eyes = home(ctx.eyes(), database, schema)
    for text in props.get("defaults", {}).values():
        describe(ctx, sql_of(localise(exp.select(exp.alias_(parse_expression(text), "X")), eyes)))
    body = props["body"]
    tree = parse_query(body) if is_query(body) else exp.select(parse_expression(body))
    query = localise(tree, eyes, parameters(props["arguments"]))
    fill_parameters(query, props["arguments"])
    produced = describe(ctx, sql_of(query))
    wanted = len(props["table"]) or 1
    if len(produced) != wanted:
        raise fail("compilation", detail=f"Function body returns {len(produced)} column(s), {wanted} declared.")


def read_signature(tokens: Tokens) -> tuple[list[str], str]:
    """`db.schema.f(VARCHAR, NUMBER)`; without the argument types it is refused (090208)."""
    parts = tokens.qualified()
    if not tokens.accept("("):
        raise fail("argument_types_needed", name=parts[-1])
    kinds: list[str] = []
    while not tokens.looking_at(")"):
        if tokens.peek(1).kind in ("word", "name"):
            tokens.identifier()
        kinds.append(read_type(tokens).short())
        if not tokens.accept(","):
            break
    tokens.expect(")")
    return parts, "(" + ", ".join(kinds) + ")"


def find_function(ctx: Context, parts: list[str], types: str, kind: str = "FUNCTION") -> Thing:
    """A function or procedure that the role may see, by name and argument types."""
    eyes = ctx.eyes()
    db_name, schema_name, base = place(eyes, parts, kind)
    database, inside = open_database(eyes, db_name)
    schema = find_schema(inside, database, schema_name, db_name)
    thing = ctx.store.find(inside.account, kind, base + types, schema.id)
    if thing is None or not object_visible(inside, schema, thing):
        raise fail("missing", kind=kind.capitalize(), name=dotted(db_name, schema_name, base))
    return thing


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts, types = read_signature(tokens)
    tokens.end()
    try:
        function = find_function(ctx, parts, types)
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    need_ownership(ctx.eyes(), function)
    forget(ctx, function)
    return status(f"{quoted(parts[-1])} successfully dropped.")


def alter(ctx: Context, tokens: Tokens) -> Result:
    """SET/UNSET SECURE, SET/UNSET COMMENT."""
    if_exists(tokens)
    function = find_function(ctx, *read_signature(tokens))
    need_ownership(ctx.eyes(), function)
    if tokens.accept("SET", "SECURE"):
        function.props["secure"] = True
    elif tokens.accept("UNSET", "SECURE"):
        function.props["secure"] = False
    elif tokens.accept("UNSET", "COMMENT"):
        function.comment = ""
    else:
        tokens.expect("SET")
        said = read_comment(tokens)
        if said is None:
            raise tokens.unexpected()
        function.comment = said
    tokens.end()
    ctx.store.save(function)
    return done()
