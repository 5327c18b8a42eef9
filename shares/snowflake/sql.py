"""Every SQL text that Firn sends. Nothing else in the code base builds SQL for Snowflake.

Statement forms: docs.snowflake.com/en/sql-reference/sql (create-view, create-function, create-share,
grant-privilege-share, alter-share, show-*).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from shares.core.names import BadName, literal, path, plain, signature, type_name
from shares.core.spec import AccountRef, FunctionSpec, Granted, ViewSpec
from shares.core.steps import (
    Action,
    AddAccounts,
    CreateFunction,
    CreateSchema,
    CreateShare,
    CreateView,
    Drop,
    Grant,
    MarkShare,
    RemoveAccounts,
    Revoke,
)

_WORDS = re.compile(r"[A-Z]+([_ ][A-Z]+)*\Z")
_WITH_UNDERSCORE = frozenset({"REFERENCE_USAGE"})


def render(action: Action) -> str:
    """The one statement that carries out `action`."""
    match action:
        case CreateSchema():
            return f"CREATE SCHEMA {path(*action.path)} COMMENT = {literal(action.comment)}"
        case CreateView():
            return _create_view(action)
        case CreateFunction():
            return _create_function(action)
        case CreateShare():
            return f"CREATE SHARE {plain(action.share)} COMMENT = {literal(action.comment)}"
        case MarkShare():
            return f"ALTER SHARE {plain(action.share)} SET COMMENT = {literal(action.comment)}"
        case Grant():
            return f"GRANT {_privilege(action.granted)} TO SHARE {plain(action.share)}"
        case Revoke():
            return f"REVOKE {_privilege(action.granted)} FROM SHARE {plain(action.share)}"
        case AddAccounts():
            accounts = ", ".join(account(ref) for ref in action.accounts)
            return f"ALTER SHARE {plain(action.share)} ADD ACCOUNTS = {accounts}"
        case RemoveAccounts():
            accounts = ", ".join(path(*name.split(".")) for name in action.accounts)
            return f"ALTER SHARE {plain(action.share)} REMOVE ACCOUNTS = {accounts}"
        case Drop():
            return f"DROP {_word(action.kind)} {object_path(action.kind, action.path)}"


def _create_view(action: CreateView) -> str:
    # COPY GRANTS keeps the share's grant: without it a replaced view silently leaves every share it is in.
    head = "CREATE OR REPLACE SECURE VIEW" if action.replace else "CREATE SECURE VIEW"
    keep = "\nCOPY GRANTS" if action.replace else ""
    return f"{head} {path(*action.path)}{keep}\nCOMMENT = {literal(action.comment)}\nAS\n{action.view.definition}"


def _create_function(action: CreateFunction) -> str:
    head = "CREATE OR REPLACE SECURE FUNCTION" if action.replace else "CREATE SECURE FUNCTION"
    keep = "\nCOPY GRANTS" if action.replace else ""
    function = action.function
    arguments = ", ".join(f"{plain(name)} {type_name(kind)}" for name, kind in function.arguments)
    return (
        f"{head} {path(*action.path)}({arguments}){keep}\nRETURNS {type_name(function.returns)}\n"
        f"COMMENT = {literal(action.comment)}\nAS\n{literal(function.definition)}"
    )


def _privilege(granted: Granted) -> str:
    if granted.kind == "DATABASE_ROLE":
        return f"DATABASE ROLE {path(*granted.path)}"
    return f"{_word(granted.privilege)} ON {_word(granted.kind)} {object_path(granted.kind, granted.path)}"


def _word(text: str) -> str:
    """A privilege or a kind of object. SHOW prints some with an underscore, DDL wants a space there."""
    if not _WORDS.match(text):
        raise BadName(f"Neither a privilege nor a kind of object: {text[:60]!r}")
    return text if text in _WITH_UNDERSCORE else text.replace("_", " ")


def object_path(kind: str, parts: Sequence[str]) -> str:
    """A qualified name; a function's last part carries its argument types, which are not an identifier."""
    if kind == "FUNCTION":
        name, bracket, types = parts[-1].partition("(")
        return path(*parts[:-1], name) + signature(bracket + types)
    return path(*parts)


def account(ref: AccountRef) -> str:
    """An account as ALTER SHARE takes it."""
    return path(ref.organization, ref.account) if ref.organization else plain(ref.locator)


