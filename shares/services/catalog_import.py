"""Fill the catalog from the lake: what a provider account holds, drafts made of it, and columns that moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from portal.audit.record import record
from portal.people.models import User
from shares.models import Dataset, DatasetColumn, DatasetObject, ProviderAccount
from shares.snowflake import lake_sql, sql
from shares.snowflake.client import Client
from shares.snowflake.inspect import signature_in

# Databases of Snowflake's own, which hold nothing of the provider's.
NOT_LAKE = frozenset({"SNOWFLAKE", "SNOWFLAKE_SAMPLE_DATA"})
INFORMATION_SCHEMA = "INFORMATION_SCHEMA"


@dataclass(frozen=True)
class LakeObject:
    """A table, view or function in the lake. `rows` is None for what is no table."""

    database: str
    schema: str
    name: str
    kind: str
    rows: int | None = None
    comment: str = ""

    @property
    def path(self) -> tuple[str, str, str]:
        return (self.database, self.schema, self.name)


@dataclass(frozen=True)
class LakeColumn:
    name: str
    data_type: str
    comment: str = ""


@dataclass(frozen=True)
class Changes:
    """How the source of a dataset object differs from what the catalog says of it."""

    new: tuple[LakeColumn, ...] = ()
    gone: tuple[DatasetColumn, ...] = ()
    retyped: tuple[tuple[DatasetColumn, LakeColumn], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.retyped)


def databases(client: Client, account: ProviderAccount) -> list[str]:
    """The databases that Firn's role sees, without Snowflake's own and the outbound one. Raises SnowflakeError."""
    hidden = {*NOT_LAKE, account.outbound_database}
    return sorted(str(row["name"]) for row in client.run(sql.show_databases("%")).rows if row["name"] not in hidden)


def schemas(client: Client, database: str) -> list[str]:
    """Its schemas by name, without Snowflake's own. Raises SnowflakeError."""
    return sorted(
        str(row["name"])
        for row in client.run(lake_sql.show_schemas(database)).rows
        if row["name"] != INFORMATION_SCHEMA
    )


def objects(client: Client, database: str, schema: str = "") -> tuple[list[LakeObject], bool]:
    """Tables, views and functions of one database, or of one schema of it, sorted by schema and name; and whether there
    may be more of them than Snowflake shows. Raises SnowflakeError."""
    tables = client.run(lake_sql.show_tables(database, schema)).rows
    views = client.run(lake_sql.show_views(database, schema)).rows
    functions = client.run(lake_sql.show_functions(database, schema)).rows
    found = [
        *(_object(row, "TABLE") for row in tables),
        *(_object(row, "VIEW") for row in views),
        *(_function(row) for row in functions),
    ]
    cut = any(len(rows) >= sql.PAGE for rows in (tables, views, functions))
    return sorted((item for item in found if item.schema != INFORMATION_SCHEMA), key=lambda item: item.path), cut


def columns_of(client: Client, database: str, schema: str) -> dict[str, list[str]]:
    """The names of the columns of every table and view of a schema, to choose by. Raises SnowflakeError."""
    named: dict[str, list[str]] = {}
    for row in client.run(sql.show_columns(database, schema)).rows:
        named.setdefault(str(row["table_name"]), []).append(str(row["column_name"]))
    return named


def _object(row: dict[str, Any], kind: str) -> LakeObject:
    rows = row.get("rows")
    return LakeObject(
        database=str(row["database_name"]),
        schema=str(row["schema_name"]),
        name=str(row["name"]),
        kind=kind,
        rows=int(rows) if rows is not None else None,
        comment=str(row.get("comment") or ""),
    )


def _function(row: dict[str, Any]) -> LakeObject:
    """One row of SHOW USER FUNCTIONS: its name carries the types of its arguments, by which Snowflake knows it."""
    name = str(row["name"]) + signature_in(str(row["arguments"]))
    return LakeObject(
        database=str(row["catalog_name"]),
        schema=str(row["schema_name"]),
        name=name,
        kind="FUNCTION",
        comment=_said(str(row.get("description") or "")),
    )


def _said(description: str) -> str:
    """Snowflake describes a function that nobody described as “user-defined function”."""
    return "" if description == "user-defined function" else description


