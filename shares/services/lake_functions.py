"""A function of the lake as a draft: its signature and body, with the lake's names replaced by the dataset's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shares.models import Dataset, DatasetObject
from shares.models.catalog import ObjectKind
from shares.services.catalog_import import LakeObject, free_name
from shares.services.coded import Finding
from shares.snowflake import sql
from shares.snowflake.client import Client


class NotShareable(Exception):
    """The function cannot be shared as it is: why, and what would help, as codes of `import_words`."""

    def __init__(self, finding: Finding, what_to_do: str) -> None:
        super().__init__(*finding)
        self.finding = finding
        self.what_to_do = what_to_do


def describe(client: Client, item: LakeObject) -> dict[str, str]:
    """Its properties: signature, returns, language, body. Raises SnowflakeError, and NotShareable for what Firn cannot
    share.

    docs.snowflake.com/en/sql-reference/sql/desc-function: one row a property; of a secure function only the owner reads
    the body.
    """
    found = client.run(sql.describe_function(item.database, item.schema, item.name)).rows
    said = {str(row["property"]): str(row["value"] or "").strip() for row in found}
    language = said.get("language", "SQL").upper()
    if language != "SQL":
        raise NotShareable(("language", language), "sql")
    if not said.get("body"):
        raise NotShareable(("body-hidden", ""), "by-hand")
    return said


def add_function(dataset: Dataset, item: LakeObject, said: dict[str, str]) -> DatasetObject:
    """The draft of it. Tables that the dataset has are written as {{NAME}}; others are W012 before publishing."""
    views = dataset.dataset_objects.filter(kind=ObjectKind.VIEW)
    return DatasetObject.objects.create(
        dataset=dataset,
        kind=ObjectKind.FUNCTION,
        shared_name=free_name(item.name.partition("(")[0]),
        description=item.comment[:240],
        arguments=said["signature"].strip().removeprefix("(").removesuffix(")")[:500],
        returns=said["returns"][:1000],
        body=with_own_names(said["body"], views),
    )


def with_own_names(body: str, views: Iterable[DatasetObject]) -> str:
    """`body` with the qualified name of each view's source as {{SHARED_NAME}}."""
    for view in views:
        parts = r"\s*\.\s*".join(_written(part) for part in view.source)
        body = re.sub(rf'(?<![\w$".]){parts}(?![\w$"])', f"{{{{{view.shared_name}}}}}", body)
    return body


def _written(name: str) -> str:
    """How `name` may stand in SQL: quoted as it is, and bare in any case where it needs no quotes."""
    quoted = re.escape('"' + name.replace('"', '""') + '"')
    return rf"(?:{quoted}|(?i:{re.escape(name)}))" if re.fullmatch(r"[A-Z_][A-Z0-9_$]*", name) else quoted
