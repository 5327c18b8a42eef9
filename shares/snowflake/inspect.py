"""Read what Snowflake shows of one share into plain values. Columns by name, names compared exactly."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from shares.core.names import canonical_type, split_path
from shares.core.spec import Granted, Observed, ObservedFunction, ObservedShare, ObservedView, Phase, ShareSpec
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

DOES_NOT_EXIST = 2003

# Our views and functions have AS alone on a line; in a stranger's text the whole text is the definition.
_AS = re.compile(r"^AS$", re.MULTILINE)


def observe(client: Client, spec: ShareSpec) -> Observed:
    """Everything the planner compares, in five to eight statements and one a function. None changes anything."""
    database = _named(client.run(sql.show_databases(spec.database)).rows, spec.database)
    if database is None:
        return Observed(database_exists=False, share=_share(client, spec), grants=_grants(client, spec, ()))
    schema = _named(client.run(sql.show_schemas(spec.database, spec.schema)).rows, spec.schema)
    views = () if schema is None else _views(client, spec)
    dropping = schema is not None and spec.phase is Phase.GONE
    share = _share(client, spec)
    return Observed(
        database_exists=True,
        schema_comment=None if schema is None else str(schema.get("comment") or ""),
        views=views,
        functions=() if schema is None else _functions(client, spec),
        share=share,
        grants=_grants(client, spec, views) if share else frozenset(),
        mounted_by=_mounted_by(client, spec) if share and share.accounts else (),
        tables=_tables(client, spec) if dropping else (),
    )


def _named(rows: tuple[dict[str, Any], ...], name: str) -> dict[str, Any] | None:
    return next((row for row in rows if row["name"] == name), None)


def _share(client: Client, spec: ShareSpec) -> ObservedShare | None:
    rows = tuple(row for row in client.run(sql.show_shares(spec.share)).rows if row["kind"] == "OUTBOUND")
    row = _named(rows, spec.share)
    if row is None:
        return None
    return ObservedShare(str(row["comment"] or ""), str(row["database_name"] or ""), accounts_in(row["to"]))


def accounts_in(text: str | None) -> tuple[str, ...]:
    """The accounts that SHOW SHARES lists in `to`; of more than three it names three and counts the rest."""
    entries = [entry.strip() for entry in (text or "").split(",")]
    return tuple(entry.replace('"', "") for entry in entries if entry and not entry.startswith("..."))


def _views(client: Client, spec: ShareSpec) -> tuple[ObservedView, ...]:
    return tuple(
        ObservedView(str(row["name"]), definition_in(row["text"]), is_true(row["is_secure"]), str(row["comment"] or ""))
        for row in client.run(sql.show_views(spec.database, spec.schema)).rows
    )


def definition_in(text: str | None) -> str:
    """What follows AS in a CREATE VIEW of ours."""
    parts = _AS.split(text or "", maxsplit=1)
    return parts[1].strip() if len(parts) == 2 else (text or "")


def is_true(value: object) -> bool:
    """SHOW prints booleans as true, Y or YES, depending on the command."""
    return str(value).lower() in ("true", "y", "yes")


def _functions(client: Client, spec: ShareSpec) -> tuple[ObservedFunction, ...]:
    found = []
    for row in client.run(sql.show_functions(spec.database, spec.schema)).rows:
        if row.get("schema_name") not in (spec.schema, None):
            continue
        name = str(row["name"])
        signature = signature_in(str(row["arguments"]))
        details = client.run(sql.describe_function(spec.database, spec.schema, name + signature)).rows
        body = next((str(item["value"]) for item in details if item["property"] == "body"), "")
        found.append(
            ObservedFunction(name, signature, body.strip(), is_true(row["is_secure"]), str(row["description"] or ""))
        )
    return tuple(found)


def _tables(client: Client, spec: ShareSpec) -> tuple[str, ...]:
    return tuple(str(row["name"]) for row in client.run(sql.show_schema_tables(spec.database, spec.schema)).rows)


def signature_in(text: str) -> str:
    """The argument types, without names and sizes: `F(X NUMBER(38,0), VARCHAR) RETURN X` -> `(NUMBER, VARCHAR)`."""
    depth, current, kinds = 0, "", []
    for char in text.partition("(")[2]:
        if char == ")" and depth == 0:
            break
        if char == "," and depth == 0:
            kinds.append(current)
            current = ""
            continue
        depth += (char == "(") - (char == ")")
        current += char
    kinds.append(current)
    return "(" + ", ".join(_bare_type(kind) for kind in kinds if kind.strip()) + ")"


def _bare_type(text: str) -> str:
    """`X NUMBER(38,0)`, `DEFAULT NUMBER` and `NUMBER` -> `NUMBER`."""
    words = text.partition("(")[0].split()
    return canonical_type(words[-1]) if words else ""


def _grants(client: Client, spec: ShareSpec, views: tuple[ObservedView, ...]) -> frozenset[Granted]:
    try:
        rows = client.run(sql.show_grants_to_share(spec.share)).rows
    except SnowflakeError as error:
        if error.code == DOES_NOT_EXIST:
            return frozenset()
        raise
    ours = {(spec.database, spec.schema, view.name) for view in views}
    return frozenset(granted_in(row, ours) for row in rows)


def granted_in(row: dict[str, Any], views: Collection[tuple[str, ...]] = ()) -> Granted:
    """One row of SHOW GRANTS TO SHARE. A secure view is printed as TABLE or as VIEW: `views` tells them apart."""
    kind = str(row["granted_on"]).upper().replace(" ", "_")
    parts = split_path(str(row["name"]))
    if kind == "FUNCTION":
        name = parts[-1].partition("(")[0]
        parts = (*parts[:-1], name + signature_in(parts[-1]))
    return Granted(str(row["privilege"]).upper(), "VIEW" if parts in views else kind, parts)


def _mounted_by(client: Client, spec: ShareSpec) -> tuple[str, ...]:
    return tuple(str(row["account"]) for row in client.run(sql.show_grants_of_share(spec.share)).rows)
