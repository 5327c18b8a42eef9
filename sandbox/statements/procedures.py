"""Stored procedures in SQL: CREATE, CALL, DROP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.catalog import Found, find_functions
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.names import quoted
from sandbox.results import Result, status
from sandbox.rights import need_ownership
from sandbox.scripting.immediate import engine_of
from sandbox.scripting.parse import read_block
from sandbox.scripting.run import run_block
from sandbox.scripting.scope import Scope, Variable
from sandbox.scripting.split import opens_block
from sandbox.scripting.values import Value, literal
from sandbox.scripting.variables import evaluate
from sandbox.sftypes import parse_type, read_type
from sandbox.statements.clauses import Create, if_exists, read_comment
from sandbox.statements.databases import forget, writable_schema
from sandbox.statements.functions import find_function, read_arguments, read_signature, returns_text, signature
from sandbox.statements.tables import taken
from sandbox.tokens import Tokens


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`CREATE PROCEDURE name (a type, …) RETURNS type | TABLE (…) LANGUAGE SQL [EXECUTE AS …] AS body`."""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    arguments = read_arguments(tokens)
    copy_grants = tokens.accept("COPY", "GRANTS")
    tokens.expect("RETURNS")
    is_table = tokens.accept("TABLE")
    table = read_arguments(tokens) if is_table else []
    returns = None if is_table else read_type(tokens).text()
    tokens.accept("NOT", "NULL")
    options = _read_options(tokens)
    body = _read_body(tokens)
    props = {
        "base": parts[-1], "arguments": arguments, "table": table, "returns": returns, "body": body, "secure": False,
        "returns_text": returns_text(table, returns), "is_table": is_table, "caller": options["caller"],
    }  # fmt: skip
    with ctx.store.change():
        _, schema = writable_schema(ctx, parts, "CREATE PROCEDURE", "CREATE PROCEDURE")
        name = parts[-1] + signature(arguments)
        old = taken(ctx, schema, name, "PROCEDURE", how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        kept = ctx.store.privileges_on(old.id) if old and copy_grants else []
        if old:
            ctx.store.remove(old)
        made = ctx.store.add(
            "PROCEDURE", name, account=ctx.session.account, parent=schema.id, owner=ctx.session.role,
            comment=str(options["comment"]), props=props,
        )  # fmt: skip
        for p in kept:
            ctx.store.grant(made.id, p.privilege, p.to, by=p.by, grantable=p.grantable)
    return status(f"Function {quoted(parts[-1])} successfully created.")


def _read_options(tokens: Tokens) -> dict[str, str | bool]:
    """What may stand between RETURNS and AS; only LANGUAGE SQL is carried out."""
    found: dict[str, str | bool] = {"caller": False, "comment": ""}
    while not tokens.looking_at("AS"):
        if tokens.accept("LANGUAGE"):
            if tokens.identifier() != "SQL":
                raise fail("unsupported", feature="procedure in a language other than SQL")
        elif tokens.accept("EXECUTE", "AS"):
            word = tokens.accept_any("OWNER", "CALLER")
            if word is None:
                raise fail("unsupported", feature=f"EXECUTE AS {tokens.next().text.upper()}")
            found["caller"] = word == "CALLER"
        elif tokens.looking_at("COMMENT"):
            found["comment"] = read_comment(tokens) or ""
        elif not (
            tokens.accept("STRICT")
            or tokens.accept("CALLED", "ON", "NULL", "INPUT")
            or tokens.accept_any("VOLATILE", "IMMUTABLE")
        ):
            raise tokens.unexpected()
    return found


def _read_body(tokens: Tokens) -> str:
    """A block as text, or standing there as it is; one that cannot be read is refused when it is made."""
    tokens.expect("AS")
    if opens_block(tokens.all, tokens.at):
        body = tokens.sql[tokens.peek().start :].strip()
    else:
        body = tokens.string()
        tokens.end()
    read_block(body)
    return body


def call(ctx: Context, tokens: Tokens) -> Result:
    """`CALL name(…)`: the RETURN value in a column called by the procedure, or its table."""
    tokens.expect("CALL")
    parts = tokens.qualified()
    first, last = tokens.skip_parentheses()
    tokens.end()
    text = ctx.sql[first:last].strip()
    names, values = _arguments(ctx, text)
    found = _find(ctx, parts, values)
    scope = _scope(ctx, found, names, values)
    props = found.thing.props
    block = read_block(props["body"])
    with _rights(ctx, found):
        result = run_block(ctx, engine_of(ctx), block, scope, props["base"], props["returns"])
    if props["is_table"] and len(result.columns) != len(props["table"]) and props["table"]:
        raise fail("returned_columns", name=props["base"], wanted=len(props["table"]), actual=len(result.columns))
    return result


def _arguments(ctx: Context, text: str) -> tuple[list[str], list[Value]]:
    """Values, and their names when they are given as `name => value`."""
    if not text:
        return [], []
    tokens = Tokens(text)
    if not (tokens.peek(1).kind == "mark" and tokens.peek(1).text == "=>"):
        return [], evaluate(ctx, text)
    names: list[str] = []
    expressions: list[str] = []
    while not tokens.done():
        names.append(tokens.identifier())
        tokens.expect("=>")
        expressions.append(_one(tokens))
        tokens.accept(",")
    return names, evaluate(ctx, ", ".join(expressions))


def _one(tokens: Tokens) -> str:
    """The text up to the next comma outside of parentheses."""
    start, depth = tokens.peek().start, 0
    while not tokens.done() and not (depth == 0 and tokens.looking_at(",")):
        token = tokens.next()
        depth += (token.kind == "mark") * ((token.text in "([{") - (token.text in ")]}"))
    return tokens.sql[start : tokens.peek().start]


def _find(ctx: Context, parts: list[str], values: list[Value]) -> Found:
    """The overload with as many arguments; of several the one whose types are those of the values."""
    found = [
        f
        for f in find_functions(ctx.eyes(), parts, "CALL", "PROCEDURE")
        if len(f.thing.props["arguments"]) == len(values)
    ]
    if not found:
        raise fail("unknown_function", name=".".join(quoted(p) for p in parts))
    kinds = [value.type.name for value in values]
    exact = [f for f in found if [parse_type(kind).name for _, kind in f.thing.props["arguments"]] == kinds]
    return (exact or found)[0]


def _scope(ctx: Context, found: Found, names: list[str], values: list[Value]) -> Scope:
    """The arguments as variables, cast to their types."""
    scope = Scope()
    declared = found.thing.props["arguments"]
    given = dict(zip(names or [name for name, _ in declared], values, strict=True))
    for name, kind in declared:
        if name not in given:
            raise fail("unknown_function", name=found.thing.props["base"])
        (value,) = evaluate(ctx, f"CAST({literal(given[name])} AS {kind})")
        scope.names[name] = Variable(value, parse_type(kind))
    return scope


@contextmanager
def _rights(ctx: Context, found: Found) -> Iterator[None]:
    """With its owner's rights a procedure stands in its own schema and knows no variable of the session."""
    session = ctx.session
    if found.thing.props["caller"]:
        yield
        return
    before = (session.role, session.secondary, session.database, session.schema, session.variables)
    session.role, session.secondary, session.variables = found.thing.owner or 0, "", {}
    session.database, session.schema = found.database.name, found.schema.name
    try:
        yield
    finally:
        session.role, session.secondary, session.database, session.schema, session.variables = before


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    parts, types = read_signature(tokens)
    tokens.end()
    try:
        procedure = find_function(ctx, parts, types, "PROCEDURE")
    except SandboxError as error:
        if quiet and error.key == "missing":
            return status(f"Drop statement executed successfully ({quoted(parts[-1])} already dropped).")
        raise
    need_ownership(ctx.eyes(), procedure)
    forget(ctx, procedure)
    return status(f"{quoted(parts[-1])} successfully dropped.")
