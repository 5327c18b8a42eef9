"""Policies on tables, views and columns: the clauses of CREATE and ALTER that put them there and take them away."""

from __future__ import annotations

from typing import Any

from sandbox.catalog import find_visible
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.rights import can, can_global
from sandbox.sftypes import parse_type
from sandbox.store import Thing
from sandbox.tokens import Tokens
from sandbox.translate.policies import MASKS, ROWS


def usable(ctx: Context, kind: str, parts: list[str]) -> Thing:
    """A policy or tag that the role may put on something."""
    eyes = ctx.eyes()
    found = find_visible(eyes, kind, parts, kind).thing
    if not (can(eyes, "APPLY", found) or can_global(eyes, f"APPLY {kind}")):
        raise fail("privileges", kind=kind.lower(), name=found.name)
    return found


def read_row_policy(tokens: Tokens) -> tuple[list[str], list[str]]:
    """`ROW ACCESS POLICY p ON (a, b)`: the policy's name and the columns that it is given."""
    tokens.expect("ROW", "ACCESS", "POLICY")
    parts = tokens.qualified()
    tokens.expect("ON")
    return parts, _read_names(tokens)


def read_masking(tokens: Tokens) -> tuple[list[str], list[str]]:
    """`MASKING POLICY p [USING (c, other)]`: the policy's name and the further columns."""
    tokens.expect("MASKING", "POLICY")
    parts = tokens.qualified()
    return parts, _read_names(tokens)[1:] if tokens.accept("USING") else []


def _read_names(tokens: Tokens) -> list[str]:
    tokens.expect("(")
    names = [tokens.identifier()]
    while tokens.accept(","):
        names.append(tokens.identifier())
    tokens.expect(")")
    return names


def alter(ctx: Context, thing: Thing, tokens: Tokens) -> bool:
    """Carries out the part of ALTER TABLE or VIEW that is about policies; False when there is none."""
    if tokens.looking_at("ADD", "ROW"):
        tokens.next()
        put_row_policy(ctx, thing, *read_row_policy(tokens))
    elif tokens.accept("DROP", "ALL", "ROW", "ACCESS", "POLICIES"):
        thing.props.pop("row_policy", None)
    elif tokens.looking_at("DROP", "ROW", "ACCESS", "POLICY"):
        _swap_row_policy(ctx, thing, tokens)
    elif tokens.looking_at("ALTER") or tokens.looking_at("MODIFY"):
        return alter_column(ctx, thing, tokens)
    else:
        return False
    return True


def _swap_row_policy(ctx: Context, thing: Thing, tokens: Tokens) -> None:
    """`DROP ROW ACCESS POLICY p [, ADD ROW ACCESS POLICY q ON (…)]`, in one step."""
    tokens.expect("DROP", "ROW", "ACCESS", "POLICY")
    policy = usable(ctx, ROWS, tokens.qualified())
    held = thing.props.get("row_policy")
    if held is None or held["id"] != policy.id:
        raise fail("policy_not_on", name=policy.name, kind=thing.kind, thing=thing.name)
    del thing.props["row_policy"]
    if tokens.accept(",", "ADD"):
        put_row_policy(ctx, thing, *read_row_policy(tokens))


def put_row_policy(ctx: Context, thing: Thing, parts: list[str], columns: list[str]) -> None:
    if "row_policy" in thing.props:
        raise fail("row_policy_taken", kind=thing.kind, name=thing.name)
    policy = usable(ctx, ROWS, parts)
    _check_columns(thing, policy, columns)
    thing.props["row_policy"] = {"id": policy.id, "columns": columns}


def put_pending(ctx: Context, thing: Thing, rows: tuple[list[str], list[str]] | None) -> None:
    """Puts the policies on a new table or view that were read with its definition."""
    for column in thing.props["columns"]:
        if "mask" in column:
            put_masking(ctx, thing, column, *column.pop("mask"))
    if rows:
        put_row_policy(ctx, thing, *rows)
    ctx.store.save(thing)


def alter_column(ctx: Context, thing: Thing, tokens: Tokens) -> bool:
    """`SET MASKING POLICY p [USING (…)] [FORCE]` or `UNSET MASKING POLICY` of `{ALTER | MODIFY} COLUMN c`."""
    at = tokens.at
    tokens.next()
    tokens.accept("COLUMN")
    name = tokens.identifier()
    column = next((c for c in thing.props["columns"] if c["name"] == name), None)
    if column is not None and tokens.accept("UNSET", "MASKING", "POLICY"):
        column.pop("masking", None)
    elif column is not None and tokens.looking_at("SET", "MASKING", "POLICY"):
        tokens.next()
        parts, using = read_masking(tokens)
        put_masking(ctx, thing, column, parts, using, force=tokens.accept("FORCE"))
    else:
        tokens.at = at
        return False
    return True


def put_masking(
    ctx: Context, thing: Thing, column: dict[str, Any], parts: list[str], using: list[str], force: bool = False
) -> None:
    """Masks the column; with FORCE another policy gives way."""
    policy = usable(ctx, MASKS, parts)
    if "masking" in column and not force:
        raise fail("masking_taken", name=column["name"])
    _check_columns(thing, policy, [column["name"], *using])
    column["masking"] = {"id": policy.id, "using": using}


def _check_columns(thing: Thing, policy: Thing, columns: list[str]) -> None:
    """As many columns as the policy has arguments, of their types."""
    known = {c["name"]: c["type"] for c in thing.props["columns"]}
    for name in columns:
        if name not in known:
            raise fail("identifier", line=1, position=0, name=name)
    wanted = [parse_type(kind).name for _, kind in policy.props["arguments"]]
    if wanted != [parse_type(known[name]).name for name in columns]:
        raise fail("policy_arguments", name=policy.name)
