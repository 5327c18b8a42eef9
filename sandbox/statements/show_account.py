"""SHOW ROLES."""

from __future__ import annotations

from sandbox.catalog import closure
from sandbox.context import Context
from sandbox.listings import moment, role_name
from sandbox.results import Result, listing
from sandbox.statements.filters import read_filter, yes_no
from sandbox.statements.show import Row, columns_named
from sandbox.tokens import Tokens


def roles(ctx: Context, tokens: Tokens) -> Result:
    found = read_filter(tokens, ("ACCOUNT",))
    account = ctx.session.account
    active = closure(ctx.store, ctx.session.role, account)
    rows: list[Row] = []
    for r in found.pick(ctx.store.every(account, "ROLE"), lambda r: r.name):
        to = [ctx.store.at(p.to).kind for p in ctx.store.privileges_on(r.id)]
        rows.append(
            (
                moment(r.created),
                r.name,
                yes_no(False),
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
