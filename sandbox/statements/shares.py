"""Shares: CREATE, ALTER, DROP, and the accounts that may mount them."""

from __future__ import annotations

from sandbox.catalog import find_account, primary_database
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import dotted, quoted
from sandbox.results import Result, done, status
from sandbox.rights import Eyes, can_global, need_global, need_ownership, owns
from sandbox.statements.clauses import Create, if_exists
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

MOST_ACCOUNTS = 10
_TOP_EDITION = "BUSINESS_CRITICAL"


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    how.read_if_not_exists(tokens)
    name = tokens.identifier()
    comment, secure_only = None, True
    while not tokens.done():
        word = tokens.next().text.upper()
        if word not in ("COMMENT", "SECURE_OBJECTS_ONLY") or (how.alter and word != "COMMENT"):
            raise fail("bad_property", name=word, kind="SHARE")
        tokens.expect("=")
        if word == "COMMENT":
            comment = tokens.string()
        else:
            secure_only = tokens.boolean()
    eyes = ctx.eyes()
    with ctx.store.change():
        old = ctx.store.find(ctx.session.account, "SHARE", name)
        if old and how.alter:
            return _change_comment(ctx, old, comment)
        if old and how.if_missing:
            return status(f"{quoted(name)} already exists, statement succeeded.")
        need_global(eyes, "CREATE SHARE")
        if old and not how.replace:
            raise fail("exists", name=name)
        if old:
            need_ownership(eyes, old)
            _remove(ctx, old)
        ctx.store.add(
            "SHARE",
            name,
            account=ctx.session.account,
            owner=ctx.session.role,
            comment=comment or "",
            props={"secure_only": secure_only},
        )
    return status(f"Share {quoted(name)} successfully created.")


def _change_comment(ctx: Context, share: Thing, comment: str | None) -> Result:
    need_ownership(ctx.eyes(), share)
    share.comment = comment or ""
    ctx.store.save(share)
    return done()


def find_share(eyes: Eyes, name: str) -> Thing:
    """A share of this account that the role may know of: its owner, or who may see every grant."""
    share = eyes.store.find(eyes.account, "SHARE", name)
    if share is None or not (owns(eyes, share) or can_global(eyes, "MANAGE GRANTS")):
        raise fail("missing", kind="Share", name=dotted(name))
    return share


def owned_share(ctx: Context, name: str) -> Thing:
    share = ctx.store.find(ctx.session.account, "SHARE", name)
    if share is None:
        raise fail("missing", kind="Share", name=dotted(name))
    need_ownership(ctx.eyes(), share)
    return share