def columns(client: Client, path: Sequence[str]) -> list[LakeColumn]:
    """A table's or view's columns in order: DESCRIBE TABLE takes both. Raises SnowflakeError.

    docs.snowflake.com/en/sql-reference/sql/desc-view: the two commands are interchangeable.
    """
    return [
        LakeColumn(str(row["name"]), str(row["type"]), str(row.get("comment") or ""))
        for row in client.run(lake_sql.describe_table(path, "TABLE")).rows
        if str(row.get("kind") or "COLUMN").upper() == "COLUMN"
    ]


def begin_draft(account: ProviderAccount, name: str, chosen: Sequence[LakeObject]) -> Dataset:
    """A draft of that name without objects, for what the account holds."""
    comments = [item.comment for item in chosen if item.comment]
    summary = (comments[0] if comments else f"{len(chosen)} objects from the lake.")[:240]
    dataset = Dataset.objects.create(name=name, slug=_free_slug(name), summary=summary, is_published=False)
    dataset.provider_accounts.add(account)
    return dataset


def add_object(
    dataset: Dataset, item: LakeObject, listed: Sequence[LakeColumn], tenant_column: str, tags: Mapping[str, str]
) -> DatasetObject:
    """The table or view with all its columns; those in `tags` (column -> `TAG: VALUE`) count as about persons.

    An object without `tenant_column` is left for a person to complete, and cannot be published before.
    """
    has_tenant = any(column.name == tenant_column for column in listed)
    made = DatasetObject.objects.create(
        dataset=dataset,
        shared_name=free_name(item.name),
        description=item.comment[:240],
        source_database=item.database,
        source_schema=item.schema,
        source_name=item.name,
        tenant_column=tenant_column if has_tenant else "",
    )
    drafted = [_column(made, position, column) for position, column in enumerate(listed, start=1)]
    for column in drafted:
        column.tags = tags.get(column.name, "")[:240]
        column.is_personal = bool(column.tags)
    DatasetColumn.objects.bulk_create(drafted)
    return made


def _column(item: DatasetObject, position: int, column: LakeColumn) -> DatasetColumn:
    return DatasetColumn(
        object=item,
        position=position,
        name=column.name,
        data_type=column.data_type[:200],
        description=column.comment[:240],
    )


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "dataset"
    taken = set(Dataset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in _numbered(base, "-") if slug not in taken)


def free_name(name: str) -> str:
    """A name for the share: upper case, and letters that need no quotes; numbered where another dataset has it."""
    base = re.sub(r"[^A-Z0-9_]", "_", name.upper())[:110]
    base = base if re.match(r"[A-Z_]", base) else f"T_{base}"
    taken = set(DatasetObject.objects.filter(shared_name__startswith=base).values_list("shared_name", flat=True))
    return next(free for free in _numbered(base, "_") if free not in taken)


def _numbered(base: str, joint: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}{joint}{number}"
        number += 1


def compare(item: DatasetObject, live: Iterable[LakeColumn]) -> Changes:
    """What the source has that the catalog lacks, the other way round, and what has another type or a first comment."""
    live = list(live)
    listed = {column.name: column for column in item.columns.all()}
    names = {column.name for column in live}
    return Changes(
        new=tuple(column for column in live if column.name not in listed),
        gone=tuple(column for name, column in listed.items() if name not in names),
        retyped=tuple(
            (listed[new.name], new) for new in live if new.name in listed and _differs(listed[new.name], new)
        ),
    )


def _differs(old: DatasetColumn, new: LakeColumn) -> bool:
    return old.data_type != new.data_type[:200] or bool(new.comment and not old.description)


def apply(item: DatasetObject, changes: Changes, publish: Iterable[str], by: User) -> None:
    """Write `changes` down: what is gone goes, types follow; only new columns named in `publish` are listed."""
    chosen = [column for column in changes.new if column.name in set(publish)]
    with transaction.atomic():
        item.columns.filter(pk__in=[column.pk for column in changes.gone]).delete()
        for old, new in changes.retyped:
            old.data_type = new.data_type[:200]
            old.description = old.description or new.comment[:240]
            old.save(update_fields=["data_type", "description"])
        last = item.columns.aggregate(last=Max("position"))["last"] or 0
        DatasetColumn.objects.bulk_create(
            _column(item, position, column) for position, column in enumerate(chosen, start=last + 1)
        )
        data = {
            "added": [column.name for column in chosen],
            "removed": [column.name for column in changes.gone],
            "retyped": [old.name for old, _ in changes.retyped],
        }
        record("dataset.columns_refreshed", actor=by, target=item.dataset, data={"object": item.shared_name, **data})
