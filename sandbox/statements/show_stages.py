"""Stages and file formats as SHOW and DESCRIBE print them."""

from __future__ import annotations

import json
from typing import Any

from sandbox.context import Context
from sandbox.listings import Listed, moment, objects, owner_name, place
from sandbox.results import Column, Result, listing
from sandbox.sftypes import LTZ
from sandbox.stages.options import Options, completed
from sandbox.stages.places import find_in_schema, find_stage
from sandbox.statements.filters import read_filter
from sandbox.statements.show import scope
from sandbox.tokens import Tokens


def show(ctx: Context, tokens: Tokens) -> Result:
    rows = [
        (moment(o.thing.created), o.thing.name, o.database, o.schema, o.thing.props.get("url") or "", "N", "N",
         owner_name(o.eyes, o.thing), o.thing.comment, None, "EXTERNAL" if o.thing.props.get("url") else "INTERNAL",
         None, None, None, None, "ROLE", "N")
        for o in _listed(ctx, tokens, "STAGE")
    ]  # fmt: skip
    names = (
        "created_on name database_name schema_name url has_credentials has_encryption_key owner comment region type "
        "cloud notification_channel storage_integration endpoint owner_role_type directory_enabled"
    )
    return _table(names, rows)


def show_formats(ctx: Context, tokens: Tokens) -> Result:
    rows: list[tuple[Any, ...]] = []
    for o in _listed(ctx, tokens, "FILE FORMAT"):
        options = completed(o.thing.props["options"])
        owner = owner_name(o.eyes, o.thing)
        shown = json.dumps(options)
        rows.append(
            (moment(o.thing.created), o.thing.name, o.database, o.schema, options["TYPE"], owner, o.thing.comment,
             shown, "ROLE")
        )  # fmt: skip
    return _table("created_on name database_name schema_name type owner comment format_options owner_role_type", rows)


def _table(names: str, rows: list[tuple[Any, ...]]) -> Result:
    return listing([Column(n, LTZ) if n == "created_on" else Column(n) for n in names.split()], rows)


def _listed(ctx: Context, tokens: Tokens, kind: str) -> list[Listed]:
    found = read_filter(tokens, ("ACCOUNT", "DATABASE", "SCHEMA"))
    database, schema = scope(ctx, found)
    own = [o for o in objects(ctx.eyes(), database, schema, kind) if not o.eyes.direct]
    return found.pick(own, lambda o: o.thing.name, place)


def describe(ctx: Context, tokens: Tokens) -> Result:
    stage = find_stage(ctx.eyes(), tokens.qualified())
    tokens.end()
    options = {} if "FORMAT_NAME" in stage.props["format"] else completed(stage.props["format"])
    rows = [("STAGE_FILE_FORMAT", *row) for row in _properties(options or stage.props["format"])]
    rows.append(("STAGE_LOCATION", "URL", "String", f'["{stage.props["url"]}"]' if stage.props.get("url") else "", ""))
    names = "parent_property property property_type property_value property_default"
    return _table(names, rows)


def describe_format(ctx: Context, tokens: Tokens) -> Result:
    thing = find_in_schema(ctx.eyes(), "FILE FORMAT", tokens.qualified())
    tokens.end()
    return _table(
        "property property_type property_value property_default", _properties(completed(thing.props["options"]))
    )


def _properties(options: Options) -> list[tuple[str, str, str, str]]:
    defaults = completed({"TYPE": options.get("TYPE", "CSV")})
    return [(name, _type(value), _shown(value), _shown(defaults.get(name))) for name, value in options.items()]


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "Boolean"
    return "Integer" if isinstance(value, int) else "List" if isinstance(value, list) else "String"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]" if isinstance(value, list) else "NONE" if value is None else str(value)


SHOW = {"STAGES": show, "FILE FORMATS": show_formats}
DESCRIBE = {"STAGE": describe, "FILE FORMAT": describe_format}
