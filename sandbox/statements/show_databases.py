"""SHOW DATABASES and SHOW SCHEMAS, with HISTORY also those that were dropped and can be brought back.

Columns: docs.snowflake.com/en/sql-reference/sql/show-databases and show-schemas.
"""

from __future__ import annotations

from typing import Any

from sandbox.context import Context
from sandbox.listings import database_kind, moment, owner_name, role_name
from sandbox.listings import databases as visible_databases
from sandbox.listings import schemas as visible_schemas
from sandbox.results import Result, listing
from sandbox.statements.filters import read_filter, yes_no
from sandbox.statements.gone import dropped
from sandbox.statements.parameters import effective
from sandbox.statements.show import RETENTION, columns_named, scope
from sandbox.store import Thing
from sandbox.tokens import Tokens

Row = tuple[Any, ...]
_OPTIONS = {"transient": "TRANSIENT", "managed": "MANAGED ACCESS"}
_DATABASES = (
    "created_on name is_default is_current origin owner comment options retention_time kind budget object_visibility "
    "owner_role_type dropped_on"
)
_SCHEMAS = (
    "created_on name is_default is_current database_name owner comment options retention_time owner_role_type budget "
    "dropped_on"
)


def databases(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("ACCOUNT",), history=True)
    eyes = ctx.eyes()
    named = [(d.name, _database(ctx, d, role_name(ctx.store, d.owner), None)) for d in visible_databases(eyes)]
    if found.history:
        named += [(d.thing.name, _database(ctx, d.thing, d.owner, d.at)) for d in dropped(eyes, "DATABASE", ())]
    return listing(columns_named(_DATABASES), [row for _, row in found.pick(named, lambda pair: pair[0])])


def _database(ctx: Context, database: Thing, owner: str, gone: float | None) -> Row:
    current = gone is None and database.name == ctx.session.database
    return (
        *(moment(database.created), database.name, "N", yes_no(current), _origin(ctx, database.origin), owner),
        *(database.comment, _options(database), str(effective(ctx.store, database, RETENTION))),
        *(database_kind(database), "", "", "ROLE", moment(gone) if gone else None),
    )


def _options(thing: Thing) -> str:
    return ", ".join(said for key, said in _OPTIONS.items() if thing.props.get(key))


def _origin(ctx: Context, share_id: int | None) -> str:
    """`ORG.ACCOUNT.SHARE` of an imported database; `<revoked>` when its share is gone."""
    if share_id is None:
        return ""
    share = ctx.store.get(share_id)
    if share is None:
        return "<revoked>"
    return f"{ctx.store.at(share.account).name}.{share.name}"


def schemas(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("DATABASE",), history=True)
    eyes = ctx.eyes()
    database, _ = scope(ctx, found) if found.scope else (ctx.session.database, None)
    named: list[tuple[str, Row]] = []
    for name in [database] if database else [d.name for d in visible_databases(eyes)]:
        named += [
            (s.name, _schema(ctx, s, name, owner_name(inside, s), None))
            for s, inside in visible_schemas(eyes, name, found.wants)
        ]
        named.append((_INFORMATION[1], (*_INFORMATION[:4], name, *_INFORMATION[4:])))
    if found.history:
        for gone in dropped(eyes, "SCHEMA", (database,) if database else ()):
            named.append((gone.thing.name, _schema(ctx, gone.thing, gone.path[0], gone.owner, gone.at)))
    return listing(
        columns_named(_SCHEMAS), [row for _, row in found.pick(named, lambda pair: pair[0], lambda pair: pair[1][4:5])]
    )


# All but the name of the database, which is the fifth column.
_INFORMATION = (
    *(moment(0), "INFORMATION_SCHEMA", "N", "N", "", "Views describing the contents of schemas in this database"),
    *("", "1", "", "", None),
)


def _schema(ctx: Context, schema: Thing, database: str, owner: str, gone: float | None) -> Row:
    current = gone is None and (database, schema.name) == (ctx.session.database, ctx.session.schema)
    return (
        *(moment(schema.created), schema.name, "N", yes_no(current), database, owner, schema.comment),
        *(_options(schema), str(effective(ctx.store, schema, RETENTION)), "ROLE", ""),
        moment(gone) if gone else None,
    )
