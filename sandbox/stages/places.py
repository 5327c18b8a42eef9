"""`@stage/path`: which folder it is, whether the role may use it, and which files are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.catalog import open_schema, place
from sandbox.errors import fail
from sandbox.names import dotted
from sandbox.rights import Eyes, can
from sandbox.stages.options import Options, completed
from sandbox.store import Thing
from sandbox.tokens import Tokens

_REST = re.compile(r"[^\s(),;']*")


@dataclass(frozen=True)
class Place:
    """A folder of files and a beginning of paths inside of it. `stage` is the named stage, or None for `@~`."""

    folder: Path
    prefix: str
    shown: str
    stage: Thing | None

    def files(self) -> list[tuple[str, Path]]:
        """Paths inside the stage with the files, in order; links that lead out of the folder are no files of it."""
        if not self.folder.is_dir():
            return []
        root = self.folder.resolve()
        found = [p for p in sorted(root.rglob("*")) if p.is_file() and p.resolve().is_relative_to(root)]
        pairs = [(p.relative_to(root).as_posix(), p) for p in found]
        return [(name, path) for name, path in pairs if name.startswith(self.prefix)]


def read_place(tokens: Tokens, eyes: Eyes, privilege: str = "READ") -> Place:
    """`@[db.][schema.]stage[/path]`, `@~[/path]`, `@%table[/path]`, with or without quotes around all of it."""
    if tokens.peek().kind == "string":
        return locate(tokens.next().text, eyes, privilege)
    start = tokens.peek().start
    text = _REST.match(tokens.sql, start)
    end = text.end() if text else start
    while not tokens.done() and tokens.peek().start < end:
        tokens.next()
    return locate(tokens.sql[start:end], eyes, privilege)


def locate(text: str, eyes: Eyes, privilege: str = "READ") -> Place:
    """The place that the text means."""
    if not text.startswith("@"):
        raise fail("unsupported", feature=f"location {text}")
    name, _, path = text[1:].partition("/")
    if ".." in path.split("/"):
        raise fail("unsupported", feature="a path with ..")
    root = eyes.store.stages
    if root is None:
        raise fail("unsupported", feature="stages")
    if name == "~":
        return Place(root / f"user-{eyes.session.user}", path, "", None)
    if name.startswith("%"):
        raise fail("unsupported", feature=f"the stage of a table (@{name})")
    stage = find_stage(eyes, Tokens(name).qualified(), privilege)
    return Place(folder_of(stage, root), path, stage.name.lower() + "/", stage)


def folder_of(stage: Thing, root: Path) -> Path:
    url = stage.props.get("url")
    return Path(url.removeprefix("file://")) if url else root / f"stage-{stage.id}"


def find_stage(eyes: Eyes, parts: list[str], privilege: str = "OWNERSHIP") -> Thing:
    """A stage that the role may use: USAGE for an external one, READ or WRITE for an internal one."""
    found = find_in_schema(eyes, "STAGE", parts)
    if found.props.get("url") and privilege in ("READ", "WRITE"):
        privilege = "USAGE"
    if not can(eyes, privilege, found):
        raise fail("missing", kind="Stage", name=dotted(*place(eyes, parts)))
    return found


def find_in_schema(eyes: Eyes, kind: str, parts: list[str]) -> Thing:
    db_name, schema_name, name = place(eyes, parts, "SELECT")
    _, schema, inside = open_schema(eyes, [db_name, schema_name])
    found = eyes.store.find(inside.account, kind, name, schema.id)
    if found is None or inside.direct:
        raise fail("missing", kind=kind.capitalize(), name=dotted(db_name, schema_name, name))
    return found


def format_of(eyes: Eyes, given: Options | None, stage: Thing | None) -> Options:
    """The options in force: those of the statement, else of the stage, over those of the named format."""
    options = dict(given if given else (stage.props.get("format") or {}) if stage else {})
    name = options.pop("FORMAT_NAME", None)
    if name is None:
        return completed(options)
    return completed({**find_in_schema(eyes, "FILE FORMAT", Tokens(str(name)).qualified()).props["options"], **options})
