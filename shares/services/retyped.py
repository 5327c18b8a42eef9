"""A published column that the lake has with another type now: shares go on showing it, so people must be told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from portal.audit.record import record
from shares import mails
from shares.core.published import Item
from shares.core.said import Said, together
from shares.models import DatasetVersion, ProviderAccount
from shares.services import catalog_import
from shares.snowflake import inspect
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

WHAT_TO_DO = Said(
    "Shares show the column as it is now, and their isolation is proved again. If the change is meant, take the "
    "columns over into the dataset's draft and publish it, so that customers read of it; if not, have the table put "
    "back."
)


def words(item: Item, there: Mapping[str, str]) -> list[str]:
    """Each column of a published object that has another type `there` (in the lake, by name) than was published, in a
    sentence. Columns that are gone, and those whose type was never published, are not spoken of."""
    source = ".".join(item.source)
    return [
        Said(
            "%(column)s is %(new)s in the lake, and %(old)s no more.",
            column=f"{source}.{cell.name}",
            new=there[cell.name],
            old=cell.data_type,
        )
        for cell in item.columns
        if cell.name in there and cell.data_type and there[cell.name][:200] != cell.data_type
    ]


def look(client: Client, item: Item) -> list[str]:
    """The same, of what is in the lake now. Raises SnowflakeError for anything but a source that is gone."""
    try:
        return words(item, {column.name: column.data_type for column in catalog_import.columns(client, item.source)})
    except SnowflakeError as error:
        if error.code not in inspect.NOT_THERE:
            raise
        return []


def tell(account: ProviderAccount, version: DatasetVersion, item: Item, found: list[str], seen: str) -> None:
    """To the provider's superusers, once for what was `seen` (a print of the columns). Call it in a transaction."""
    text = reduce(together, found)
    mails.alert(
        version.dataset,
        Said(
            "What %(name)s of %(version)s comes from has other types in the lake",
            name=item.shared_name,
            version=str(version),
        ),
        text,
        WHAT_TO_DO,
        key=f"retyped:{account.pk}:{version.pk}:{item.shared_name}:{seen[:16]}",
    )
    data = {"version": version.number, "object": item.shared_name, "words": text}
    record("dataset.source_retyped", target=version.dataset, data=data)
