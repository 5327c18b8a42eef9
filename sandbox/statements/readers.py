"""Reader accounts: CREATE, SHOW and DROP MANAGED ACCOUNT, and what is forbidden in one.

Sources: docs.snowflake.com/en/sql-reference/sql/create-managed-account and /en/user-guide/data-sharing-reader-config.
"""

from __future__ import annotations

import json
import re
import secrets
import time

from sandbox import regions
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment
from sandbox.names import quoted
from sandbox.results import Result, listing, status
from sandbox.rights import need_global
from sandbox.statements.accounts import NAME
from sandbox.statements.clauses import Create, if_exists, read_properties
from sandbox.statements.databases import forget
from sandbox.statements.filters import read_filter, true_false
from sandbox.statements.roles import system_roles
from sandbox.statements.show import columns_named
from sandbox.statements.users import add_user
from sandbox.store import Thing
from sandbox.tokens import Tokens

# The guide's number; the page of CREATE MANAGED ACCOUNT says 75. A dropped one holds its place for seven days.
MOST_READERS = 20
_HELD_SECONDS = 7 * 24 * 3600
_PROPERTIES: dict[str, type] = {"ADMIN_NAME": str, "ADMIN_PASSWORD": str, "TYPE": str, "COMMENT": str}
_ADMIN = re.compile(r"[A-Za-z0-9_]+")
_SHOWN = (
    "account_name cloud region account_locator created_on account_url account_locator_url is_reader comment "
    "region_group old_account_url account_old_url_saved_on account_old_url_last_used organization_old_url "
    "organization_old_url_saved_on organization_old_url_last_used"
)
_FORBIDDEN = {("INSERT",), ("UPDATE",), ("DELETE",), ("MERGE",), ("COPY", "INTO"), ("PUT",), ("GET",), ("LIST",),
              ("REMOVE",), ("CREATE", "SHARE"), ("CREATE", "STAGE"), ("CREATE", "PIPE"), ("CREATE", "MASKING"),
              ("CREATE", "ROW"), ("SHOW", "PROCEDURES")}  # fmt: skip


def readers_of(ctx: Context) -> list[Thing]:
    return [a for a in ctx.store.accounts() if a.props.get("reader_of") == ctx.session.account]


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """The status is JSON with the new account's name, locator and addresses."""
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    properties = {key: str(value) for key, value in read_properties(tokens, "MANAGED ACCOUNT", _PROPERTIES).items()}
    need_global(ctx.eyes(), "CREATE ACCOUNT")
    _check(name, properties)
    with ctx.store.change():
        provider = ctx.account()
        if ctx.store.find(0, "ACCOUNT", f"{provider.props['organization']}.{name}"):
            raise fail("exists", name=name)
        held = [at for at in provider.props.get("dropped_readers", []) if at > time.time() - _HELD_SECONDS]
        if len(readers_of(ctx)) + len(held) >= MOST_READERS:
            raise fail("too_many_readers")
        account = _add(ctx, provider, name, properties)
    answer = {
        "accountName": name,
        "accountLocator": account.props["locator"],
        "url": regions.url(account),
        "accountLocatorUrl": regions.locator_url(account),
    }
    return status(json.dumps(answer, separators=(",", ":")))


def _check(name: str, properties: dict[str, str]) -> None:
    if not NAME.fullmatch(name):
        raise fail("account_name", name=name)
    for needed in ("ADMIN_NAME", "ADMIN_PASSWORD", "TYPE"):
        if needed not in properties:
            raise fail("missing_property", name=needed)
    if properties["TYPE"].upper() != "READER":
        raise fail("bad_value", value=properties["TYPE"], name="TYPE")
    admin = properties["ADMIN_NAME"]
    if not _ADMIN.fullmatch(admin):
        raise fail("admin_characters")
    if not admin[0].isalpha():
        raise fail("admin_start")


