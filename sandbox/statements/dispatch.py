"""From the first words of a statement to the function that carries it out."""

from __future__ import annotations

from contextlib import nullcontext

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.privileges import longest
from sandbox.results import Result
from sandbox.running import repeated
from sandbox.scripting import variables
from sandbox.scripting.split import ends, opens_block
from sandbox.statements import (
    create_or_alter,
    dml,
    readers,
    stages,
    system_calls,
    tags,
    transactions,
    undrop,
)
from sandbox.statements.clauses import Create
from sandbox.statements.handlers import ALTER, CREATE, DESCRIBE, DROP, FIRST, SHOW, TEMPORARY, Handler
from sandbox.tokens import Token, Tokens, tokenize

_WRITES = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}
# Statements that do not end an open transaction; every other one commits it first.
_INSIDE = {
    "SELECT",
    "WITH",
    "VALUES",
    "(",
    *_WRITES,
    *stages.FILES,
    "PUT",
    "GET",
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "SHOW",
    "DESCRIBE",
    "DESC",
    "USE",
    "SET",
    "UNSET",
    "DECLARE",
    "CALL",
    "EXECUTE",
}
_LONGEST_KIND = 4
# Statements that look at a thing, decide and write it back: nobody changes it in between, and a failure leaves nothing.
# GRANT sees to that itself, because it may fail for a part of what it was asked for.
_ALONE = {"ALTER", "COMMENT", "DROP", "REVOKE"}
# Statements whose only work on rows is one statement of the lake: when that cannot begin, nothing was done.
_REPEATED = {
    "SELECT",
    "WITH",
    "VALUES",
    "(",
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "SHOW",
    "CREATE",
    "DESC",
    "DESCRIBE",
}


def run(ctx: Context) -> Result:
    """Carries out one statement. What nobody understands is refused by name, never passed over."""
    tokens = _tokens(ctx)
    first = tokens.peek().text.upper()
    if first in ("SELECT", "CALL") and system_calls.concerns(tokens):
        return system_calls.run(ctx, tokens)
    if ctx.describe and first not in ("SELECT", "WITH", "VALUES", "(", "SHOW", "DESC", "DESCRIBE"):
        if first != "CREATE" and first not in FIRST and _group(first) is None:
            raise tokens.unexpected()
        return dml.described(first)
    readers.check_allowed(ctx, tokens)
    if first not in _INSIDE and not (first == "ALTER" and tokens.peek(1).text.upper() == "SESSION"):
        transactions.end(ctx, commit=True)
    if first in _WRITES:
        transactions.begin_implicitly(ctx)
    with ctx.store.change() if first in _ALONE else nullcontext():
        start = tokens.at

        def once() -> Result:
            tokens.at = start
            return _handled(ctx, tokens, first)

        return repeated(once) if first in _REPEATED else once()


def _handled(ctx: Context, tokens: Tokens, first: str) -> Result:
    if first in FIRST:
        return FIRST[first](ctx, tokens)
    if first == "CREATE":
        return _create(ctx, tokens)
    if first == "ALTER" and tags.concerns(tokens):
        return tags.put(ctx, tokens)
    group = _group(first)
    if group is None:
        raise tokens.unexpected()
    tokens.next()
    return _kind(group, tokens)(ctx, tokens)


def _tokens(ctx: Context) -> Tokens:
    """The statement's tokens, variables replaced; those of a block are replaced when its statements run."""
    found = tokenize(ctx.sql)
    if not opens_block(found, 0):
        new = variables.expanded(ctx.sql, ctx.session)
        if new != ctx.sql:
            ctx.sql, found = new, tokenize(new)
    return Tokens(ctx.sql, _single(found))


def _single(tokens: list[Token]) -> list[Token]:
    """The tokens of the one statement; a semicolon may end it, nothing may follow."""
    while tokens and tokens[-1].kind == "mark" and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise fail("empty")
    count = len(ends(tokens))
    if count > 1:
        raise fail("multi_statement", actual=count, wanted=1)
    return tokens


def _group(first: str) -> dict[str, Handler] | None:
    groups = {
        "DROP": DROP,
        "ALTER": ALTER,
        "SHOW": SHOW,
        "DESCRIBE": DESCRIBE,
        "DESC": DESCRIBE,
        "UNDROP": undrop.UNDROP,
    }
    return groups.get(first)


def _kind(group: dict[str, Handler], tokens: Tokens) -> Handler:
    """The handler for the kind that comes next; four words before three, and so on."""
    for count in range(_LONGEST_KIND, 0, -1):
        kind = " ".join(tokens.peek(n).text for n in range(count)).upper()
        if kind in group:
            tokens.at += count
            return group[kind]
    raise _unknown_kind(tokens)


def _create(ctx: Context, tokens: Tokens) -> Result:
    tokens.expect("CREATE")
    create = Create(tokens.accept("OR", "REPLACE"))
    create.alter = not create.replace and tokens.accept("OR", "ALTER")
    known = create_or_alter.HANDLERS if create.alter else CREATE
    kind = longest([tokens.peek(n).text.upper() for n in range(3)], set(known))
    if kind is None:
        raise _unknown_kind(tokens)
    tokens.at += len(kind.split())
    create.transient = kind.startswith("TRANSIENT ")
    create.temporary = kind in TEMPORARY
    return known[kind](ctx, tokens, create)


def _unknown_kind(tokens: Tokens) -> Exception:
    if tokens.done():
        return tokens.unexpected()
    return fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
