"""Programmatic access tokens of users: ADD, MODIFY, ROTATE, REMOVE, SHOW."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sandbox.auth import AccessToken, new_secret, tokens_of
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import DDL, Column, Result, listing, status
from sandbox.rights import can_global, owns
from sandbox.sftypes import INTEGER, LTZ
from sandbox.statements.clauses import if_exists, read_properties
from sandbox.statements.roles import find_user
from sandbox.store import Thing
from sandbox.tokens import Tokens

_DAY = 86_400
_DAYS, _MOST_DAYS, _MOST_TOKENS = 15, 365, 15
_WORDS = {"ADD", "MODIFY", "ROTATE", "REMOVE", "DROP"}
_NEW = {"ROLE_RESTRICTION": str, "DAYS_TO_EXPIRY": int, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT": int,
        "COMMENT": str}  # fmt: skip
_CHANGED = {"DISABLED": bool, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT": int, "COMMENT": str}


def concerns(tokens: Tokens) -> bool:
    """Whether an ALTER USER is about a token: `[IF EXISTS] [user] ADD PROGRAMMATIC ACCESS TOKEN …`, short PAT."""
    at = 2 if tokens.looking_at("IF", "EXISTS") else 0
    for ahead in (at, at + 1):
        first, second = tokens.peek(ahead), tokens.peek(ahead + 1)
        if first.text.upper() in _WORDS and second.text.upper() in ("PROGRAMMATIC", "PAT"):
            return first.kind == second.kind == "word"
    return False


def alter(ctx: Context, tokens: Tokens) -> Result:
    """What stands behind ALTER USER; without a name the user of the session is meant."""
    if_exists(tokens)
    named = tokens.peek(1).text.upper() not in ("PROGRAMMATIC", "PAT")
    user = find_user(ctx, tokens.identifier()) if named else ctx.store.at(ctx.session.user)
    _check(ctx, user)
    word = tokens.next().text.upper()
    if not tokens.accept("PAT"):
        tokens.expect("PROGRAMMATIC", "ACCESS", "TOKEN")
    return _VERBS[word](ctx, tokens, user)


def _check(ctx: Context, user: Thing) -> None:
    """One's own and, for who administers users, everybody's; never by a session that a token opened."""
    if user.id != ctx.session.user and not owns(ctx.eyes(), user) and not can_global(ctx.eyes(), "MANAGE GRANTS"):
        raise fail("privileges", kind="user", name=user.name)
    if ctx.session.by_access_token:
        raise fail("token_by_token")


def _add(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    quiet = tokens.accept("IF", "NOT", "EXISTS")
    name = tokens.identifier()
    given = read_properties(tokens, "PROGRAMMATIC ACCESS TOKEN", _NEW)
    known = tokens_of(user)
    if any(t.name == name for t in known):
        if quiet:
            return status(f"{quoted(name)} already exists, statement succeeded.")
        raise fail("exists", name=name)
    if len(known) >= _MOST_TOKENS:
        raise fail("tokens_full", name=user.name, limit=_MOST_TOKENS)
    days = int(given.get("DAYS_TO_EXPIRY", _DAYS))
    if not 1 <= days <= _MOST_DAYS:
        raise fail("bad_value", value=days, name="DAYS_TO_EXPIRY")
    role = _restriction(ctx, user, str(given.get("ROLE_RESTRICTION", "")))
    secret, digest = new_secret()
    by = ctx.store.at(ctx.session.user).name
    bypass, now = given.get("MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT"), time.time()
    token = AccessToken(name, digest, role, days, now + days * _DAY, now, by, str(given.get("COMMENT", "")))
    token.bypass = None if bypass is None else int(bypass)
    _save(ctx, user, [*known, token])
    return Result([Column("token_name"), Column("token_secret")], [(name, secret)], DDL)


def _restriction(ctx: Context, user: Thing, name: str) -> str:
    """A role that the user has; a service user must name one."""
    if not name:
        if str(user.props.get("type", "")).upper() == "SERVICE":
            raise fail("token_role", name=user.name)
        return ""
    role = ctx.store.find(user.account, "ROLE", name.upper())
    if role is None or role.id not in ctx.store.roles_of(user.id):
        raise fail("role_not_granted", name=name.upper())
    return role.name


def _find(user: Thing, name: str) -> AccessToken:
    found = next((t for t in tokens_of(user) if t.name == name), None)
    if found is None:
        raise fail("missing", kind="Programmatic access token", name=name)
    return found


def _modify(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    token = _find(user, tokens.identifier())
    if tokens.accept("RENAME", "TO"):
        new = tokens.identifier()
        tokens.end()
        if any(t.name == new for t in tokens_of(user)):
            raise fail("exists", name=new)
        return _replaced(ctx, user, token.name, name=new)
    if tokens.accept("UNSET"):
        word = tokens.next().text.upper()
        tokens.end()
        if word not in _CHANGED:
            raise fail("bad_property", name=word, kind="PROGRAMMATIC ACCESS TOKEN")
        return _replaced(ctx, user, token.name, **_change(word, None))
    tokens.expect("SET")
    changes: dict[str, Any] = {}
    for word, value in read_properties(tokens, "PROGRAMMATIC ACCESS TOKEN", _CHANGED).items():
        changes |= _change(word, value)
    return _replaced(ctx, user, token.name, **changes)


def _change(word: str, value: Any) -> dict[str, Any]:
    if word == "DISABLED":
        return {"disabled": bool(value)}
    return {"comment": value or ""} if word == "COMMENT" else {"bypass": value}


def _rotate(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    """A new secret under the name; the old one goes on under another name for some hours."""
    quiet = if_exists(tokens)
    name = tokens.identifier()
    given = read_properties(tokens, "PROGRAMMATIC ACCESS TOKEN", {"EXPIRE_ROTATED_TOKEN_AFTER_HOURS": int})
    if quiet and all(t.name != name for t in tokens_of(user)):
        return status("Statement executed successfully.")
    old = _find(user, name)
    now = time.time()
    hours = int(given.get("EXPIRE_ROTATED_TOKEN_AFTER_HOURS", 24))
    rotated = f"{name}_ROTATED_{int(now * 1000)}"
    secret, digest = new_secret()
    new = AccessToken(**{**asdict(old), "digest": digest, "expires": now + old.days * _DAY, "created": now})
    kept = AccessToken(
        **{**asdict(old), "name": rotated, "rotated_to": name, "expires": min(old.expires, now + hours * 3600)}
    )
    _save(ctx, user, [*[t for t in tokens_of(user) if t.name != name], new, kept])
    columns = [Column("token_name"), Column("token_secret"), Column("rotated_token_name")]
    return Result(columns, [(name, secret, rotated)], DDL)


def _remove(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    quiet = if_exists(tokens)
    name = tokens.identifier()
    tokens.end()
    if not quiet:
        _find(user, name)
    _save(ctx, user, [t for t in tokens_of(user) if t.name != name])
    return status(f"Programmatic access token {quoted(name)} successfully removed.")


_VERBS: dict[str, Callable[[Context, Tokens, Thing], Result]] = {
    "ADD": _add,
    "MODIFY": _modify,
    "ROTATE": _rotate,
    "REMOVE": _remove,
    "DROP": _remove,
}


def _replaced(ctx: Context, user: Thing, which: str, /, **changes: Any) -> Result:
    _save(ctx, user, [AccessToken(**{**asdict(t), **changes}) if t.name == which else t for t in tokens_of(user)])
    return status("Statement executed successfully.")


def _save(ctx: Context, user: Thing, tokens: list[AccessToken]) -> None:
    user.props = {**user.props, "tokens": [asdict(t) for t in tokens]}
    ctx.store.save(user)


def show(ctx: Context, tokens: Tokens) -> Result:
    """SHOW USER PROGRAMMATIC ACCESS TOKENS"""
    tokens.expect("ACCESS", "TOKENS")
    return show_short(ctx, tokens)


def show_short(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW USER PATS [FOR USER name]`; secrets are never shown again."""
    user = ctx.store.at(ctx.session.user)
    if tokens.accept("FOR", "USER"):
        user = find_user(ctx, tokens.identifier())
    tokens.end()
    if user.id != ctx.session.user and not owns(ctx.eyes(), user) and not can_global(ctx.eyes(), "MANAGE GRANTS"):
        raise fail("privileges", kind="user", name=user.name)
    columns = [
        Column("name"), Column("user_name"), Column("role_restriction"), Column("expires_at", LTZ), Column("status"),
        Column("comment"), Column("created_on", LTZ), Column("created_by"),
        Column("mins_to_bypass_network_policy_requirement", INTEGER), Column("rotated_to"),
    ]  # fmt: skip
    rows = [
        (t.name, user.name, t.role or None, _moment(t.expires), t.status(), t.comment or None, _moment(t.created), t.by,
         t.bypass, t.rotated_to or None)
        for t in sorted(tokens_of(user), key=lambda t: t.name)
    ]  # fmt: skip
    return listing(columns, rows)


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
