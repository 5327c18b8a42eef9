"""SHOW ROLES and USERS."""

from __future__ import annotations

from sandbox.catalog import can_global, closure
from sandbox.context import Context
from sandbox.listings import moment, role_name
from sandbox.results import Result, listing
from sandbox.statements.filters import read_filter, true_false, yes_no
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


def users(ctx: Context, tokens: Tokens) -> Result:
    """All users for who may manage grants; oneself for everybody else."""
    found = read_filter(tokens)
    every = can_global(ctx.eyes(), "MANAGE GRANTS")
    rows: list[Row] = []
    for u in found.pick(ctx.store.every(ctx.session.account, "USER"), lambda u: u.name):
        if every or u.id == ctx.session.user:
            props = u.props
            rows.append(
                (
                    u.name,
                    moment(u.created),
                    u.name,
                    u.name,
                    true_false(props.get("disabled")),
                    props.get("default_warehouse", ""),
                    props.get("default_role", ""),
                    role_name(ctx.store, u.owner),
                    u.comment,
                    true_false("password" in props),
                    true_false("rsa_public_key" in props),
                    str(props.get("type", "PERSON")),
                )
            )
    return listing(
        columns_named(
            "name created_on login_name display_name disabled default_warehouse default_role owner comment "
            "has_password has_rsa_public_key type"
        ),
        rows,
    )
