"""SHOW ROLES."""

from __future__ import annotations

from sandbox.context import Context
from sandbox.listings import moment, role_name
from sandbox.results import Result, listing
from sandbox.rights import active_roles
from sandbox.statements.filters import read_filter, yes_no
from sandbox.statements.show import Row, columns_named
from sandbox.tokens import Tokens


def roles(ctx: Context, tokens: Tokens) -> Result:
    """All roles of the account; `is_inherited` are those that the active ones bring along."""
    found = read_filter(tokens, ("ACCOUNT",))
    account = ctx.session.account
    active = active_roles(ctx.store, ctx.session) - {ctx.session.role}
    default = ctx.store.at(ctx.session.user).props.get("default_role")
    rows: list[Row] = []
    for r in found.pick(ctx.store.every(account, "ROLE"), lambda r: r.name):
        to = [ctx.store.at(p.to).kind for p in ctx.store.privileges_on(r.id)]
        rows.append(
            (
                moment(r.created),
                r.name,
                yes_no(r.name == default),
                yes_no(r.id == ctx.session.role),
                yes_no(r.id in active),
                to.count("USER"),
                to.count("ROLE"),
                len(ctx.store.roles_of(r.id)),
                role_name(ctx.store, r.owner),
                r.comment,
            )
        )
    return listing(
        columns_named(
            "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles owner "
            "comment"
        ),
        rows,
    )
