"""From the first words of a statement to the function that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.privileges import longest
from sandbox.results import Result
from sandbox.scripting import immediate, variables
from sandbox.scripting.split import ends, opens_block
from sandbox.statements import (
    access_tokens,
    accounts,
    alter_table,
    comments,
    copy,
    database_roles,
    databases,
    describe,
    dml,
    functions,
    grants,
    materialized,
    merge,
    parameters,
    policies,
    procedures,
    queries,
    readers,
    roles,
    session,
    shares,
    show,
    show_absent,
    show_account,
    show_columns,
    show_grants,
    show_keys,
    show_objects,
    show_shares,
    show_stages,
    show_transactions,
    show_users,
    show_warehouses,
    stages,
    system_calls,
    tables,
    tags,
    transactions,
    undrop,
    users,
    views,
    warehouses,
)
from sandbox.statements.clauses import Create
from sandbox.tokens import Token, Tokens, tokenize

Handler = Callable[[Context, Tokens], Result]
Creator = Callable[[Context, Tokens, Create], Result]

CREATE: dict[str, Creator] = {
    **stages.CREATE,
    **policies.CREATE,
    "TAG": tags.create,
    "DATABASE": databases.create,
    "SCHEMA": databases.create_schema,
    "TABLE": tables.create,
    "TRANSIENT TABLE": tables.create,
    "TRANSIENT DATABASE": databases.create,
    "TRANSIENT SCHEMA": databases.create_schema,
    "VIEW": views.create,
    "SECURE VIEW": views.create_secure,
    "MATERIALIZED VIEW": materialized.create,
    "SECURE MATERIALIZED VIEW": materialized.create_secure,
    "FUNCTION": functions.create,
    "PROCEDURE": procedures.create,
    "SECURE FUNCTION": functions.create_secure,
    "ROLE": roles.create,
    "DATABASE ROLE": database_roles.create,
    "MANAGED ACCOUNT": readers.create,
    "USER": users.create,
    "WAREHOUSE": warehouses.create,
    "SHARE": shares.create,
}
DROP: dict[str, Handler] = {
    **stages.DROP,
    **policies.DROP,
    "TAG": tags.drop,
    "DATABASE": databases.drop,
    "SCHEMA": databases.drop_schema,
    "TABLE": tables.drop,
    "VIEW": views.drop,
    "MATERIALIZED VIEW": materialized.drop,
    "FUNCTION": functions.drop,
    "PROCEDURE": procedures.drop,
    "ROLE": roles.drop,
    "DATABASE ROLE": database_roles.drop,
    "MANAGED ACCOUNT": readers.drop,
    "USER": users.drop,
    "WAREHOUSE": warehouses.drop,
    "SHARE": shares.drop,
}
ALTER: dict[str, Handler] = {
    **policies.ALTER,
    "TAG": tags.alter,
    "SESSION": session.alter,
    "DATABASE": databases.alter,
    "SCHEMA": databases.alter_schema,
    "TABLE": alter_table.alter,
    "MATERIALIZED VIEW": materialized.alter,
    "VIEW": views.alter,
    "DATABASE ROLE": database_roles.alter,
    "ACCOUNT": accounts.alter,
    "USER": users.alter,
    "SHARE": shares.alter,
    "WAREHOUSE": warehouses.alter,
    "ROLE": roles.alter,
    "FUNCTION": functions.alter,
}
SHOW: dict[str, Handler] = {
    **show_stages.SHOW,
    **show_absent.SHOW,
    **policies.SHOW,
    "TAGS": tags.show,
    **show_keys.SHOW,
    "MATERIALIZED VIEWS": materialized.show,
    "OBJECTS": show_objects.objects,
    "TERSE OBJECTS": show_objects.terse,
    "DATABASES": show.databases,
    "TERSE DATABASES": show.databases,
    "SCHEMAS": show.schemas,
    "TERSE SCHEMAS": show.schemas,
    "TABLES": show.tables,
    "VIEWS": show.views,
    "TERSE TABLES": show.tables,
    "TERSE VIEWS": show.views,
    "COLUMNS": show_columns.columns,
    "USER FUNCTIONS": show.functions,
    "FUNCTIONS": show.functions,
    "PROCEDURES": show.procedures,
    "USER PROCEDURES": show.procedures,
    "ROLES": show_account.roles,
    "WAREHOUSES": show_warehouses.warehouses,
    "PARAMETERS": parameters.show,
    "VARIABLES": variables.show,
    "TRANSACTIONS": show_transactions.transactions,
    "USERS": show_users.users,
    "USER PROGRAMMATIC": access_tokens.show,
    "USER PATS": access_tokens.show_short,
    "SHARES": show_shares.shares,
    "GRANTS": show_grants.show,
    "FUTURE GRANTS": show_grants.show_future,
    "DATABASE ROLES": database_roles.show,
    "REGIONS": accounts.show_regions,
    "ACCOUNTS": accounts.show_accounts,
    "ORGANIZATION ACCOUNTS": accounts.show_accounts,
    "REPLICATION ACCOUNTS": accounts.show_replication_accounts,
    "MANAGED ACCOUNTS": readers.show,
}
DESCRIBE: dict[str, Handler] = {
    **show_stages.DESCRIBE,
    **policies.DESCRIBE_KINDS,
    "TABLE": describe.table,
    "VIEW": describe.view,
    "FUNCTION": describe.function,
    "SHARE": describe.share,
    "USER": show_users.describe,
    "DATABASE": describe.database,
    "SCHEMA": describe.schema,
    "RESULT": describe.result,
}
FIRST: dict[str, Handler] = {
    **stages.FILES,
    "SELECT": queries.select,
    "WITH": queries.select,
    "VALUES": queries.select,
    "(": queries.select,
    "INSERT": dml.insert,
    "UPDATE": dml.update,
    "DELETE": dml.delete,
    "MERGE": merge.merge,
    "TRUNCATE": dml.truncate,
    "COPY": copy.copy,
    "USE": session.use,
    "BEGIN": immediate.begin,
    "DECLARE": immediate.block,
    "CALL": procedures.call,
    "EXECUTE": immediate.execute,
    "START": transactions.begin,
    "COMMIT": transactions.commit,
    "ROLLBACK": transactions.rollback,
    "GRANT": grants.grant,
    "REVOKE": grants.revoke,
    "COMMENT": comments.comment,
    "SET": variables.set_variables,
    "UNSET": variables.unset,
}
_WRITES = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}
# Statements that do not end an open transaction; every other one commits it first.
_INSIDE = {
    "SELECT",
    "WITH",
    "VALUES",
    "(",
    *_WRITES,
    *stages.FILES,
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
# What CREATE OR ALTER is carried out for.
_ALTERABLE = {"SHARE"}
# Statements that look at a thing, decide and write it back: nobody changes it in between, and a failure leaves nothing.
# GRANT sees to that itself, because it may fail for a part of what it was asked for.
_ALONE = {"ALTER", "COMMENT", "DROP", "REVOKE"}


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
        return _handled(ctx, tokens, first)


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
    kind = longest([tokens.peek(n).text.upper() for n in range(3)], set(CREATE))
    if kind is None or (create.alter and kind not in _ALTERABLE):
        raise _unknown_kind(tokens)
    tokens.at += len(kind.split())
    create.transient = kind.startswith("TRANSIENT ")
    return CREATE[kind](ctx, tokens, create)


def _unknown_kind(tokens: Tokens) -> Exception:
    if tokens.done():
        return tokens.unexpected()
    return fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
