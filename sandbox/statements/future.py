"""Future grants: privileges that new objects of a kind are born with.

They hang on a placeholder in the schema or database, so that they go when it goes or when the role does. Those of a
schema take precedence: the database's are then ignored for that kind
(docs.snowflake.com/en/sql-reference/sql/grant-privilege, "Future grants").
"""

from __future__ import annotations

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.results import Result, done
from sandbox.rights import can_global, owns
from sandbox.statements.database_roles import shares_of
from sandbox.statements.targets import Clause, named
from sandbox.store import Store, Thing

FUTURE = "FUTURE"


def grant(ctx: Context, clause: Clause, role: Thing, option: bool) -> Result:
    place = _place(ctx, clause, role)
    for privilege in _privileges(clause):
        ctx.store.grant(place.id, privilege, role.id, by=ctx.session.role, grantable=option)
    return done()


def revoke(ctx: Context, clause: Clause, role: Thing, option: bool) -> Result:
    place = _place(ctx, clause, role)
    take = ctx.store.drop_grantable if option else ctx.store.revoke
    for privilege in _privileges(clause):
        take(place.id, privilege, role.id)
    return done()


def _privileges(clause: Clause) -> list[str]:
    return ["OWNERSHIP"] if clause.privileges == ["OWNERSHIP"] else named(clause, clause.kind)


def _place(ctx: Context, clause: Clause, role: Thing) -> Thing:
    """The placeholder; needs MANAGE GRANTS, or the ownership of a managed-access schema."""
    container = clause.future
    if container is None:
        raise LookupError("not a future grant")
    eyes = ctx.eyes()
    managed = container.kind == "SCHEMA" and container.props.get("managed") and owns(eyes, container)
    if not managed and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind=container.kind.lower(), name=container.name)
    if role.kind == "DATABASE ROLE":
        if role.parent not in (container.id, container.parent):
            raise fail("database_role_elsewhere", name=role.name)
        if shares_of(ctx.store, role):
            raise fail("future_shared_role")
    found = ctx.store.find(container.account, FUTURE, clause.kind, container.id)
    return found or ctx.store.add(FUTURE, clause.kind, account=container.account, parent=container.id)


def apply(store: Store, thing: Thing) -> None:
    """Gives a new object what was promised for its kind."""
    if not thing.parent or thing.kind == FUTURE:
        return
    for container in (thing.parent, store.at(thing.parent).parent):
        place = store.find(thing.account, FUTURE, thing.kind, container) if container else None
        promised = store.privileges_on(place.id) if place else []
        for p in promised:
            if p.privilege == "OWNERSHIP":
                thing.owner = p.to
                store.save(thing)
            else:
                store.grant(thing.id, p.privilege, p.to, by=p.by, grantable=p.grantable)
        if promised:
            return
