"""GET_DDL: the statements that make an object again, laid out as Snowflake does.

Kinds and arguments: docs.snowflake.com/en/sql-reference/functions/get_ddl. The layout is the one of outputs that users
show in public; no page specifies it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.catalog import Found, find_database, find_visible, open_database, open_schema, place
from sandbox.errors import fail
from sandbox.listings import Listed, objects, schemas, text_visible
from sandbox.names import dotted, quoted
from sandbox.rights import Eyes, owns
from sandbox.sftypes import read_type
from sandbox.store import Thing
from sandbox.tokens import Tokens

_POLICIES = ("ROW ACCESS POLICY", "MASKING POLICY")


def get_ddl(eyes: Eyes, arguments: list[str]) -> str:
    """`GET_DDL('kind', 'name' [, 'true'])`; with the last one made names are fully qualified."""
    if not 2 <= len(arguments) <= 3:
        raise fail("function_arguments", name="GET_DDL", types=", ".join("VARCHAR" for _ in arguments))
    kind, full = arguments[0].upper().replace("_", " "), len(arguments) == 3 and arguments[2].lower() == "true"
    tokens = Tokens(arguments[1])
    if kind == "DATABASE":
        return "\n\n".join(_database(eyes, tokens.identifier()))
    if kind == "SCHEMA":
        parts = tokens.qualified(2)
        database, schema, inside = open_schema(eyes, parts, "GET_DDL")
        name = dotted(database.name, schema.name) if full else quoted(schema.name)
        return "\n\n".join([f"create or replace schema {name};", *_contents(inside, database.name, schema, full)])
    found = _function(eyes, tokens) if kind == "FUNCTION" else _object(eyes, kind, tokens)
    listed = Listed(found.thing, found.schema.name, found.database.name, found.eyes)
    if not text_visible(listed):
        raise fail("privileges", kind=found.thing.kind.lower(), name=found.thing.name)
    return _one(eyes, listed, full)


def _object(eyes: Eyes, kind: str, tokens: Tokens) -> Found:
    parts = tokens.qualified()
    tokens.end()
    if kind == "POLICY":
        for policy in _POLICIES:
            db, schema, name = place(eyes, parts, "GET_DDL")
            _, inside, _ = open_schema(eyes, [db, schema], "GET_DDL")
            if eyes.store.find(eyes.account, policy, name, inside.id):
                return find_visible(eyes, policy, parts, "GET_DDL")
        raise fail("missing", kind="Policy", name=dotted(*parts))
    if kind not in ("TABLE", "VIEW"):
        raise fail("unsupported", feature=f"GET_DDL of {kind}")
    return find_visible(eyes, kind, parts, "GET_DDL")


def _function(eyes: Eyes, tokens: Tokens) -> Found:
    """`db.schema.f(NUMBER, VARCHAR)`."""
    parts = tokens.qualified()
    kinds: list[str] = []
    tokens.expect("(")
    while not tokens.looking_at(")"):
        kinds.append(read_type(tokens).short())
        if not tokens.accept(","):
            break
    tokens.expect(")")
    return find_visible(eyes, "FUNCTION", [*parts[:-1], f"{parts[-1]}({', '.join(kinds)})"], "GET_DDL")


def _database(eyes: Eyes, name: str) -> Iterator[str]:
    find_database(eyes, name)
    database, inside = open_database(eyes, name)
    if inside.direct or not owns(eyes, database):
        raise fail("privileges", kind="database", name=name)
    yield f"create or replace database {quoted(name)};"
    for schema, within in schemas(eyes, name):
        yield f"create or replace schema {dotted(name, schema.name)};"
        yield from _contents(within, name, schema, True)


def _contents(eyes: Eyes, database: str, schema: Thing, full: bool) -> Iterator[str]:
    for kind in (*_POLICIES, "TABLE", "VIEW", "FUNCTION"):
        for listed in objects(eyes, database, schema.name, kind):
            if text_visible(listed):
                yield _one(eyes, listed, full)


def _one(eyes: Eyes, o: Listed, full: bool) -> str:
    base = str(o.thing.props.get("base") or o.thing.name)
    name = dotted(o.database, o.schema, base) if full else quoted(base)
    makers = {"TABLE": _table, "VIEW": _view, "FUNCTION": _routine}
    return makers.get(o.thing.kind, _policy)(eyes, o.thing, name)


# --- tables
def _table(eyes: Eyes, table: Thing, name: str) -> str:
    props = table.props
    lines = [_column(eyes, c) for c in props["columns"]]
    lines += [_constraint(eyes, c) for c in props.get("constraints", [])]
    kind = "TEMPORARY TABLE" if table.session else "TRANSIENT TABLE" if props.get("transient") else "TABLE"
    clustering = f"cluster by {props['cluster_by'].removeprefix('LINEAR')}" if props.get("cluster_by") else ""
    body = ",\n".join("\t" + line for line in lines)
    return f"create or replace {kind} {name} {clustering}(\n{body}\n){_rows(eyes, table)}{_comment(table)};"


def _column(eyes: Eyes, column: dict[str, Any]) -> str:
    parts = [quoted(column["name"]), column["type"]]
    if not column.get("nullable", True):
        parts.append("NOT NULL")
    if identity := column.get("identity"):
        order = "order" if identity["ordered"] else "noorder"
        parts.append(f"autoincrement start {identity['start']} increment {identity['step']} {order}")
    elif column.get("default") is not None:
        parts.append(f"DEFAULT {column['default']}")
    return " ".join(parts) + _mask(eyes, column) + _remark(column)


def _remark(column: dict[str, Any]) -> str:
    return f" COMMENT {_text(column['comment'])}" if column.get("comment") else ""


def _mask(eyes: Eyes, column: dict[str, Any]) -> str:
    if "masking" not in column:
        return ""
    using = column["masking"]["using"]
    more = f" USING ({', '.join(quoted(n) for n in [column['name'], *using])})" if using else ""
    return f" WITH MASKING POLICY {_qualified(eyes, column['masking']['id'])}{more}"


def _constraint(eyes: Eyes, constraint: dict[str, Any]) -> str:
    named = "" if constraint["name"].startswith("SYS_CONSTRAINT_") else f"constraint {quoted(constraint['name'])} "
    columns = ", ".join(quoted(name) for name in constraint["columns"])
    text = f"{named}{constraint['kind'].lower()} ({columns})"
    if "table" not in constraint:
        return text
    referenced = ", ".join(quoted(name) for name in constraint["referenced"])
    return f"{text} references {_qualified(eyes, constraint['table'])}({referenced})"


def _rows(eyes: Eyes, thing: Thing) -> str:
    rows = thing.props.get("row_policy")
    if not rows:
        return ""
    columns = ", ".join(quoted(name) for name in rows["columns"])
    return f"\nWITH ROW ACCESS POLICY {_qualified(eyes, rows['id'])} ON ({columns})\n"


def _qualified(eyes: Eyes, id_: int) -> str:
    thing = eyes.store.get(id_)
    if thing is None:
        return "#UNKNOWN"
    schema = eyes.store.at(thing.parent)
    return dotted(eyes.store.at(schema.parent).name, schema.name, thing.name)


def _comment(thing: Thing) -> str:
    return f"COMMENT={_text(thing.comment)}\n" if thing.comment else ""


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


# --- the rest
def _view(eyes: Eyes, view: Thing, name: str) -> str:
    props = view.props
    kind = ("secure " if props["secure"] else "") + ("materialized " if "source" in props else "") + "view"
    columns = ",\n".join(f"\t{quoted(c['name'])}{_mask(eyes, c)}{_remark(c)}" for c in props["columns"])
    return f"create or replace {kind} {name}(\n{columns}\n){_rows(eyes, view)} {_comment(view)}as {props['query']};"


def _routine(eyes: Eyes, function: Thing, name: str) -> str:
    props = function.props
    kind = "SECURE FUNCTION" if props["secure"] else "FUNCTION"
    defaults = {name: f" DEFAULT {text}" for name, text in props.get("defaults", {}).items()}
    arguments = ", ".join(f"{quoted(n)} {type_}{defaults.get(n, '')}" for n, type_ in props["arguments"])
    table = ", ".join(f"{quoted(n)} {type_}" for n, type_ in props["table"])
    returns = props["returns"] or f"TABLE ({table})"
    lines = [f"CREATE OR REPLACE {kind} {name}({arguments})", f"RETURNS {returns}", "LANGUAGE SQL"]
    if function.comment:
        lines.append(f"COMMENT={_text(function.comment)}")
    return "\n".join([*lines, f"AS {_text(props['body'])};"])


def _policy(eyes: Eyes, policy: Thing, name: str) -> str:
    props = policy.props
    arguments = ", ".join(f"{quoted(n)} {type_}" for n, type_ in props["arguments"])
    comment = f"\nCOMMENT = {_text(policy.comment)}" if policy.comment else ""
    returns = f"RETURNS {props['returns']}"
    return f"create or replace {policy.kind.lower()} {name} as ({arguments}) {returns} ->\n{props['body']}{comment};"
