"""GRANT and REVOKE: to roles, to users, and the way to shares."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.catalog import can_global, find_database, may_grant, need_ownership, open_schema, owns
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Result, done
from sandbox.statements import share_grants
from sandbox.statements.functions import find_function, read_signature
from sandbox.statements.roles import GLOBAL, find_role, find_user
from sandbox.statements.warehouses import find_warehouse
from sandbox.store import Thing
from sandbox.tokens import Tokens

# Privileges that a role can hold, by kind. ALL stands for all of them.
PRIVILEGES = {
    "ACCOUNT": GLOBAL,
    "DATABASE": ["USAGE", "CREATE SCHEMA", "MODIFY", "MONITOR", "IMPORTED PRIVILEGES"],
    "SCHEMA": ["USAGE", "CREATE TABLE", "CREATE VIEW", "CREATE FUNCTION", "MODIFY", "MONITOR"],
    "TABLE": ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"],
    "VIEW": ["SELECT", "REFERENCES"],
    "FUNCTION": ["USAGE"],
    "WAREHOUSE": ["USAGE", "OPERATE", "MODIFY", "MONITOR"],
}
_PLURALS = {"TABLES": "TABLE", "VIEWS": "VIEW", "FUNCTIONS": "FUNCTION", "SCHEMAS": "SCHEMA"}


@dataclass
class Clause:
    """What stands between GRANT or REVOKE and TO or FROM: privileges and the things that they are on."""

    privileges: list[str]
    kind: str
    things: list[Thing]
    bulk: bool = False


def grant(ctx: Context, tokens: Tokens) -> Result:
    tokens.next()
    with ctx.store.change():
        if _is_role(tokens):
            return _role(ctx, tokens, give=True)
        clause = _read(ctx, tokens)
        tokens.expect("TO")
        if tokens.accept("SHARE"):
            return share_grants.grant(ctx, tokens, clause.privileges, clause.kind, clause.things, clause.bulk)
        role = _grantee(ctx, tokens)
        if clause.privileges == ["OWNERSHIP"]:
            return _ownership(ctx, tokens, clause, role)
        grantable = tokens.accept("WITH", "GRANT", "OPTION")
        tokens.end()
        for thing in clause.things:
            for privilege in _expanded(clause, ctx, thing):
                ctx.store.grant(thing.id, privilege, role.id, by=ctx.session.role, grantable=grantable)
    return done()


def revoke(ctx: Context, tokens: Tokens) -> Result:
    tokens.next()
    with ctx.store.change():
        if _is_role(tokens):
            return _role(ctx, tokens, give=False)
        option = tokens.accept("GRANT", "OPTION", "FOR")
        clause = _read(ctx, tokens)
        tokens.expect("FROM")
        if tokens.accept("SHARE"):
            return share_grants.revoke(ctx, tokens, clause.privileges, clause.kind, clause.things)
        role = _grantee(ctx, tokens)
        tokens.accept_any("CASCADE", "RESTRICT")
        tokens.end()
        take = ctx.store.drop_grantable if option else ctx.store.revoke
        for thing in clause.things:
            for privilege in _expanded(clause, ctx, thing):
                take(thing.id, privilege, role.id)
    return done()


# --- roles
def _is_role(tokens: Tokens) -> bool:
    if tokens.looking_at("DATABASE", "ROLE"):
        raise fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
    return tokens.looking_at("ROLE") and tokens.peek(2).text.upper() in ("TO", "FROM")


def _role(ctx: Context, tokens: Tokens, give: bool) -> Result:
    """`GRANT ROLE a TO ROLE | USER b` and its opposite; needs ownership of the role or MANAGE GRANTS."""
    tokens.next()
    role = find_role(ctx, tokens.identifier())
    tokens.expect("TO" if give else "FROM")
    kind = tokens.accept_any("ROLE", "USER")
    if kind is None:
        raise tokens.unexpected()
    name = tokens.identifier()
    grantee = find_role(ctx, name) if kind == "ROLE" else find_user(ctx, name)
    tokens.end()
    eyes = ctx.eyes()
    if not owns(eyes, role) and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind="role", name=role.name)
    if give:
        ctx.store.grant(role.id, "USAGE", grantee.id, by=ctx.session.role)
    else:
        ctx.store.revoke(role.id, "USAGE", grantee.id)
    return done()


def _grantee(ctx: Context, tokens: Tokens) -> Thing:
    if tokens.looking_at("DATABASE", "ROLE") or tokens.looking_at("APPLICATION"):
        raise fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
    tokens.accept("ROLE")
    return find_role(ctx, tokens.identifier())


# --- privileges and objects
def _read(ctx: Context, tokens: Tokens) -> Clause:
    privileges = [_read_privilege(tokens)]
    while tokens.accept(","):
        privileges.append(_read_privilege(tokens))
    tokens.expect("ON")
    if tokens.accept("ACCOUNT"):
        return Clause(privileges, "ACCOUNT", [ctx.account()])
    if tokens.accept("FUTURE"):
        raise fail("unsupported", feature="future grants")
    if tokens.accept("ALL"):
        kind = _PLURALS.get(tokens.next().text.upper())
        if kind is None:
            raise fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
        return Clause(privileges, kind, _all(ctx, tokens, kind), bulk=True)
    kind = tokens.next().text.upper()
    return Clause(privileges, kind, [read_object(ctx, tokens, kind)])


def _read_privilege(tokens: Tokens) -> str:
    words: list[str] = []
    while not (tokens.looking_at("ON") or tokens.looking_at(",")):
        words.append(tokens.next().text.upper())
    if not words:
        raise tokens.unexpected()
    text = " ".join(words)
    return "ALL" if text == "ALL PRIVILEGES" else text


def read_object(ctx: Context, tokens: Tokens, kind: str) -> Thing:
    """The object of a GRANT or a SHOW GRANTS ON, as far as the role can see it."""
    eyes = ctx.eyes()
    if kind == "DATABASE":
        return find_database(eyes, tokens.identifier())
    if kind == "SCHEMA":
        return open_schema(eyes, tokens.qualified(2), "GRANT")[1]
    if kind in ("TABLE", "VIEW"):
        return share_grants.relation(ctx, kind, tokens.qualified())
    if kind == "FUNCTION":
        return find_function(ctx, *read_signature(tokens))
    if kind == "WAREHOUSE":
        return find_warehouse(ctx, tokens.identifier())
    if kind == "ROLE":
        return find_role(ctx, tokens.identifier())
    raise fail("object_type", name=kind)


def _all(ctx: Context, tokens: Tokens, kind: str) -> list[Thing]:
    """`IN SCHEMA s` or `IN DATABASE d`."""
    tokens.expect("IN")
    eyes = ctx.eyes()
    if tokens.accept("DATABASE"):
        schemas = ctx.store.children(find_database(eyes, tokens.identifier()).id, "SCHEMA")
    else:
        tokens.expect("SCHEMA")
        schemas = [open_schema(eyes, tokens.qualified(2), "GRANT")[1]]
    if kind == "SCHEMA":
        return schemas
    return [thing for schema in schemas for thing in ctx.store.children(schema.id, kind)]


def _expanded(clause: Clause, ctx: Context, thing: Thing) -> list[str]:
    """The privileges by name, each of which the role may grant; unknown ones are a syntax error."""
    known = PRIVILEGES.get(thing.kind)
    if known is None:
        raise fail("object_type", name=thing.kind)
    wanted = known if clause.privileges == ["ALL"] else clause.privileges
    eyes = ctx.eyes()
    out: list[str] = []
    for privilege in wanted:
        if privilege not in known:
            raise fail("parse", detail=f"privilege {privilege} is not valid on {thing.kind}")
        if privilege == "IMPORTED PRIVILEGES" and clause.privileges == ["ALL"]:
            continue
        out.append(_one(ctx, privilege, thing))
        if not (may_grant(eyes, out[-1], thing) or _may_grant_global(ctx, privilege, thing)):
            raise fail("privileges", kind=thing.kind.lower(), name=thing.name)
    return out


def _one(ctx: Context, privilege: str, thing: Thing) -> str:
    """Imported privileges are kept as USAGE, as SHOW GRANTS calls them; nothing finer can be granted."""
    if thing.kind == "DATABASE" and thing.origin is not None:
        if privilege != "IMPORTED PRIVILEGES":
            raise fail("imported_only")
        return "USAGE"
    if privilege == "IMPORTED PRIVILEGES":
        raise fail("parse", detail=f"{thing.name} is not an imported database")
    if thing.kind != "ACCOUNT" and thing.account != ctx.session.account:
        raise fail("imported_only")
    return privilege


def _may_grant_global(ctx: Context, privilege: str, thing: Thing) -> bool:
    if thing.kind != "ACCOUNT":
        return False
    eyes = ctx.eyes()
    return any(
        p.privilege == privilege and p.grantable and p.to in eyes.roles for p in ctx.store.privileges_on(thing.id)
    )


def _ownership(ctx: Context, tokens: Tokens, clause: Clause, role: Thing) -> Result:
    """Grants of others stay with COPY CURRENT GRANTS, go with REVOKE CURRENT GRANTS, and forbid it otherwise."""
    mode = tokens.accept_any("COPY", "REVOKE")
    if mode:
        tokens.expect("CURRENT", "GRANTS")
    tokens.end()
    eyes = ctx.eyes()
    for thing in clause.things:
        if thing.kind in ("SHARE", "ACCOUNT"):
            raise fail("object_type", name=thing.kind)
        if not can_global(eyes, "MANAGE GRANTS"):
            need_ownership(eyes, thing)
        held = [p for p in ctx.store.privileges_on(thing.id) if ctx.store.at(p.to).kind == "ROLE"]
        if held and mode is None and thing.kind != "ROLE":
            raise fail("dependent_grants")
        for p in held if mode == "REVOKE" else []:
            ctx.store.revoke(thing.id, p.privilege, p.to)
        thing.owner = role.id
        ctx.store.save(thing)
    return done()
