"""SHOW REGIONS, SHOW ACCOUNTS and their like, and ALTER ACCOUNT … RENAME."""

from __future__ import annotations

import re
import time
from typing import Any

from sandbox import regions
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment
from sandbox.results import Result, done, listing
from sandbox.rights import active_roles
from sandbox.statements.clauses import if_exists
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.show import columns_named
from sandbox.store import Thing
from sandbox.tokens import Tokens

ORGADMIN = "ORGADMIN"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_AFTER_REGION = (
    "edition account_url created_on comment account_locator account_locator_url managed_accounts "
    "consumption_billing_entity_name marketplace_consumer_billing_entity_name "
    "marketplace_provider_billing_entity_name old_account_url is_org_admin account_old_url_saved_on "
    "account_old_url_last_used organization_old_url organization_old_url_saved_on organization_old_url_last_used "
    "is_events_account is_organization_account"
)


def need_role(ctx: Context, *names: str) -> None:
    """That one of these system roles is active."""
    found = [ctx.store.find(ctx.session.account, "ROLE", name) for name in names]
    if not {role.id for role in found if role} & active_roles(ctx.store, ctx.session):
        raise fail("privileges", kind="account", name=ctx.account().props["locator"])


def _of_organization(ctx: Context) -> list[Thing]:
    organization = ctx.account().props["organization"]
    return [a for a in ctx.store.accounts() if a.props["organization"] == organization]


def _spans_groups(ctx: Context) -> bool:
    return len(regions.groups_of(ctx.store, ctx.account().props["organization"])) > 1


def show_regions(ctx: Context, tokens: Tokens) -> Result:
    """All regions; with their group when the organization has accounts in several groups."""
    found = read_filter(tokens)
    grouped = _spans_groups(ctx)
    rows: list[tuple[Any, ...]] = [
        (*_group(grouped, r), r.snowflake_region, r.cloud, r.cloud_region, r.display_name)
        for r in found.pick(regions.every(ctx.store), lambda r: r.snowflake_region)
    ]
    names = "region_group " * grouped + "snowflake_region cloud region display_name"
    return listing(columns_named(names), rows)


def _group(grouped: bool, region: regions.Region) -> tuple[str, ...]:
    return (region.region_group.upper(),) if grouped else ()


def show_accounts(ctx: Context, tokens: Tokens) -> Result:
    """The accounts of the organization, for ORGADMIN. Reader accounts are counted, not listed."""
    found = read_filter(tokens)
    need_role(ctx, ORGADMIN)
    grouped = _spans_groups(ctx)
    accounts = [a for a in _of_organization(ctx) if not a.props.get("reader_of")]
    rows = [_account_row(ctx, a, grouped) for a in found.pick(accounts, lambda a: str(a.props["name"]))]
    names = "organization_name account_name " + "region_group " * grouped + "snowflake_region " + _AFTER_REGION
    return listing(columns_named(names), rows)


def _account_row(ctx: Context, account: Thing, grouped: bool) -> tuple[Any, ...]:
    props, region = account.props, regions.of(account)
    readers = [a for a in ctx.store.accounts() if a.props.get("reader_of") == account.id]
    entity = f"{props['organization']}_DefaultEntity"
    old = props.get("old_name")
    return (
        props["organization"],
        props["name"],
        *_group(grouped, region),
        region.snowflake_region,
        props["edition"],
        regions.url(account),
        moment(account.created),
        account.comment,
        props["locator"],
        regions.locator_url(account),
        len(readers),
        entity,
        entity,
        entity,
        regions.url(account, old) if old else None,
        true_false(props.get("organization_admin")),
        moment(props["renamed"]) if old else None,
        None,
        None,
        None,
        None,
        "false",
        "false",
    )


def show_replication_accounts(ctx: Context, tokens: Tokens) -> Result:
    """The same accounts as databases could be replicated to; for ORGADMIN and ACCOUNTADMIN."""
    found = read_filter(tokens)
    need_role(ctx, ORGADMIN, "ACCOUNTADMIN")
    grouped = _spans_groups(ctx)
    accounts = [a for a in _of_organization(ctx) if not a.props.get("reader_of")]
    rows: list[tuple[Any, ...]] = [
        (
            *_group(grouped, regions.of(a)),
            regions.of(a).snowflake_region,
            moment(a.created),
            a.props["name"],
            a.props["locator"],
            a.comment,
            a.props["organization"],
            true_false(a.props.get("organization_admin")),
        )
        for a in found.pick(accounts, lambda a: str(a.props["name"]))
    ]
    names = "snowflake_region created_on account_name account_locator comment organization_name is_org_admin"
    return listing(columns_named("region_group " * grouped + names), rows)


def alter(ctx: Context, tokens: Tokens) -> Result:
    """`ALTER ACCOUNT a RENAME TO b [SAVE_OLD_URL = TRUE]` by ORGADMIN, and SET or UNSET COMMENT of one."""
    if_exists(tokens)
    if tokens.peek().text.upper() in ("SET", "UNSET"):
        raise fail("unsupported", feature=" ".join(tokens.sql.split())[:120])
    name = tokens.identifier()
    need_role(ctx, ORGADMIN)
    account = next((a for a in _of_organization(ctx) if a.props["name"] == name), None)
    if account is None:
        raise fail("missing", kind="Account", name=name)
    if tokens.accept("RENAME", "TO"):
        _rename(ctx, account, tokens)
    elif tokens.accept("UNSET", "COMMENT"):
        account.comment = ""
    else:
        tokens.expect("SET", "COMMENT", "=")
        account.comment = tokens.string()
    tokens.end()
    ctx.store.save(account)
    return done()


def _rename(ctx: Context, account: Thing, tokens: Tokens) -> None:
    """The old address goes on working unless it is not saved."""
    name, keep = tokens.identifier(), True
    if tokens.accept("SAVE_OLD_URL"):
        tokens.expect("=")
        keep = tokens.boolean()
    if not NAME.fullmatch(name):
        raise fail("account_name", name=name)
    if ctx.store.find(0, "ACCOUNT", f"{account.props['organization']}.{name}"):
        raise fail("exists", name=name)
    account.props["old_name"] = account.props["name"] if keep else None
    account.props["renamed"] = time.time()
    account.props["name"], account.name = name, f"{account.props['organization']}.{name}"
