"""EXECUTE IMMEDIATE, and blocks that stand by themselves."""

from __future__ import annotations

from sandbox.context import Context, Engine
from sandbox.errors import fail
from sandbox.results import Result
from sandbox.scripting.parse import CONTROL, read_block, read_body
from sandbox.scripting.parts import Parts
from sandbox.scripting.run import run_block
from sandbox.scripting.split import ends, opens_block
from sandbox.scripting.values import Value, put_values
from sandbox.scripting.variables import evaluate
from sandbox.sessions import query_id
from sandbox.statements import transactions
from sandbox.tokens import Tokens, tokenize


def engine_of(ctx: Context) -> Engine:
    if ctx.engine is None:
        raise fail("unsupported", feature="a block here")
    return ctx.engine


def begin(ctx: Context, tokens: Tokens) -> Result:
    """BEGIN of a transaction or of a block."""
    return block(ctx, tokens) if opens_block(tokens.all, tokens.at) else transactions.begin(ctx, tokens)


def block(ctx: Context, tokens: Tokens) -> Result:
    return run_block(ctx, engine_of(ctx), read_block(ctx.sql))


def execute(ctx: Context, tokens: Tokens) -> Result:
    """`EXECUTE IMMEDIATE expression [USING (…)]`: one statement, a control statement, or a block."""
    parts = Parts(ctx.sql, tokens.all)
    parts.expect("EXECUTE")
    if not parts.accept("IMMEDIATE"):
        raise fail("unsupported", feature=" ".join(ctx.sql.split())[:80])
    if parts.looking_at("FROM"):
        raise fail("unsupported", feature="EXECUTE IMMEDIATE FROM")
    text = evaluate(ctx, parts.until("USING"))[0].value
    using = evaluate(ctx, parts.parenthesised()) if parts.accept("USING") else []
    parts.end()
    return run_text(ctx, str(text or ""), using)


def run_text(ctx: Context, text: str, using: list[Value]) -> Result:
    """Carries out a text as EXECUTE IMMEDIATE does."""
    tokens = tokenize(text)
    if not tokens:
        raise fail("empty")
    if opens_block(tokens, 0):
        return run_block(ctx, engine_of(ctx), read_block(text))
    if tokens[0].kind == "word" and tokens[0].text.upper() in CONTROL:
        return run_block(ctx, engine_of(ctx), read_body(text))
    count = len(ends(tokens)) - (tokens[-1].text == ";" and tokens[-1].kind == "mark")
    if count > 1:
        raise fail("multi_statement", actual=count, wanted=1)
    return engine_of(ctx).execute(ctx.session, put_values(text, using), query_id(), request=ctx.request)
