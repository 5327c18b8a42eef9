"""What stands between GRANT or REVOKE and TO or FROM: privileges, and the things that they are on."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.catalog import find_database, find_visible, open_schema
from sandbox.context import Context
from sandbox.errors import SandboxError, fail
from sandbox.privileges import NOT_IN_ALL, OWNED_ONLY, PLURALS, PRIVILEGES, longest
from sandbox.statements import share_grants
from sandbox.statements.database_roles import find_database_role
from sandbox.statements.functions import find_function, read_signature
from sandbox.statements.roles import find_role, find_user
from sandbox.statements.warehouses import find_warehouse
from sandbox.store import Thing
from sandbox.tokens import Tokens


@dataclass
class Clause:
    """`bulk` is ON ALL, `future` the schema or database of ON FUTURE, which has no things yet."""

    privileges: list[str]
    kind: str
    things: list[Thing]
    bulk: bool = False
    future: Thing | None = None


def read_clause(ctx: Context, tokens: Tokens) -> Clause:
    privileges = [_read_privilege(tokens)]
    while tokens.accept(","):
        privileges.append(_read_privilege(tokens))
    tokens.expect("ON")
    if tokens.accept("ACCOUNT"):
        return Clause(privileges, "ACCOUNT", [ctx.account()])
    if tokens.accept("FUTURE"):
        kind = _read_plural(tokens)
        return Clause(privileges, kind, [], future=_container(ctx, tokens, kind))
    if tokens.accept("ALL"):
        kind = _read_plural(tokens)
        return Clause(privileges, kind, _all(ctx, tokens, kind), bulk=True)
    kind = read_kind(tokens)
    return Clause(privileges, kind, [read_object(ctx, tokens, kind)])


def _read_privilege(tokens: Tokens) -> str:
    words: list[str] = []
    while not (tokens.looking_at("ON") or tokens.looking_at(",")):
        words.append(tokens.next().text.upper())
    if not words:
        raise tokens.unexpected()
    text = " ".join(words)
    return "ALL" if text == "ALL PRIVILEGES" else text


def read_kind(tokens: Tokens) -> str:
    """The kind of object that comes next, of up to three words; what is none is refused (398014)."""
    known = set(PRIVILEGES) | OWNED_ONLY | {"SHARE"}
    kind = longest([tokens.peek(n).text.upper() for n in range(3)], known)
    if kind is None:
        raise fail("object_type", name=tokens.next().text.upper())
    tokens.at += len(kind.split())
    return kind


def _read_plural(tokens: Tokens) -> str:
    words = longest([tokens.peek(n).text.upper() for n in range(3)], set(PLURALS))
    if words is None:
        raise fail("object_type", name=tokens.next().text.upper())
    tokens.at += len(words.split())
    return PLURALS[words]


def read_object(ctx: Context, tokens: Tokens, kind: str) -> Thing:
    """The object of a GRANT or a SHOW GRANTS ON, as far as the role can see it."""
    eyes = ctx.eyes()
    if kind == "DATABASE":
        return find_database(eyes, tokens.identifier())
    if kind == "SCHEMA":
        return open_schema(eyes, tokens.qualified(2), "GRANT")[1]
    if kind in ("FUNCTION", "PROCEDURE"):
        return find_function(ctx, *read_signature(tokens), kind)
    if kind == "DATABASE ROLE":
        return find_database_role(eyes, tokens.qualified(2))
    finders = {"WAREHOUSE": find_warehouse, "ROLE": find_role, "USER": find_user}
    if kind in finders:
        return finders[kind](ctx, tokens.identifier())
    if kind in ("SHARE", "ACCOUNT"):
        raise fail("object_type", name=kind)
    if kind in ("TABLE", "VIEW", "MATERIALIZED VIEW"):
        return share_grants.relation(ctx, kind, tokens.qualified())
    return find_visible(eyes, kind, tokens.qualified(), "GRANT").thing


def _container(ctx: Context, tokens: Tokens, kind: str) -> Thing:
    """`IN SCHEMA s` or `IN DATABASE d` of this account."""
    tokens.expect("IN")
    eyes = ctx.eyes()
    if tokens.accept("DATABASE"):
        found = find_database(eyes, tokens.identifier())
    else:
        tokens.expect("SCHEMA")
        found = open_schema(eyes, tokens.qualified(2), "GRANT")[1]
    if found.account != ctx.session.account or found.origin is not None:
        raise fail("imported_only")
    if kind == "SCHEMA" and found.kind == "SCHEMA":
        raise tokens.unexpected()
    return found


def _all(ctx: Context, tokens: Tokens, kind: str) -> list[Thing]:
    """`IN SCHEMA s` or `IN DATABASE d`: what is there now."""
    container = _container(ctx, tokens, kind)
    schemas = ctx.store.children(container.id, "SCHEMA") if container.kind == "DATABASE" else [container]
    if kind == "SCHEMA":
        return schemas
    wanted = "VIEW" if kind == "MATERIALIZED VIEW" else kind
    found = [thing for schema in schemas for thing in ctx.store.children(schema.id, wanted)]
    return [thing for thing in found if wanted == kind or "source" in thing.props]


def grantee(ctx: Context, tokens: Tokens) -> Thing:
    """`[ROLE] r` or `DATABASE ROLE d.r`."""
    if tokens.accept("DATABASE", "ROLE"):
        return find_database_role(ctx.eyes(), tokens.qualified(2))
    if tokens.looking_at("APPLICATION") or tokens.looking_at("USER"):
        raise fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
    tokens.accept("ROLE")
    return find_role(ctx, tokens.identifier())


def named(clause: Clause, kind: str) -> list[str]:
    """The privileges by name; ALL is every one but a few that are granted by their names only."""
    known = PRIVILEGES.get(kind)
    if known is None:
        raise fail("object_type", name=kind) if kind not in OWNED_ONLY else _invalid(clause.privileges[0], kind)
    if clause.privileges == ["ALL"]:
        return [privilege for privilege in known if privilege not in NOT_IN_ALL]
    for privilege in clause.privileges:
        if privilege not in known:
            raise _invalid(privilege, kind)
    return clause.privileges


def _invalid(privilege: str, kind: str) -> SandboxError:
    return fail("parse", detail=f"privilege {privilege} is not valid on {kind}")