def _add(ctx: Context, provider: Thing, name: str, properties: dict[str, str]) -> Thing:
    """In the provider's organization and region, of its edition, with one administrator."""
    props = {key: provider.props[key] for key in ("organization", "region", "place", "edition")}
    props |= {"name": name, "locator": _new_locator(ctx), "reader_of": provider.id}
    account = ctx.store.add(
        "ACCOUNT",
        f"{props['organization']}.{name}",
        account=0,
        comment=properties.get("COMMENT", ""),
        props=props,
    )
    roles = system_roles(ctx.store, account.id, organization=False)
    admin = roles["ACCOUNTADMIN"].id
    login = {"PASSWORD": properties["ADMIN_PASSWORD"], "DEFAULT_ROLE": "ACCOUNTADMIN"}
    user = add_user(ctx.store, account.id, properties["ADMIN_NAME"].upper(), login, admin)
    ctx.store.grant(admin, "USAGE", user.id, by=admin)
    return account


def _new_locator(ctx: Context) -> str:
    taken = {a.props["locator"] for a in ctx.store.accounts()}
    while True:
        letters = "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(3))
        locator = letters + str(10000 + secrets.randbelow(90000))
        if locator not in taken:
            return locator


def drop(ctx: Context, tokens: Tokens) -> Result:
    """Its mounts, users and sessions go at once; its place among the provider's readers is held for seven days."""
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    need_global(ctx.eyes(), "CREATE ACCOUNT")
    account = next((a for a in readers_of(ctx) if a.props["name"] == name), None)
    if account is None:
        if quiet:
            return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
        raise fail("missing", kind="Managed account", name=name)
    with ctx.store.change():
        _remove(ctx, account)
        ctx.store.on_commit(lambda: _log_out(ctx, account.id))
    return status(f"{quoted(name)} successfully dropped.")


def _log_out(ctx: Context, account: int) -> None:
    if ctx.engine is None:
        return
    for session in ctx.engine.open_sessions(account):
        ctx.engine.end_session(session)


def _remove(ctx: Context, account: Thing) -> None:
    """The account itself stays as a nameless shadow: what its last statements still look at must not be gone."""
    for share in ctx.store.shares_with(account.id):
        ctx.store.remove_share_account(share, account.id)
    for kind in ("DATABASE", "USER", "WAREHOUSE"):
        for thing in ctx.store.every(account.id, kind):
            forget(ctx, thing)
    account.name = f"{account.name} {account.id}"
    account.props["dropped"] = time.time()
    ctx.store.save(account)
    provider = ctx.account()
    provider.props.setdefault("dropped_readers", []).append(time.time())
    ctx.store.save(provider)


def show(ctx: Context, tokens: Tokens) -> Result:
    """For who may see usage: ACCOUNTADMIN, or MONITOR USAGE."""
    found = read_filter(tokens)
    need_global(ctx.eyes(), "MONITOR USAGE")
    rows = [_row(account) for account in found.pick(readers_of(ctx), lambda a: str(a.props["name"]))]
    return listing(columns_named(_SHOWN), rows)


def _row(account: Thing) -> tuple[object, ...]:
    region = regions.of(account)
    return (
        account.props["name"],
        region.cloud,
        region.cloud_region,
        account.props["locator"],
        moment(account.created),
        regions.url(account),
        regions.locator_url(account),
        true_false(True),
        account.comment,
        region.region_group.upper(),
        *(None,) * 6,
    )


def check_allowed(ctx: Context, tokens: Tokens) -> None:
    """In a reader account one reads what its provider shares, and nothing else."""
    words = [tokens.peek(n).text.upper() for n in range(5)]
    rest = words[1:]
    while words[0] == "CREATE" and rest and rest[0] in ("OR", "REPLACE", "ALTER", "TEMPORARY", "TEMP"):
        rest = rest[1:]
    start = (words[0], rest[0]) if rest else (words[0],)
    forbidden = (words[0],) in _FORBIDDEN or start in _FORBIDDEN
    if words[0] == "COPY" and tokens.peek(2).text == "@":
        forbidden = False
    if forbidden and ctx.account().props.get("reader_of"):
        raise fail("reader_forbidden", what=" ".join(start if start in _FORBIDDEN else start[:1]))
