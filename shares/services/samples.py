"""A few rows of a customer's own, to look at before and after asking for a dataset.

They are read where the customer would read them: through the view in a share of theirs, by a session that pretends to
be their account; and from the source under the same filter while no share holds the dataset. Either way each row that
comes back is looked at before it is kept: one that is not of the tenant asked for, and nothing is kept at all.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shares.core.published import Item
from shares.core.spec import ViewSpec
from shares.models import Grant, ProviderAccount, Reading, Share
from shares.services import versions
from shares.services.desired import reference, view_of
from shares.services.viewer import stop_pretending
from shares.snowflake import sql
from shares.snowflake.client import Client
from shares.snowflake.errors import SnowflakeError

logger = logging.getLogger(__name__)

FEW = 5
MOST_COLUMNS, MOST_LETTERS = 40, 80
KEPT = timedelta(days=7)


class ForeignRow(Exception):
    """A row of somebody else came back."""


def of_reading(client: Client, reading: Reading, item: Item, account: ProviderAccount) -> dict[str, Any]:
    """Columns and rows as text, or nothing where they could not be had; `seen` says how they were read."""
    try:
        share = share_with(reading, account)
        return _through(client, share, reading, item) if share else _at_source(client, reading, item)
    except ForeignRow:
        logger.critical("reading %s: a sample held a row of another tenant; nothing of it was kept", reading.pk)
    except SnowflakeError as error:
        logger.warning("sample of reading %s: %s %s", reading.pk, error.code, error.message)
    return {}


def share_with(reading: Reading, account: ProviderAccount) -> Share | None:
    """A share of this customer's, in this provider account, that shows these rows and was proved to show no others."""
    if reading.workspace is None:
        return None
    granted = Grant.objects.in_force(timezone.now()).filter(
        dataset=reading.object.dataset_id,
        workspaces=reading.workspace,
        share__provider_account=account,
        share__organization=reading.workspace.organization_id,
        share__suspended_at=None,
        share__blocked_at=None,
    )
    found = Share.data.filter(grants__in=granted, converged_at__isnull=False).distinct()
    found = found.select_related("consumer_account", "provider_account").order_by("-converged_at")
    return next((share for share in found if (proof := share.proofs.first()) and proof.isolated), None)


def _through(client: Client, share: Share, reading: Reading, item: Item) -> dict[str, Any]:
    """As the account that the share is for sees it. A share may still be on an earlier version of the dataset."""
    dataset = reading.object.dataset
    held = versions.of_share(share, [dataset], timezone.now())[dataset.pk].items
    there = next((one for one in held if one.pk == item.pk and one.is_exposed), None)
    if there is None:
        return _at_source(client, reading, item)
    view = _view(reading, there)
    try:
        client.run(sql.pretend(reference(share.consumer_account)))
        rows = client.run(sql.sample(view, (share.database, share.schema, view.name), FEW)).rows
    finally:
        stop_pretending(client)
    return {**kept(view, rows), "seen": "consumer", "as": str(share.consumer_account)}


def _at_source(client: Client, reading: Reading, item: Item) -> dict[str, Any]:
    view = _view(reading, item)
    return {**kept(view, client.run(sql.sample(view, view.source, FEW)).rows), "seen": "source"}


def _view(reading: Reading, item: Item) -> ViewSpec:
    keys = (reading.workspace.tenant_key,) if reading.workspace else ()
    return view_of(item, reading.object.dataset.slug, keys)


def kept(view: ViewSpec, rows: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """What is stored of rows that are the tenant's. Raises ForeignRow for one that is not, or cannot be told."""
    by_name = [{str(name).upper(): value for name, value in row.items()} for row in rows]
    if view.tenant_column:
        own = {str(key) for key in view.tenant_keys}
        for row in by_name:
            if str(row.get(view.tenant_column.upper())) not in own:
                raise ForeignRow
    columns = list(view.columns[:MOST_COLUMNS])
    return {"columns": columns, "rows": [_cells(row, columns) for row in by_name[:FEW]]}


def _cells(row: Mapping[str, Any], columns: list[str]) -> list[str | None]:
    return [_text(row.get(column.upper())) for column in columns]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = value.hex() if isinstance(value, bytes | bytearray) else str(value)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def forget_old() -> int:
    """How many samples were forgotten: rows that nobody looked at for days are no business of this database."""
    old = Reading.objects.exclude(sample={}).filter(measured_at__lt=timezone.now() - KEPT)
    return old.update(sample={})
