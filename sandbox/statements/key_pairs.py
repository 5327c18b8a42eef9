"""Named key pairs of users: ADD, REMOVE, SHOW; neither expiry nor restriction to a role, nor ROTATE and MODIFY.

Source: docs.snowflake.com/en/sql-reference/sql/alter-user-add-key-pair, alter-user-remove-key-pair and
show-user-key-pairs.
"""

from __future__ import annotations

import datetime
import time

from sandbox.auth import fingerprint, key_pairs_of, keys_of, public_key_text
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.names import quoted
from sandbox.results import Column, Result, listing, status
from sandbox.rights import can, can_global
from sandbox.sftypes import LTZ
from sandbox.statements.clauses import if_exists, read_properties
from sandbox.statements.roles import find_user
from sandbox.store import Thing
from sandbox.tokens import Tokens

_WORDS = {"ADD", "REMOVE", "MODIFY", "ROTATE"}
# The keys that are properties of the user.
_RESERVED = {"PUBLIC_KEY_1", "PUBLIC_KEY_2"}


def concerns(tokens: Tokens) -> bool:
    """Whether an ALTER USER is about a key pair: `[IF EXISTS] [user] ADD KEY PAIR …`."""
    at = 2 if tokens.looking_at("IF", "EXISTS") else 0
    ahead = [[tokens.peek(n + k).text.upper() for k in range(3)] for n in (at, at + 1)]
    return any(first in _WORDS and (second, third) == ("KEY", "PAIR") for first, second, third in ahead)


def alter(ctx: Context, tokens: Tokens) -> Result:
    """What stands behind ALTER USER; without a name the user of the session is meant."""
    if_exists(tokens)
    named = tokens.peek(1).text.upper() != "KEY"
    user = find_user(ctx, tokens.identifier()) if named else ctx.store.at(ctx.session.user)
    _check(ctx, user)
    word = tokens.next().text.upper()
    tokens.expect("KEY", "PAIR")
    if word not in ("ADD", "REMOVE"):
        raise fail("unsupported", feature=f"{word} KEY PAIR")
    return (_add if word == "ADD" else _remove)(ctx, tokens, user)


def _check(ctx: Context, user: Thing) -> None:
    eyes = ctx.eyes()
    if not can(eyes, "MODIFY PROGRAMMATIC AUTHENTICATION METHODS", user) and not can_global(eyes, "MANAGE GRANTS"):
        raise fail("privileges", kind="user", name=user.name)


def _add(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    name = tokens.identifier()
    given = read_properties(tokens, "KEY PAIR", {"PUBLIC_KEY": str, "COMMENT": str})
    if name in _RESERVED or name in {pair["name"] for pair in key_pairs_of(user)}:
        raise fail("exists", name=name)
    key = public_key_text(str(given.get("PUBLIC_KEY", "")))
    if key in keys_of(user):
        raise fail("bad_value", value="…", name="PUBLIC_KEY")
    by = ctx.store.at(ctx.session.user).name
    pair = {"name": name, "key": key, "comment": str(given.get("COMMENT", "")), "created": time.time(), "by": by}
    _save(ctx, user, [*key_pairs_of(user), pair])
    return status(f"Key pair {quoted(name)} successfully added.")


def _remove(ctx: Context, tokens: Tokens, user: Thing) -> Result:
    name = tokens.identifier()
    tokens.end()
    kept = [pair for pair in key_pairs_of(user) if pair["name"] != name]
    if len(kept) == len(key_pairs_of(user)):
        raise fail("missing", kind="Key pair", name=name)
    _save(ctx, user, kept)
    return status(f"Key pair {quoted(name)} successfully removed.")


def _save(ctx: Context, user: Thing, pairs: list[dict[str, object]]) -> None:
    user.props = {**user.props, "key_pairs": pairs}
    ctx.store.save(user)


def show(ctx: Context, tokens: Tokens) -> Result:
    """`SHOW USER KEY PAIRS [FOR USER name]`: one's own without a privilege."""
    tokens.expect("PAIRS")
    user = ctx.store.at(ctx.session.user)
    if tokens.accept("FOR", "USER"):
        user = find_user(ctx, tokens.identifier())
    tokens.end()
    if user.id != ctx.session.user:
        _check(ctx, user)
    columns = [
        Column("name"), Column("user_name"), Column("fingerprint"), Column("role_scope"), Column("status"),
        Column("comment"), Column("created_on", LTZ), Column("created_by"), Column("last_used_on", LTZ),
        Column("expires_at", LTZ), Column("rotated_to"),
    ]  # fmt: skip
    rows = [
        (pair["name"], user.name, fingerprint(pair["key"]), None, "ACTIVE", pair["comment"] or None,
         datetime.datetime.fromtimestamp(pair["created"], datetime.UTC), pair["by"], None, None, None)
        for pair in key_pairs_of(user)
    ]  # fmt: skip
    return listing(columns, rows)
