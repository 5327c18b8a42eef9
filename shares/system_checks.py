"""System checks of the domain: what an operator should mend before a customer meets it.

Ids: shares.W001…W006, W008, W009, W012 for published datasets (shares.services.soundness), W007 for a provider account
that cannot be signed in to. They read tables, so they run with the tag `database`:
`manage.py check --database default`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, transaction

from shares.models import Dataset, ProviderAccount
from shares.services.soundness import flaws
from shares.snowflake.connect import BadConnection, parameters


@register(Tags.database)
def published_datasets(app_configs: Any, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Each published dataset can be approved, built and proved."""
    return _read(databases, _dataset_messages)


@register(Tags.database)
def provider_connections(app_configs: Any, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Each active provider account has a usable section in connections.toml."""
    return _read(databases, _connection_messages)


def _dataset_messages() -> list[CheckMessage]:
    return [
        Warning(flaw.words, hint=flaw.hint, obj=flaw.item or dataset, id=f"shares.{flaw.code}")
        for dataset in Dataset.objects.filter(is_published=True)
        for flaw in flaws(dataset)
    ]


def _connection_messages() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for account in ProviderAccount.objects.filter(is_active=True):
        try:
            parameters(settings.SNOWFLAKE_CONNECTIONS_FILE, account.connection_name)
        except BadConnection as error:
            hint = "Correct the file, or the account's connection name in the admin."
            found.append(Warning(str(error), hint=hint, obj=account, id="shares.W007"))
    return found


def _read(databases: Sequence[str] | None, messages: Callable[[], list[CheckMessage]]) -> list[CheckMessage]:
    if "default" not in (databases or ()):
        return []
    try:
        # The savepoint keeps a caller's transaction usable on PostgreSQL when a table is missing.
        with transaction.atomic():
            return messages()
    except DatabaseError:
        # Before the first migration there is nothing to check; `migrate` runs these checks too.
        return []