def drop(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if quiet and ctx.store.find(ctx.session.account, "SHARE", name) is None:
        return status(f"Drop statement executed successfully ({quoted(name)} already dropped).")
    share = owned_share(ctx, name)
    with ctx.store.change():
        _remove(ctx, share)
    return status(f"{quoted(name)} successfully dropped.")


def _remove(ctx: Context, share: Thing) -> None:
    """The databases that were made from it stay, and can never be used again."""
    for mount in ctx.store.mounts(share.id):
        _break(ctx.store, mount)
    ctx.store.remove(share)


def _break(store: Store, mount: Thing) -> None:
    mount.props["broken"] = True
    store.save(mount)


# --- ALTER
def alter(ctx: Context, tokens: Tokens) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    if quiet and ctx.store.find(ctx.session.account, "SHARE", name) is None:
        return status("Statement executed successfully.")
    share = owned_share(ctx, name)
    with ctx.store.change():
        if tokens.accept("ADD"):
            _add(ctx, share, *_read_accounts(tokens, restrictions=True))
        elif tokens.accept("REMOVE"):
            accounts, _ = _read_accounts(tokens, restrictions=True)
            _drop_accounts(ctx, share, _known(ctx.eyes(), accounts))
        elif tokens.accept("UNSET"):
            tokens.expect("COMMENT")
            share.comment = ""
            ctx.store.save(share)
        else:
            tokens.expect("SET")
            _set(ctx, share, tokens)
        tokens.end()
    return done()


def _set(ctx: Context, share: Thing, tokens: Tokens) -> None:
    """All properties are read before any is carried out: a wrong one is refused whatever the others say."""
    accounts: list[list[str]] | None = None
    comment, secure_only = share.comment, bool(share.props["secure_only"])
    if tokens.done():
        raise tokens.unexpected()
    while not tokens.done():
        word = tokens.peek().text.upper()
        if word in ("ACCOUNT", "ACCOUNTS"):
            accounts, _ = _read_accounts(tokens, restrictions=False)
        elif word in ("COMMENT", "SECURE_OBJECTS_ONLY"):
            tokens.next()
            tokens.expect("=")
            if word == "COMMENT":
                comment = tokens.string()
            else:
                secure_only = tokens.boolean()
        elif word == "TAG":
            raise fail("unsupported", feature="ALTER SHARE … SET TAG")
        else:
            raise fail("bad_property", name=word, kind="SHARE")
    if accounts is not None:
        _replace_accounts(ctx, share, accounts)
    share.comment = comment
    _set_secure_only(share, secure_only)
    ctx.store.save(share)


def _set_secure_only(share: Thing, value: bool) -> None:
    if value and not share.props["secure_only"]:
        raise fail("secure_only_stays")
    share.props["secure_only"] = value


def _read_accounts(tokens: Tokens, restrictions: bool) -> tuple[list[list[str]], bool]:
    """`ACCOUNTS = a.b, c [SHARE_RESTRICTIONS = FALSE]`: the names, and whether restrictions apply."""
    if tokens.accept_any("ACCOUNTS", "ACCOUNT") is None:
        raise tokens.unexpected()
    tokens.expect("=")
    names = [tokens.qualified(2)]
    while tokens.accept(","):
        names.append(tokens.qualified(2))
    if len(names) > MOST_ACCOUNTS:
        raise fail("too_many_accounts")
    restricted = True
    if restrictions and tokens.accept("SHARE_RESTRICTIONS"):
        tokens.expect("=")
        restricted = tokens.boolean()
    return names, restricted


def _resolve(eyes: Eyes, parts: list[str]) -> Thing | None:
    """`ORG.ACCOUNT` anywhere, or a locator in the provider's own region. A reader is known by its locator only, and to
    its provider only.
    """
    if len(parts) == 2:
        found = find_account(eyes.store, ".".join(parts))
        known = found and found.name == ".".join(parts) and not found.props.get("reader_of")
        return found if known else None
    home = eyes.store.at(eyes.account).props
    for account in eyes.store.accounts_called(parts[0]):
        props = account.props
        if props["locator"] == parts[0] and props["region"] == home["region"]:
            return account if props.get("reader_of") in (None, eyes.account) else None
    return None


def _known(eyes: Eyes, names: list[list[str]]) -> list[Thing]:
    """The accounts among these that exist; removing another one has no effect."""
    return [account for account in (_resolve(eyes, name) for name in names) if account]


def _add(ctx: Context, share: Thing, names: list[list[str]], restricted: bool) -> None:
    eyes = ctx.eyes()
    need_global(eyes, "MANAGE SHARE TARGET")
    if primary_database(ctx.store, share) is None:
        raise fail("share_empty", name=share.name)
    for account in addable(eyes, names, restricted):
        ctx.store.add_share_account(share.id, account.id)


def addable(eyes: Eyes, names: list[list[str]], restricted: bool) -> list[Thing]:
    """The accounts, all of them: known, another one than the provider's, in its region, of a high enough edition."""
    home = eyes.store.at(eyes.account)
    found = [(name, _resolve(eyes, name)) for name in names]
    bad = [name for name, a in found if a is None or a.id == home.id or a.props["region"] != home.props["region"]]
    if bad:
        raise fail("accounts_refused", names=", ".join(dotted(*name) for name in bad))
    accounts = [account for _, account in found if account]
    lower = [a.props["locator"] for a in accounts if a.props["edition"] != _TOP_EDITION]
    if home.props["edition"] == _TOP_EDITION and lower:
        if restricted:
            raise fail("edition", names=", ".join(lower))
        need_global(eyes, "OVERRIDE SHARE RESTRICTIONS")
    return accounts


def _drop_accounts(ctx: Context, share: Thing, accounts: list[Thing]) -> None:
    """Whoever had mounted the share loses that database for good."""
    need_global(ctx.eyes(), "MANAGE SHARE TARGET")
    for account in accounts:
        ctx.store.remove_share_account(share.id, account.id)
        for mount in ctx.store.mounts(share.id):
            if mount.account == account.id:
                _break(ctx.store, mount)


def _replace_accounts(ctx: Context, share: Thing, names: list[list[str]]) -> None:
    old = set(ctx.store.share_accounts(share.id))
    _add(ctx, share, names, restricted=True)
    new = {account.id for account in _known(ctx.eyes(), names)}
    _drop_accounts(ctx, share, [ctx.store.at(account) for account in sorted(old - new)])
