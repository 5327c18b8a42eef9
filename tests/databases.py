"""The tests' database, migrated once: each process of a run takes a copy of what the first of them made.

On SQLite the copy is kept in var/ for later runs, under a name made of all migrations, so a changed one is run anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection
from django.test.utils import setup_databases

KEPT = Path(__file__).parents[1] / "var" / "migrated"
TEMPLATE = "firn_tests_migrated"


def set_up(shared: Path | None, verbosity: int) -> Any:
    """Makes the database of this process; what `teardown_databases` wants. `shared` is a folder of all processes of a
    run, None where this is the only one."""
    name = _creation()._get_test_db_name()
    on_sqlite = connection.vendor == "sqlite"
    with _one_at_a_time(shared):
        copied = copy_to(Path(name)) if on_sqlite else shared is not None and _copy_on_postgres(name, shared)
        made = setup_databases(verbosity=verbosity, interactive=False, keepdb=copied, serialized_aliases=set())
        # Nothing can be copied while somebody is connected to it.
        connection.close()
        if on_sqlite and not copied:
            _keep(Path(name))
        elif shared and not copied:
            _give_to_others(name, shared)
    return made


def _creation() -> Any:
    # What makes test databases is no public part of Django.
    return connection.creation


@contextmanager
def _one_at_a_time(folder: Path | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    with (folder / "migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_to(file: Path) -> bool:
    """Puts a migrated SQLite database there, if an earlier process or run left one."""
    if not (kept := _kept()).exists():
        return False
    shutil.copyfile(kept, file)
    return True


def _kept() -> Path:
    digest = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + b"\0" + file.read_bytes())
    return KEPT / f"{digest.hexdigest()[:16]}.sqlite3"


def _keep(made: Path) -> None:
    kept = _kept()
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    # Under its name only when it is whole.
    part = KEPT / f"{os.getpid()}.part"
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    part.replace(kept)


def _give_to_others(name: str, shared: Path) -> None:
    own = connection.ops.quote_name(name)
    with _creation()._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        cursor.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {own}")
    (shared / "migrated").touch()


def _copy_on_postgres(name: str, shared: Path) -> bool:
    if not (shared / "migrated").exists():
        return False
    own = connection.ops.quote_name(name)
    with _creation()._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {own}")
        cursor.execute(f"CREATE DATABASE {own} TEMPLATE {TEMPLATE}")
    return True


def forget() -> None:
    """On PostgreSQL nothing is left of a run."""
    if connection.vendor == "postgresql":
        with _creation()._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
