"""Tags: which are on a thing or a column, and what it takes over from what it lies in.

Source: docs.snowflake.com/en/user-guide/object-tagging ("Tag inheritance").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sandbox.catalog import find_database, find_visible, open_schema
from sandbox.errors import fail
from sandbox.names import dotted
from sandbox.rights import Eyes
from sandbox.store import Store, Thing
from sandbox.tokens import Tokens

# What TAG_REFERENCES and SYSTEM$GET_TAG call the kinds, which of them lie in schemas, and which in the account.
IN_SCHEMA = {"TABLE": "TABLE", "VIEW": "VIEW"}
IN_ACCOUNT = {"ROLE": "ROLE", "USER": "USER", "WAREHOUSE": "WAREHOUSE", "SHARE": "SHARE"}


class Tagged(NamedTuple):
    """A tag's value on a thing or one of its columns."""

    tag: Thing
    value: str
    on: Thing
    column: str | None


def tags_of(store: Store, thing: Thing, column: str | None) -> Iterator[Tagged]:
    """What is on the thing or the column itself; tags that were dropped do not count."""
    held = thing.props.get("tags", {}) if column is None else _column(thing, column).get("tags", {})
    for id_, value in held.items():
        tag = store.get(int(id_))
        if tag is not None:
            yield Tagged(tag, value, thing, column)


def effective(store: Store, thing: Thing, column: str | None) -> dict[int, Tagged]:
    """By id of the tag: a column takes over from its table, that from its schema, database and account."""
    chain: list[tuple[Thing, str | None]] = [(thing, column)] if column is None else [(thing, column), (thing, None)]
    at = thing
    while at.kind != "ACCOUNT":
        at = store.at(at.parent or at.account)
        chain.append((at, None))
    found: dict[int, Tagged] = {}
    for one, name in chain:
        for tagged in tags_of(store, one, name):
            found.setdefault(tagged.tag.id, tagged)
    return found


def _column(thing: Thing, name: str) -> dict[str, dict[str, str]]:
    for column in thing.props["columns"]:
        if column["name"] == name:
            return column  # type: ignore[no-any-return]
    raise fail("identifier", line=1, position=0, name=name)


def named(eyes: Eyes, text: str, domain: str) -> tuple[Thing, str | None]:
    """The thing, and the column, that a name given as text means in this domain."""
    tokens, kind = Tokens(text), domain.upper()
    if kind == "ACCOUNT":
        return eyes.store.at(eyes.account), None
    if kind == "DATABASE":
        return find_database(eyes, tokens.identifier()), None
    if kind == "SCHEMA":
        return open_schema(eyes, tokens.qualified(2), "TAG_REFERENCES")[1], None
    if kind in IN_ACCOUNT:
        name = tokens.identifier()
        thing = eyes.store.find(eyes.account, kind, name)
        if thing is None:
            raise fail("missing", kind=kind.capitalize(), name=name)
        return thing, None
    if kind == "COLUMN":
        parts = tokens.qualified(4)
        return relation(eyes, parts[:-1]), parts[-1]
    if kind not in IN_SCHEMA:
        raise fail("object_type", name=domain)
    return relation(eyes, tokens.qualified()), None


def relation(eyes: Eyes, parts: list[str]) -> Thing:
    """A table or view, whichever has the name."""
    try:
        return find_visible(eyes, "TABLE", parts, "TAG_REFERENCES").thing
    except Exception as error:
        if getattr(error, "key", "") != "wrong_kind":
            raise
        return find_visible(eyes, "VIEW", parts, "TAG_REFERENCES").thing


def place(store: Store, thing: Thing) -> tuple[str | None, str | None, str]:
    """Database, schema and name, as TAG_REFERENCES gives them."""
    if thing.kind in ("DATABASE", "ACCOUNT") or not thing.parent:
        return None, None, thing.name
    above = store.at(thing.parent)
    if thing.kind == "SCHEMA":
        return above.name, None, thing.name
    return store.at(above.parent).name, above.name, thing.name


def qualified(store: Store, thing: Thing) -> str:
    return dotted(*[part for part in place(store, thing) if part])
