"""The SQL that the consumer copies, with the real names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django.utils.translation import gettext

from shares.models import Dataset, Move, Share
from shares.services import versions
from shares.snowflake import customer_sql


@dataclass(frozen=True)
class Snippet:
    """One thing to run in the consumer's account."""

    title: str
    sql: str


# What parts/use.html gets of a share that nobody can read.
NO_HELP: dict[str, object] = {"snippets": [], "dbt_source": "", "terraform": ""}


def help_of(share: Share, datasets: list[Dataset]) -> dict[str, object]:
    """What parts/use.html needs."""
    return {
        "snippets": snippets(share, datasets),
        "dbt_source": dbt_source(share, datasets),
        "terraform": terraform(share),
    }


def terraform(share: Share) -> str:
    """The database and who reads it, for the provider snowflakedb/snowflake: its resources snowflake_shared_database
    and snowflake_grant_privileges_to_account_role (registry.terraform.io/providers/snowflakedb/snowflake)."""
    database = share.provider_account.snowflake_organization
    source = json.dumps(f"{share.provider_account.identifier}.{share.name}")
    resource = database.lower()
    return (
        f'resource "snowflake_shared_database" "{resource}" {{\n'
        f"  name       = {json.dumps(database)}\n"
        f"  from_share = {source}\n"
        "}\n\n"
        f'resource "snowflake_grant_privileges_to_account_role" "{resource}_readers" {{\n'
        '  account_role_name = "PUBLIC"\n'
        '  privileges        = ["IMPORTED PRIVILEGES"]\n\n'
        "  on_account_object {\n"
        '    object_type = "DATABASE"\n'
        f"    object_name = snowflake_shared_database.{resource}.name\n"
        "  }\n"
        "}\n"
    )


def dbt_source(share: Share, datasets: list[Dataset]) -> str:
    """A source of dbt with every table of the share, as YAML. Texts are quoted as in JSON, which YAML understands."""
    database = share.provider_account.snowflake_organization
    lines = ["version: 2", "sources:", f"  - name: {database.lower()}", f"    database: {database}"]
    lines += [f"    schema: {share.schema}", "    tables:"]
    for dataset in datasets:
        for item in versions.exposed(dataset):
            if not item.is_function:
                words = json.dumps(item.description or dataset.summary, ensure_ascii=False)
                lines += [f"      - name: {item.shared_name}", f"        description: {words}"]
    return "\n".join(lines) + "\n"


def snippets(share: Share, datasets: list[Dataset]) -> list[Snippet]:
    """Mount it, let a role read it, and a first query per dataset."""
    provider = share.provider_account.identifier
    database = share.provider_account.snowflake_organization
    found = [
        Snippet(gettext("Mount it once"), customer_sql.mount(database, provider, share.name)),
        Snippet(gettext("Let a role read it"), customer_sql.imported_privileges(database, "PUBLIC")),
    ]
    for dataset in datasets:
        found += first_queries(dataset, database, share.schema)
    return found


def queries_of(dataset: Dataset, share: Share | None) -> list[Snippet]:
    """The first queries of one dataset, with the names in `share`; with names to fill in where there is none."""
    database, schema = (share.provider_account.snowflake_organization, share.schema) if share else _TO_FILL_IN
    return first_queries(dataset, database, schema)


_TO_FILL_IN = ("YOUR_DATABASE", "SCHEMA_OF_THE_SHARE")
_BETWEEN = re.compile(r";[ \t]*(?:\n|$)")


def first_queries(dataset: Dataset, database: str, schema: str) -> list[Snippet]:
    """What the provider wrote to begin with, statement by statement; a comment before one is its title. Else ten rows
    of the first view."""
    text = dataset.first_query.replace("{{schema}}", f"{database}.{schema}")
    written = [f"{part.strip()};" for part in _BETWEEN.split(text) if part.strip()]
    if not written:
        shown = next(iter(versions.exposed(dataset)), None)
        if shown is None or shown.is_function:
            return []
        written = [customer_sql.first_rows(database, schema, shown.shared_name)]
    return [_titled(part, dataset) for part in written]


def _titled(query: str, dataset: Dataset) -> Snippet:
    head, _, rest = query.partition("\n")
    if head.startswith("--") and rest.strip():
        return Snippet(head.removeprefix("--").strip(), rest.strip())
    return Snippet(gettext("First look at %(dataset)s") % {"dataset": dataset.name}, query)


def switch_over(move: Move, datasets: list[Dataset]) -> list[Snippet]:
    """What a customer runs in the new account: mount the new share beside what is there, compare, swap the names."""
    new, old = move.new_share, move.old_share
    name = new.provider_account.snowflake_organization
    beside = f"{name}_NEW"
    found = [
        Snippet(gettext("Mount the new share"), customer_sql.mount(beside, new.provider_account.identifier, new.name)),
        Snippet(gettext("Let a role read it"), customer_sql.imported_privileges(beside, "PUBLIC")),
    ]
    views = [item.shared_name for dataset in datasets for item in versions.exposed(dataset) if not item.is_function]
    if views:
        title = gettext("Count the rows, and compare with %(share)s in the old account") % {"share": old.name}
        found.append(Snippet(title, customer_sql.count_rows(beside, new.schema, views)))
    return [
        *found,
        Snippet(
            gettext("A database called %(name)s in this account makes room") % {"name": name},
            customer_sql.rename_database(name, f"{name}_OLD"),
        ),
        Snippet(gettext("The new one takes its name"), customer_sql.rename_database(beside, name)),
    ]


def leave(move: Move) -> list[Snippet]:
    """What a customer runs in the old account, once nothing reads there any more."""
    database = move.old_share.provider_account.snowflake_organization
    return [
        Snippet(gettext("Drop the old database when nothing reads it any more"), customer_sql.drop_database(database))
    ]
