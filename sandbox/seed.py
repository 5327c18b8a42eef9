"""Building a world: accounts and tables, setup scripts, users. Done once; a half-built world is begun again."""

from __future__ import annotations

import fcntl
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

import duckdb

from sandbox import regions
from sandbox.agree import agree
from sandbox.auth import world_token
from sandbox.engine import CATALOG, ROWS, Sandbox
from sandbox.errors import SandboxError
from sandbox.history import kept_rows
from sandbox.lake import SCHEMA, column_sql, table_name
from sandbox.log import KEPT
from sandbox.scripting.split import statements
from sandbox.sessions import query_id
from sandbox.sftypes import from_lake_type, parse_type
from sandbox.statements.roles import system_roles
from sandbox.statements.users import add_user, user_props
from sandbox.store import Store, Thing
from sandbox.temporary import forget_temporary
from sandbox.world import Account, Table, User, WorldError

_MARK = "seeded"


def open_sandbox(directory: Path, accounts: list[Account], latency: float = 0.0, log: int = KEPT) -> Sandbox:
    """The sandbox kept in this directory, built from the world if it was not built before."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = _lock(directory)
    sandbox = Sandbox(directory, latency, log)
    if sandbox.store.meta(_MARK) is None:
        sandbox.close()
        for name in (CATALOG, ROWS):
            for file in directory.glob(name + "*"):
                file.unlink()
        sandbox = Sandbox(directory, latency, log)
        _build(sandbox, accounts)
        sandbox.store.set_meta(_MARK, "yes")
    forget_temporary(sandbox.store, sandbox.lake, sandbox.store.ids("TABLE"))
    sandbox.lake.keep_only(sandbox.store.ids("TABLE") + kept_rows(sandbox.store))
    agree(sandbox.store, sandbox.lake)
    sandbox.lake.seal()
    sandbox.directory_lock = lock
    return sandbox


def _lock(directory: Path) -> IO[str]:
    """The directory belongs to one process; the system gives it back when that process dies, however it dies."""
    lock = (directory / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise WorldError(f"the data directory {directory} is in use by another sandbox") from error
    return lock


def _build(sandbox: Sandbox, accounts: list[Account]) -> None:
    built: dict[Path, int] = {}
    things: list[tuple[Thing, Account]] = []
    for account in accounts:
        first = not any(other.organization == account.organization for _, other in things)
        things.append((_account(sandbox.store, account, first), account))
    for thing, account in things:
        admin = sandbox.store.find(thing.id, "ROLE", "ACCOUNTADMIN")
        for table in account.tables:
            _table(sandbox, thing, table, admin.id if admin else 0, built)
    for thing, account in things:
        _setup(sandbox, thing, account)


def _account(store: Store, account: Account, first: bool) -> Thing:
    """The first account of an organization is the one from which it is managed."""
    with store.change():
        thing = store.add(
            "ACCOUNT",
            f"{account.organization}.{account.name}",
            account=0,
            props={
                "organization": account.organization,
                "name": account.name,
                "locator": account.locator,
                "region": account.region.snowflake_region,
                "place": regions.props_of(account.region),
                "edition": account.edition,
                "stage_roots": [str(folder) for folder in account.stage_roots],
                "organization_admin": first,
            },
        )
        if account.usage_lag is not None:
            thing.props["usage_lag_minutes"] = account.usage_lag
            store.save(thing)
        system_roles(store, thing.id, first)
    return thing


# --- users
def _users(store: Store, account: Thing, users: list[User], admin: int) -> None:
    """Users come after the setup scripts, which may create their roles; a user that a script made is completed."""
    for user in users:
        props: dict[str, object] = {"DEFAULT_ROLE": user.default_role, "TYPE": user.type}
        if user.secondary:
            props["DEFAULT_SECONDARY_ROLES"] = user.secondary
        if user.default_warehouse:
            props["DEFAULT_WAREHOUSE"] = user.default_warehouse
        if user.password is not None:
            props["PASSWORD"] = user.password
        if user.public_key is not None:
            props["RSA_PUBLIC_KEY"] = user.public_key
        thing = store.find(account.id, "USER", user.name)
        if thing is None:
            thing = add_user(store, account.id, user.name, props, admin)
        else:
            thing.props = user_props(thing.props, props)
        if user.token is not None:
            thing.props["tokens"] = [asdict(world_token(user.token, user.default_role))]
        store.save(thing)
        for name in user.roles:
            role = store.find(account.id, "ROLE", name)
            if role is None:
                raise WorldError(f"account {account.name}, user {user.name}: there is no role {name}")
            store.grant(role.id, "USAGE", thing.id, by=admin)


# --- tables
def _table(sandbox: Sandbox, account: Thing, table: Table, owner: int, built: dict[Path, int]) -> None:
    store, lake = sandbox.store, sandbox.lake
    database = store.find(account.id, "DATABASE", table.database)
    if database is None:
        database = store.add("DATABASE", table.database, account=account.id, owner=owner)
        store.add("SCHEMA", "PUBLIC", account=account.id, parent=database.id, owner=owner)
    schema = store.find(account.id, "SCHEMA", table.schema, database.id)
    schema = schema or store.add("SCHEMA", table.schema, account=account.id, parent=database.id, owner=owner)
    if store.find(account.id, "TABLE", table.name, schema.id):
        raise WorldError(f"account {account.name}: table {table.name} stands twice in the world file")
    with _readable(table.file) as source:
        columns, query = _reading(sandbox, table, source)
        props = {"columns": [{"name": name, "type": kind} for name, kind in columns]}
        thing = store.add("TABLE", table.name, account=account.id, parent=schema.id, owner=owner, props=props)
        lake.create(thing.id, [(name, parse_type(kind), True, None) for name, kind in columns])
        twin = built.get(table.file)
        same = twin is not None and store.at(twin).props == props
        lake.fill(thing.id, f"SELECT * FROM {SCHEMA}.{table_name(twin or 0)}" if same else query)
    built[table.file] = thing.id


@contextmanager
def _readable(file: Path) -> Iterator[str]:
    """The file as a quoted path for DuckDB; a zip with one CSV in it is unpacked for as long as it is read."""
    if file.suffix != ".zip":
        yield "'" + str(file).replace("'", "''") + "'"
        return
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file) as archive:
        names = [n for n in archive.namelist() if n.endswith(".csv")]
        if len(names) != 1:
            raise WorldError(f"{file} must hold exactly one CSV file")
        yield "'" + archive.extract(names[0], folder).replace("'", "''") + "'"


def _reading(sandbox: Sandbox, table: Table, source: str) -> tuple[list[tuple[str, str]], str]:
    """Columns with Snowflake types, and the query that reads them; `NA` and nothing are NULL."""
    parquet = table.file.suffix == ".parquet"
    reader = (
        f"read_parquet({source})" if parquet else f"read_csv({source}, header=true, nullstr=['NA', ''], sample_size=-1)"
    )
    try:
        found = sandbox.lake.describe(f"SELECT * FROM {reader}")
    except duckdb.Error as error:
        raise WorldError(f"table {table.name}: cannot read {table.file}: {str(error).splitlines()[0]}") from error
    unknown = set(table.columns) - {name.upper() for name, _ in found}
    if unknown:
        raise WorldError(f"table {table.name}: {table.file} has no column {', '.join(sorted(unknown))}")
    columns = [(name.upper(), table.columns.get(name.upper()) or from_lake_type(kind).text()) for name, kind in found]
    try:
        columns = [(name, parse_type(kind).text()) for name, kind in columns]
    except SandboxError as error:
        raise WorldError(f"table {table.name}: {error.text}") from error
    picked = ", ".join(
        f"{_value(raw, kind)} AS {column_sql(name)}" for (raw, _), (name, kind) in zip(found, columns, strict=True)
    )
    return columns, f"SELECT {picked} FROM {reader}"


def _value(raw: str, kind: str) -> str:
    """A column of the file as a Snowflake type."""
    found = parse_type(kind)
    if found.name == "TIMESTAMP_TZ":
        return f'SF_TO_TZ(CAST("{raw}" AS VARCHAR))'
    return f'CAST("{raw}" AS {found.lake()})'


# --- scripts
def _setup(sandbox: Sandbox, account: Thing, world: Account) -> None:
    admin = sandbox.store.find(account.id, "ROLE", "ACCOUNTADMIN")
    if admin is None:
        raise WorldError(f"account {account.name} has no ACCOUNTADMIN")
    builder = add_user(sandbox.store, account.id, "SETUP SCRIPT", {}, None)
    sandbox.store.grant(admin.id, "USAGE", builder.id, by=None)
    for script in world.setup:
        session = sandbox.new_session(account.id, builder.id, admin.id)
        for number, piece in enumerate(statements(script.read_text(encoding="utf-8")), start=1):
            try:
                sandbox.execute(session, piece.sql, query_id())
            except SandboxError as error:
                raise WorldError(
                    f"{script}, statement {number} ({' '.join(piece.sql.split())[:60]}…): {error.text}"
                ) from error
        sandbox.end_session(session)
    sandbox.store.remove(builder)
    _users(sandbox.store, account, world.users, admin.id)
