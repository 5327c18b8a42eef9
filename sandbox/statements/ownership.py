"""GRANT OWNERSHIP: of one object, of all in a schema or database, of future ones."""

from __future__ import annotations

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.privileges import OWNED_ONLY
from sandbox.results import Result, done
from sandbox.rights import can_global, managing_schema, need_ownership, owns
from sandbox.statements import future
from sandbox.statements.database_roles import check_holder
from sandbox.statements.targets import Clause
from sandbox.store import Thing
from sandbox.tokens import Tokens


def grant(ctx: Context, tokens: Tokens, clause: Clause, role: Thing) -> Result:
    """Grants of others stay with COPY CURRENT GRANTS, go with REVOKE CURRENT GRANTS, and forbid it otherwise."""
    mode = tokens.accept_any("COPY", "REVOKE")
    if mode:
        tokens.expect("CURRENT", "GRANTS")
    tokens.end()
    if clause.future:
        return future.grant(ctx, clause, role, option=False)
    for thing in clause.things:
        _transfer(ctx, thing, role, mode)
    return done()


def _transfer(ctx: Context, thing: Thing, role: Thing, mode: str | None) -> None:
    if thing.kind in ("SHARE", "ACCOUNT"):
        raise fail("object_type", name=thing.kind)
    if thing.account != ctx.session.account:
        raise fail("imported_only")
    _check_right(ctx, thing)
    if role.kind == "DATABASE ROLE":
        check_holder(ctx.store, role, "OWNERSHIP", thing)
    held = [p for p in ctx.store.privileges_on(thing.id) if p.to != role.id]
    if held and mode is None and thing.kind not in OWNED_ONLY:
        raise fail("dependent_grants")
    for p in held if mode else []:
        ctx.store.revoke(thing.id, p.privilege, p.to)
        if mode == "COPY":
            by = role.id if p.by == thing.owner else p.by
            ctx.store.grant(thing.id, p.privilege, p.to, by=by, grantable=p.grantable)
    thing.owner = role.id
    ctx.store.save(thing)


def _check_right(ctx: Context, thing: Thing) -> None:
    """The owner, or MANAGE GRANTS; in a managed-access schema its owner instead of the object's."""
    eyes = ctx.eyes()
    if can_global(eyes, "MANAGE GRANTS"):
        return
    manager = managing_schema(ctx.store, thing)
    if manager is None:
        need_ownership(eyes, thing)
    elif not owns(eyes, manager):
        raise fail("privileges", kind=thing.kind.lower(), name=thing.name)
