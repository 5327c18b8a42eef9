"""Looking names up in somebody's eyes: an account, a set of active roles and, behind a mounted database, a share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.errors import fail
from sandbox.names import dotted
from sandbox.rights import Eyes, can, closure, roles_in_share, sees, share_gives
from sandbox.store import Store, Thing

INFORMATION_SCHEMA = "INFORMATION_SCHEMA"


@dataclass(frozen=True)
class Found:
    """A relation or function with its schema and database, and the eyes in which it was found."""

    thing: Thing
    schema: Thing
    database: Thing
    eyes: Eyes


# --- databases and schemas
def database_name(eyes: Eyes, what: str = "SELECT") -> str:
    if eyes.database is None:
        raise fail("no_database", what=what)
    return eyes.database


def find_database(eyes: Eyes, name: str) -> Thing:
    """A database of this account that the role may see."""
    found = eyes.store.find(eyes.account, "DATABASE", name)
    if found is None or not sees(eyes, found):
        raise fail("missing", kind="Database", name=name)
    return found


def open_database(eyes: Eyes, name: str) -> tuple[Thing, Eyes]:
    """The database that holds the objects, and the eyes to look into it: behind a mount, the provider's."""
    database = find_database(eyes, name)
    if database.origin is None:
        return database, eyes
    if not can(eyes, "USAGE", database) and not roles_in_share(eyes, database.origin):
        raise fail("missing", kind="Database", name=name)
    return shared_database(eyes, database)


def shared_database(eyes: Eyes, mount: Thing) -> tuple[Thing, Eyes]:
    """What a mounted database stands for; 003030 when its share is gone or no longer meant for this account."""
    share = eyes.store.get(mount.origin or 0)
    if share is None or mount.props.get("broken") or mount.account not in eyes.store.share_accounts(share.id):
        raise fail("mount_broken")
    database = primary_database(eyes.store, share)
    if database is None:
        raise fail("mount_broken")
    return database, replace(
        eyes,
        account=share.account,
        share=share.id,
        direct=True,
        shared=database.id,
        imported=can(eyes, "USAGE", mount),
    )


def primary_database(store: Store, share: Thing) -> Thing | None:
    """The one database that the share has USAGE on."""
    for privilege in store.privileges_to(share.id):
        if privilege.privilege == "USAGE":
            thing = store.at(privilege.on)
            if thing.kind == "DATABASE":
                return thing
    return None


def find_schema(eyes: Eyes, database: Thing, name: str, shown: str | None = None) -> Thing:
    """A schema of a database opened before."""
    found = eyes.store.find(eyes.account, "SCHEMA", name, database.id)
    if found is None or not schema_visible(eyes, found):
        raise fail("missing", kind="Schema", name=dotted(shown or database.name, name))
    return found


def schema_visible(eyes: Eyes, schema: Thing) -> bool:
    if eyes.direct:
        return share_gives(eyes, "USAGE", schema)
    return sees(eyes, schema)


def place(eyes: Eyes, parts: list[str], what: str = "SELECT") -> tuple[str, str, str]:
    """Database, schema and name of a possibly unqualified name."""
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    database = database_name(eyes, what)
    if len(parts) == 2:
        return database, parts[0], parts[1]
    if eyes.schema is None:
        raise fail("no_schema", what=what)
    return database, eyes.schema, parts[0]


def open_schema(eyes: Eyes, parts: list[str], what: str = "SELECT") -> tuple[Thing, Thing, Eyes]:
    """Database, schema and eyes for a `[database.]schema` name."""
    name = parts[0] if len(parts) == 2 else database_name(eyes, what)
    database, inside = open_database(eyes, name)
    return database, find_schema(inside, database, parts[-1], name), inside


# --- objects
def object_usable(eyes: Eyes, schema: Thing, thing: Thing, privilege: str) -> bool:
    """Whether the object may be read or called in these eyes."""
    if eyes.direct:
        return share_gives(eyes, privilege, thing)
    database = eyes.store.at(schema.parent)
    return can(eyes, privilege, thing) and can(eyes, "USAGE", schema) and can(eyes, "USAGE", database)


def object_visible(eyes: Eyes, schema: Thing, thing: Thing) -> bool:
    """Whether SHOW and DESCRIBE list it."""
    if eyes.direct:
        return object_usable(eyes, schema, thing, "USAGE" if thing.kind == "FUNCTION" else "SELECT")
    return sees(eyes, thing)


