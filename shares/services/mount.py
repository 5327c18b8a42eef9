"""The SQL that the consumer copies, with the real names."""

from __future__ import annotations

from dataclasses import dataclass

from shares.models import Dataset, Share
from shares.services import versions
from shares.snowflake import sql


@dataclass(frozen=True)
class Snippet:
    """One thing to run in the consumer's account."""

    title: str
    sql: str


def snippets(share: Share, datasets: list[Dataset]) -> list[Snippet]:
    """Mount it, let a role read it, and a first query per dataset."""
    provider = share.provider_account.identifier
    database = share.provider_account.snowflake_organization
    found = [
        Snippet("Mount it once", sql.mount(database, provider, share.name)),
        Snippet("Let a role read it", sql.imported_privileges(database, "PUBLIC")),
    ]
    for dataset in datasets:
        schema = f"{database}.{share.name}"
        query = dataset.first_query.replace("{{schema}}", schema).strip()
        if not query:
            shown = next(iter(versions.exposed(dataset)), None)
            if shown is None or shown.is_function:
                continue
            query = sql.first_rows(database, share.name, shown.shared_name)
        found.append(Snippet(f"First look at {dataset.name}", query))
    return found
