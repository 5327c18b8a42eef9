"""Keys of tables: kept and shown, and never enforced but for NOT NULL, as Snowflake does.

A constraint of the catalog: kind (PRIMARY KEY, UNIQUE, FOREIGN KEY), name, columns, rely; of a foreign key also `table`
(the id of the referenced table), `referenced` (its columns), update and delete (the rules as SHOW IMPORTED KEYS prints
them). Source: docs.snowflake.com/en/sql-reference/sql/create-table-constraint.
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.catalog import find_relation
from sandbox.context import Context
from sandbox.errors import fail
from sandbox.store import Thing
from sandbox.tokens import Tokens

Constraint = dict[str, Any]
PRIMARY, UNIQUE, FOREIGN = "PRIMARY KEY", "UNIQUE", "FOREIGN KEY"
_ACTIONS = (("NO", "ACTION"), ("CASCADE",), ("RESTRICT",), ("SET", "NULL"), ("SET", "DEFAULT"))
# What Snowflake reads for the sake of other databases' scripts, and what it means here: nothing is ever checked.
_FLAGS = (
    ("NOT", "ENFORCED"),
    ("NOT", "DEFERRABLE"),
    ("DEFERRABLE",),
    ("INITIALLY", "DEFERRED"),
    ("INITIALLY", "IMMEDIATE"),
    ("NOVALIDATE",),
    ("VALIDATE",),
    ("DISABLE",),
)


def read_inline(tokens: Tokens, column: str) -> Constraint | None:
    """`[CONSTRAINT c] PRIMARY KEY | UNIQUE | [FOREIGN KEY] REFERENCES t [(c)]` after a column; None when it is none."""
    name = tokens.identifier() if tokens.accept("CONSTRAINT") else None
    if tokens.accept("PRIMARY", "KEY"):
        found: Constraint = {"kind": PRIMARY}
    elif tokens.accept("UNIQUE"):
        found = {"kind": UNIQUE}
    elif tokens.looking_at("FOREIGN", "KEY") or tokens.looking_at("REFERENCES"):
        tokens.accept("FOREIGN", "KEY")
        found = _read_reference(tokens)
    elif name is not None:
        raise tokens.unexpected()
    else:
        return None
    return found | {"name": name, "columns": [column], "rely": _read_flags(tokens)}


def read_outer(tokens: Tokens) -> Constraint | None:
    """`[CONSTRAINT c] PRIMARY KEY (…) | UNIQUE (…) | FOREIGN KEY (…) REFERENCES t [(…)]`; None at a column."""
    name = tokens.identifier() if tokens.accept("CONSTRAINT") else None
    if tokens.accept("PRIMARY", "KEY"):
        found: Constraint = {"kind": PRIMARY, "columns": _read_names(tokens)}
    elif tokens.looking_at("UNIQUE", "("):
        tokens.accept("UNIQUE")
        found = {"kind": UNIQUE, "columns": _read_names(tokens)}
    elif tokens.accept("FOREIGN", "KEY"):
        columns = _read_names(tokens)
        found = _read_reference(tokens) | {"columns": columns}
    elif name is not None:
        raise tokens.unexpected()
    else:
        return None
    return found | {"name": name, "rely": _read_flags(tokens)}


def _read_names(tokens: Tokens) -> list[str]:
    tokens.expect("(")
    names = [tokens.identifier()]
    while tokens.accept(","):
        names.append(tokens.identifier())
    tokens.expect(")")
    return names


def _read_reference(tokens: Tokens) -> Constraint:
    tokens.expect("REFERENCES")
    found: Constraint = {"kind": FOREIGN, "to": tokens.qualified(), "referenced": [], "update": "NO ACTION"}
    found["delete"] = found["update"]
    if tokens.looking_at("("):
        found["referenced"] = _read_names(tokens)
    while word := tokens.accept_any("MATCH", "ON"):
        if word == "MATCH":
            if tokens.accept_any("FULL", "SIMPLE", "PARTIAL") is None:
                raise tokens.unexpected()
            continue
        rule = tokens.accept_any("UPDATE", "DELETE")
        action = next((action for action in _ACTIONS if tokens.accept(*action)), None)
        if rule is None or action is None:
            raise tokens.unexpected()
        found[rule.lower()] = " ".join(action)
    return found


def _read_flags(tokens: Tokens) -> bool:
    """Steps over the flags; whether RELY is among them. What would have to be enforced is refused."""
    rely = False
    while True:
        if tokens.accept("RELY"):
            rely = True
        elif tokens.accept("NORELY"):
            rely = False
        elif tokens.looking_at("ENFORCED") or tokens.looking_at("ENABLE"):
            raise fail("unsupported", feature="enforced constraint")
        elif not any(tokens.accept(*flag) for flag in _FLAGS):
            return rely


def resolved(ctx: Context, columns: list[dict[str, Any]], found: list[Constraint]) -> list[Constraint]:
    """The constraints with names, tables and columns looked up; marks the columns of keys, and what may not be NULL."""
    by_name = {column["name"]: column for column in columns}
    if sum(constraint["kind"] == PRIMARY for constraint in found) > 1:
        raise fail("compilation", detail="a table can have only one primary key")
    for constraint in found:
        for name in constraint["columns"]:
            if name not in by_name:
                raise fail("identifier", line=1, position=0, name=name)
            if constraint["kind"] == PRIMARY:
                by_name[name] |= {"nullable": False, "key": "PRIMARY"}
            elif constraint["kind"] == UNIQUE:
                by_name[name].setdefault("key", "UNIQUE")
    return [_resolved(ctx, constraint) for constraint in found]


def _resolved(ctx: Context, constraint: Constraint) -> Constraint:
    found = constraint | {"name": constraint["name"] or f"SYS_CONSTRAINT_{uuid.uuid4()}"}
    parts = found.pop("to", None)
    if parts is not None:
        table = find_relation(ctx.eyes(), parts).thing
        found["table"], found["referenced"] = table.id, _referenced(table, found)
    return found


def _referenced(table: Thing, constraint: Constraint) -> list[str]:
    """The columns that a foreign key points to: those named, which must be a key, or the primary key."""
    keys = [c for c in table.props.get("constraints", []) if c["kind"] in (PRIMARY, UNIQUE)]
    wanted: list[str] = constraint["referenced"] or next((c["columns"] for c in keys if c["kind"] == PRIMARY), [])
    if sorted(wanted) not in [sorted(c["columns"]) for c in keys] or len(wanted) != len(constraint["columns"]):
        raise fail("no_such_key", name=table.name)
    return wanted


def add(ctx: Context, table: Thing, found: Constraint) -> None:
    """Puts one more constraint on the table; the caller saves it."""
    known = table.props.setdefault("constraints", [])
    if found["kind"] == PRIMARY and any(c["kind"] == PRIMARY for c in known):
        raise fail("compilation", detail="a table can have only one primary key")
    if any(c["name"] == found["name"] for c in known):
        raise fail("exists", name=found["name"])
    known += resolved(ctx, table.props["columns"], [found])


def read_known(tokens: Tokens, table: Thing) -> Constraint:
    """One of the table's own: `CONSTRAINT n`, `PRIMARY KEY`, or `{UNIQUE | FOREIGN KEY} (…)`."""
    known: list[Constraint] = table.props.get("constraints", [])
    if tokens.accept("CONSTRAINT"):
        name = tokens.identifier()
        found = [c for c in known if c["name"] == name]
    else:
        kind = next((k for k in (PRIMARY, UNIQUE, FOREIGN) if tokens.accept(*k.split())), "")
        columns = _read_names(tokens) if tokens.looking_at("(") else None
        name = kind
        found = [c for c in known if c["kind"] == kind and columns in (None, c["columns"])]
    if not found:
        raise fail("constraint_missing", name=name)
    return found[0]


def mark(table: Thing) -> None:
    """Says of each column again which key it belongs to."""
    for column in table.props["columns"]:
        kinds = [c["kind"] for c in table.props.get("constraints", []) if column["name"] in c["columns"]]
        column.pop("key", None)
        if PRIMARY in kinds or UNIQUE in kinds:
            column["key"] = "PRIMARY" if PRIMARY in kinds else "UNIQUE"