def find_relation(eyes: Eyes, parts: list[str], privilege: str = "SELECT", what: str = "SELECT") -> Found:
    """A table or view by name, with the right to use it; behind a share, checks REFERENCE_USAGE of other databases."""
    db_name, schema_name, name = place(eyes, parts, what)
    database, inside = open_database(eyes, db_name)
    schema = find_schema(inside, database, schema_name, db_name)
    thing = eyes.store.find(inside.account, "TABLE", name, schema.id, eyes.session.key)
    if thing is None or not object_usable(inside, schema, thing, privilege):
        shown = thing is not None and object_visible(inside, schema, thing) and not inside.direct
        raise _refused(thing, dotted(db_name, schema_name, name), shown and privilege != "SELECT")
    check_reference(inside, database)
    return Found(thing, schema, database, inside)


def _refused(thing: Thing | None, name: str, visible: bool) -> Exception:
    if thing is not None and visible:
        return fail("privileges", kind=thing.kind.lower(), name=thing.name)
    return fail("missing_object", name=name)


def check_reference(eyes: Eyes, database: Thing) -> None:
    """Inside a share, another database may be read only with REFERENCE_USAGE granted to the share."""
    if eyes.share is None or eyes.direct or database.id == eyes.shared:
        return
    if not eyes.store.holds(database.id, "REFERENCE_USAGE", eyes.share):
        raise fail("share_reference")


def find_visible(eyes: Eyes, kind: str, parts: list[str], what: str = "SELECT") -> Found:
    """A table or view that the role may see, whatever it may do with it; its kind must be the one named."""
    db_name, schema_name, name = place(eyes, parts, what)
    shown = dotted(db_name, schema_name, name)
    database, inside = open_database(eyes, db_name)
    schema = find_schema(inside, database, schema_name, db_name)
    thing = eyes.store.find(inside.account, kind, name, schema.id, eyes.session.key)
    if thing is None or not object_visible(inside, schema, thing):
        raise (
            fail("missing", kind=kind.capitalize(), name=shown)
            if kind != "TABLE"
            else fail("missing_object", name=shown)
        )
    if thing.kind != kind:
        raise fail("wrong_kind", found=thing.kind, wanted=kind)
    return Found(thing, schema, database, inside)


def find_functions(eyes: Eyes, parts: list[str], what: str = "SELECT", kind: str = "FUNCTION") -> list[Found]:
    """All overloads of a function or procedure that may be called in these eyes; empty when there is none."""
    if len(parts) < 3 and (eyes.database is None or (len(parts) == 1 and eyes.schema is None)):
        return []
    db_name, schema_name, name = place(eyes, parts, what)
    database, inside = open_database(eyes, db_name)
    schema = find_schema(inside, database, schema_name, db_name)
    overloads = [f for f in eyes.store.children(schema.id, kind) if f.props["base"] == name]
    usable = [f for f in overloads if object_usable(inside, schema, f, "USAGE")]
    if usable:
        check_reference(inside, database)
    return [Found(f, schema, database, inside) for f in usable]


def find_sequence(eyes: Eyes, parts: list[str]) -> Thing:
    """A sequence whose numbers may be taken in these eyes."""
    db_name, schema_name, name = place(eyes, parts)
    database, inside = open_database(eyes, db_name)
    schema = find_schema(inside, database, schema_name, db_name)
    found = eyes.store.find(inside.account, "SEQUENCE", name, schema.id)
    if found is None or not object_usable(inside, schema, found, "USAGE"):
        raise fail("missing", kind="Sequence", name=dotted(db_name, schema_name, name))
    check_reference(inside, database)
    return found


def inside_of(found: Found) -> Eyes:
    """The eyes in which the body of a view or function is read: its owner's, in its own schema."""
    thing, eyes = found.thing, found.eyes
    return replace(
        eyes,
        account=thing.account,
        roles=closure(eyes.store, thing.owner or 0, thing.account),
        primary=None,
        direct=False,
        database=found.database.name,
        schema=found.schema.name,
        secure=eyes.secure or bool(thing.props.get("secure")),
        depth=eyes.depth + 1,
    )


def find_account(store: Store, text: str) -> Thing | None:
    """An account by `ORG.NAME`, `ORG-NAME`, the name it had before, or a locator that only one account has."""
    name = text.upper()
    accounts = store.accounts_called(name)
    for key in ("name", "old_name"):
        for account in accounts:
            org, rest = account.props["organization"], account.props.get(key)
            if rest and name in (f"{org}.{rest}", f"{org}-{rest}", f"{org}-{rest.replace('_', '-')}", f"{org}_{rest}"):
                return account
    located = [a for a in accounts if a.props["locator"] == name]
    return located[0] if len(located) == 1 else None
