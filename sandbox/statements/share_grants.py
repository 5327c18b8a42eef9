"""GRANT … TO SHARE and REVOKE … FROM SHARE: the order, the one database, secure objects only."""

from __future__ import annotations

from sandbox.catalog import Found, find_visible, inside_of, primary_database
from sandbox.context import Context
from sandbox.errors import REFUSALS, fail
from sandbox.names import dotted
from sandbox.privileges import READ_ONLY, TO_SHARE
from sandbox.results import Result, done
from sandbox.rights import Eyes, can_global, may_grant, need_ownership
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens
from sandbox.translate.reads import body_of, databases_read

_VIEWS = {"VIEW", "MATERIALIZED VIEW"}


def relation(ctx: Context, kind: str, parts: list[str]) -> Thing:
    """A table or view to be granted. Snowflake takes a view for TABLE too, and the other way round never."""
    if kind == "MATERIALIZED VIEW":
        view = find_visible(ctx.eyes(), "VIEW", parts, "GRANT").thing
        if "source" not in view.props:
            raise fail("wrong_kind", found="VIEW", wanted=kind)
        return view
    try:
        return find_visible(ctx.eyes(), kind, parts, "GRANT").thing
    except Exception as error:
        if kind == "TABLE" and getattr(error, "key", "") == "wrong_kind":
            return find_visible(ctx.eyes(), "VIEW", parts, "GRANT").thing
        raise


def read_share(ctx: Context, tokens: Tokens) -> Thing:
    """The share that is granted to, at the end of the statement; needs its ownership or MANAGE GRANTS."""
    name = tokens.identifier()
    tokens.end()
    share = ctx.store.find(ctx.session.account, "SHARE", name)
    if share is None:
        raise fail("missing", kind="Share", name=dotted(name))
    if not can_global(ctx.eyes(), "MANAGE GRANTS"):
        need_ownership(ctx.eyes(), share)
    return share


def grant(ctx: Context, tokens: Tokens, privileges: list[str], kind: str, things: list[Thing], bulk: bool) -> Result:
    share = read_share(ctx, tokens)
    if bulk and kind in _VIEWS and share.props["secure_only"]:
        raise fail("not_secure")
    for thing in things:
        for privilege in _ordered(privileges, kind):
            _one(ctx, share, privilege, thing)
    return done()


def _ordered(privileges: list[str], kind: str) -> list[str]:
    """USAGE before REFERENCE_USAGE; a privilege that such an object does not have is refused."""
    for privilege in privileges:
        if privilege not in TO_SHARE.get(kind, set()):
            raise fail("parse", detail=f"privilege {privilege} on {kind} cannot be granted to a share")
    return sorted(privileges, reverse=True)


def _one(ctx: Context, share: Thing, privilege: str, thing: Thing) -> None:
    if thing.account != ctx.session.account or thing.origin is not None:
        raise fail("reshare")
    _check_right(ctx.eyes(), privilege, thing)
    database = _database_of(ctx.store, thing)
    primary = primary_database(ctx.store, share)
    if privilege == "REFERENCE_USAGE":
        if primary is None:
            raise fail("reference_first", name=thing.name, share=share.name)
    elif thing.kind == "DATABASE":
        if primary is not None and primary.id != thing.id:
            raise fail("share_database", name=thing.name)
    elif primary is None:
        raise fail("share_empty", name=share.name)
    elif primary.id != database.id:
        raise fail("share_database", name=database.name)
    if thing.kind not in ("DATABASE", "SCHEMA"):
        _check_object(ctx, share, thing, database)
    ctx.store.grant(thing.id, privilege, share.id, by=ctx.session.role)


def _check_right(eyes: Eyes, privilege: str, thing: Thing) -> None:
    """The object's owner, or who holds the privilege with grant option, may pass it to a share.

    Source: docs.snowflake.com/en/user-guide/security-access-privileges-shares; for REFERENCE_USAGE, too, as
    docs.snowflake.com/en/user-guide/cleanrooms, "Data offerings", requires it of a role.
    """
    if not may_grant(eyes, privilege, thing):
        raise fail("privileges", kind=thing.kind.lower(), name=thing.name)


def _database_of(store: Store, thing: Thing) -> Thing:
    while thing.kind != "DATABASE":
        thing = store.at(thing.parent)
    return thing


def _is_open(thing: Thing) -> bool:
    """Whether it is a view or function whose definition is not protected."""
    return thing.kind in {*_VIEWS, "FUNCTION"} and not thing.props.get("secure")


def _check_object(ctx: Context, share: Thing, thing: Thing, database: Thing) -> None:
    """Its schema must be in the share, it must be secure, and other databases that it reads must be declared."""
    schema = ctx.store.at(thing.parent)
    if not ctx.store.holds(schema.id, "USAGE", share.id):
        raise fail("share_schema", name=dotted(database.name, schema.name), share=share.name)
    if _is_open(thing) and share.props["secure_only"]:
        raise fail("not_secure")
    if thing.kind not in {*_VIEWS, "FUNCTION"}:
        return
    found = Found(thing, schema, database, ctx.eyes())
    tree = body_of(found)
    direct = databases_read(tree, inside_of(found), deep=False)
    if thing.kind == "FUNCTION" and direct - {database.id}:
        raise fail("share_reference")
    for other in databases_read(tree, inside_of(found), deep=True) - {database.id}:
        if not ctx.store.holds(other, "REFERENCE_USAGE", share.id):
            raise fail("share_reference")


def check_shareable(share: Thing, privilege: str, thing: Thing) -> None:
    """What a database role holds when it is, or is to be, in a share: reading, and secure objects.

    Source: docs.snowflake.com/en/sql-reference/sql/grant-database-role-share.
    """
    why = ""
    if _is_open(thing) and share.props["secure_only"]:
        why = REFUSALS["not_secure"].text
    if why or privilege not in READ_ONLY:
        kind = thing.kind.capitalize()
        raise fail("role_content", privilege=privilege, kind=kind, name=thing.name, why=f": {why}" if why else "")


def revoke(ctx: Context, tokens: Tokens, privileges: list[str], kind: str, things: list[Thing]) -> Result:
    """Revoking what was not granted is no error. Without its schema or database nothing inside stays in the share."""
    share = read_share(ctx, tokens)
    for thing in things:
        for privilege in _ordered(privileges, kind):
            ctx.store.revoke(thing.id, privilege, share.id)
            if privilege == "USAGE" and kind in ("DATABASE", "SCHEMA"):
                _revoke_inside(ctx.store, thing, share)
    return done()


def _revoke_inside(store: Store, container: Thing, share: Thing) -> None:
    for privilege in store.privileges_to(share.id):
        thing = store.get(privilege.on)
        while thing is not None and thing.parent:
            thing = store.get(thing.parent)
            if thing is not None and thing.id == container.id:
                store.revoke(privilege.on, privilege.privilege, share.id)
                break
