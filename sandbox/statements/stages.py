"""Stages and file formats: CREATE, DROP, SHOW, DESCRIBE, LIST and REMOVE."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

from sandbox.context import Context
from sandbox.errors import fail
from sandbox.listings import moment
from sandbox.names import quoted
from sandbox.results import Column, Result, listing, status
from sandbox.rights import need_ownership
from sandbox.sftypes import INTEGER
from sandbox.stages.options import Options, completed, read_option, read_options
from sandbox.stages.places import Place, find_in_schema, folder_of, read_place
from sandbox.statements.clauses import Create, if_exists
from sandbox.statements.databases import writable_schema
from sandbox.statements.tables import taken
from sandbox.store import Thing
from sandbox.tokens import Tokens


def create(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`CREATE STAGE name [URL = 'file://…'] [FILE_FORMAT = (…)] [COMMENT = '…']`"""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    props: dict[str, Any] = {"url": None, "format": {}}
    comment = ""
    while not tokens.done():
        if tokens.accept("FILE_FORMAT"):
            tokens.expect("=")
            props["format"] = _known(ctx, read_options(tokens))
            continue
        name, value = read_option(tokens)
        if name == "URL":
            props["url"] = _allowed(ctx, str(value))
        elif name == "COMMENT":
            comment = str(value)
        else:
            raise fail("unsupported", feature=f"{name} of a stage")
    return _make(ctx, "STAGE", parts, how, comment, props, f"Stage area {quoted(parts[-1])} successfully created.")


def _known(ctx: Context, options: Options) -> Options:
    if "FORMAT_NAME" in options:
        find_in_schema(ctx.eyes(), "FILE FORMAT", Tokens(str(options["FORMAT_NAME"])).qualified())
    else:
        completed(options)
    return options


def _allowed(ctx: Context, url: str) -> str:
    """A folder on this machine, inside one of those that the world file names for the account."""
    if not url.startswith("file://"):
        raise fail("unsupported", feature=f"stage at {url.split('://')[0]}://")
    folder = Path(url.removeprefix("file://")).resolve()
    roots = [Path(root) for root in ctx.account().props.get("stage_roots") or []]
    if not any(folder.is_relative_to(root) for root in roots):
        raise fail("stage_url", url=url)
    return f"file://{folder}"


def create_format(ctx: Context, tokens: Tokens, how: Create) -> Result:
    """`CREATE FILE FORMAT name TYPE = … …`"""
    how.read_if_not_exists(tokens)
    parts = tokens.qualified()
    given: Options = {}
    while not tokens.done():
        name, value = read_option(tokens)
        given[name] = value
    comment = str(given.pop("COMMENT", ""))
    completed(given)
    said = f"File format {quoted(parts[-1])} successfully created."
    return _make(ctx, "FILE FORMAT", parts, how, comment, {"options": given}, said)


def _make(
    ctx: Context, kind: str, parts: list[str], how: Create, comment: str, props: dict[str, Any], said: str
) -> Result:
    with ctx.store.change():
        _, schema = writable_schema(ctx, parts, f"CREATE {kind}", f"CREATE {kind}")
        old = taken(ctx, schema, parts[-1], kind, how)
        if old and how.if_missing:
            return status(f"{quoted(parts[-1])} already exists, statement succeeded.")
        if old:
            _forget(ctx, old)
        account, owner = ctx.session.account, ctx.session.role
        ctx.store.add(kind, parts[-1], account=account, parent=schema.id, owner=owner, comment=comment, props=props)
    return status(said)


def _forget(ctx: Context, thing: Thing) -> None:
    """The files of an internal stage go with it; those of an external one are not ours."""
    ctx.store.remove(thing)
    if thing.kind == "STAGE" and not thing.props.get("url") and ctx.store.stages is not None:
        shutil.rmtree(folder_of(thing, ctx.store.stages), ignore_errors=True)


def drop(ctx: Context, tokens: Tokens) -> Result:
    return _drop(ctx, tokens, "STAGE")


def drop_format(ctx: Context, tokens: Tokens) -> Result:
    return _drop(ctx, tokens, "FILE FORMAT")


def _drop(ctx: Context, tokens: Tokens, kind: str) -> Result:
    quiet = if_exists(tokens)
    parts = tokens.qualified()
    tokens.end()
    try:
        thing = find_in_schema(ctx.eyes(), kind, parts)
    except Exception as error:
        if quiet and getattr(error, "key", "") == "missing":
            return status("Drop statement executed successfully (" + quoted(parts[-1]) + " already dropped).")
        raise
    need_ownership(ctx.eyes(), thing)
    _forget(ctx, thing)
    return status(f"{quoted(parts[-1])} successfully dropped.")


# --- files
def list_files(ctx: Context, tokens: Tokens) -> Result:
    """`LIST @stage[/path] [PATTERN = '…']`, also as LS."""
    tokens.next()
    found, names = _chosen(ctx, tokens, "READ")
    rows = [(found.shown + name, path.stat().st_size, _md5(path), _last_modified(path)) for name, path in names]
    columns = [Column("name"), Column("size", INTEGER), Column("md5"), Column("last_modified")]
    return listing(columns, rows)


def remove_files(ctx: Context, tokens: Tokens) -> Result:
    """`REMOVE @stage[/path] [PATTERN = '…']`, also as RM; only from internal stages."""
    tokens.next()
    found, names = _chosen(ctx, tokens, "WRITE")
    if found.stage is not None and found.stage.props.get("url"):
        raise fail("unsupported", feature="REMOVE from an external stage")
    for _, path in names:
        path.unlink()
    return listing([Column("name"), Column("result")], [(found.shown + name, "removed") for name, _ in names])


def _chosen(ctx: Context, tokens: Tokens, privilege: str) -> tuple[Place, list[tuple[str, Path]]]:
    found = read_place(tokens, ctx.eyes(), privilege)
    pattern = None
    if tokens.accept("PATTERN"):
        tokens.expect("=")
        pattern = re.compile(tokens.string())
    tokens.end()
    return found, [(n, p) for n, p in found.files() if pattern is None or pattern.fullmatch(n)]


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _last_modified(path: Path) -> str:
    return moment(path.stat().st_mtime).strftime("%a, %d %b %Y %H:%M:%S GMT")


CREATE = {"STAGE": create, "FILE FORMAT": create_format}
DROP = {"STAGE": drop, "FILE FORMAT": drop_format}
FILES = {"LIST": list_files, "LS": list_files, "REMOVE": remove_files, "RM": remove_files}