def select(view: ViewSpec) -> str:
    """What a view holds: the listed columns only, and only the tenant's rows."""
    masks = {name: f"CAST(NULL AS {type_name(kind or 'VARCHAR')}) AS {plain(name)}" for name, kind in view.masked}
    columns = ",\n       ".join(masks.get(column) or plain(column) for column in view.columns)
    text = f"SELECT {columns}\nFROM {path(*view.source)}"
    if view.tenant_column:
        text += f"\nWHERE {plain(view.tenant_column)} IN ({_literals(view.tenant_keys)})"
    return text


def constant(column: str, value: str) -> str:
    """A view's definition of one row with one text."""
    return f"SELECT {literal(value)} AS {plain(column)}"


def function_body(function: FunctionSpec, body: str, database: str, schema: str) -> str:
    """`body` with each {{NAME}} of what the function reads put as the qualified name."""
    for name in function.reads:
        body = body.replace("{{" + name + "}}", path(database, schema, name))
    return body.strip()


def leak_test(view: ViewSpec, database: str, schema: str) -> str:
    """Rows, rows of anybody else, and the newest row, as whoever the session is."""
    return _count(view, path(database, schema, view.name), where="")


def reading(view: ViewSpec) -> str:
    """The same counts straight from the source, before a view exists, and how far back its rows go."""
    where = f"\nWHERE {plain(view.tenant_column)} IN ({_literals(view.tenant_keys)})" if view.tenant_column else ""
    oldest = f"MIN({plain(view.freshness_column)})" if view.freshness_column else "NULL"
    return _count(view, path(*view.source), where, f", {oldest} AS OLDEST")


def sample(view: ViewSpec, source: Sequence[str], limit: int) -> str:
    """A few whole rows of `source`, the newest where that is known: the source itself, or the view in a share.

    Both are filtered: a share may hold more workspaces than the one whose rows are wanted.
    """
    filtered = replace(view, source=tuple(source))  # type: ignore[arg-type]
    order = f"\nORDER BY {plain(view.freshness_column)} DESC NULLS LAST" if view.freshness_column else ""
    return f"{select(filtered)}{order}\nLIMIT {int(limit)}"


def _count(view: ViewSpec, source: str, where: str, more: str = "") -> str:
    foreign = "0"
    if view.tenant_column:
        column = plain(view.tenant_column)
        foreign = f"COUNT_IF({column} IS NULL OR {column} NOT IN ({_literals(view.tenant_keys)}))"
    # Rows of nobody are foreign; the evidence also says how many they were. A filter lets none through.
    nobody = f"COUNT_IF({plain(view.tenant_column)} IS NULL)" if view.tenant_column and not where else "0"
    newest = f"MAX({plain(view.freshness_column)})" if view.freshness_column else "NULL"
    counts = f"COUNT(*) AS ROW_COUNT, {foreign} AS FOREIGN_COUNT, {nobody} AS NULL_COUNT, {newest} AS NEWEST{more}"
    if view.masked and not where:
        shown = " OR ".join(f"{plain(name)} IS NOT NULL" for name, _ in view.masked)
        counts += f",\n       COUNT_IF({shown}) AS UNMASKED_COUNT"
    return f"SELECT {counts}\nFROM {source}{where}"


