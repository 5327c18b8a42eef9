"""What a role can see: databases, schemas, relations, functions. SHOW and INFORMATION_SCHEMA both read from here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sandbox.catalog import object_visible, open_database, schema_visible
from sandbox.errors import SandboxError
from sandbox.lake import Lake
from sandbox.rights import Eyes, sees
from sandbox.store import Store, Thing


class Listed(NamedTuple):
    """An object as the session names it: `database` is the name that it goes by here, also behind a mount."""

    thing: Thing
    schema: str
    database: str
    eyes: Eyes


def place(listed: Listed) -> tuple[str, str]:
    """Where SHOW sorts it before its name."""
    return listed.database, listed.schema


def moment(seconds: float) -> datetime.datetime:
    """An instant of the catalog as a UTC timestamp."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def role_name(store: Store, role: int | None) -> str:
    thing = store.get(role) if role is not None else None
    return thing.name if thing else ""


def owner_name(eyes: Eyes, thing: Thing) -> str:
    """The owning role; nothing for what belongs to another account."""
    return "" if eyes.direct or thing.account != eyes.session.account else role_name(eyes.store, thing.owner)


def databases(eyes: Eyes) -> list[Thing]:
    return [d for d in eyes.store.every(eyes.account, "DATABASE") if sees(eyes, d)]


def database_kind(database: Thing) -> str:
    """As SHOW DATABASES calls it: SNOWFLAKE is an application."""
    if database.props.get("application"):
        return "APPLICATION"
    return "IMPORTED DATABASE" if database.origin else "STANDARD"


def opened(eyes: Eyes, name: str) -> tuple[Thing, Eyes] | None:
    """The database's content, or None when it cannot be looked into (a mount whose share is gone)."""
    try:
        return open_database(eyes, name)
    except SandboxError:
        return None


def schemas(eyes: Eyes, name: str, wanted: Callable[[str], object] | None = None) -> list[tuple[Thing, Eyes]]:
    """The visible schemas of a database whose names are `wanted`."""
    found = opened(eyes, name)
    if found is None:
        return []
    database, inside = found
    return [(s, inside) for s in eyes.store.children(database.id, "SCHEMA", wanted=wanted) if schema_visible(inside, s)]


def shown_name(thing: Thing) -> str:
    """Functions go by their name without arguments. Only their properties are read: there may be very many views."""
    return str(thing.props["base"]) if thing.kind in ("FUNCTION", "PROCEDURE") else thing.name


def objects(
    eyes: Eyes,
    database: str | None,
    schema: str | None,
    *kinds: str,
    wanted: Callable[[str], bool] | None = None,
    within: Callable[[str], bool] | None = None,
) -> Iterator[Listed]:
    """Visible objects of these kinds whose names are wanted, in schemas that are: of the account or of one database."""
    names = [database] if database is not None else [d.name for d in databases(eyes)]
    looked_into = within if schema is None else schema.__eq__
    for name in names:
        for found, inside in schemas(eyes, name, looked_into):
            for thing in eyes.store.children(found.id, *kinds, session=eyes.session.key):
                if (wanted is None or wanted(shown_name(thing))) and object_visible(inside, found, thing):
                    yield Listed(thing, found.name, name, inside)


def row_count(lake: Lake, thing: Thing) -> int | None:
    return lake.count(thing.id) if thing.kind == "TABLE" else None


def text_visible(listed: Listed) -> bool:
    """The text of a view is shown to its owner, and that of a plain view to those who may read it."""
    if listed.eyes.direct:
        return False
    return not listed.thing.props.get("secure") or listed.thing.owner in listed.eyes.roles
