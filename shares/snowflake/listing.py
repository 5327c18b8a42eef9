"""What Snowflake shows of all shares of a provider account at once: a handful of statements, none of them needing a
warehouse, whose number grows with the rows that SHOW may print and not with the shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shares.core import prints
from shares.core.prints import Digest
from shares.snowflake import inspect, sql
from shares.snowflake.client import Client

Rows = tuple[dict[str, Any], ...]


@dataclass
class Listing:
    """`prints` of each share, by its name, which is its schema's too; `comments` that stand on shares and views, each
    with the name of the share or schema."""

    prints: dict[str, str]
    comments: dict[str, str]


def listed(client: Client, database: str, prefix: str, views: Iterable[str], *, functions: bool) -> Listing:
    """Firn's own names begin with `prefix`.

    `views` are the names that views may have, for when there are more than one SHOW can print. Raises SnowflakeError.
    """
    parts: dict[str, list[Digest]] = defaultdict(list)
    comments: dict[str, str] = {}

    def add(name: object, digest: Digest, comment: str) -> None:
        parts[str(name)].append(digest)
        comments.setdefault(comment, str(name))

    for row in _shares(client, prefix):
        if row["kind"] == "OUTBOUND":
            share = inspect.share_in(row)
            add(row["name"], prints.of_share(share), share.comment)
    for row in _views(client, database, views):
        view = inspect.view_in(row)
        add(row["schema_name"], prints.of_view(view), view.comment)
    if functions:
        for row in client.run(sql.show_all_functions(database)).rows:
            function = inspect.function_in(row)
            add(row["schema_name"], prints.of_function(function), function.comment)
    return Listing({name: prints.together(digests) for name, digests in parts.items()}, comments)


def first_pages(database: str, prefix: str, *, functions: bool) -> list[str]:
    """What `listed` asks in any case."""
    more = [sql.show_all_functions(database)] if functions else []
    return [sql.show_shares_page(prefix, ""), sql.show_all_views(database), *more]


def column_questions(sources: Iterable[tuple[str, str, str]]) -> list[str]:
    """What `columns` asks."""
    return [sql.show_columns(database, schema) for database, schema in sorted({source[:2] for source in sources})]


def _shares(client: Client, prefix: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        rows = client.run(sql.show_shares_page(prefix, after)).rows
        yield from rows
        if len(rows) < sql.PAGE:
            return
        after = str(rows[-1]["name"])


def _views(client: Client, database: str, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """All views of the database: by name where one answer cannot hold them, as views of one name stand in many schemas
    and SHOW goes on by name only."""
    rows = client.run(sql.show_all_views(database)).rows
    if len(rows) < sql.PAGE:
        yield from rows
        return
    cut: dict[str, str] = {}
    for name in sorted(set(names)):
        called = client.run(sql.show_views_called(database, name)).rows
        yield from (row for row in called if row["name"] == name)
        if len(called) >= sql.PAGE:
            cut[name] = max(str(row["schema_name"]) for row in called)
    if cut:
        beyond = client.run(sql.views_beyond(database, min(cut.values()))).rows
        yield from (row for row in beyond if row["schema_name"] > cut.get(row["name"], "\uffff"))


def columns(client: Client, sources: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], dict[str, str]]:
    """The types of the columns of each source table or view, by name: one statement for each schema that they stand in,
    and one for each source where a schema has more columns than SHOW answers. A source that is not there, or not
    readable, is missing from the answer. Raises SnowflakeError."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for database, schema, name in sources:
        wanted[database, schema].add(name)
    found: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for (database, schema), names in sorted(wanted.items()):
        rows = inspect.if_there(client, sql.show_columns(database, schema))
        if len(rows) >= sql.PAGE:
            rows = tuple(row for name in sorted(names) for row in _columns_of(client, (database, schema, name)))
        for row in rows:
            if row["table_name"] in names:
                found[database, schema, str(row["table_name"])][str(row["column_name"])] = str(row["data_type"])
    return dict(found)


def _columns_of(client: Client, source: tuple[str, str, str]) -> Rows:
    """Which of the two it is, SHOW COLUMNS wants to be told."""
    found = inspect.if_there(client, sql.show_columns_of("TABLE", source))
    return found or inspect.if_there(client, sql.show_columns_of("VIEW", source))