def _literals(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def consumer(ref: AccountRef) -> str:
    """What a session pretends to be. CURRENT_ACCOUNT() is a locator (docs.snowflake.com/en/sql-reference/functions/
    current_account): without it, policies and views that ask who is asking do not know the account.
    """
    return ref.locator or ref.account


def pretend(ref: AccountRef) -> str:
    """Make this session see secure views as the consumer would: what it is set to, they compare CURRENT_ACCOUNT() with.

    docs.snowflake.com/en/user-guide/data-sharing-secure-views, step 3 and the sample script.
    """
    return f"ALTER SESSION SET SIMULATED_DATA_SHARING_CONSUMER = {literal(consumer(ref))}"


STOP_PRETENDING = "ALTER SESSION UNSET SIMULATED_DATA_SHARING_CONSUMER"


def _like(name: str) -> str:
    """LIKE matches `_` as any character; callers compare the name again."""
    return literal(name)


def show_databases(name: str) -> str:
    return f"SHOW DATABASES LIKE {_like(name)}"


def comment_on_database(name: str, comment: str) -> str:
    """Needs OWNERSHIP of the database, which docs/snowflake-setup.sql gives to Firn's role."""
    return f"COMMENT ON DATABASE {plain(name)} IS {literal(comment)}"


def show_schemas(database: str, name: str) -> str:
    return f"SHOW SCHEMAS LIKE {_like(name)} IN DATABASE {plain(database)}"


def show_views(database: str, schema: str) -> str:
    return f"SHOW VIEWS IN SCHEMA {path(database, schema)}"


def show_schema_tables(database: str, schema: str) -> str:
    return f"SHOW TABLES IN SCHEMA {path(database, schema)}"


def show_functions(database: str, schema: str) -> str:
    return f"SHOW USER FUNCTIONS IN SCHEMA {path(database, schema)}"


def describe_function(database: str, schema: str, name_and_types: str) -> str:
    return f"DESCRIBE FUNCTION {object_path('FUNCTION', (database, schema, name_and_types))}"


def show_shares(name: str) -> str:
    return f"SHOW SHARES LIKE {_like(name)}"


# SHOW answers at most this many rows. SHOW DATABASES, TABLES and VIEWS refuse (90153) where there are more and no LIMIT
# is said, others answer the first ones (docs.snowflake.com/en/sql-reference/sql/show-views, "Usage notes").
PAGE = 10_000
SHOW_SHARES = "SHOW SHARES"


def show_shares_page(prefix: str, after: str = "") -> str:
    """One page of the shares whose names begin with `prefix`, in the order of their names."""
    start = f" FROM {literal(after)}" if after else ""
    return f"SHOW SHARES STARTS WITH {literal(prefix)} LIMIT {PAGE}{start}"


def show_all_views(database: str) -> str:
    return f"SHOW VIEWS IN DATABASE {plain(database)} LIMIT {PAGE}"


def show_views_called(database: str, name: str) -> str:
    """The views of this name in every schema: `_` matches any character, so callers compare the name again."""
    return f"SHOW VIEWS LIKE {_like(name)} IN DATABASE {plain(database)} LIMIT {PAGE}"


def views_beyond(database: str, schema: str) -> str:
    """What SHOW VIEWS would go on to print after `schema`, under its names. It needs a warehouse, so only for the rest.

    docs.snowflake.com/en/sql-reference/info-schema/views
    """
    return (
        "SELECT TABLE_SCHEMA AS SCHEMA_NAME, TABLE_NAME AS NAME, VIEW_DEFINITION AS TEXT, IS_SECURE, COMMENT,\n"
        f"       CREATED AS CREATED_ON\nFROM {plain(database)}.INFORMATION_SCHEMA.VIEWS\n"
        f"WHERE TABLE_SCHEMA > {literal(schema)}"
    )


def show_all_functions(database: str) -> str:
    return f"SHOW USER FUNCTIONS IN DATABASE {plain(database)}"


def show_columns(database: str, schema: str) -> str:
    """Every column of every table and view of a schema: the first `PAGE` of them."""
    return f"SHOW COLUMNS IN SCHEMA {path(database, schema)}"


def show_columns_of(kind: str, source: tuple[str, str, str]) -> str:
    """Those of one TABLE or VIEW, which may not have as many (docs.snowflake.com/en/sql-reference/sql/show-columns)."""
    return f"SHOW COLUMNS IN {kind} {path(*source)}"


def changed_grants(since: str) -> str:
    """Shares whose grants changed since then, and when last; up to three hours late.

    docs.snowflake.com/en/sql-reference/account-usage/grants_to_shares
    """
    moment = "GREATEST(CREATED_ON, COALESCE(DELETED_ON, CREATED_ON))"
    return (
        f"SELECT SHARE_NAME, MAX({moment}) AS CHANGED_ON\nFROM SNOWFLAKE.ACCOUNT_USAGE.GRANTS_TO_SHARES\n"
        f"WHERE {moment} >= TO_TIMESTAMP_LTZ({literal(since)})\nGROUP BY SHARE_NAME"
    )


def show_grants_on_database(name: str) -> str:
    return f"SHOW GRANTS ON DATABASE {plain(name)}"


def show_grants_to_share(share: str) -> str:
    return f"SHOW GRANTS TO SHARE {plain(share)}"


def show_grants_of_share(share: str) -> str:
    return f"SHOW GRANTS OF SHARE {plain(share)}"


WHO = (
    "SELECT CURRENT_ORGANIZATION_NAME() AS ORGANIZATION, CURRENT_ACCOUNT_NAME() AS ACCOUNT,\n"
    "       CURRENT_ACCOUNT() AS LOCATOR, CURRENT_REGION() AS REGION, CURRENT_ROLE() AS ROLE"
)
